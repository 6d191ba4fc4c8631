"""The feature of aftercare: who may say what, and what everybody sees of it."""

from typing import Protocol

from bot.effects import Effects, Forget, Later, Show
from bot.features import Feature, May
from bot.turn import Turn
from handlers.aftercare import colleagues, presser
from handlers.aftercare.actions import CareDue
from storage import plain
from storage.aftercare import Aftercare, AftercareAsked, about, next_step

after_calls = Feature("aftercare")


class OfCall(Protocol):
    """Anything that names a call."""

    @property
    def call(self) -> int: ...


def _for_me(turn: Turn, did: OfCall) -> bool:
    return turn.get(Aftercare, did.call).person == turn.person.ref


def _asked(turn: Turn, did: OfCall) -> bool:
    return turn.session.get(AftercareAsked, (did.call, turn.person.ref)) is not None


FOR_ME = May("their own", _for_me)
ASKED = May("asked", _asked)


def shown(turn: Turn, care: Aftercare) -> Effects:
    """What everybody sees of it now, and when it must be looked at again."""
    return [*presser.screen(turn, care), *colleagues.screen(turn, care), *when_next(care)]


def when_next(care: Aftercare) -> Effects:
    found = next_step(care)
    key = f"aftercare:{care.call}"
    return [Later(key, found[0], CareDue(care.call))] if found else [Forget(key)]


@after_calls.redraws
def redraw(turn: Turn) -> Effects:
    """Everything of this feature that stands before one person of late."""
    me = turn.person.ref
    every = [shown(turn, care) for care in about(turn.session, me, turn.now - plain.LATELY)]
    return [one for found in every for one in found if isinstance(one, Show) and one.to == me]
