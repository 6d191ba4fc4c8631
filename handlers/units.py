"""Units: who is in a group that answers at a site, and on no list, is told to administrators."""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action
from bot.cards import Card, Note, Text
from bot.effects import Effects, Lane, Show
from bot.features import CLOCK, Feature
from bot.staff import Site, cover_of
from bot.turn import Turn
from bot.words import say
from handlers.colleagues import discreet
from storage.people import with_role

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
    site = turn.content.all(Site).get(found.site)
    if site is None:
        return []
    title = say("units.outsiders", count=found.count, site=site.name)
    body = (Text(say("units.addresses", addresses=found.addresses)), Note(say("units.repair")))
    effects: Effects = []
    for admin in with_role(turn.session, "admin"):
        if turn.reaches(admin):
            cover = cover_of(turn.content, admin)
            card = Card(title, cover("responder_preview"), body)
            shown = discreet(turn, admin.ref, cover, card)
            slot = f"units:{found.surface}:{found.site}:{turn.now:%y%m%d}:{admin.ref}"
            effects.append(Show(slot, admin.ref, shown, Lane.NUDGE))
    return effects
