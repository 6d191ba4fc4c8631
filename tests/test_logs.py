"""Logs: one line a thing, for people or for machines, and never a secret in it."""

import json
import logging
import time
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
    "{'client_secret': 'hunter2'}",
    "{'client_secret': 'it is hunter2, the old one'}",
    "{'app_password': None, 'x-api-key': b'hunter2'}",
    '{"access_token":"hunter2","ok":true}',
    '{"body": "{\\"refresh_token\\": \\"hunter2\\"}"}',
    '{"password":"hi\\"hunter2"}',
    "password: hunter2",
    "Password : hunter2",
    "client_secret: hunter2",
    "token: hunter2abcd",
    "access_token=hunter2&x=1",
    "wss://wss.example/link/?ticket=hunter2&app_id=1",
    "redis://:hunter2@cache:6379/0",
    "postgresql://bo:in@hunter2@db/kollega",
    "https://hooks.slack.com/services/T1/B1/hunter2",
    "https://hooks.slack.com/actions/T1/1/hunter2",
    "k1a2b3:hunter2-hunter2_hunter2-hunter2_hunter2-000=",
    "k1a2b3:hunter2+hunter2/hunter2+hunter2/hunter2+000",
    "hunter2+hunter2/hunter2+hunter2/hunter2+000=",
    "900231\u20131234",
    "900231\u20121234",
    "19900231\u22121234",
    "900231 \u2014 1234",
    "900231\u00a01234",
    "900231\u200b-1234",
    "900231\\u20131234",
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


def test_a_secret_that_was_cut_off_is_one_too() -> None:
    assert logs.scrubbed('it said {"refresh_token":"hunter2') == f"it said {{{logs.GONE}"


@pytest.mark.parametrize("bit", ['"', "\\", 'token":"', "a-b_", "://a:", "1-", "x"])
def test_a_line_of_any_length_is_soon_read(bit: str) -> None:
    begun = time.monotonic()
    logs.scrubbed(bit * (50_000 // len(bit)))
    assert time.monotonic() - begun < 5


def test_ordinary_lines_are_left_alone() -> None:
    for line in (
        "help:118:bo to bo on slack did not arrive (429), again in 30.0 s",
        "case 20271123 of unit 4, phone 08-465 004 10, at 2027-03-01 08:00:00",
        "status=200 in 12 ms",
        "status_code=200, state: open, error code: 7, token_type=Bearer",
        "Teams: our token is not renewed yet (no answer); the token: not known",
        "{'code': 'InvalidAuthenticationToken', 'message': 'Access token is empty.'}",
        '{"token_type":"Bearer","expires_in":3599,"tickets":2}',
        "answers at http://127.0.0.1:8710/ and mail to bo@example.org goes on",
        "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "lisa:event-12 of help:118, slot home:lisa, audit line 20271123 \u2013 12 rows",
        "from 2027-03-01 to 2027-03-02, 100000 \u2013 200000 rows",
        "no copy can be made in /mnt/other-machine/kollega (No space left on device)",
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
