"""Screens: what the workspace has been shown, as Slack's or Teams' own servers would keep it.

It is this surface's platform, not the bot's memory: a journal of its own, so that messages stay
on the screens when the bot is killed and comes back.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

Holds = list[list[str]]
"""The buttons that want a deliberate press, each as its wire name and its payload.

No platform is told of them: they stand beside what the platforms get.
"""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it stands; `keys` are those of the deliveries that it has taken."""

    id: str
    to: str
    home: bool
    at: str
    edited_at: str | None
    slack: dict[str, Any]
    teams: dict[str, Any]
    keys: list[str] = field(default_factory=list)
    hold: Holds = field(default_factory=list)


class Screens:
    """`journal` is a file to which every change is appended, or None for memory alone."""

    def __init__(self, journal: Path | None = None) -> None:
        self.messages: dict[str, Message] = {}
        self.by_key: dict[str, str] = {}
        self.watchers: list[Callable[[Message], None]] = []
        self.journal = journal
        self.last = 0
        self.born = _born(journal)
        if journal:
            _mend(journal)
        for message in _read(journal):
            self._keep(message)

    def put(
        self,
        to: str,
        home: bool,
        now: datetime,
        key: str,
        slack: dict[str, Any],
        teams: dict[str, Any],
        hold: Holds | None = None,
        written: bool = True,
    ) -> str:
        """A new message (or the one page of a person); the same key again is the same message."""
        if key in self.by_key and not home:
            return self.by_key[key]
        id = f"home:{to}" if home else f"m{self.last + 1}"
        at = now.isoformat()
        message = Message(id, to, home, at, None, slack, teams, [key], hold or [])
        return self._change(message, written)

    def change(
        self,
        id: str,
        now: datetime,
        key: str,
        slack: dict[str, Any],
        teams: dict[str, Any],
        hold: Holds | None = None,
        written: bool = True,
    ) -> None:
        """Another card in place of the older one."""
        old = self.messages[id]
        keys = [*old.keys, key] if key not in old.keys else old.keys
        at = now.isoformat()
        message = Message(id, old.to, old.home, old.at, at, slack, teams, keys, hold or [])
        self._change(message, written)

    def forget(self, id: str) -> None:
        """It stands on the screen until this process ends; the journal never heard of it."""
        if self.journal and self.journal.exists():
            kept = [one for one in _read(self.journal) if one.id != id]
            fresh = self.journal.with_suffix(".new")
            fresh.write_text("".join(map(_line, kept)), "utf-8")
            fresh.replace(self.journal)

    def _change(self, message: Message, written: bool = True) -> str:
        if self.journal and written:
            with self.journal.open("a", encoding="utf-8") as file:
                file.write(_line(message))
        self._keep(message)
        for watcher in self.watchers:
            watcher(message)
        return message.id

    def _keep(self, message: Message) -> None:
        self.messages[message.id] = message
        if message.id[:1] == "m" and message.id[1:].isdecimal():
            self.last = max(self.last, int(message.id[1:]))
        self.by_key.update(dict.fromkeys(message.keys, message.id))


FACTS = tuple(one.name for one in fields(Message))


def _line(message: Message) -> str:
    """The cards are JSON already: `asdict` would copy each of their parts first."""
    facts = {name: getattr(message, name) for name in FACTS}
    return json.dumps(facts, ensure_ascii=False) + "\n"


def _born(journal: Path | None) -> str:
    """A mark of this store of screens: a page that knows another one has to forget it."""
    if journal is None:
        return token_hex(4)
    file = journal.with_suffix(".born")
    if not file.exists():
        file.write_text(token_hex(4), "ascii")
    return file.read_text("ascii")


def _mend(journal: Path) -> None:
    """A kill may tear the last line in two: what comes next begins on a line of its own."""
    if journal.exists() and not journal.read_bytes().endswith(b"\n"):
        with journal.open("ab") as file:
            file.write(b"\n")


def _read(journal: Path | None) -> Iterator[Message]:
    if journal is None or not journal.exists():
        return
    for line in journal.read_bytes().split(b"\n"):
        with suppress(ValueError, TypeError):  # a torn line; its delivery comes again
            yield Message(**json.loads(line))
