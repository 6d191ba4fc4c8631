"""Logs: one line a thing, for people or for machines, and never a secret in it."""

import json
import logging
from collections.abc import Iterator

import pytest

from bot import logs


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


SECRETS = [
    "xoxb-1234-abcd-EFGH",
    "xoxe.xoxp-1-Mi0yLT",
    "xapp-1-A0B1-99-ff",
    "Bearer abc.def-ghi.jkl",
    "eyJhbGciOi.eyJzdWIi.c2ln",
    "client_secret=hunter2",
    "postgresql://bo:hunter2@db",
    "19900231-1234",
    "9002311234",
]
"""None of them real; the numbers are of 31 February."""


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("kind", ["plain", "json"])
def test_no_secret_is_written(
    secret: str, kind: logs.Kind, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(kind)
    logging.getLogger("kollega.x").warning("it said %s and went on", secret)
    said = capsys.readouterr().err
    assert "and went on" in said
    assert logs.GONE in said
    for part in "hunter2", "EFGH", "Mi0yLT", "ff", "abc.def-ghi", "c2ln", "1234":
        assert part not in said


def test_ordinary_lines_are_left_alone() -> None:
    for line in (
        "help:118:bo to bo on slack did not arrive (429), again in 30.0 s",
        "case 20271123 of unit 4, phone 08-465 004 10, at 2027-03-01 08:00:00",
        "status=200 in 12 ms",
    ):
        assert logs.scrubbed(line) == line


def test_a_json_line_has_what_machines_look_for(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json")
    try:
        raise ValueError("token=abc")
    except ValueError:
        logging.getLogger("kollega.engine").exception("action %s failed", "help.press")
    said = json.loads(capsys.readouterr().err)
    assert said["message"] == "action help.press failed"
    assert (said["level"], said["logger"]) == ("error", "kollega.engine")
    assert "ValueError" in said["exception"]
    assert "abc" not in said["exception"]
    assert said["timestamp"].endswith("Z")


def test_a_plain_line_is_one_that_people_read(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("plain")
    logging.getLogger("kollega.clock").warning("late by %s s", 3)
    assert capsys.readouterr().err == "WARNING kollega.clock: late by 3 s\n"
