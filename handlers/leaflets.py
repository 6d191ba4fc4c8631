"""Leaflets: messages that tell of nothing a feature keeps on showing, and that stay in the chat.

Whoever presses for help may have somebody at the desk, so these are covered too, and read again
afterwards. `@draws("reads.who")` declares how a kind is drawn; `shown` shows one and remembers it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.cards import Card
from bot.effects import Effects, Lane, Show
from bot.features import Feature
from bot.staff import cover_of
from bot.turn import Turn
from handlers.colleagues import hidden
from storage import leaflets as kept
from storage import plain
from storage.help_calls import pressers
from storage.leaflets import Leaflet
from storage.people import Person, known

loose_leaflets = Feature("leaflets")

About = Mapping[str, Any]
Drawing = Callable[[Turn, Person, About], Card | None]
"""The card for one person; None where what it told of is gone."""

NOTHING: About = {}

DRAWINGS: dict[str, Drawing] = {}


def draws(kind: str) -> Callable[[Drawing], Drawing]:
    """Declare how a kind of leaflet is drawn; raises ValueError where two are called alike."""

    def register(drawing: Drawing) -> Drawing:
        if kind in DRAWINGS:
            raise ValueError(kind)
        DRAWINGS[kind] = drawing
        return drawing

    return register


def shown(
    turn: Turn, kind: str, slot: str, ref: str, about: About = NOTHING, lane: Lane = Lane.NUDGE
) -> Effects:
    """`about` is whatever the drawing needs: numbers and refs, never a text of anybody.

    Raises KeyError for a kind that nobody draws.
    """
    whose, _ = known(turn.session, ref), DRAWINGS[kind]
    if whose is None:
        return []
    row = turn.find(Leaflet, slot)
    if row is None:
        row = turn.keep(Leaflet(slot=slot, person=ref, kind=kind, about={**about}, at=turn.now))
    else:
        row.tell(kind, {**about}, turn.now)
    return [*seen(turn, row, whose, lane)]


def seen(turn: Turn, row: Leaflet, whose: Person, lane: Lane) -> list[Show]:
    """Covered whatever it was; drawn again only where what it told of is still there."""
    if whose.ref in pressers(turn.session):
        return [Show(row.slot, whose.ref, hidden(cover_of(turn.content, whose)), lane)]
    draw = DRAWINGS.get(row.kind)  # None: a kind of another release
    card = draw(turn, whose, row.about) if draw else None
    return [Show(row.slot, whose.ref, card, lane)] if card else []


@loose_leaflets.redraws
def redraw(turn: Turn) -> Effects:
    """All of late; what a person never had does not come."""
    me = turn.person
    rows = kept.of(turn.session, me.ref, turn.now - plain.FORTNIGHT)
    shows = [one for row in rows for one in seen(turn, row, me, Lane.NUDGE)]
    return [replace(one, only_again=True) for one in shows]
