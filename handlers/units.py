"""Units: of a group that answers at a site administrators hear who is on no list, and when it
cannot be read any more."""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action
from bot.cards import Card, Note, Text, Tone
from bot.effects import Effects
from bot.features import CLOCK, Feature
from bot.staff import Site, cover_of
from bot.turn import Turn
from bot.words import say
from handlers import leaflets
from storage.people import Person, with_role

site_units = Feature("units")

Short = Annotated[str, Field(min_length=1, max_length=40)]


@action("units.outsiders")
class Outsiders(Action):
    """`addresses` are the first of `count` people, with a space between them."""

    surface: Short
    site: str
    addresses: Annotated[str, Field(max_length=1000)]
    count: int


@action("units.unseen")
class Unseen(Action):
    surface: Short
    site: str
    unit: Short


@action("units.seen_again")
class SeenAgain(Action):
    surface: Short
    site: str
    unit: Short


@site_units.on(Outsiders, may=CLOCK)
def outsiders(turn: Turn, found: Outsiders) -> Effects:
    """Nobody calls them for help, so that nobody waits for somebody whom nobody knows."""
    if found.site not in turn.content.all(Site):
        return []
    about = {"site": found.site, "addresses": found.addresses, "count": found.count}
    return told(turn, "units.outsiders", f"{found.surface}:{found.site}", about)


@site_units.on(Unseen, may=CLOCK)
def unseen(turn: Turn, found: Unseen) -> Effects:
    return of_unit(turn, "unseen", found)


@site_units.on(SeenAgain, may=CLOCK)
def seen_again(turn: Turn, found: SeenAgain) -> Effects:
    return of_unit(turn, "seen_again", found)


def of_unit(turn: Turn, what: str, found: Unseen | SeenAgain) -> Effects:
    about = {"site": found.site, "unit": found.unit, "what": what}
    return told(turn, "units.unit", f"{what}:{found.surface}:{found.unit}", about)


def told(turn: Turn, what: str, place: str, about: leaflets.About) -> Effects:
    """To every administrator, once a day."""
    effects: Effects = []
    for admin in with_role(turn.session, "admin"):
        if turn.reaches(admin):
            slot = f"units:{place}:{turn.now:%y%m%d}:{admin.ref}"
            effects += leaflets.shown(turn, what, slot, admin.ref, about)
    return effects


@leaflets.draws("units.outsiders")
def card(turn: Turn, whose: Person, about: leaflets.About) -> Card | None:
    site = turn.content.all(Site).get(about["site"])
    if site is None:
        return None
    title = say("units.outsiders", count=about["count"], site=site.name)
    body = (Text(say("units.addresses", addresses=about["addresses"])), Note(say("units.repair")))
    return Card(title, cover_of(turn.content, whose)("responder_preview"), body)


@leaflets.draws("units.unit")
def unit_card(turn: Turn, whose: Person, about: leaflets.About) -> Card | None:
    """That it is not seen any more, and how to mend it; or that it is seen again."""
    site, what = turn.content.all(Site).get(about["site"]), about["what"]
    if site is None:
        return None
    title = say(f"units.{what}", unit=about["unit"], site=site.name)
    preview = cover_of(turn.content, whose)("responder_preview")
    if what == "seen_again":
        return Card(title, preview, tone=Tone.GOOD)
    return Card(title, preview, (Note(say("units.repair_unseen")),))
