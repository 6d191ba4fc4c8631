"""Three months of a case, with restarts and a long outage; and whatever people do, it goes on."""

from collections.abc import Iterator
from random import Random

import pytest
from sqlmodel import Session, select

from storage.case_life import Status as CaseStatus
from storage.cases import Case
from storage.feedback import Feedback
from storage.people import people
from storage.plans import next_step, open_steps
from storage.timers import Timer
from tests.followup import MEASURE, all_done, case, quick, reports, rung, says, step, steps, submits
from tests.stage import Actor, Stage, texts
from tests.test_plans import leaves

HOUR = 3600


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = quick()
    yield stage
    stage.close()


def is_down(stage: Stage, hours: float) -> None:
    """The bot is gone for so long, and comes back."""
    stage.dies()
    stage.loop.impatient.moved += hours * HOUR
    stage.start()
    stage.passes(seconds=2)


def newest(actor: Actor, count: int) -> list[str]:
    """The titles of the newest messages that rang, oldest first."""
    mine = [message for message in actor.messages() if not message.home]
    return [texts(message)[1] for message in mine[len(mine) - count :]]


def test_three_months_of_a_very_serious_case(stage: Stage, lisa: Actor, cia: Actor) -> None:
    """Restarts on random days; two days of outage in the fourth week; then the last word."""
    reports(stage, severity=4)
    chance = Random(7)
    early = ["contact", "danger", "home", "authority", "police", "team", "talk", "risk", "handler"]
    for name in early:
        stage.passes(hours=chance.uniform(1, 7))
        if chance.random() < 0.5:
            stage.restarts()
        says(stage, "cia", "plans.done", step=step(stage, name).number)
    says(stage, "farid", "plans.done", step=step(stage, "confirm").number)
    for _ in range(4):
        stage.passes(hours=chance.uniform(20, 90))
        stage.restarts()
    submits(cia, "feedback.planned", MEASURE, case=1)
    until_day(stage, 26)

    before, told = rung(cia), len(cia.messages())
    waiting = [one for one in steps(stage) if one.open and one.kind == "task"]
    is_down(stage, hours=48)
    assert told < len(cia.messages())
    rings = newest(cia, rung(cia) - before)
    assert 1 < len(rings) <= 4, "at most three by themselves, the rest as one list"
    assert len({*rings}) == len(rings), "each comes once"
    alone = [one for one in waiting if one.text["sv"] in rings]
    assert alone == sorted(alone, key=lambda one: (one.remind_at, one.number)), "oldest first"
    stage.passes(hours=1)
    assert rung(cia) == before + len(rings), "and not again"

    says(stage, "cia", "plans.done", step=step(stage, "follow-1").number)
    for days in (35, 52, 70, 88):
        until_day(stage, days)
        stage.restarts()
    until_day(stage, 92)
    lisa.sees("Hur är det idag?")
    all_done(stage)
    lisa.sees("Klart. Blev det bra?")
    lisa.presses("Ja")
    assert case(stage).status is CaseStatus.CLOSED
    assert not [key for key in timers(stage) if key.startswith("plan:")]


def until_day(stage: Stage, days: float) -> None:
    """So many days after the beginning."""
    stage.passes(hours=days * 24 - stage.loop.time() / HOUR)


def timers(stage: Stage) -> list[str]:
    with Session(stage.database) as session:
        return [timer.key for timer in session.exec(select(Timer))]


def test_a_contact_that_fell_due_while_the_bot_was_away(
    stage: Stage, cia: Actor, anna: Actor
) -> None:
    reports(stage)
    stage.passes(minutes=5)
    before = rung(cia), rung(anna)
    is_down(stage, hours=2)
    assert step(stage, "contact").holder == "anna"
    assert rung(anna) == before[1] + 1, "one message, not one for each moment that passed"
    anna.sees("Ta kontakt med Lisa nu.")


def test_what_fell_due_meanwhile_is_three_cards_and_a_list(stage: Stage, cia: Actor) -> None:
    """Two days away, and six steps wait: the oldest three come by themselves."""
    reports(stage, severity=4)
    for name in ("contact", "danger"):
        says(stage, "cia", "plans.done", step=step(stage, name).number)
    stage.passes(minutes=50)
    before = rung(cia)
    is_down(stage, hours=48)
    rings = newest(cia, rung(cia) - before)
    assert len(rings) == 4
    assert rings[3].startswith(("Mitt idag", "3 steg")), "the rest is one list"
    dues = {one.text["sv"]: one.due_at for one in steps(stage)}
    assert [dues[title] for title in rings[:3]] == sorted(dues[title] for title in rings[:3])
    stage.passes(hours=2)
    assert rung(cia) == before + 4


def goes_on(stage: Stage) -> None:
    """Until it is closed every case has an owner, a deputy and a next dated step (I13)."""
    with Session(stage.database) as session:
        known = {timer.key: timer.due for timer in session.exec(select(Timer))}
        for found in session.exec(select(Case)):
            if not found.open:
                continue
            assert found.owner
            assert found.deputy
            assert len(people(session, [found.owner, found.deputy])) == 2
            if found.status is CaseStatus.CLOSING:
                told = session.get(Feedback, found.number)
                assert told
                assert known[f"feedback:{found.number}"] == told.next_at
                continue
            left = open_steps(session, found.number)
            assert left, f"case {found.number} has no next step"
            for one in left:
                upcoming = next_step(one)
                assert upcoming
                assert known[f"plan:{one.case}:{one.number}"] == upcoming[0]


@pytest.mark.parametrize("seed", range(2))
def test_whatever_people_do_every_case_goes_on(seed: int) -> None:
    play(seed, moves=12)


def play(seed: int, moves: int) -> None:
    """A random run; `make soak` plays many and longer ones."""
    chance, stage = Random(seed), quick()
    people = {ref: stage.person(ref) for ref in ("lisa", "cia", "anna", "dag", "eva", "farid")}
    for severity in (chance.randrange(6), chance.randrange(6)):
        reports(stage, severity=severity, helper="bo")
    gone = {"cia", "anna"} if chance.random() < 0.5 else {"anna"}
    for _ in range(moves):
        move(stage, chance, people, gone)
        goes_on(stage)
    stage.close()


def move(stage: Stage, chance: Random, people: dict[str, Actor], gone: set[str]) -> None:
    kind = chance.choice(("wait", "wait", "do", "do", "do", "put off", "offer", "close", "leave"))
    number = chance.choice((1, 2))
    who = chance.choice([*people])
    left = [one for one in steps(stage, number) if one.open and one.kind == "task"]
    one = chance.choice(left) if left else None
    match kind:
        case "wait":
            stage.passes(hours=chance.choice((0.4, 2, 20, 70)))
        case "do" if one:
            owner = one.holder or case(stage, number).owner
            says(stage, owner, "plans.done", step=one.number)
            submits(Actor(stage, owner), "feedback.planned", MEASURE, case=number)
        case "put off" if one:
            later = {"reason": "other", "time": chance.choice(("hour", "tomorrow", "days"))}
            owner = one.holder or case(stage, number).owner
            actor = Actor(stage, owner)
            submits(actor, "plans.put_off", later, step=one.number, snoozes=one.snoozes)
        case "offer" if one:
            owner = one.holder or case(stage, number).owner
            submits(Actor(stage, owner), "plans.offer", {"person": who}, step=one.number)
            says(stage, who, "plans.accept", step=one.number, yes=chance.random() < 0.6)
        case "close":
            submits(people["cia"], "feedback.propose", {}, case=number)
            answer = chance.choice(("yes", "partly", "no"))
            says(stage, "lisa", "feedback.became", case=number, round=1, became=answer)
        case "leave" if gone:
            leaves(stage, gone.pop())
            stage.passes(seconds=60)
        case _:
            pass


def test_the_tester_notices_a_case_that_would_be_forgotten(stage: Stage) -> None:
    reports(stage, severity=1)
    with Session(stage.database) as session:
        for timer in session.exec(select(Timer)):
            if timer.key.startswith("plan:"):
                session.delete(timer)
        session.commit()
    with pytest.raises(KeyError):
        goes_on(stage)
