"""Briefings, told as conversations: what a shift knows a quarter of an hour before it begins."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from bot.surfaces import Surface
from bot.surfaces.slack.surface import PACE
from storage.briefings import Briefing
from storage.checklists import ChecklistRun
from storage.people import Person, RosterSlot
from storage.visits import Kind, Visit
from tests.conftest import Tongue
from tests.stage import Actor, Stage, buttons, texts
from tests.virtual import START

BOTH = pytest.mark.parametrize("language", ["sv", "en"])
SHIFT = START + timedelta(hours=1)
"""15:02 in Östersund."""


def shift(stage: Stage, *refs: str, site: str = "ostersund", at: datetime = SHIFT) -> None:
    with Session(stage.database) as session:
        for ref in refs:
            ends = at + timedelta(hours=8)
            session.add(RosterSlot(site=site, ring=1, person=ref, starts=at, ends=ends))
        session.commit()


@pytest.fixture
def stage(language: str) -> Iterator[Stage]:
    """Five of the customer centre begin at 15:02."""
    stage = Stage(language, sweep_seconds=30, begins=True)
    shift(stage, "anna", "bo", "kim", "lisa", "gun")
    stage.restarts()
    yield stage
    stage.close()


def steps(actor: Actor, title: str) -> list[str]:
    """The numbered lines of the newest card of that title."""
    card = next(m for m in reversed(actor.messages()) if any(title in one for one in texts(m)))
    lines = next(one for one in texts(card) if one.startswith("1. "))
    return lines.split("\n")


@BOTH
def test_a_shift_reads_five_lines_and_says_so(stage: Stage, anna: Actor, t: Tongue) -> None:
    bo, lisa, cia = (stage.person(ref) for ref in ("bo", "lisa", "cia"))
    bo.uses_shortcut(2)
    bo.presses(t("Fel pärm", "Wrong folder"))
    for what in ("take", "check"):
        stage.hears("anna", f"help.{what}", '{"call":1}')
    stage.passes(minutes=44)
    lisa.does_not_see(t("Läget", "Normal"))
    stage.passes(minutes=1)
    title = t("Läget 15:02 – Kundcenter Östersund: Normalt", "15:02 – Customer centre Östersund")
    lisa.sees(title)
    found = steps(lisa, title)
    assert len(found) == 5
    assert found[0] == t(
        "1. Bemanning: 5. Ansvarig: Anna. Hjälpare: Bo och Kim.",
        "1. Staffing: 5. Lead: Anna. Helpers: Bo and Kim.",
    )
    assert found[2] == t(
        "3. Händelser 72 h: 1 kom hit. Inga namn.", "3. Events 72 h: 1 come here. No names."
    )
    assert sum(len(line.split()) for line in found) <= 60, "twenty seconds of reading"
    cia.does_not_see(title)

    anna.sees(t("Läst: 0 av 5 (0 %)", "Read: 0 of 5 (0 %)"))
    lisa.presses(t("Läst", "Read"))
    lisa.sees(t("Läst. Ha ett bra pass.", "Read. Have a good shift."))
    anna.sees(t("Läst: 1 av 5 (20 %)", "Read: 1 of 5 (20 %)"))
    question = {"question": "Vem tar lunchen?"}
    stage.hears("lisa", "briefings.asked", '{"briefing":1}', inputs=question)
    anna.sees("Vem tar lunchen?")
    anna.sees(t("Lisa undrar inför passet:", "Lisa wonders before the shift:"))
    stage.hears("cia", "briefings.read", '{"briefing":1}')
    anna.sees(t("Läst: 1 av 5 (20 %)", "Read: 1 of 5 (20 %)"))


@BOTH
def test_alone_today_is_watched_and_gets_its_list(stage: Stage, anna: Actor, t: Tongue) -> None:
    bo = stage.person("bo")
    stage.passes(minutes=46)
    bo.presses(t("Jag är ensam", "I am alone"))
    bo.sees(t("Nästa fråga 15:48", "Next question 15:48"))
    bo.sees(t("Ensam idag", "Alone today"))
    anna.sees(t("Bo är ensam idag. Nästa fråga 15:48.", "Bo is alone today. Next question 15:48."))
    stage.passes(minutes=60)
    bo.sees(t("Allt bra?", "All fine?"))
    bo.presses(t("Allt bra", "All fine"))
    stage.passes(minutes=59)
    anna.does_not_see(t("min sen", "min late"))
    stage.passes(minutes=7)
    anna.sees(t("Bo 5 min sen. Svarar inte.", "Bo 5 min late. Does not answer."))
    with Session(stage.database) as session:
        (watch,) = session.exec(select(Visit))
        assert watch.kind is Kind.ALONE
        assert [run.checklist for run in session.exec(select(ChecklistRun))].count("alone") == 1


@BOTH
def test_a_raised_level_comes_first_and_ends_by_itself(
    stage: Stage, anna: Actor, t: Tongue
) -> None:
    lisa = stage.person("lisa")
    stage.hears("lisa", "levels.raise", "{}", inputs={"hours": "8"})
    stage.hears("anna", "levels.raise", "{}", inputs={"hours": "8"})
    anna.sees(t("Höjt läge till mån 23 nov. 22:02.", "Raised level until Mon 23 Nov 22:02."))
    anna.sees(t("Två vid disken", "Two at the desk"))
    note = {"know": "Beslutsutskick igår, väntad kö.", "alarm": "Disk 2 ur funktion."}
    stage.hears("anna", "briefings.noted", "{}", inputs=note)
    stage.passes(minutes=46)
    title = t("Läget 15:02 – Kundcenter Östersund: Höjt", "Östersund: Raised")
    found = steps(lisa, title)
    assert len(found) == 5, "one line more, and the day's question waits"
    assert t("Höjt läge till", "Raised level until") in found[0]
    assert "Beslutsutskick igår" in found[2] and "Disk 2 ur funktion" in found[4]
    stage.passes(hours=8)
    anna.sees(t("Höjt läge är slut. Normalt igen.", "The raised level is over. Normal again."))


def test_few_people_are_not_counted_one_by_one(stage: Stage) -> None:
    """Of two people a share would be about somebody."""
    shift(stage, "ines", "jonna", site="sundsvall")
    stage.restarts()
    ines, jonna = stage.person("ines"), stage.person("jonna")
    stage.passes(minutes=46)
    jonna.sees("Alla har inte läst än.")
    ines.presses("Läst")
    jonna.sees("Alla har inte läst än.")
    jonna.presses("Läst")
    jonna.sees("Alla har läst.")
    jonna.does_not_see("Läst: ")


def test_a_shift_is_briefed_once_whatever_happens(stage: Stage, anna: Actor) -> None:
    """Dead over the very minute: it comes a little late, and only once."""
    stage.passes(minutes=40)
    stage.dies()
    stage.loop.impatient.moved += 10 * 60
    for _ in range(3):
        stage.restarts()
        stage.passes(minutes=1)
    anna.sees("Läget 15:02")
    with Session(stage.database) as session:
        assert len(session.exec(select(Briefing)).all()) == 1
    read = [b for m in anna.messages() for b in buttons(m) if b[1] == "briefings.read"]
    assert len(read) == 1


class Paced:
    """The workspace, at Slack's pace."""

    def __init__(self, inner: Surface) -> None:
        self.inner, self.name, self.pace = inner, inner.name, PACE
        self.post, self.edit, self.home = inner.post, inner.edit, inner.home


def crowd(many: int) -> Stage:
    """So many people of one office begin at the same time, in one Slack workspace."""
    stage = Stage("sv", wrap=Paced, sweep_seconds=30, begins=True)
    with Session(stage.database) as session:
        lisa = session.get(Person, "lisa")
        assert lisa is not None
        for number in range(many):
            ref = f"p{number}"
            facts = lisa.model_dump() | {"ref": ref, "addresses": {"workspace": ref}, "source": "x"}
            session.add(Person.model_validate(facts))
        session.commit()
    shift(stage, *(f"p{number}" for number in range(many)))
    stage.restarts()
    return stage


def arrivals(stage: Stage) -> list[datetime]:
    messages = (m for m in stage.screens.messages.values() if not m.home and m.to.startswith("p"))
    return sorted(datetime.fromisoformat(m.at) for m in messages)


def test_everybody_of_a_crowd_has_it_a_quarter_of_an_hour_before() -> None:
    """At Slack's pace 100 people take less than a minute; so it begins that much earlier."""
    stage = crowd(100)
    stage.passes(minutes=45)
    found = arrivals(stage)
    assert len(found) == 100
    assert found[-1] <= SHIFT - timedelta(minutes=15)
    assert found[-1] - found[0] <= timedelta(seconds=60)
    assert found[0] >= SHIFT - timedelta(minutes=16)
    stage.close()


def test_whoever_presses_has_the_briefings_of_the_last_days_covered_too(
    stage: Stage, anna: Actor, lisa: Actor
) -> None:
    """Found by the simulation (seed 8556): the one of the day before yesterday stood plain."""
    stage.passes(minutes=45)
    lisa.sees("Bemanning: 5")
    stage.passes(hours=48)
    lisa.uses_shortcut(2)
    lisa.does_not_see("Bemanning: 5")
    anna.presses("Jag tar")
    lisa.presses("Pärm klar")
    anna.presses("Trygg")
    lisa.sees("Bemanning: 5")
