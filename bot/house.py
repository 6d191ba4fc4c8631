"""A running bot, wired together: what is in the house, and what the page may ask of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import make_url

from bot import assembly, commands, keys, paper
from bot.actions import Action, build
from bot.cards import Card
from bot.clock import wall
from bot.content import Pack, Shelf
from bot.eraser import Eraser
from bot.features import Feature, kept, sheets
from bot.keeping import Keeper
from bot.keeping_news import KeepingNews, Telling
from bot.machine import Machine
from bot.manners import Manners
from bot.operations import Operations
from bot.outside import Outside
from bot.replicas import Member
from bot.sealer import Sealer
from bot.signing import Signer
from bot.surfaces import Surface
from bot.surfaces.slack.reasons import reason as slack_reason
from bot.surfaces.teams.reasons import REASONS as TEAMS_REASONS
from bot.surfaces.workspace.screens import Screens
from bot.surfaces.workspace.server import Doors, Workspace
from bot.surfaces.workspace.surface import WorkspaceSurface
from bot.troubles import Troubles
from bot.turn import Gone
from bot.words import LANGUAGES, say
from bot.world import told_views, world
from bot.writer import ThreadWriter
from storage.database import connect
from storage.sealed import Ring

if TYPE_CHECKING:  # its packages take half as long to read as everything else
    from bot.slack_house import SlackHouse
    from bot.teams_house import TeamsHouse

WRITERS = 4
"""Threads on PostgreSQL: turns are one at a time there too, but marks and looks go beside them."""


@dataclass(frozen=True)
class Demo:
    """What only the demo can do: move its clock, kill the process, begin again."""

    forward: Callable[[Machine, float], Awaitable[None]]
    kill: Callable[[], None]
    reset: Callable[[], None]
    panes: tuple[str, ...]


@dataclass
class House:
    """A running bot, wired together. `shown`: whoever sits at this machine may play everybody.
    `keep_pack` is called when new content is in use."""

    shelf: Shelf
    machine: Machine
    workspace: Workspace
    troubles: Troubles
    sealer: Sealer
    operations: Operations
    eraser: Eraser
    slack: "SlackHouse | None" = None
    teams: "TeamsHouse | None" = None
    keeper: Keeper | None = None
    news: KeepingNews | None = None
    outside: Outside | None = None
    shown: bool = True
    member: Member | None = None
    errands: set[asyncio.Task[None]] = field(default_factory=set)
    keep_pack: Callable[[], None] = lambda: None

    @property
    def platforms(self) -> "list[SlackHouse | TeamsHouse]":
        return [one for one in (self.slack, self.teams) if one is not None]

    def keep(self, keeper: Keeper, telling: Telling) -> None:
        """Copies of the store are made too; `telling` is what is told of them."""
        self.keeper = self.operations.keeper = keeper
        self.news = KeepingNews(keeper, self.machine, telling)
        self.machine.observers.append(keeper)

    def beside(self) -> list[asyncio.Task[None]]:
        """What runs beside the machine, and holds up nothing when it fails."""
        runs = [
            self.sealer.run,
            self.eraser.run,
            *(one.run for one in (self.keeper, self.news, self.outside) if one),
        ]
        return [asyncio.create_task(run(), name=f"beside: {run.__qualname__}") for run in runs]


def build_house(
    url: str,
    shelf: Shelf,
    features: Sequence[Feature],
    manners: Manners,
    now: Callable[[], datetime] = wall,
    journal: Path | None = None,
    demo: Demo | None = None,
    slack: "SlackHouse | None" = None,
    teams: "TeamsHouse | None" = None,
    signer: Signer | None = None,
    ring: Ring | None = None,
    shown: bool = True,
) -> House:
    """Everything but the listening socket. Called inside a running event loop.

    Without a `ring` the keys stand in a file beside the database. Unless the workspace is `shown`
    it is no surface either: a card there would reach nobody.
    """
    screens = Screens(journal if shown else None)
    surfaces: dict[str, Surface] = {"workspace": WorkspaceSurface(screens, now)} if shown else {}
    if slack:
        surfaces["slack"] = slack.surface
    if teams:
        surfaces["teams"] = teams.surface
    database = connect(url, ring or keys.ring(None, url), serving=True)
    assembly.resume(database, now)
    member = joined(url)
    holder = member.number if member else None
    engine = assembly.engine(database, features, shelf, list(surfaces), now(), holder)
    assembly.begin(engine, now())
    machine = Machine(engine, surfaces, ThreadWriter(WRITERS if member else 1), now)
    troubles = Troubles(machine, manners.unreached, reason)
    machine.courier.observers.append(troubles)
    sealer = Sealer(engine.sessions, machine.writer, now, signer)
    machine.observers.append(sealer)
    workspace = Workspace(screens, doors(shelf, machine, manners, demo))
    numbers = [one for feature in features for one in feature.numbers]
    proofs = {name: one for feature in features for name, one in feature.proofs.items()}
    if signer:
        proofs["audit"] = lambda session, _: sealer.trouble(session)
    operations = Operations(machine, numbers, proofs, lambda: len(shelf.problems))
    operations.member = member
    eraser = Eraser(engine.sessions, machine.writer, now, kept(features))
    house = House(
        shelf,
        machine,
        workspace,
        troubles,
        sealer,
        operations,
        eraser,
        slack,
        teams,
        member=member,
        shown=shown,
    )
    for platform in house.platforms:
        platform.join(machine, manners, troubles)
    return house


def joined(url: str) -> Member | None:
    """This bot's place among others, on a store that several may share."""
    if make_url(url).get_backend_name() == "sqlite":
        return None
    member = Member(url)
    member.join()
    return member


def reason(why: str) -> str:
    """Why a platform does not reach somebody, as one of the reasons that content has words for."""
    return TEAMS_REASONS.get(why) or slack_reason(why)


def doors(shelf: Shelf, machine: Machine, manners: Manners, demo: Demo | None) -> Doors:
    """What the page may ask of this bot."""

    def understand(text: str) -> Action:
        return commands.understand(shelf.current, text) or manners.not_understood

    def shortcut(place: int) -> Action | None:
        command = dict(enumerate(commands.shortcuts(shelf.current), 1)).get(place)
        return build(command.action, command.values) if command else None

    found = Doors(
        hear=machine.hear,
        world=lambda: tell_world(shelf, machine, demo),
        understand=understand,
        shortcut=shortcut,
        speak=manners.speak,
        views=lambda: told_views(machine.engine.views.values(), shelf.current),
        look=lambda name, person: look(machine, name, person),
        now=machine.now,
        paper=lambda name, wish: papered(machine, shelf.current, name, wish),
    )
    if demo is None:
        return found
    forward = demo.forward
    return replace(
        found,
        forward=lambda seconds: forward(machine, seconds),
        kill=demo.kill,
        reset=demo.reset,
    )


def papered(machine: Machine, pack: Pack, name: str, wish: Mapping[str, str]) -> str | None:
    """One page to print, or the list of them."""
    sheet, id = sheets(machine.engine.features).get(name), wish.get("id")
    if sheet is None:
        return None
    language = wish.get("language", "sv")
    if id is None:
        spoken = language if language in LANGUAGES else "sv"
        return paper.contents(sheet, pack, spoken, say("workspace.papers"), pack.word_sets)
    cover = wish.get("cover", "")
    asked = paper.Wish(language, cover if cover in pack.word_sets else "")
    return paper.page(sheet, id, pack, asked)


async def tell_world(shelf: Shelf, machine: Machine, demo: Demo | None) -> dict[str, Any]:
    panes = list(demo.panes) if demo else []

    def work() -> dict[str, Any]:
        with machine.engine.sessions() as session:
            return world(session, shelf.current, panes, demo is not None)

    return await machine.writer.do(work)


async def look(machine: Machine, name: str, person: str) -> Card | None:
    """A view as it is now, or None when there is none of that name or for that person."""
    try:
        return await machine.writer.do(lambda: machine.engine.look(name, person, machine.now()))
    except Gone:
        return None
