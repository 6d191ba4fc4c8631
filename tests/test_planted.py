"""Planted: ten mistakes put into our own code, one at a time; the simulation must see each.

Who tests must be tested too. Each is searched for in a bounded number of seeds, which play what it
is about more often than chance would.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import pytest

from bot.cards import Card
from bot.courier import Courier
from bot.engine import Engine
from bot.traces import Traced
from handlers.help import answers, cover, rings
from handlers.help.actions import Raise
from handlers.help.routing import Free
from handlers.plans import ownership
from handlers.reports.actions import SendNameless
from handlers.visits import feature as visits
from storage import timers
from storage.drafts import Draft
from storage.help import HelpCall
from storage.help_life import Status
from tests.simulation import Mutation, play
from tests.test_crash import careless

MOST_SEEDS = 12


def same(engine: Engine) -> Engine:
    return engine


def take_without_its_life(self: HelpCall, by: str, now: Any) -> None:
    self.status, self.owner, self.owned_at, self.again_at = Status.OWNED, by, now, None
    self._owner_has_time(now)


def forgets_on_raise(engine: Engine) -> Engine:
    """Whoever raises a call leaves it without a timer."""
    act = engine._act

    def without(turn: Any, happened: Any, watch: Any) -> Any:
        outcome = act(turn, happened, watch)
        if isinstance(happened, Raise):
            timers.drop_timers(turn.session, [f"help:{happened.call}"])
        return outcome

    engine._act = without  # type: ignore[method-assign]
    return engine


def keeps_the_draft(engine: Engine) -> Engine:
    """A report without a name leaves behind what it was written in."""
    known = engine.answers[SendNameless]

    def sends(turn: Any, said: SendNameless) -> Any:
        kept = turn.get(Draft, said.draft).model_dump()
        effects = known.handler(turn, said)
        turn.session.flush()
        turn.session.add(Draft(**kept))
        return effects

    engine.answers[SendNameless] = replace(known, handler=sends)
    return engine


SEND = Courier._send


async def marks_first(self: Courier, parcel: Any, slot: Any) -> str:
    """It is written down as delivered before it is."""
    if not parcel.is_home and slot.stands_in(parcel) is None:
        await self.store.delivered(parcel, "m0", self.now())
    return await SEND(self, parcel, slot)


def asks_anybody(one: Any, known: Any) -> bool:
    return one.free is Free.FREE


Patch = tuple[Any, str, Any]


@dataclass(frozen=True)
class Planted:
    """What is put in place of ours, and what must happen often enough to see it."""

    name: str
    patches: tuple[Patch, ...] = ()
    mutate: Mutation = same
    focus: tuple[str, ...] = ()
    often: str = ""
    steps: int = 30
    since: int = 1
    """The seed that is looked at first: one that is known to see it, to keep the tests short."""

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with ExitStack() as stack:
            for where, what, instead in self.patches:
                stack.enter_context(patch.object(where, what, instead))
            yield


HELP = ("help.press", "help.take", "help.raise", "help.decline")
REPORTS = ("reports.new", "reports.about", "reports.answer", "reports.finish", "reports.sight")
VISITS = ("visits.",)

PLANTED = (
    Planted("outbox outside the transaction", mutate=careless, focus=HELP, often="mines", since=2),
    Planted(
        "a take that asks no table of life",
        ((HelpCall, "take", take_without_its_life), (answers, "own", answers.take_it)),
        focus=("help.press", "help.take"),
        often="presses_late",
        since=3,
    ),
    Planted(
        "the timer is dropped on a raise",
        mutate=forgets_on_raise,
        focus=("help.press", "help.raise"),
        since=2,
    ),
    Planted("no mark of what was seen", ((Traced, "seen", lambda *_: None),)),
    Planted("delivered before it is sent", ((Courier, "_send", marks_first),), focus=HELP),
    Planted(
        "who cannot is asked again for ever",
        ((rings, "fresh", asks_anybody),),
        focus=HELP[::3],
        since=6,
    ),
    Planted(
        "real words in place of cover words",
        ((cover, "status_card", lambda *_: Card("Hjälp är på väg", "Hjälp")),),
        focus=HELP,
    ),
    Planted("a visit without a timer", ((visits, "when_next", lambda _: []),), focus=VISITS),
    Planted(
        "who leaves keeps their cases",
        ((ownership, "answered_for", lambda *_: []),),
        focus=REPORTS,
        often="leaves",
    ),
    Planted("a draft is left behind", mutate=keeps_the_draft, often="reports"),
)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda one: one.name)
def test_each_planted_mistake_is_caught(planted: Planted, figure: Callable[[str], None]) -> None:
    for seed in range(planted.since, planted.since + MOST_SEEDS):
        with planted():
            how = {"focus": planted.focus, "often": planted.often, "steps": planted.steps}
            played = play(seed, planted.mutate, brief=True, **how)
        if played.broken:
            assert f"AssertionError: {played.why}" in played.broken, "it is we who broke"
            figure(f"planted: {planted.name}: caught by seed {seed} ({played.why[:70]!r})")
            return
    pytest.fail(f"{MOST_SEEDS} seeds did not see it")
