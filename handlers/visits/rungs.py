"""Rungs: who is rung for a visit that is not as planned, and who is told that it is well again."""

from bot.turn import Turn
from handlers.visits.duty import on_duty
from storage.visit_life import Status
from storage.visit_told import ring, told
from storage.visits import Visit


def ring_for(turn: Turn, visit: Visit, again: bool = False) -> None:
    """Those whom the present rung means: each gets a message of their own, which rings."""
    rung = visit.watch["rungs"][visit.status.value]
    for ref in on_duty(turn, visit, rung["again" if again else "ask"]):
        ring(turn.session, visit.number, ref, turn.now)


def tell_change(turn: Turn, visit: Visit, was_loud: bool) -> None:
    """What ends an escalation rings once at whoever must hear a voice, and else edits the cards."""
    if was_loud and visit.status is Status.SAID_DONE:
        ring(turn.session, visit.number, visit.owner, turn.now)


def ring_all(turn: Turn, visit: Visit) -> None:
    for ref in told(turn.session, visit.number):
        ring(turn.session, visit.number, ref, turn.now)
