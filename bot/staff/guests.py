"""Guests: whoever is on no list and still may ask for help, where a site takes guests.

A guest has no role, so nobody's things are open to them; where they are nobody knows, and those
who are asked for them are told so.
"""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, col, select

from bot.content import Pack
from bot.staff.shapes import Site
from bot.words import LANGUAGES, say
from storage.people import GUEST, Person
from storage.timers import hurry_timers

LONGEST_NAME = 80


def site_for_guests(pack: Pack) -> str | None:
    """The site that takes them in; content names one at most."""
    return next((name for name, site in pack.all(Site).items() if site.guests), None)


def welcome(
    session: Session, pack: Pack, surface: str, address: str, name: str, language: str
) -> Person | None:
    """Somebody at this address as a guest from now on; None where no site takes any."""
    site = site_for_guests(pack)
    if site is None:
        return None
    words = pack.dictionaries
    place = {each: words[each].read(say("guests.place")) for each in LANGUAGES}
    guest = Person(
        ref=ref_of(surface, address),
        name=called(name) or words[language].read(say("guests.name")),
        languages=[language, *(each for each in LANGUAGES if each != language)],
        roles=[],
        unit="",
        site=site,
        place=place,
        zone=pack.all(Site)[site].zone,
        addresses={surface: address},
        source=GUEST,
    )
    return session.merge(guest)


def ref_of(surface: str, address: str) -> str:
    """The same for the same address, so that two presses at once make one guest."""
    return f"guest-{sha256(f'{surface}:{address}'.encode()).hexdigest()[:12]}"


def called(name: str) -> str:
    """What they call themselves, on one line."""
    return " ".join(name.split())[:LONGEST_NAME]


def leave(session: Session, sites: Collection[str], now: datetime) -> None:
    """A site that takes no guests any more has none."""
    here = select(Person).where(Person.source == GUEST, col(Person.left_at).is_(None))
    gone = [guest for guest in session.exec(here) if guest.site not in sites]
    for guest in gone:
        guest.left_at = now
    if gone:
        hurry_timers(session, now)
