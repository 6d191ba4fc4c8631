"""Ready: what is missing in real use is told to the administrators, and stops nobody (G09).

Before a bot goes live, `kollega go-live` says what stands in the way. Afterwards staff come and go:
a deputy who has left must be replaced, but whoever has pressed must be answered all the same.
"""

from collections.abc import Sequence

from sqlmodel import Session

from bot import ready as gate
from bot.actions import Action, action
from bot.cards import Block, Card, Note, Steps, Tone
from bot.effects import Effects, Lane, Later, Show
from bot.features import CLOCK, Feature, Lasting
from bot.staff import Instant, cover_of
from bot.turn import Turn
from bot.words import Words, say
from handlers import leaflets
from handlers.colleagues import anywhere, discreet
from storage.people import Person, person
from storage.ready import Live, live

readiness = Feature("ready")

ORDERLY, LEADING = ("admin",), ("manager", "upper_manager", "team_lead")
"""Who is told; the others where nobody keeps order."""

MOST = 8
"""Lines that a card names; the rest is a number."""


@action("ready.look")
class Look(Action):
    pass


readiness.begins(Look())
readiness.lasts(Lasting.NOBODY, Live)


@readiness.on(Look, may=CLOCK)
def look(turn: Turn, _: Look) -> Effects:
    """Each hour, and soon after somebody has left; one message for as long as anything lacks."""
    again = Later("ready:look", turn.after(hours=1), Look())
    row = live(turn.session)
    if row is None:
        return [again]
    lacking = missing(turn)
    row.missing = len(lacking)
    if lacking:
        row.told_at = row.told_at or turn.now
        return [*told(turn, row, lacking), again]
    if row.told_at is None:
        return [again]
    good = [
        show
        for ref in whom(turn)
        for show in leaflets.shown(turn, "ready.in_place", slot(row, ref), ref)
    ]
    row.told_at = None
    return [*good, again]


def missing(turn: Turn) -> list[Words]:
    return gate.blockers(turn.session, turn.content, turn.surfaces)


def told(turn: Turn, row: Live, lacking: Sequence[Words]) -> Effects:
    return [show for ref in whom(turn) for show in shown(turn, row, lacking, ref)]


def whom(turn: Turn) -> list[str]:
    return anywhere(turn, *ORDERLY) or anywhere(turn, *LEADING)


def slot(row: Live, ref: str) -> str:
    return f"ready:{row.told_at:%y%m%d%H%M}:{ref}"


@leaflets.draws("ready.in_place")
def in_place(turn: Turn, whose: Person, _: leaflets.About) -> Card:
    preview = cover_of(turn.content, whose)("responder_preview")
    return Card(say("ready.in_place"), preview, tone=Tone.GOOD)


def shown(turn: Turn, row: Live, lacking: Sequence[Words], ref: str) -> Effects:
    whose = person(turn.session, ref)
    if whose is None:
        return []
    cover = cover_of(turn.content, whose)
    card = discreet(turn, ref, cover, card_of(cover("responder_preview"), lacking))
    return [Show(slot(row, ref), ref, card, Lane.NUDGE)]


def card_of(preview: Words, lacking: Sequence[Words]) -> Card:
    more = len(lacking) - MOST
    rest: tuple[Block, ...] = (Note(say("ready.more", count=more)),) if more > 0 else ()
    body = (Steps(tuple(lacking[:MOST])), *rest, Note(say("ready.works_on")))
    return Card(say("ready.lacks", count=len(lacking)), preview, body)


@readiness.redraws
def redraw(turn: Turn) -> Effects:
    """What stands before one person while anything lacks."""
    row = live(turn.session)
    if row is None or row.told_at is None:
        return []
    every = told(turn, row, missing(turn))
    return [one for one in every if isinstance(one, Show) and one.to == turn.person.ref]


@readiness.measures("staff_missing")
def count(session: Session, _: Instant) -> float:
    """What `kollega go-live` would name, as it was within the last hour."""
    row = live(session)
    return float(row.missing) if row else 0.0
