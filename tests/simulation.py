"""The simulation: an agency of forty, everything the bot does at once, and all that may go wrong.

Virtual time; one seed is one run, and plays the same on every machine. People act at random by the
buttons that really stand on their screens, late, twice and forged; `tests/weather.py` brings the
faults, and after every step `tests/holding.py` looks whether all that must hold does.
"""

import json
import logging
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine as Database
from sqlmodel import Session, select

import handlers
from bot import assembly, commands, staff
from bot.actions import Action, pack
from bot.cards import Form
from bot.content import Shelf
from bot.engine import Engine
from bot.events import SAID, Answer, Incoming, NotKept
from bot.staff import imports
from bot.surfaces.workspace.screens import Message
from handlers.home import NotUnderstood, OpenHome
from handlers.reports.actions import NewReport
from storage.cases import Case
from storage.help import HelpCall
from storage.help_life import Status
from storage.help_notices import HelpNotice
from tests.databases import Chosen, copy_of, fresh_database, kept, thrown_away
from tests.holding import CHECKS, Mirrors, in_the_end
from tests.resting import RestingStage
from tests.stage import MOMENT, buttons
from tests.test_crash import Crash
from tests.twins import same_to_the_eye
from tests.virtual import START
from tests.weather import FUSE, StormySurface, Weather, exposed

DATA = Path(__file__).parent / "data"
STEPS = 45
ACTIVE = 14
"""So many of the forty do something in one run; all of them are asked, rung and told."""

ALWAYS = ("bror", "ditte", "mona", "ulla", "oskar")
"""Among them somebody who answers, leads, is on call, manages, and keeps the place safe."""

OFTEN = 0.2

QUIET_MINUTES = 6
"""So long nobody presses anything at the end, with everything working."""

NAMED = ("reports.send", "reports.finish", "reports.onward", "reports.receiver", "reports.answer")
NAMELESS = ("reports.send_nameless", "reports.nameless", *NAMED[1:])
"""What leads to the end of a report, the end first."""
LONGEST_REPORT = 20

Mutation = Callable[[Engine], Engine]


@cache
def agency() -> Shelf:
    """The base pack and the four sites of `tests/data`, in the word sets of the pack."""
    sites = Path(tempfile.mkdtemp()) / "sites"
    sites.mkdir()
    for number, file in enumerate(sorted((DATA / "agency/sites").glob("*.yaml"))):
        cover = ("folders", "copies")[number % 2]
        text = file.read_text("utf-8").replace("cover: plain", f"cover: {cover}")
        (sites / file.name).write_text(text, "utf-8")
    return assembly.shelf([assembly.BASE, sites.parent], handlers.ALL)


@cache
def people() -> imports.Import:
    return imports.read([DATA / "people_40.csv"], agency().current.all(staff.Site), set())


@cache
def hired(kind: str) -> Database:
    """A store in which everybody works already, on the database of that kind."""
    assert kind == Chosen.kind
    database = kept(fresh_database())
    with Session(database) as session:
        imports.store(session, people(), START - timedelta(days=20))
        session.commit()
    return database


Rung = dict[str, int]


@dataclass
class Played:
    """What happened in one run; `broken` is None where every invariant held to the end."""

    seed: int
    log: list[str] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)
    broken: str | None = None
    why: str = ""

    def told(self) -> str:
        return "\n".join([f"seed {self.seed}", *self.log, self.broken or "every invariant held"])


@dataclass(frozen=True)
class Pressed:
    """A button as it was once seen; it may be pressed long after, and again."""

    person: str
    wire_name: str
    payload: str


class AgencyStage(RestingStage):
    """The stage with the people of the spreadsheet; `everything_fits` is for smaller tests."""

    def __init__(self, weather: Weather, *how: Any, **more: Any) -> None:
        self.weather = weather
        super().__init__(*how, **more)

    def calm(self) -> bool:
        return not (self.weather.store_ill or self.weather.fuse)

    def close(self) -> None:
        self.dies()
        self.loop.close()
        thrown_away(self.database)


class Simulation:
    """One run. `focus` are wire names' beginnings that people press more readily, `often` a kind of
    step that comes more often; a `brief` run leaves out the schedules and the quiet at the end.
    """

    def __init__(
        self,
        seed: int,
        mutate: Mutation = lambda engine: engine,
        steps: int = STEPS,
        focus: tuple[str, ...] = (),
        often: str = "",
        brief: bool = False,
    ) -> None:
        self.chance, self.played, self.steps = Random(seed), Played(seed), steps
        self.focus, self.often, self.brief = focus, often, brief
        self.weather, self.secrets = Weather(self.chance), Random(f"secrets {seed}")
        database = copy_of(hired(Chosen.kind))
        found = people().people
        self.unreached = {ref for ref, one in found.items() if "workspace" not in one.addresses}
        self.staff = sorted({*found} - self.unreached)
        self.stage = AgencyStage(
            self.weather,
            "sv",
            database,
            lambda inner: StormySurface(inner, self.weather),
            lambda engine: mutate(exposed(engine, database, self.weather, self.secrets)),
            sweep_seconds=5,
            begins=not brief,
            shelf=agency(),
        )
        self.stage.loop.set_exception_handler(lambda *_: None)  # a dead process complains nowhere
        self._cast()
        self.seen: list[Pressed] = []
        self.unheard: list[Incoming] = []
        self.events = self.words = self.looked_at = 0
        self.store_was_ill = False
        self.looked_from = self.stage.loop.now()
        self.closed: dict[tuple[str, int], dict[str, Any]] = {}
        self.owners: dict[int, str | None] = {}
        self.left: dict[str, float] = {}
        self.authors: dict[str, str] = {}
        self.nameless: list[int] = []
        self.clean: dict[str, Message] = {}
        self.store = Mirrors()
        self._watch_screens()

    def _cast(self) -> None:
        """Who acts in this run, and what they like to press."""
        others = [ref for ref in self.staff if ref not in ALWAYS]
        self.cast = [*ALWAYS, *self.chance.sample(others, ACTIVE - len(ALWAYS))]
        self.likes: dict[str, float] = {}
        self.last = self.cast[-1]

    def _watch_screens(self) -> None:
        self.screens: dict[str, dict[str, Message]] = {}
        self.unread: list[Message] = []
        self.gone: list[Message] = []

        def shown(message: Message) -> None:
            mine = self.screens.setdefault(message.to, {})
            if before := mine.pop(message.id, None):
                self.gone.append(before)
            mine[message.id] = message  # the newest change comes last
            self.unread.append(message)

        self.stage.screens.watchers.append(shown)

    def screen(self, ref: str) -> list[Message]:
        return list(self.screens.get(ref, {}).values())

    def fresh(self) -> Iterator[Message]:
        """Each message that has changed since it was asked last, as it stands now."""
        changed, self.unread = {one.id: one for one in self.unread}, []
        yield from changed.values()

    # --- the run

    def play(self) -> Played:
        try:
            self.opens_home("bror")
            for _ in range(self.steps):
                self.step()
            self.ends()
        except Exception as broken:
            self.played.broken, self.played.why = traceback.format_exc(), str(broken)
        finally:
            self.stage.close()
        self._count()
        return self.played

    def step(self) -> None:
        does, how = self._next()
        self.figures["steps"] += 1
        self.log(f"{does.__name__} {' '.join(map(str, how))}".strip())
        self.store_was_ill = self.weather.store_ill
        does(*how)
        self.store_was_ill |= self.weather.store_ill
        self.holds()

    def _next(self) -> tuple[Callable[..., None], tuple[Any, ...]]:
        if self.often and self.chance.random() < OFTEN:
            return getattr(self, self.often), ()
        roll, seconds = self.chance.random(), self.chance.randint(1, 90)
        table: tuple[tuple[float, Callable[..., None], tuple[Any, ...]], ...] = (
            (0.60, self.presses, ()),
            (0.64, self.presses_late, ()),
            (0.67, self.forges, ()),
            (0.69, self.types, ()),
            (0.71, self.reports, ()),
            (0.82, self.waits, (seconds,)),
            (0.85, self.waits_long, ()),
            (0.95, self.weather_changes, ()),
            (0.975, self.restarts, ()),
            (0.985, self.leaves, ()),
            (1.0, self.clock_jumps, ()),
        )
        return next((does, how) for below, does, how in table if roll < below)

    def holds(self) -> None:
        self._tell_decisions()
        world = self.store.world(self.stage.database)
        for check in CHECKS:
            check(self, world)
        self.looked_at, self.looked_from = len(self.stage.decisions), self.stage.loop.now()

    def ends(self) -> None:
        """Everything works again and nobody presses: what is owed comes, and nothing is silent."""
        self.log("in the end everything works again")
        self.mended()
        self.stage.passes(seconds=45)
        self.survives(lambda: self.stage.passes(minutes=0 if self.brief else QUIET_MINUTES))
        self.holds()
        wrong = list(in_the_end(self))
        assert not wrong, wrong

    # --- what people do

    def presses(self) -> None:
        """Often the same person goes on with what came last."""
        if self.chance.random() > 0.65 or self.last in self.left:
            self.last = self.chance.choice([ref for ref in self.cast if ref not in self.left])
        ref = self.last
        if not self.screen(ref):
            self.opens_home(ref)
        wanted = self._button(ref)
        if wanted:
            self.seen.append(wanted)
            self.heard(ref, wanted.wire_name, wanted.payload)

    def _button(self, ref: str) -> Pressed | None:
        shown = [one for one in self.screen(ref) if buttons(one)]
        if not shown:
            return None
        newest = self.chance.random() < 0.6
        message = shown[-1] if newest else self.chance.choice(shown)
        found = buttons(message)
        weights = [self._likes(wire_name) for _, wire_name, _ in found]
        _, wire_name, payload = self.chance.choices(found, weights)[0]
        return Pressed(ref, wire_name, payload)

    def _likes(self, wire_name: str) -> float:
        """A taste of this run, by feature; a help call is nobody's every second press."""
        feature = wire_name.partition(".")[0]
        if feature not in self.likes:
            self.likes[feature] = self.chance.choice((0.5, 1.0, 3.0))
        focused = wire_name.startswith(self.focus) if self.focus else False
        return 30.0 if focused else self.likes[feature]

    def presses_late(self) -> None:
        """A button that somebody has pressed before, or one that stands there no more."""
        late = [one for one in self.gone[-200:] if one.to not in self.left and buttons(one)]
        if late and self.chance.random() < 0.6:
            message = self.chance.choice(late)
            _, wire_name, payload = self.chance.choice(buttons(message))
            self.heard(message.to, wire_name, payload)
        elif self.seen:
            old = self.chance.choice(self.seen)
            self.heard(old.person, old.wire_name, old.payload)

    def reports(self) -> None:
        """Somebody tells of something to the end, half of them without a name."""
        ref = self.last = self.chance.choice([one for one in self.cast if one not in self.left])
        self.heard(ref, *pack(NewReport()))
        wanted = NAMELESS if self.chance.random() < 0.5 else NAMED
        for _ in range(LONGEST_REPORT):
            shown = [button for one in self.screen(ref)[-2:] for button in buttons(one)]
            found = [one for name in wanted for one in shown if one[1] == name]
            if not found:
                return
            first = [one for one in found if one[1] == found[0][1]]
            _, wire_name, payload = self.chance.choice(first)
            self.heard(ref, wire_name, payload)
            if wire_name == wanted[0]:
                return

    def forges(self) -> None:
        """Somebody sends what another person's button says, or what only the clock may say."""
        who, pick = self.chance.choice(self.cast), self.chance.random()
        if pick < 0.4 or not self.seen:
            name = self.chance.choice(("help.due", "visits.due", "plans.due", "people.left"))
            key = {"help.due": "call", "visits.due": "visit", "plans.due": "step"}.get(name, "x")
            self.heard(who, name, f'{{"{key}":{self.chance.randint(1, 3)}}}')
            return
        old = self.chance.choice(self.seen)
        self.heard(who, old.wire_name, old.payload)

    def types(self) -> None:
        who = self.chance.choice(self.cast)
        every = sorted(agency().current.all(commands.Command).items())
        command = self.chance.choice(every)[1]
        text = self.chance.choice((*command.sv, *command.en, *command.alone))
        action: Action = commands.understand(agency().current, text) or NotUnderstood()
        self.heard(who, *pack(action), inputs={SAID: text})

    def opens_home(self, ref: str) -> None:
        self.heard(ref, *pack(OpenHome()))

    def heard(
        self, ref: str, wire_name: str, payload: str, inputs: dict[str, str] | None = None
    ) -> None:
        """It happens; now and then the platform sends it once more (I11); forms are filled in."""
        self.events += 1
        heard = Incoming(f"event-{self.events}", ref, wire_name, payload, inputs or {})
        self.log(f"  {ref} {wire_name} {payload} {heard.inputs or ''}")
        before = same_to_the_eye(self, heard), self._numbers(heard)
        answer = self.delivers(heard)
        if answer is None:
            return
        self._understands(heard, answer, *before)
        if self.chance.random() < 0.2:
            decided = len(self.stage.decisions)
            again = self.delivers(heard)
            if again is not None and not self.store_was_ill:
                own = [one for one in self.stage.decisions[decided:] if one.who == ref]
                assert again == answer, f"{wire_name} twice was answered otherwise: {again}"
                assert not own, f"{wire_name} twice was decided twice"
        if answer.form:
            self.fills(ref, answer.form)

    def _understands(self, heard: Incoming, answer: Answer, draft: int | None, rung: Rung) -> None:
        if answer.refused:
            return
        if heard.wire_name == "help.press" and heard.person not in self.left:
            self.figures["alerts"] += 1
            with Session(self.stage.database) as session:
                mine = session.exec(select(HelpCall).where(HelpCall.presser == heard.person))
                assert any(one.open for one in mine), f"lost: the press of {heard.person}"
        if heard.wire_name == "help.decline":
            self._declined(heard, rung)
        if draft is not None and heard.wire_name == "reports.send_nameless":
            self.nameless.append(draft)

    def _numbers(self, heard: Incoming) -> Rung:
        """Who was asked aloud of a call, and how often, before somebody says that they cannot."""
        if heard.wire_name != "help.decline":
            return {}
        number = json.loads(heard.payload)["call"]
        with Session(self.stage.database) as session:
            told = session.exec(select(HelpNotice).where(HelpNotice.call == number))
            return {one.person: one.number for one in told if not one.silent}

    def _declined(self, heard: Incoming, before: Rung) -> None:
        """Who cannot is left in peace, and who knows is not asked for it, unless nobody is left."""
        with Session(self.stage.database) as session:
            call = session.get_one(HelpCall, json.loads(heard.payload)["call"])
        now = self._numbers(heard)
        again = [ref for ref, count in before.items() if now.get(ref, count) > count]
        assert call.status is not Status.RINGING or not again, f"{again} are asked once more"

    def fills(self, ref: str, form: Form) -> None:
        if self.chance.random() < 0.15:
            return  # closed without a word
        inputs = {}
        for asked in form.fields:
            if asked.options:
                inputs[asked.name] = self.chance.choice(asked.options)[0]
            elif asked.required or self.chance.random() < 0.7:
                self.words += 1
                token = f"ord{self.words}zz"
                self.authors[token] = ref
                inputs[asked.name] = self.chance.choice((token, f"{token} igen", "14:45"))
        self.heard(ref, *pack(form.action), inputs)

    def delivers(self, heard: Incoming) -> Answer | None:
        """The platform sends it until it is acknowledged; None while the store takes nothing."""
        while True:
            try:
                answer = self.stage.run(self.stage.machine.hear_for_good(heard))
                self.survives(lambda: self.stage.passes(seconds=MOMENT))
                return answer
            except NotKept:
                self.unheard.append(heard)
                return None
            except Crash:
                self.comes_back()

    # --- what else happens

    def waits(self, seconds: float) -> None:
        self.survives(lambda: self.stage.passes(seconds=seconds))

    def waits_long(self) -> None:
        """Hours, when nothing sounds; minutes else."""
        with Session(self.stage.database) as session:
            loud = any(one.open for one in session.exec(select(HelpCall)))
        hours = 0.08 if loud or not self.weather.calm else self.chance.choice((0.5, 2.0, 5.0, 17.0))
        self.survives(lambda: self.stage.passes(hours=hours))

    def weather_changes(self) -> None:
        """It clears up as often as it breaks."""
        weather, pick = self.weather, self.chance.random()
        if not weather.calm:
            self.mended()
            return
        if pick < 0.35:
            self.mines()
        elif pick < 0.6:
            weather.rough = self.chance.uniform(0.1, 0.7)
        elif pick < 0.7:
            weather.down = True
        elif pick < 0.8:
            weather.ill = {*self.chance.sample(self.staff, 8)}
        elif pick < 0.9:
            weather.full = True
        else:
            weather.locked = True
        self.log(f"  {self._weather()}")

    def mines(self) -> None:
        """The process dies at one of the next commits or calls."""
        self.weather.fuse = self.chance.randint(1, FUSE)

    def _weather(self) -> str:
        named: dict[str, object] = {
            "mine": self.weather.fuse,
            "rough": round(self.weather.rough, 2),
        }
        named |= {"down": self.weather.down}
        named |= {"rough": round(self.weather.rough, 2), "ill": sorted(self.weather.ill)}
        named |= {"full": self.weather.full, "locked": self.weather.locked}
        return " ".join(f"{name} {how}" for name, how in named.items() if how)

    def mended(self) -> None:
        """All works again, and what the store did not take is sent once more."""
        self.weather.clears()
        again, self.unheard = self.unheard, []
        self.stage.passes(seconds=2)
        for heard in again:
            self.delivers(heard)
        self.stage.passes(seconds=31)  # the longest rest before a next try

    def restarts(self) -> None:
        self.stage.dies()
        self.comes_back()

    def comes_back(self) -> None:
        self.figures["restarts"] += 1
        while True:
            try:
                return self.stage.restarts()
            except Crash:
                continue

    def survives(self, do: Callable[[], None]) -> None:
        try:
            do()
        except Crash:
            self.comes_back()

    def leaves(self) -> None:
        """Somebody works here no longer: the next spreadsheet does not name them."""
        here = [ref for ref in self.staff if ref not in (*ALWAYS, *self.left)]
        with Session(self.stage.database) as session:
            owners = {one.owner for one in session.exec(select(Case)) if one.open}
        wanted = sorted(owners - {*self.left})
        ref = self.chance.choice(wanted or here)
        self.left[ref] = self.stage.loop.time()
        self.log(f"  {ref} leaves")
        found = people()
        stay = {one: row for one, row in found.people.items() if one not in self.left}
        now = imports.Import(stay, [], found.sites)
        with Session(self.stage.database) as session:
            imports.store(session, now, self.stage.loop.now())
            session.commit()
        self.survives(lambda: self.stage.passes(seconds=32))  # another process has written it

    def clock_jumps(self) -> None:
        seconds = self.chance.choice((-3600, -600, -60, -5, 5, 120, 3600))
        self.log(f"  by {seconds} s")
        self.weather.goes_wrong("clock")
        self.stage.loop.skew += timedelta(seconds=seconds)
        self.survives(lambda: self.stage.passes(seconds=31))

    # --- what is told of it

    @property
    def figures(self) -> Counter[str]:
        return self.weather.figures

    def log(self, line: str) -> None:
        self.played.log.append(f"{self.stage.loop.now():%d %H:%M:%S}  {line}")

    def _tell_decisions(self) -> None:
        for one in self.stage.decisions[self.looked_at :]:
            self.figures["decisions"] += 1
            self.played.log.append(f"{one.at:%d %H:%M:%S}      {one.who} {one.what} {one.outcome}")

    def _count(self) -> None:
        why = self.played.why
        for name in ("lost", "silent"):
            self.figures[name] += why.startswith(name)
        self.figures["seeds"] += 1
        self.played.figures = self.figures


@contextmanager
def hushed() -> Iterator[None]:
    """The failing platform is part of the play: it is not told in the log."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def play(seed: int, mutate: Mutation = lambda engine: engine, **how: Any) -> Played:
    with hushed():
        return Simulation(seed, mutate, **how).play()
