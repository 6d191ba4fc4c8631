"""What the doctor asks of every platform: do the clocks agree, and who is reached there?"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from re import Pattern

from sqlmodel import Session

from bot.content import Pack
from bot.findings import Finding
from bot.staff import RESPONDERS, Site
from storage.people import Person, at_site

LATE = 60.0
"""Seconds. Requests are refused when the clocks differ by five minutes."""
STAFF = "under “addresses” in people/ or in the staff file"


def clock(teller: str, at: datetime | None, now: datetime) -> Finding:
    """`at` is the time by the platform's own clock, if it told."""
    if at is None:
        return Finding("clock", f"{teller} did not tell the time")
    late = (now - at).total_seconds()
    if abs(late) > LATE:
        said = f"this machine's is {abs(late):.0f} s {'ahead' if late > 0 else 'behind'}"
        return Finding("clock", said, "set it, best by NTP")
    return Finding("clock", "right within a minute")


@dataclass(frozen=True)
class AddressBook:
    """How a platform writes addresses: `called` completes "the address is no …", `written` "write
    it …", and `example` stands in the staff file."""

    surface: str
    name: str
    pattern: Pattern[str]
    called: str
    written: str
    example: str

    def plausible(self, address: str | None) -> bool:
        return address is None or self.pattern.fullmatch(address) is not None


def people(session: Session, pack: Pack, book: AddressBook) -> list[Finding]:
    """Every site needs somebody who responds and has an address that the platform can know."""
    found: list[Finding] = []
    odd: dict[str, list[str]] = defaultdict(list)
    for name, site in sorted(pack.all(Site).items()):
        here = at_site(session, name)
        found.append(_site(site, here, book))
        there = ((one.ref, one.addresses.get(book.surface)) for one in here)
        odd[name] += [ref for ref, address in there if not book.plausible(address)]
    for name, refs in odd.items():
        if refs:
            said = f"{', '.join(refs)} at {name}: the address is no {book.called}"
            found.append(Finding("people", said, f"write it {book.written}, {STAFF}"))
    return found


def _site(site: Site, here: Collection[Person], book: AddressBook) -> Finding:
    there = [one for one in here if one.addresses.get(book.surface)]
    if not any({*RESPONDERS} & {*one.roles} for one in there):
        said = f"{site.name.en}: nobody who responds has an address in {book.name}"
        return Finding("people", said, f"add “{book.example}” {STAFF}")
    return Finding("people", f"{site.name.en}: {len(there)} of {len(here)} are in {book.name}")
