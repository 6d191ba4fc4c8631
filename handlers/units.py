"""Units: who is in a group that answers at a site, and on no list, is told to administrators."""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action
from bot.cards import Card, Note, Text
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


@site_units.on(Outsiders, may=CLOCK)
def outsiders(turn: Turn, found: Outsiders) -> Effects:
    """Nobody calls them for help, so that nobody waits for somebody whom nobody knows."""
    if found.site not in turn.content.all(Site):
        return []
    told = {"site": found.site, "addresses": found.addresses, "count": found.count}
    effects: Effects = []
    for admin in with_role(turn.session, "admin"):
        if turn.reaches(admin):
            slot = f"units:{found.surface}:{found.site}:{turn.now:%y%m%d}:{admin.ref}"
            effects += leaflets.shown(turn, "units.outsiders", slot, admin.ref, told)
    return effects


@leaflets.draws("units.outsiders")
def card(turn: Turn, whose: Person, about: leaflets.About) -> Card | None:
    site = turn.content.all(Site).get(about["site"])
    if site is None:
        return None
    title = say("units.outsiders", count=about["count"], site=site.name)
    body = (Text(say("units.addresses", addresses=about["addresses"])), Note(say("units.repair")))
    return Card(title, cover_of(turn.content, whose)("responder_preview"), body)
