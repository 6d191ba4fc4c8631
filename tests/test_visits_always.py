"""What must hold of every visit: a next step with a time, and nothing lost by a crash (J10)."""

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from handlers.visits.watches import watch_of
from storage.deliveries import Delivery
from storage.life import NotPossible
from storage.timers import Timer
from storage.visit_life import Colour, Decision, Status
from storage.visit_waits import next_step
from storage.visits import Kind, Visit
from tests.stage import demo_shelf
from tests.test_crash import Mutation, Step, Walk, careless, does
from tests.virtual import START

STEPS = (
    "arrive", "more_time", "fine", "want_support", "finish", "force", "ask", "fall_late", "climb",
    "no_answer", "ring", "look_again", "take", "go_two", "police", "wait", "log_police", "talk",
    "meet", "drop",
)  # fmt: skip


def fresh() -> Visit:
    watch = watch_of(demo_shelf().current, Kind.VISIT)
    until = START + timedelta(hours=2)
    return Visit(
        visitor="ivar", contact="jonna", site="sundsvall", watch=watch, planned_at=START,
        until=until, colour=Colour.GREEN,
    )  # fmt: skip


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 3600)), max_size=25))
def test_an_open_visit_always_has_a_next_step(story: list[tuple[str, int]]) -> None:
    """Whatever is said in whatever order: open means that the clock will look, and soon enough."""
    visit, now = fresh(), START
    visit.start(now)
    for name, seconds in story:
        now += timedelta(seconds=seconds)
        before = visit.model_dump()
        try:
            take(visit, name, now)
        except NotPossible:
            assert visit.model_dump() == before, "an impossible step changes nothing"
        found = next_step(visit)
        assert (found is not None) == visit.open
        if visit.loud and found is not None:
            assert found[0] <= now + timedelta(hours=1), "a loud visit is looked at within the hour"
        if visit.status is Status.FORCED:
            assert visit.screen in ("done", "support")


def take(visit: Visit, name: str, now: object) -> None:
    at: dict[str, tuple[object, ...]] = {
        "arrive": (now, now), "finish": (now, now), "force": (now, now), "ring": (), "drop": (),
        "take": ("jonna",), "log_police": ("leo", now), "talk": ("jonna", now),
        "meet": ("leo", now), "more_time": (visit.until + timedelta(minutes=30),),
        "fine": (visit.until + timedelta(minutes=30),),
    }  # fmt: skip
    if name in {decision.value for decision in Decision}:
        visit.decide(Decision(name), "leo", now)  # type: ignore[arg-type]
    else:
        getattr(visit, name)(*at.get(name, (now,)))


VISIT = '{"visit":1}'
ANSWERS = {"negative": "yes", "earlier": "no", "home": "no", "alone": "yes", "more": "no",
           "avoidable": "no", "works": "yes"}  # fmt: skip


def says(question: str) -> tuple[str, str, str]:
    said = {"visit": 1, "question": question, "answer": ANSWERS[question]}
    return "ivar", "visits.answer", json.dumps(said, separators=(",", ":"))


def story(polite: bool) -> tuple[Step, ...]:
    """J10 with its hours leapt over by short ones: the policy's own times, 1 h of silence."""
    planned = (does(("ivar", "visits.open", "{}")), *(does(says(one), then=0.5) for one in ANSWERS))
    hour = does(("ivar", "visits.until", '{"visit":1,"seconds":3600}'))
    done = ("ivar", "visits.done", json.dumps({"visit": 1, "polite": polite}))
    start = does(("ivar", "visits.start", VISIT), then=3601.5)
    if polite:
        return (
            *planned,
            hour,
            does(("ivar", "visits.start", VISIT)),
            does(done, then=31),
            does(("farid", "visits.police", VISIT)),
            does(("leo", "visits.met", VISIT)),
        )
    return (
        *planned,
        hour,
        does(start.events[0], then=3601.5 + 301),
        does(("jonna", "visits.no_answer", '{"visit":1,"rung":"late"}'), then=901),
        does(("leo", "visits.decide", '{"visit":1,"what":"wait"}')),
        does(done),
        does(("jonna", "visits.talked", VISIT)),
    )


class VisitWalk(Walk):
    """The same walker, looking at visits."""

    def waits(self, seconds: float) -> None:
        until = self.stage.loop.now() + timedelta(seconds=seconds)

        def wait() -> None:
            left = (until - self.stage.loop.now()).total_seconds()
            self.stage.passes(minutes=max(left, 0) / 60)

        self.survives(wait)

    def screens(self) -> dict[str, list[str]]:
        return {ref: self.screen(ref) for ref in ("ivar", "jonna", "leo", "eva", "farid")}

    def wrong(self, calm: dict[str, list[str]]) -> list[str]:  # type: ignore[override]
        with Session(self.stage.database) as session:
            found = [f"visit left {v.status}" for v in session.exec(select(Visit)) if v.open]
            owed = len(session.exec(select(Delivery)).all())
            clock = [t.key for t in session.exec(select(Timer)) if t.key.startswith("visit:")]
        found += [f"left: {owed} deliveries, timers {clock}"] if owed or clock else []
        seen = self.screens()
        return found + [f"{who} left with {seen[who]}" for who in calm if seen[who] != calm[who]]


def walk(
    steps: Iterable[Step],
    every: int = 1,
    mutate: Mutation = lambda engine: engine,
    last: int | None = None,
) -> Iterator[tuple[int, list[str]]]:
    calm = VisitWalk(0, mutate).play(steps)
    points, screens = calm.bomb.passed, calm.screens()
    assert not calm.wrong(screens), calm.wrong(screens)
    calm.stage.close()
    for at in range(points - last if last else 1, points + 1, every):
        run = VisitWalk(at, mutate)
        try:
            yield at, run.play(steps).wrong(screens)
        except AssertionError as missing:
            yield at, [str(missing)[:100]]
        finally:
            run.stage.close()


@pytest.mark.parametrize("polite", [False, True], ids=["j10", "twin"])
def test_a_crash_anywhere_in_j10_loses_nothing(polite: bool) -> None:
    """A few points here, to keep the tests short; `make soak` walks them all."""
    found = dict(walk(story(polite), every=47))
    assert len(found) >= 3
    assert {at: wrong for at, wrong in found.items() if wrong} == {}


def test_the_walker_sees_an_outbox_outside_the_transaction() -> None:
    """At the end of the story, where no later card of a slot heals what was lost."""
    found = walk(story(polite=True), mutate=careless, last=24)
    assert any(wrong for _, wrong in found), "the walker is blind"
