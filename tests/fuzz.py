"""Fuzz: recorded requests of Slack and Teams, bent by the chance of one seed, at the real servers.

Each is signed as the platform would sign it, so that it passes the door. Whatever comes, nobody
gets an error of ours, an answer tells nothing of the inside, and no log holds a traceback.
"""

import asyncio
import hashlib
import hmac
import json
import logging
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import time
from typing import Any
from urllib.parse import urlencode

from tests.slack.actor import slack_id
from tests.slack.hands import FORM
from tests.slack.stage import SECRET, SlackStage
from tests.teams.hands import entra
from tests.teams.microsoft import Message
from tests.teams.stage import TeamsStage

RECORDED = Path(__file__).parent / "slack" / "payloads"
Json = dict[str, Any]

AT_ONCE = 20
NOT_KNOWN = 501
"""What Teams wants to hear of a request that a bot knows nothing of."""
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 10**30, 1.5, "", " ", "\x00", "\ud83d", "𝔘", "å" * 5000, "'; --",
    "../../etc/passwd", "U0LISA", "lisa", "{}", "[]", [], {}, [[]], [{}], {"a": None}, "null",
    '{"call":1}', '{"level":3}', "help.press", "help.due#0",
)  # fmt: skip
INSIDE = ("traceback", 'file "', "sqlalchemy", "sqlite", "keyerror", "typeerror", "attributeerror",
          "valueerror", "site-packages", "/bot/", "secret")  # fmt: skip
"""What an answer never says."""


@dataclass
class Seen:
    """What came back and what was logged."""

    statuses: Counter[int] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)
    tracebacks: list[str] = field(default_factory=list)

    def answered(self, status: int, text: str, body: str) -> None:
        self.statuses[status] += 1
        leaks = [word for word in INSIDE if word in text.casefold()]
        if leaks or (status >= 500 and status != NOT_KNOWN):
            self.bad.append(f"{status} {leaks} {text[:200]!r} to {body[:400]!r}")


class Ear(logging.Handler):
    """Hears what the servers log."""

    def __init__(self, seen: Seen) -> None:
        super().__init__(logging.WARNING)
        self.seen = seen

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info or "Traceback" in record.getMessage():
            why = repr(record.exc_info[1]) if record.exc_info else ""
            self.seen.tracebacks.append(f"{record.name}: {record.getMessage()[:200]} {why[:200]}")


@contextmanager
def heard(seen: Seen) -> Iterator[None]:
    ear, root = Ear(seen), logging.getLogger()
    root.addHandler(ear)
    try:
        yield
    finally:
        root.removeHandler(ear)


def bent(chance: Random, said: Any) -> Any:
    """The same with one to four things wrong in it."""
    said = deepcopy(said)
    for _ in range(chance.choice((0, 1, 1, 1, 2, 4))):
        places = [*_places(said)]
        if not places:
            return said
        inside, key = chance.choice(places)
        match chance.choice(("gone", "odd", "odd", "text", "twice", "other")):
            case "gone":
                del inside[key]
            case "text" if isinstance(inside[key], str):
                inside[key] = _scratched(chance, inside[key])
            case "twice" if isinstance(inside, list):
                inside.append(deepcopy(inside[key]))
            case "other":
                elsewhere, name = chance.choice(places)
                try:
                    inside[key] = deepcopy(elsewhere[name])
                except (KeyError, IndexError):
                    inside[key] = None
            case _:
                inside[key] = chance.choice(ODD)
    return said


def _places(said: Any) -> Iterator[tuple[Any, Any]]:
    keys = said.keys() if isinstance(said, dict) else range(len(said))
    for key in [*keys]:
        yield said, key
        if isinstance(said[key], dict | list):
            yield from _places(said[key])


def _scratched(chance: Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(("\x00", "é", "}", '"', "0", "")) + text[at + 1 :]


def _torn(chance: Random, body: str) -> bytes:
    """Now and then the bytes themselves are broken."""
    raw = bytearray(body.encode("utf-8", "surrogatepass"))
    if raw and chance.random() < 0.1:
        raw = raw[: chance.randrange(len(raw))]
    elif raw and chance.random() < 0.1:
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(raw)


async def in_batches(work: Iterator[Coroutine[Any, Any, None]]) -> None:
    batch: list[Coroutine[Any, Any, None]] = []
    for one in work:
        batch.append(one)
        if len(batch) == AT_ONCE:
            await asyncio.gather(*batch)
            batch.clear()
    await asyncio.gather(*batch)


def slack(stage: SlackStage, chance: Random, count: int, seen: Seen) -> None:
    recorded = [
        (file.stem, json.loads(file.read_text("utf-8"))) for file in sorted(RECORDED.glob("*.json"))
    ]
    recorded += [("button", _button(stage)) for _ in range(6)]

    async def send(name: str, said: Json) -> None:
        body, kind = _slack_body(name, bent(chance, said))
        raw = _torn(chance, body)
        headers = {**_signed(raw), "Content-Type": kind}
        async with stage.hands.session.post(stage.hands.bot, data=raw, headers=headers) as answer:
            seen.answered(answer.status, await answer.text(), body)

    stage.run(in_batches(send(*chance.choice(recorded)) for _ in range(count)))


def _button(stage: SlackStage) -> Json:
    """A press of a button that exists."""
    said: Json = json.loads((RECORDED / "block_actions_in_a_message.json").read_text("utf-8"))
    element = {"type": "button", "action_id": "help.take#0", "value": '{"call":1}'}
    return {**said, "user": {**said["user"], "id": slack_id("bo")}, "actions": [element]}


def _slack_body(name: str, said: Any) -> tuple[str, str]:
    if name == "command":
        pairs = said if isinstance(said, dict) else {}
        return urlencode({k: str(v) for k, v in pairs.items()}, errors="replace"), FORM
    if name.startswith("event"):
        return json.dumps(said), "application/json"
    return urlencode({"payload": json.dumps(said)}), FORM


def _signed(raw: bytes) -> dict[str, str]:
    """As `tests.slack.hands` does it, also for bytes that are no text."""
    stamp = str(int(time()))
    mark = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}"}


def teams(stage: TeamsStage, chance: Random, count: int, seen: Seen) -> None:
    recorded = _recorded(stage)

    async def send(said: Json) -> None:
        body = json.dumps(bent(chance, said))
        status, text = await stage.hands.post(
            _torn(chance, body), f"Bearer {stage.microsoft.signed()}"
        )
        stage.hands.answers.clear()
        seen.answered(status, text, body)

    stage.run(in_batches(send(chance.choice(recorded)) for _ in range(count)))


def _recorded(stage: TeamsStage) -> list[Json]:
    """What Teams would send, caught before it is sent."""
    caught: list[Json] = []

    async def keep(said: Json) -> Json:
        caught.append(said)
        return {}

    hands, user, send = stage.hands, entra("lisa"), stage.hands.send
    hands.send = keep  # type: ignore[method-assign]
    pressed = {"type": "Action.Execute", "verb": "help.press", "data": {"payload": '{"level":3}'}}
    nowhere = Message("1", stage.microsoft.conversation(user).id, {})
    try:
        for work in (
            hands.press(user, pressed, nowhere),
            hands.type(user, "gul pärm"),
            hands.install(user),
            hands.install(user, "remove"),
            hands.invoke(user, "task/fetch", {"data": {}}),
        ):
            stage.run(work)
    finally:
        hands.send = send  # type: ignore[method-assign]
    return caught


def rss_mb() -> float:
    """What this process holds of memory, in MB."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
