"""Follow-up on the stage: a case begins as a report would begin it, and what people see."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from bot.effects import Effects
from bot.engine import set_timers
from bot.events import Incoming
from bot.outcome import Outcome
from bot.turn import Turn
from handlers import plans
from storage.cases import Case
from storage.plans import PlanStep, steps_of
from tests.stage import MOMENT, Actor, Stage, texts

FACTS: dict[str, Any] = {
    "kind": "hot_direkt",
    "counted_as": "hot",
    "proposed": 3,
    "severity": 3,
    "site": "ostersund",
    "unit": "Kundcenter",
    "reporter": "lisa",
    "exposed": "lisa",
    "owner": "cia",
    "deputy": "anna",
}


def quick(language: str = "sv") -> Stage:
    """A stage whose courier sweeps but twice a minute: a plan lasts for months."""
    return Stage(language, sweep_seconds=30)


def acts(stage: Stage, act: Callable[[Turn], Effects]) -> None:
    """Let something happen as a handler would let it, in one transaction."""
    engine, now = stage.machine.engine, stage.loop.now()
    with engine.sessions() as session:
        turn = Turn(None, now, session, engine.shelf.current, engine.surfaces)
        effects = act(turn)
        session.flush()
        parcels = engine._queue(turn, effects)
        set_timers(session, effects)
        session.commit()

    async def follow() -> None:
        stage.machine._follow(Outcome(parcels=tuple(parcels), timers=True))

    stage.run(follow())
    stage.passes(seconds=MOMENT)


def reports(stage: Stage, **facts: Any) -> int:
    """A new case; its number."""
    numbers: list[int] = []

    def begin(turn: Turn) -> Effects:
        told = {**FACTS, **facts}
        case = turn.keep(Case(happened_at=turn.now, received_at=turn.now, **told))
        numbers.append(case.number)
        return plans.start(turn, case)

    acts(stage, begin)
    return numbers[0]


def step(stage: Stage, name: str, case: int = 1) -> PlanStep:
    """The newest step of that name."""
    with Session(stage.database) as session:
        return [one for one in steps_of(session, case) if one.name == name][-1]


def steps(stage: Stage, case: int = 1) -> list[PlanStep]:
    with Session(stage.database) as session:
        return steps_of(session, case)


def case(stage: Stage, number: int = 1) -> Case:
    with Session(stage.database) as session:
        found = session.get(Case, number)
        assert found
        return found


def cases(stage: Stage) -> list[Case]:
    with Session(stage.database) as session:
        return list(session.exec(select(Case)))


def says(stage: Stage, who: str, wire_name: str, **values: object) -> None:
    stage.hears(who, wire_name, json.dumps(values))


def submits(actor: Actor, wire_name: str, inputs: dict[str, str], **values: object) -> list[str]:
    """A form, as the surface sends it; what only this person is told."""
    stage = actor.stage
    heard = Incoming(
        f"event-{next(stage.events)}", actor.ref, wire_name, json.dumps(values), inputs
    )
    answer = stage.run(stage.machine.hear(heard))
    stage.passes(seconds=MOMENT)
    actor.notices += answer.notices
    return list(answer.notices)


MEASURE = {"measure": "two", "time": "week", "words": ""}


def all_done(stage: Stage, number: int = 1) -> None:
    """Every step of a case is done, by whoever has it."""
    holders = {"security": "farid", "peer": "cia"}
    for one in steps(stage, number):
        if one.open and one.kind == "task":
            who = one.holder or holders.get(one.who, "cia")
            says(stage, who, "plans.done", step=one.number)
    submits(Actor(stage, "cia"), "feedback.planned", MEASURE, case=number)


def rung(actor: Actor) -> int:
    """How many messages have rung for a person so far; their own page rings nobody."""
    return sum(not message.home for message in actor.messages())


def titles(actor: Actor) -> list[str]:
    return [texts(message)[0] for message in actor.messages() if not message.home]


def until(stage: Stage, written: str) -> None:
    """Let time pass until a local time in Östersund, such as "2026-11-24 08:30"."""
    then = datetime.fromisoformat(written).replace(tzinfo=ZoneInfo("Europe/Stockholm"))
    left = max((then - stage.loop.now()).total_seconds(), 0)
    assert then > stage.loop.now() - timedelta(seconds=2), f"{written} has passed"
    stage.passes(hours=left / 3600)
    stage.passes(seconds=1)
