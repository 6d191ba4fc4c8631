"""Every message that any story leaves before a person: it is covered when that person presses.

Each stage looks at its end at all that stands there, so that a feature's messages are held against
it by the feature's own stories. A new kind turns red here until it is drawn again
(`Feature.redraws`, or `handlers/leaflets.py`), or stands in `PLAIN` with the reason.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import col, select

from bot.cards import CoverCard
from bot.effects import HOME, Effects, Later, Redraw, Show
from bot.turn import Turn
from bot.words import Phrase
from handlers.cues import ScreenDue
from handlers.help.actions import Press
from handlers.help.presses import press
from storage.deliveries import Standing
from storage.help_calls import open_call_of
from storage.people import Person, known

if TYPE_CHECKING:
    from tests.stage import Stage

LATELY = timedelta(days=6, hours=23)
"""What is older lies far up in the chat (`storage/plain.py`)."""

PLAIN = {
    "today.moved", "aftercare.moved", "plans.moved", "visits.moved", "help.moved",
    "help.list.over",
}  # fmt: skip
"""Titles that tell nothing: only that a newer message stands below, or that a list is done."""

ENOUGH = 2
SEEN: dict[tuple[str, ...], int] = {}
"""How often this process has looked at somebody with these kinds of messages before them."""


def everything_is_covered(stage: "Stage") -> None:
    before = standing(stage)
    for ref, shows in before.items():
        kinds = tuple(sorted({kind(show) for show in shows}))
        SEEN[kinds] = SEEN.get(kinds, 0) + 1
        if SEEN[kinds] <= ENOUGH and presses(stage, ref):
            left = {show.slot for show in shows} - covered(stage, ref)
            assert not left, f"plain before {ref}, who presses: {sorted(left)}"


def kind(show: Show) -> str:
    """What it is called where no number and no name is left."""
    title = show.card.title
    named = title.key if isinstance(title, Phrase) else type(title).__name__
    return f"{show.slot.partition(':')[0]} {named}"


def standing(stage: "Stage") -> dict[str, list[Show]]:
    """What stands plain before whom, and came of late; an edit moves no message down the chat."""
    newest: dict[str, Show] = {}
    came: dict[str, datetime] = {}
    for decision in stage.decisions:
        for effect in decision.effects:
            if isinstance(effect, Show):
                newest[effect.slot] = effect
                came.setdefault(effect.slot, decision.at)
    found: dict[str, list[Show]] = {}
    there, since = lately(stage), stage.loop.now() - LATELY
    for show in newest.values():
        if show.slot in there and came[show.slot] > since and plain(show):
            found.setdefault(show.to, []).append(show)
    return found


def lately(stage: "Stage") -> set[str]:
    with stage.machine.engine.sessions() as session:
        asked = select(Standing.slot)
        return {*session.exec(asked.where(col(Standing.delivered_at) > stage.loop.now() - LATELY))}


def plain(show: Show) -> bool:
    card = show.card
    if isinstance(card, CoverCard) or card.private or show.slot.startswith(HOME):
        return False
    return not (isinstance(card.title, Phrase) and card.title.key in PLAIN)


def presses(stage: "Stage", ref: str) -> bool:
    """Whoever has left presses nothing; who has a call of their own open has pressed."""
    with stage.machine.engine.sessions() as session:
        whose = known(session, ref)
        return whose is not None and whose.here and not open_call_of(session, ref)


def covered(stage: "Stage", ref: str) -> set[str]:
    """The slots that hold cover words once this person has pressed; nothing of it is kept."""
    engine = stage.machine.engine
    with engine.sessions() as session:
        actor = session.get(Person, ref)
        assert actor is not None
        turn = Turn(actor, stage.loop.now(), session, stage.shelf.current, engine.surfaces)
        told = press(turn, Press(1))
        session.flush()
        if any(isinstance(one, Later) and isinstance(one.action, ScreenDue) for one in told):
            told = [*told, *redrawn(stage, replace(turn, actor=None), ref)]
        session.rollback()
    shows = [one for one in told if isinstance(one, Show)]
    return {one.slot for one in shows if isinstance(one.card, CoverCard)}


def redrawn(stage: "Stage", turn: Turn, ref: str) -> Effects:
    return stage.machine.engine._redrawn(turn, [Redraw(ref)])
