"""Silent logs: a broad run at DEBUG leaves no secret and no personal text in any line."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import logs
from handlers.reports.actions import ReportMessage
from storage.cases import Case
from tests.databases import fresh_url
from tests.slack.agency import SECRET, agency
from tests.slack.office import Office
from tests.stage import Stage
from tests.test_triage import case_of

WORDS = ("han vet var jag bor", "900231-1234", "grön cykel vid grinden")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Every line of every logger, as an operator would read it."""
    root, found = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    ours = logging.StreamHandler(found)
    ours.setFormatter(logs.Scrubber(logging.Formatter("%(levelname)s %(name)s: %(message)s")))
    root.addHandler(ours)
    root.setLevel(logging.DEBUG)
    yield found
    root.handlers[:], root.level = handlers, level


def test_a_day_at_work_leaves_no_personal_text(written: io.StringIO) -> None:
    stage = Stage()
    lisa, bo = stage.person("lisa"), stage.person("bo")
    lisa.presses("Vit pärm")
    bo.presses("Jag tar")
    lisa.presses("Fel pärm")
    case: Case = case_of(stage, reporter="lisa", exposed="lisa", words=WORDS[0])
    lisa.types(WORDS[2])
    lisa.types(WORDS[1])
    lisa.does(ReportMessage("x"))
    broken = stage.machine.engine.shelf
    stage.machine.engine.shelf = None  # type: ignore[assignment]
    try:
        stage.hears("lisa", "help.press", '{"level":3}', inputs={"words": WORDS[0]})
    except AttributeError:
        pass
    finally:
        stage.machine.engine.shelf = broken
    stage.passes(minutes=5)
    stage.close()
    told = written.getvalue()
    assert case.number and told, "something was written"
    for words in WORDS:
        assert words not in told


async def test_a_day_in_slack_leaves_no_secret(written: io.StringIO, tmp_path: Path) -> None:
    here = Office(agency(tmp_path), fresh_url(tmp_path), False)
    await here.open()
    try:
        await here.presses("lisa", 3)
        await here.sees("bo", "L3 · Lisa")
    finally:
        await here.close()
    told = written.getvalue()
    assert told
    for secret in (SECRET, here.slack.memory.token):
        assert secret not in told
