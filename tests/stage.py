"""The stage: people on a surface, so that tests read like conversations.

Everything is real but time: engine, courier, clock, SQLite, the renderers of Slack and Teams.
People see and press the very JSON that the platforms would get.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import Engine as Database

import handlers
from bot import assembly, commands
from bot.actions import Action, build, pack
from bot.cards import Form
from bot.content import Shelf
from bot.engine import Engine
from bot.events import SAID, Answer, Decision, Incoming
from bot.machine import Machine
from bot.surfaces import Surface
from bot.surfaces.slack import parse as slack_parse
from bot.surfaces.teams import parse as teams_parse
from bot.surfaces.workspace.screens import Message, Screens
from bot.surfaces.workspace.surface import WorkspaceSurface
from handlers.home import NotUnderstood, OpenHome, Speak
from tests.covering import everything_is_covered
from tests.databases import fresh_database
from tests.fitting import everything_fits
from tests.virtual import InlineWriter, VirtualLoop

Result = TypeVar("Result")
Json = dict[str, Any]

MOMENT = 0.01

LONG, LEAP = 5, 60.0
"""After so many minutes at once, time leaps to a minute (in seconds) before the next thing that
falls due: a night of looks each second would take a test minutes."""


@cache
def demo_shelf() -> Shelf:
    return assembly.shelf([assembly.BASE, assembly.DEMO], handlers.ALL)


class Stage:
    def __init__(
        self,
        language: str = "sv",
        database: Database | None = None,
        wrap: Callable[[Surface], Surface] = lambda surface: surface,
        mutate: Callable[[Engine], Engine] = lambda engine: engine,
        sweep_seconds: float = 1,
        begins: bool = False,
        shelf: Shelf | None = None,
    ) -> None:
        """`begins`: the schedules run too, as they do in real life."""
        self.begins, self.shelf = begins, shelf or demo_shelf()
        self.language = language
        self.loop = VirtualLoop()
        self.screens = Screens()
        self.database = database or fresh_database()
        self.wrap, self.mutate, self.sweep_seconds = wrap, mutate, sweep_seconds
        self.events = count(1)
        self.decisions: list[Decision] = []
        self.machine = self.start()

    def start(self) -> Machine:
        """A bot on this store, as after a start of the process."""
        self.loop.forgets_the_time()
        shelf, now = self.shelf, self.loop.now
        assembly.resume(self.database, now)
        engine = assembly.engine(self.database, handlers.ALL, shelf, ["workspace"], now())
        if self.begins:
            assembly.begin(engine, now())
        surface = self.wrap(WorkspaceSurface(self.screens, now))
        self.machine = self.run(self._machine(self.mutate(engine), surface))
        self.machine.observers.append(self.decisions.append)
        return self.machine

    async def _machine(self, engine: Engine, surface: Surface) -> Machine:
        machine = Machine(engine, {"workspace": surface}, InlineWriter(), self.loop.now)
        machine.courier.sweep_seconds = self.sweep_seconds
        machine.start()
        return machine

    def dies(self) -> None:
        """The process is gone: whatever it had in memory and had not committed is lost."""
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        for _ in range(2):  # a loop that a crash broke off may hold a stop that was meant for then
            self.loop.call_soon(self.loop.stop)
            self.loop.run_forever()

    def restarts(self) -> None:
        self.dies()
        self.start()
        self.passes(seconds=MOMENT)

    def passes(self, **time: float) -> None:
        """Let time pass, and everything that falls due along the way happen."""
        minutes = time.get("minutes", 0) + 60 * time.get("hours", 0)
        seconds = time.get("seconds", 0) + 60 * minutes
        while minutes > LONG and seconds > 2 * LEAP:
            idle = max(min(self._idle(), seconds - LEAP) - LEAP, 0)
            self.loop.impatient.moved += idle
            self.run(asyncio.sleep(2 * LEAP))
            seconds -= idle + 2 * LEAP
        self.run(asyncio.sleep(max(seconds, 0)))

    def _idle(self) -> float:
        """Seconds until something falls due."""
        due = self.machine.engine.next_due()
        return (due - self.loop.now()).total_seconds() if due else LEAP * 10**6

    def forwards(self) -> None:
        """To the next thing that falls due."""
        due = self.machine.engine.next_due()
        assert due, "nothing will fall due"
        self.passes(seconds=(due - self.loop.now()).total_seconds() + MOMENT)

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(work)

    def hears(
        self,
        person: str,
        wire_name: str,
        payload: str,
        id: str | None = None,
        inputs: Mapping[str, str] | None = None,
        at: datetime | None = None,
    ) -> Answer:
        event = id or f"event-{next(self.events)}"
        heard = Incoming(event, person, wire_name, payload, inputs or {}, at)
        answer = self.run(self.machine.hear(heard))
        self.passes(seconds=MOMENT)
        return answer

    def person(self, ref: str) -> "Actor":
        actor = Actor(self, ref)
        actor.does(OpenHome())
        actor.does(Speak("en" if self.language == "en" else "sv"))
        return actor

    def close(self) -> None:
        everything_fits(self.decisions, self.shelf.current)
        try:
            everything_is_covered(self)
        finally:
            self.dies()
            self.loop.close()
            self.database.dispose()


@dataclass
class Actor:
    stage: Stage
    ref: str
    notices: list[str] = field(default_factory=list)
    form: Form | None = None
    """The form that stands open before this person."""

    def does(self, action: Action, id: str | None = None) -> None:
        self._hear(*pack(action), id)

    def uses_shortcut(self, place: int) -> None:
        """The platform's own global shortcut, the most discreet trigger there is."""
        command = commands.shortcuts(demo_shelf().current)[place - 1]
        self.does(build(command.action, command.values))

    def types(self, text: str) -> None:
        """As the surfaces do: what no command knows may be a question to the library."""
        action = commands.understand(demo_shelf().current, text) or NotUnderstood()
        self._hear(*pack(action), inputs={SAID: text})

    def presses(self, label: str) -> None:
        self.finds(label)()

    def finds(self, label: str) -> Callable[[], None]:
        """The newest button of that name; call it to press, also when it is late."""
        found = [b for message in self.messages() for b in buttons(message) if b[0] == label]
        assert found, f"{self.ref} has no button {label!r}: {self.labels()}"
        _, wire_name, payload = found[-1]
        return lambda: self._hear(wire_name, payload)

    def fills(self, **inputs: str) -> None:
        """Fill in the form that stands open, and send it."""
        assert self.form, f"{self.ref} has no form"
        asked, self.form = self.form, None
        answer = self.stage.hears(self.ref, *pack(asked.action), inputs=inputs)
        self.notices += answer.notices
        self.form = answer.form

    def sees(self, text: str) -> None:
        assert any(text in line for line in self.lines()), f"{self.ref} sees {self.lines()}"

    def does_not_see(self, text: str) -> None:
        seen = [line for line in self.lines() if text in line]
        assert not seen, f"{self.ref} sees {seen}"

    def hears(self, text: str) -> None:
        """The newest line that only this person was told."""
        assert self.notices and text in self.notices[-1], f"{self.ref} was told {self.notices}"

    def messages(self) -> list[Message]:
        """What stands on this person's screen, oldest first, their own page before the rest."""
        mine = [m for m in self.stage.screens.messages.values() if m.to == self.ref]
        return sorted(mine, key=lambda message: not message.home)

    def labels(self) -> list[str]:
        return [label for message in self.messages() for label, *_ in buttons(message)]

    def lines(self) -> list[str]:
        """Every text on the screen, as both platforms show it."""
        return [*self.notices, *(text for m in self.messages() for text in texts(m))]

    def submits(self, action: Action, **inputs: str) -> None:
        """Submit a form, open or not."""
        self._hear(*pack(action), inputs=inputs)

    def _hear(
        self,
        wire_name: str,
        payload: str,
        id: str | None = None,
        inputs: Mapping[str, str] | None = None,
    ) -> None:
        answer = self.stage.hears(self.ref, wire_name, payload, id, inputs)
        self.notices += answer.notices
        self.form = answer.form or self.form


Button = tuple[str, str, str]
"""Label, wire name, payload."""

READ_BEFORE: dict[int, tuple[Message, list[Button], list[str]]] = {}
"""What was found in a message: it never changes, and is looked at after every step."""


def read(message: Message) -> tuple[Message, list[Button], list[str]]:
    known = READ_BEFORE.get(id(message))
    if known is None or known[0] is not message:
        if len(READ_BEFORE) > 2000:
            READ_BEFORE.clear()
        slack, teams = walk(message.slack), walk(message.teams)
        texts = [*words_in(slack), *words_in(teams)]
        known = READ_BEFORE[id(message)] = message, _buttons(slack, teams), texts
    return known


def buttons(message: Message) -> list[Button]:
    """Every button; both platforms must agree."""
    return read(message)[1]


def texts(message: Message) -> list[str]:
    """Every string that a person may read: the same words on both platforms."""
    return read(message)[2]


def _buttons(slack: list[Json], teams: list[Json]) -> list[Button]:
    """A tick is called by what it is about, as a screen reader does."""
    found = [
        (e.get("accessibility_label") or e["text"]["text"], *slack_parse.pressed(e))
        for e in slack
        if e.get("type") == "button"
    ]
    others = [
        (e["title"], *teams_parse.executed(e)) for e in teams if e.get("type") == "Action.Execute"
    ]
    assert found == others, "Slack and Teams show different buttons"
    return found


READ = {"text", "title", "value", "altText", "alt_text", "summary", "label", "accessibility_label"}


UNPRESSED = READ - {"value"}
"""A button's value is its wire payload, which nobody reads."""


def readable(payload: Json) -> list[str]:
    return words_in(walk(payload))


def words_in(parts: list[Json]) -> list[str]:
    found = []
    for part in parts:
        keys = UNPRESSED if part.get("type") == "button" else READ
        found += [v for k, v in part.items() if k in keys and isinstance(v, str)]
    return found


def walk(part: Any) -> list[Json]:
    """Every object in it, the outer before the inner."""
    found: list[Json] = []
    _gather(part, found)
    return found


def _gather(part: Any, found: list[Json]) -> None:
    if isinstance(part, dict):
        found.append(part)
        for inner in part.values():
            _gather(inner, found)
    elif isinstance(part, list):
        for inner in part:
            _gather(inner, found)


def dump(message: Message) -> str:
    return json.dumps([message.slack, message.teams], ensure_ascii=False)
