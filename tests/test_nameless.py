"""A real report without a name, tap by tap: afterwards nothing that is kept leads back."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.engine import Engine
from handlers.reports.actions import (
    AskAgain,
    Choose,
    FinishDraft,
    MoreFactors,
    Nameless,
    NewReport,
    Onward,
    Park,
    Resume,
    SendNameless,
    WhichToCorrect,
    Write,
    Wrote,
)
from storage.cases import Case
from tests.test_anonymous import COOKIE, Scene
from tests.test_guards import SAMPLE

WORDS = "Det var i receptionen klockan tre"

TAPS = (
    NewReport(),
    Choose(1, "group", "risk"),
    Choose(1, "kind", "ordning"),
    Choose(1, "where", "desk"),
    Choose(1, "time", "now"),
    Choose(1, "effect", "calm"),
    MoreFactors(1),
    Choose(1, "factors", "ko"),
    Park(1),
    Resume(1),
    Onward(1, "factors"),
    WhichToCorrect(1),
    AskAgain(1, "effect"),
    Choose(1, "effect", "unpleasant"),
    Write(1),
)


class Real(Scene):
    @staticmethod
    def with_reports(engine: Engine) -> Engine:
        return engine


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Real]:
    scene = Real(tmp_path)
    yield scene
    scene.close()


def test_not_a_row_and_not_a_byte_leads_back(scene: Real, caplog: pytest.LogCaptureFixture) -> None:
    scene.passes(minutes=17, seconds=23)
    scene.person("cia")
    before, bytes_before = scene.rows(), scene.raw()
    for tap in TAPS:
        scene.kim(tap)
        scene.passes(seconds=3)
    scene.kim(Wrote(1), words=f"{WORDS}. Han heter {SAMPLE}")
    scene.kim(Wrote(1), words=WORDS)
    scene.kim(Choose(1, "kind", "no such thing"))
    scene.kim(FinishDraft(1))
    scene.kim(Nameless(1))
    (code, *_) = (
        found[0]
        for one in scene.kim(SendNameless(1)).notices
        if (found := re.findall(r"[\d-]{19}", one))
    )
    scene.passes(minutes=2)
    with scene.machine.engine.sessions() as session:
        case = session.get_one(Case, 1)
        assert (case.reporter, case.exposed, case.place, case.unit) == (None, None, None, "")
        assert (case.owner, case.words) == ("cia", WORDS)

    for (table, row), _ in (scene.rows() - before).items():
        for trace in ("kim", "Kim", COOKIE, code, WORDS, SAMPLE):
            assert trace not in row, (table, row)
        if table in ("audit", "seen", "incident_case", "case_event") and "cia" not in row:
            assert not re.findall(r"\d\d:(?!00:00)\d\d:\d\d", row), (table, row)
    after = scene.raw()
    for trace in (COOKIE, code, code.replace("-", ""), WORDS):
        assert trace.encode() not in after, trace
    assert after.count(b"kim") <= bytes_before.count(b"kim"), "not once more than before"
    assert not re.search(rf"\bkim\b|{COOKIE}|{code}", caplog.text, re.IGNORECASE)


def test_the_next_report_begins_as_if_there_had_been_none(scene: Real) -> None:
    kim = scene.person("kim")
    for tap in TAPS[:8]:
        scene.kim(tap)
    scene.kim(Onward(1, "factors"))
    scene.kim(SendNameless(1))
    kim.sees("Tack. Sparat utan namn.")
    scene.kim(NewReport())
    kim.sees("Vad hände?")
    assert "Se det nyare meddelandet" not in " ".join(kim.lines())
