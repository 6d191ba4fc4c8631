"""Operations: alive, ready, and counted, without a name and without a secret."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

import handlers
from bot.effects import Later
from bot.engine import set_timers
from bot.operations import Operations
from bot.surfaces import ShutOut
from handlers.heartbeat import Check
from storage.deliveries import Delivery
from storage.heartbeats import Heartbeat
from storage.timers import Timer
from tests.stage import Actor, Stage

MEASURES = [one for feature in handlers.ALL for one in feature.numbers]


@pytest.fixture
def operations(stage: Stage) -> Operations:
    return Operations(stage.machine, MEASURES)


def ready(stage: Stage, operations: Operations) -> tuple[int, dict[str, str]]:
    async def ask() -> tuple[int, dict[str, str]]:
        checks = await operations.check()
        told = {check.name: check.said for check in checks}
        return (200 if all(check.well or check.beside for check in checks) else 503), told

    return stage.run(ask())


def test_a_bot_that_works_is_ready(stage: Stage, operations: Operations, lisa: Actor) -> None:
    lisa.presses("Vit pärm")
    status, told = ready(stage, operations)
    assert status == 200
    assert told["database"] == "answers"
    assert told["workspace"].startswith("took a card 13:02:00")


def test_what_is_late_makes_it_not_ready(stage: Stage, operations: Operations, lisa: Actor) -> None:
    lisa.presses("Vit pärm")
    stage.dies()
    stage.loop.impatient.moved += 100
    status, told = ready(stage, operations)
    assert status == 503
    assert told["timers"] == "80.0 s late"


def test_a_clock_that_is_set_back_is_told_and_holds_up_no_call(
    stage: Stage, operations: Operations, lisa: Actor, bo: Actor, cia: Actor
) -> None:
    lisa.presses("Vit pärm")
    stage.loop.skew -= timedelta(minutes=10)
    stage.passes(seconds=22)
    status, told = ready(stage, operations)
    assert status == 200
    assert told["clock"] == "this machine's is 599 s behind the bot's: it was set back"
    cia.sees("L3 · Lisa")


def test_an_open_call_whose_next_step_lies_too_far_away_makes_it_not_ready(
    stage: Stage, lisa: Actor
) -> None:
    proofs = {name: one for feature in handlers.ALL for name, one in feature.proofs.items()}
    operations = Operations(stage.machine, MEASURES, proofs)
    lisa.presses("Vit pärm")
    assert ready(stage, operations)[1]["calls"] == "well"
    with stage.machine.engine.sessions() as session:
        timer = session.get(Timer, "help:1")
        assert timer
        timer.due += timedelta(hours=1)
        session.commit()
    status, told = ready(stage, operations)
    assert status == 503
    assert told["calls"] == "without next_step: 1"


def test_an_alert_that_waits_makes_it_not_ready(stage: Stage, operations: Operations) -> None:
    now = stage.loop.now()
    stage.dies()
    with stage.machine.engine.sessions() as session:
        session.add(
            Delivery(
                slot="a", surface="workspace", person="bo", address="bo", lane="alert", card="{}",
                digest="x", created_at=now, valid_until=now, next_try_at=now,
            )
        )  # fmt: skip
        session.commit()
    stage.loop.impatient.moved += 31
    status, told = ready(stage, operations)
    assert status == 503
    assert told["alerts"] == "oldest waits 31.0 s"
    assert told["outbox"] == "1 wait, the oldest 31.0 s"


def test_a_platform_that_shuts_us_out_makes_it_not_ready(
    stage: Stage, operations: Operations
) -> None:
    stage.machine.courier._shut_out("workspace", ShutOut("the token is dead"))
    status, told = ready(stage, operations)
    assert status == 503
    assert told["workspace"].startswith("does not let us in")


def test_a_store_that_does_not_answer_makes_it_not_ready(
    stage: Stage, operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: Any) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr(stage.machine.writer, "do", never)
    assert ready(stage, operations) == (503, {"database": "no answer within 2 s"})


@pytest.fixture
def numbers(stage: Stage, operations: Operations, lisa: Actor, bo: Actor) -> Iterator[str]:
    lisa.presses("Vit pärm")
    stage.passes(seconds=9)
    bo.presses("Jag tar")
    request: Any = None
    response = stage.run(operations.metrics(request))
    assert isinstance(response.body, bytes)
    yield response.body.decode()


def test_the_numbers_tell_of_presses_claims_and_alerts(numbers: str) -> None:
    for line in (
        'kollega_actions_total{action="help.press",outcome="done"} 1.0',
        'kollega_actions_total{action="help.take",outcome="done"} 1.0',
        'kollega_alert_seconds_bucket{le="0.1",surface="workspace"}',
        "kollega_help_calls_open 1.0",
        "kollega_help_calls_unanswered 0.0",
        "kollega_help_claim_seconds 9.0",
        "kollega_timer_lag_seconds 0.0",
        "kollega_up 1.0",
    ):
        assert line in numbers


def test_the_numbers_name_nobody(numbers: str) -> None:
    for name in "lisa", "Lisa", "bo", "Bo", "Östersund":
        assert f'"{name}"' not in numbers


async def test_the_pages_have_strict_headers(operations: Operations) -> None:
    """On a real socket."""
    app: web.Application = operations.app()
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/healthz")
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert (await client.get("/else")).status == 404


def test_a_platform_that_was_taken_away_keeps_nobody_from_being_ready(stage: Stage) -> None:
    proofs = {name: one for feature in handlers.ALL for name, one in feature.proofs.items()}
    operations = Operations(stage.machine, MEASURES, proofs)
    now = stage.loop.now()
    with stage.machine.engine.sessions() as session:
        session.add(Heartbeat(surface="gone", slot="home:ivar", at=now, misses=9, told_at=now))
        session.add(
            Delivery(
                slot="a", surface="gone", person="bo", address="bo", lane="alert", card="{}",
                digest="x", created_at=now, valid_until=now, next_try_at=now,
            )
        )  # fmt: skip
        set_timers(session, [Later("heartbeat:check", now, Check())])
        session.commit()
    stage.passes(seconds=40)
    status, told = ready(stage, operations)
    assert (status, told["heartbeat"]) == (200, "well")
    assert told["outbox"] == "0 wait, the oldest 0.0 s"


def test_what_leaves_no_trace_is_not_counted_by_its_name(
    stage: Stage, operations: Operations
) -> None:
    """A number that goes up tells whoever reads it each minute when it was done."""
    (name, *_) = sorted(stage.machine.engine.untraced)
    stage.hears("lisa", name, "{}")
    assert stage.decisions[-1].what == name
    assert not [what for what, _ in operations.counted.outcomes if what == name]
