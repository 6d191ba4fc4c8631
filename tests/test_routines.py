"""Routines, told as conversations: the right list before the right people at the right minute."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

import handlers
from bot import assembly
from bot.content import ContentError, Shelf
from bot.turn import Turn
from handlers.routines.lists import Checklist, deputies
from storage.checklists import ChecklistAsked, ChecklistRun, RoutineKnown, RunStatus
from tests.conftest import Tongue
from tests.stage import Actor, Stage, demo_shelf, texts

BOTH = pytest.mark.parametrize("language", ["sv", "en"])


@pytest.fixture
def stage(language: str) -> Iterator[Stage]:
    stage = Stage(language, sweep_seconds=30, begins=True)
    yield stage
    stage.close()


def runs(stage: Stage, checklist: str) -> list[ChecklistRun]:
    with Session(stage.database) as session:
        return list(session.exec(select(ChecklistRun).where(ChecklistRun.checklist == checklist)))


def begins(stage: Stage, actor: Actor, checklist: str) -> ChecklistRun:
    stage.hears(actor.ref, "routines.begin", "{}", inputs={"list": checklist})
    return runs(stage, checklist)[-1]


@BOTH
def test_two_tick_the_same_list_on_two_surfaces_at_once(
    stage: Stage, cia: Actor, anna: Actor, t: Tongue
) -> None:
    anna.presses(t("Rutiner", "Routines"))
    anna.sees(t("Inget väntar på dig.", "Nothing waits for you."))
    begins(stage, anna, "weekly")
    begins(stage, anna, "drill")
    cia.sees(t("Övning", "Drill"))
    cia.sees(t("0 av 4 klara", "0 of 4 done"))
    stage.hears("cia", "routines.tick", '{"run":2,"point":0,"done":true}')
    stage.hears("anna", "routines.tick", '{"run":2,"point":0,"done":true}')
    stage.hears("anna", "routines.tick", '{"run":2,"point":1,"done":true}')
    for both in (anna, cia):
        both.sees(t("2 av 4 klara", "2 of 4 done"))
    stage.hears("anna", "routines.tick", '{"run":2,"point":1,"done":false}')
    cia.sees(t("1 av 4 klara", "1 of 4 done"))


@BOTH
def test_done_or_skipped_with_a_reason_and_a_line_of_evidence(
    stage: Stage, anna: Actor, cia: Actor, t: Tongue
) -> None:
    begins(stage, cia, "rounds")
    form = stage.hears("cia", "routines.skip", '{"run":1}').form
    assert form is not None and len(form.fields) == 3
    stage.hears("cia", "routines.skipped", '{"run":1}', inputs={"point": "7", "reason": "not_here"})
    cia.sees(t("Hoppad: Besöksrummen – gäller inte här", "Skipped: The meeting rooms – does not"))
    for point in range(7):
        stage.hears("cia", "routines.tick", f'{{"run":1,"point":{point},"done":true}}')
    cia.sees(t("Allt klart 14:02. Tack.", "All done 14:02. Thank you."))
    proof = {"text": "Nytt lås behövs i rum 2."}
    stage.hears("cia", "routines.proved", '{"run":1}', inputs=proof)
    cia.sees("Cia: Nytt lås behövs i rum 2.")
    stage.hears("cia", "routines.proved", '{"run":1}', inputs={"text": "Det var 850709-9805"})
    cia.does_not_see("850709")
    assert runs(stage, "rounds")[0].status is RunStatus.DONE


def test_nobody_ticks_a_list_that_they_do_not_have(stage: Stage, cia: Actor) -> None:
    begins(stage, cia, "mailing")
    stage.hears("bo", "routines.tick", '{"run":1,"point":0,"done":true}')
    stage.hears("cia", "routines.due", '{"run":1}')
    stage.hears("cia", "routines.tick", '{"run":1,"point":9,"done":true}')
    cia.sees("0 av 3 klara")


@BOTH
def test_closing_comes_before_the_closing_and_late_to_the_deputy(stage: Stage, t: Tongue) -> None:
    """Sundsvall closes at 18:00 on a Monday: the last two have the list at 17:45."""
    people = {ref: stage.person(ref) for ref in ("hana", "ines", "jonna", "leo", "lisa")}
    stage.passes(minutes=222)  # 17:44
    assert runs(stage, "close") == []
    stage.passes(minutes=2)
    (run,) = runs(stage, "close")
    assert run.site == "sundsvall"
    for asked in ("ines", "jonna"):
        people[asked].sees(t("Stäng", "Close"))
    for other in ("hana", "leo", "lisa"):
        people[other].does_not_see(t("Sista besökaren ut", "Last visitor out"))
    rung = len(people["jonna"].messages())
    stage.passes(minutes=45)
    people["ines"].sees(t("Tiden har gått.", "The time has passed."))
    assert runs(stage, "close")[0].status is RunStatus.OVERDUE
    assert len(people["jonna"].messages()) == rung


def test_the_deputy_hears_of_what_is_late(stage: Stage, cia: Actor, anna: Actor) -> None:
    begins(stage, anna, "helpers")  # the team lead's; its deputy is the manager
    cia.does_not_see("Dagens hjälpare")
    stage.passes(minutes=61)
    cia.sees("Den blev inte klar i tid. Kan du se till den?")
    anna.sees("Tiden har gått.")
    anna.presses("Lunchen är täckt")
    cia.sees("1 av 3 klara")


def test_each_list_comes_once_though_the_bot_was_away(stage: Stage) -> None:
    """Away from Monday 15 to Tuesday 9: yesterday's closing is past, this morning is not."""
    stage.passes(hours=1)
    stage.dies()
    stage.loop.impatient.moved += 18 * 3600
    for _ in range(2):
        stage.restarts()
        stage.passes(seconds=30)
        assert [run.site for run in runs(stage, "open")] == ["sundsvall"]
        assert {run.site for run in runs(stage, "helpers")} == {"sundsvall", "ostersund"}
        assert len(runs(stage, "helpers")) == 2
        assert runs(stage, "close") == runs(stage, "contacts") == []


def test_adding_a_file_adds_the_list(stage: Stage, anna: Actor, tmp_path: Path) -> None:
    """A safety officer writes one file; nothing else is needed."""
    folder = tmp_path / "checklists"
    folder.mkdir()
    (folder / "keys.yaml").write_text(
        "title: {sv: Nycklar, en: Keys}\n"
        'when: ["daily 14:10"]\n'
        "sites: [ostersund]\n"
        "roles: [team_lead]\n"
        "deadline: 30m\n"
        "points:\n"
        "  - {sv: Alla nycklar räknade, en: All keys counted}\n",
        encoding="utf-8",
    )
    packs = [assembly.BASE, assembly.DEMO, tmp_path]
    shelf: Shelf = assembly.shelf(packs, handlers.ALL)
    stage.shelf = shelf
    stage.restarts()
    stage.passes(minutes=9)
    anna.sees("Nycklar")
    anna.presses("Alla nycklar räknade")
    anna.sees("Allt klart 14:11. Tack.")


WRONG = {
    "when: [hourly]": "write each opening, daily 07:30",
    "roles: [janitor]": "there is no “janitor”",
    "sites: [atlantis]": "there is no “atlantis”",
    "points: []": "write at least 1",
    "trigger: full_moon": "choose",
    "deadline: soon": "write a number and s, m or h",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_slip_in_a_list_is_told_with_its_repair(line: str, tmp_path: Path) -> None:
    folder = tmp_path / "checklists"
    folder.mkdir()
    lines = {
        "title": "title: {sv: Nycklar, en: Keys}",
        "roles": "roles: [team_lead]",
        "deadline": "deadline: 30m",
        "points": "points: [{sv: En, en: One}]",
    }
    lines[line.partition(":")[0]] = line
    (folder / "keys.yaml").write_text("\n".join(lines.values()) + "\n", encoding="utf-8")
    with pytest.raises(ContentError) as wrong:
        assembly.load([assembly.BASE, assembly.DEMO, tmp_path], handlers.ALL)
    assert WRONG[line] in str(wrong.value)


def test_the_whole_wheel_is_there_in_both_languages() -> None:
    found = demo_shelf().current.all(Checklist)
    assert len(found) == 25
    assert all(one.title.sv and one.title.en for one in found.values())
    assert {one.trigger for one in found.values()} > {"alone", "visit", "new_staff", "raised"}


@BOTH
def test_coverage_tells_units_and_never_people(stage: Stage, anna: Actor, t: Tongue) -> None:
    leo = stage.person("leo")
    begins(stage, anna, "weekly")
    begins(stage, leo, "reorganisation")
    for point in range(3):
        stage.hears("anna", "routines.tick", f'{{"run":1,"point":{point},"done":true}}')
    anna.presses(t("Rutiner", "Routines"))
    anna.presses(t("Listor per enhet", "Lists by unit"))
    anna.sees("november 2026" if t("sv", "en") == "sv" else "November 2026")
    anna.sees(t("1 av 1 klara (100 %)", "1 of 1 done (100 %)"))
    card = texts(anna.messages()[-1])
    assert any("Kundcenter" in line for line in card)
    assert not any(name in line for line in card for name in ("Anna", "Leo", "Servicekontor"))
    lisa = stage.person("lisa")
    stage.hears("lisa", "routines.coverage", "{}")
    lisa.does_not_see("Kundcenter")


def test_a_list_that_one_person_has_is_theirs_alone(stage: Stage, anna: Actor) -> None:
    bo = stage.person("bo")
    run = begins(stage, bo, "personal")
    with Session(stage.database) as session:
        asked = session.exec(select(ChecklistAsked.person).where(ChecklistAsked.run == run.id))
        assert list(asked) == ["bo"]
        asked_for = demo_shelf().current.all(Checklist)["personal"]
        turn = Turn(None, stage.loop.now(), session, demo_shelf().current, ["workspace"])
        assert deputies(turn, asked_for, "ostersund", ["bo"]) == []
    anna.does_not_see("Min personliga säkerhet")


def test_somebody_new_and_a_new_version_begin_their_lists(stage: Stage, cia: Actor) -> None:
    stage.passes(seconds=5)
    with Session(stage.database) as session:
        session.delete(session.get(RoutineKnown, ("person", "kim")))
        known = session.get(RoutineKnown, ("card", "1"))
        assert known is not None
        known.version = 0
        session.commit()
    stage.passes(hours=1.1)
    cia.sees("Ny medarbetare")
    bo = stage.person("bo")
    bo.sees("Rutin uppdaterad: Suicidhot")
    assert len(runs(stage, "new-staff")) == 1
