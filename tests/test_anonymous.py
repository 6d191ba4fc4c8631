"""Anonymous: a code shown once, a dialogue by it, and not a byte that leads back to who it was."""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlmodel import select

import handlers
from bot.actions import Action, action, pack
from bot.cards import Button, Card, Text
from bot.effects import Effects, Show
from bot.engine import Engine
from bot.events import Answer, Incoming
from bot.features import ANYONE, Feature
from bot.turn import Turn
from handlers.anonymous import seal_off, too_few
from handlers.anonymous.actions import AnswerByCode, Asked, AskReporter, EnterCode, GiveCode
from handlers.anonymous.codes import digits_of, fresh
from storage.anonymous import CaseCode, said
from storage.case_life import Naming, What
from storage.cases import Case, timeline
from storage.database import connect
from storage.drafts import Draft
from storage.sealed import Keys, fresh_key
from storage.untraced import UntracedCount
from tests.databases import SQLITE, every_row, fresh_url
from tests.stage import Stage

KEYS = Keys("k", {"k": fresh_key()})
WRITTEN = "Ensam i receptionen i tre timmar"
QUESTION, REPLY = "Var det i tisdags?", "Ja, och igen i onsdags"
COOKIE = "Ev0ent"
"""Stands in the id of every event of the reporter: what a platform's own log would know."""


@action("toy.tap")
class Tap(Action):
    """A tap in a report that has a name so far."""

    number: int


@action("toy.quiet_tap")
class QuietTap(Action):
    number: int


@action("toy.send")
class Send(Action):
    draft: int


def reporting() -> Feature:
    """A report in miniature: taps that leave traces, then it is sent without a name."""
    toys = Feature("reporting")

    @toys.on(Tap, may=ANYONE)
    def tap(turn: Turn, did: Tap) -> Effects:
        ref, now = turn.person.ref, turn.now
        draft = turn.find(Draft, 1) or turn.keep(
            Draft(person=ref, dialog="report", begun_at=now, touched_at=now, words=WRITTEN)
        )
        draft.answer({"step": did.number}, None, now)
        card = Card(
            "Vad hände?", "Kollega", (Text(f"Fråga {did.number}"),), (Button("Skicka", Send(1)),)
        )
        return [Show(f"draft:1:{ref}", ref, card), Show(f"hint:1:{ref}", ref, card)]

    @toys.on(Send, may=ANYONE, untraced=True)
    def send(turn: Turn, did: Send) -> Effects:
        draft, me = turn.get(Draft, did.draft), turn.person
        case = turn.keep(
            Case(
                kind="ensamarbete",
                counted_as="riskobservation",
                proposed=1,
                severity=1,
                site=me.site,
                unit=me.unit,
                happened_at=draft.begun_at,
                received_at=turn.now,
                reporter=me.ref,
                exposed=me.ref,
                owner="cia",
                deputy="anna",
                words=draft.words,
            )
        )
        turn.session.delete(draft)
        thanks = Card("Tack", "Kollega", (Text("Skickat utan namn"),), private=True)
        gone = seal_off(turn, case, [f"never:1:{me.ref}"], ["report_draft:1"])
        return [*gone, *(Show(f"{name}:1:{me.ref}", me.ref, thanks) for name in ("draft", "hint"))]

    return toys


class Scene(Stage):
    """A stage on a file, with a journal, where every event of Kim's has a cookie in its id."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        database = connect(fresh_url(folder), lambda: KEYS)
        super().__init__(database=database, mutate=self.with_reports)
        self.screens.journal = folder / "screens.jsonl"

    @staticmethod
    def with_reports(engine: Engine) -> Engine:
        return Engine(engine.sessions, [*handlers.ALL, reporting()], engine.shelf, engine.surfaces)

    def kim(self, happened: Action, id: str | None = None, **inputs: str) -> Answer:
        id = id or f"{COOKIE}-{next(self.events)}"
        heard = Incoming(id, "kim", *pack(happened), inputs)
        answer = self.run(self.machine.hear(heard))
        self.passes(seconds=0.01)
        return answer

    def cia(self, happened: Action, **inputs: str) -> Answer:
        heard = Incoming(f"cia-{next(self.events)}", "cia", *pack(happened), inputs)
        answer = self.run(self.machine.hear(heard))
        self.passes(seconds=0.01)
        return answer

    def reports(self) -> str:
        """A whole report without a name; its code."""
        for number in (1, 2, 3):
            self.kim(Tap(number))
            self.passes(seconds=7)
        first, *_ = self.kim(Send(1)).notices
        return str(re.findall(r"[\d-]{19}", first)[0])

    def rows(self) -> Counter[tuple[str, str]]:
        """Every row of every table, as text."""
        found: Counter[tuple[str, str]] = Counter()
        with self.database.connect() as connection:
            for name in inspect(connection).get_table_names():
                for row in connection.execute(text(f'SELECT * FROM "{name}"')):
                    found[name, repr(tuple(row))] += 1
        return found

    def raw(self) -> bytes:
        """The database, its log and its free pages, and the journal of the screens.

        Of PostgreSQL what can be asked for: its free pages are emptied when it cleans up.
        """
        files = [one for one in self.folder.iterdir() if one.name != "kollega.keys"]
        lite = self.database.dialect.name == SQLITE
        written = {"kollega.db", "kollega.db-wal"} if lite else set()
        assert {one.name for one in files} >= {"screens.jsonl", *written}
        asked = [] if lite else every_row(self.database)
        return b"".join([*(one.encode() for one in asked), *(one.read_bytes() for one in files)])


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path)
    yield scene
    scene.close()


def test_after_a_report_without_a_name_not_a_byte_leads_back(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """The dump test: rows, raw bytes, log and journal, after a report and a whole dialogue."""
    caplog.set_level(logging.DEBUG)
    scene.passes(minutes=17, seconds=23)
    scene.person("cia")
    before, bytes_before = scene.rows(), scene.raw()

    code = scene.reports()
    scene.passes(seconds=61)
    scene.cia(AskReporter(1))
    scene.cia(Asked(1), text=QUESTION)
    assert scene.kim(EnterCode()).form
    form = scene.kim(GiveCode(), code=code).form
    assert form and QUESTION in str(form.note)
    scene.kim(AnswerByCode(code), text=REPLY)
    scene.passes(hours=1)

    fresh = scene.rows() - before
    digits = code.replace("-", "")
    for (table, row), _ in fresh.items():
        for trace in ("kim", "Kim", COOKIE, code, digits, WRITTEN, REPLY, "draft:1"):
            if trace == WRITTEN and table == "incident_case":
                continue  # sealed once its column is
            assert trace not in row, (table, row)
        if "'cia'" not in row and "cia:" not in row and "asked" not in row:
            late = re.findall(r"\d\d:(?!00:00)\d\d:\d\d", row)
            assert not late, (table, row)
    lost = before - fresh - scene.rows()
    assert all(table in ("audit", "seen", "person") or "'kim'" in row for (table, row) in lost)

    after = scene.raw()
    for trace in (COOKIE, code, digits, "Fråga 1", "Fråga 2", "Fråga 3"):
        assert trace.encode() not in after, trace
    assert after.count(b"kim") <= bytes_before.count(b"kim"), "not once more than before"
    assert not re.search(rf"\bkim\b|{COOKIE}|{code}", caplog.text, re.IGNORECASE), caplog.text


def test_the_code_is_shown_once_and_opens_the_dialogue_on_another_day(scene: Scene) -> None:
    code = scene.reports()
    assert re.fullmatch(r"\d{4}(-\d{4}){3}", code)
    scene.passes(hours=30)
    for typed in (code, code.replace("-", " "), code.replace("-", "")):
        form = scene.kim(GiveCode(), code=typed).form
        assert form and str(form.note) == "No new question. The case is open."
    with scene.machine.engine.sessions() as session:
        kept = session.get_one(CaseCode, 1)
        assert code.replace("-", "").encode() not in kept.hashed + kept.salt
        case = session.get_one(Case, 1)
        assert (case.reporter, case.exposed, case.naming) == (None, None, Naming.ANONYMOUS)
        assert (case.happened_at.minute, case.received_at.minute, case.exact) == (0, 0, False)


def test_a_repeat_of_the_platform_reads_the_same_code_and_makes_no_second_report(
    scene: Scene,
) -> None:
    scene.kim(Tap(1))
    first = scene.kim(Send(1), id=f"{COOKIE}-same")
    again = scene.kim(Send(1), id=f"{COOKIE}-same")
    assert first == again and "Code: " in first.notices[0]
    scene.passes(hours=25)
    with scene.database.connect() as connection:
        for name in ("passing_key", "untraced_mark"):
            assert connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() == 0, name


def test_the_audit_knows_how_often_and_in_which_hour_and_no_more(scene: Scene) -> None:
    scene.passes(minutes=31)
    scene.reports()
    with scene.machine.engine.sessions() as session:
        (row,) = session.exec(select(UntracedCount)).all()
        assert (row.what, row.outcome, row.count) == ("toy.send", "done", 1)
        assert (row.hour.minute, row.hour.second) == (0, 0)


def test_the_owner_asks_and_hears_on_the_full_hour(scene: Scene) -> None:
    cia = scene.person("cia")
    code = scene.reports()
    scene.cia(Asked(1), text=QUESTION)
    cia.sees(QUESTION)
    scene.kim(AnswerByCode(code), text=REPLY)
    cia.does_not_see(REPLY)
    scene.passes(hours=1)
    cia.sees(REPLY)
    cia.sees("Den som anmälde")
    cia.does_not_see("Kim")


def test_only_whoever_has_the_code_shows_a_name_and_it_is_written_down(scene: Scene) -> None:
    code = scene.reports()
    scene.cia(AnswerByCode("0000-0000-0000-0000"), wish="name")
    with scene.machine.engine.sessions() as session:
        assert session.get_one(Case, 1).reporter is None
    form = scene.kim(GiveCode(), code=code).form
    assert form and ("name", "Show my name to Cia") in form.fields[1].options
    assert scene.kim(AnswerByCode(code), wish="name").notices == ("Done. Cia now sees your name.",)
    with scene.machine.engine.sessions() as session:
        case = session.get_one(Case, 1)
        assert (case.reporter, case.naming) == ("kim", Naming.MANAGER)
        assert [(one.what, one.by) for one in timeline(session, 1)] == [(What.UNMASKED, "kim")]


def test_no_way_but_the_code_brings_a_name_to_an_anonymous_case(scene: Scene) -> None:
    """I14: of all handlers that see an anonymous case, one writes a name, and it wants the code."""
    writers = [
        file.name
        for file in (Path(handlers.__file__).parent).rglob("*.py")
        if re.search(r"\.reporter\s*(, case\.\w+)?\s*=[^=]", file.read_text("utf-8"))
    ]
    assert set(writers) <= {"answers.py", "sending.py"}, writers


def test_a_relay_tells_of_a_question_and_is_forgotten_after_thirty_days(scene: Scene) -> None:
    kim, code = scene.person("kim"), scene.reports()
    scene.cia(Asked(1), text=QUESTION)
    kim.does_not_see("Ny fråga på din kod")
    said_ = scene.kim(AnswerByCode(code), wish="relay").notices
    assert said_ == ("Ok. Roboten minns dig i 30 dagar, ingen annan.",)
    before = scene.rows()
    scene.cia(Asked(1), text="Mår du bra?")
    kim.sees("Ny fråga på din kod")
    assert not any("kim" in row for (_, row) in scene.rows() - before), "nothing remembers the card"
    scene.passes(hours=24 * 30)
    with scene.machine.engine.sessions() as session:
        assert session.get_one(CaseCode, 1).relay is None


def test_wrong_codes_are_slowed_down_then_stopped_and_security_hears_that_not_who(
    scene: Scene,
) -> None:
    farid, code = scene.person("farid"), scene.reports()
    wrong = [scene.kim(GiveCode(), code=f"{n:04}-1111-2222-3333").notices for n in range(3)]
    assert wrong == [("The code does not match. Please look once more.",)] * 3
    assert scene.kim(GiveCode(), code=code).notices == ("Too many tries. Please wait a while.",)
    for _ in range(3):
        scene.passes(hours=1, minutes=1)
        scene.kim(GiveCode(), code="9999-1111-2222-3333")
    farid.sees("Någon provar koder")
    farid.does_not_see("Kim")
    scene.passes(hours=2)
    assert scene.kim(GiveCode(), code=code).form is None
    assert scene.cia(GiveCode(), code=code).form, "others are not locked out by it"
    scene.passes(hours=30)
    assert scene.kim(GiveCode(), code=code).form


def test_codes_differ_are_read_in_any_spacing_and_are_no_personal_number() -> None:
    stream = Random(7)
    nobody: Any = None
    turn = Turn(nobody, nobody, nobody, nobody)
    turn = replace(turn, entropy=stream.randbytes)
    codes = {fresh(turn) for _ in range(50)}
    assert len(codes) == 50
    assert (
        digits_of("4821-7730-1956-0042") == digits_of(" 4821 7730 1956 0042 ") == "4821773019560042"
    )
    for wrong in (
        "",
        "4821",
        "4821-7730-1956-004x",
        "4821-7730-1956-00421",
        "kod 4821-7730-1956-0042",
    ):
        assert digits_of(wrong) is None
    assert replace(turn, entropy=lambda n: b"\xff" * (n - 1) + b"\x07").digits(3) == "777"


def test_a_small_group_is_told_honestly_and_offered_the_level_above(scene: Scene) -> None:
    with scene.machine.engine.sessions() as session:
        turn: Any = Turn(None, scene.loop.now(), session, scene.machine.engine.shelf.current)
        assert too_few(turn, "sundsvall", "Tillsyn")
        assert too_few(turn, "ostersund", "Kundcenter") == (6 < 7)
        assert said(session, 1) == []
