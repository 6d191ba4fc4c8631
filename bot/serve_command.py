"""`kollega serve`: the bot on its own store, with its platforms, until it is stopped."""

import asyncio
import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot import audit_commands, last_pack, lock, logs, serving
from bot.clock import wall
from bot.console import (
    OK,
    NotFree,
    complain,
    journal_beside,
    listen,
    ring,
    say,
    usable_store,
)
from bot.content import Shelf
from bot.features import Feature
from bot.house import House, build_house
from bot.keeping import Keeper
from bot.manners import Manners
from bot.outside import Outside
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.slack_house import SlackHouse
    from bot.teams_house import TeamsHouse

log = logging.getLogger("kollega")

NOBODY = "Nobody would answer a call yet:"
NOT_READY = "Not ready to go live yet (to try it all the same: KOLLEGA_TRYING=yes):"
NO_PLATFORM = (
    "Nobody could press anything: neither Slack nor Teams is connected. See docs/slack.md or "
    "docs/teams.md. The page for trying out has no login, so it is not served like this: "
    "kollega demo shows it, and KOLLEGA_TRYING=yes serves it on this machine."
)


@dataclass(frozen=True)
class Parts:
    """What the command line alone knows: the features, and the actions that the frame causes."""

    features: Sequence[Feature]
    manners: Manners


def run(known: Settings, parts: Parts) -> int:
    """The exit code; what is in the way is told in plain words."""
    logs.configure(known.log)
    kept = None if known.trying else kept_pack(known)
    shelf = last_pack.shelf(known.content, kept, parts.features, known.trusted)
    try:
        with ExitStack() as opened:
            with usable_store(known):
                if known.database_file:
                    opened.enter_context(lock.held(known.database_file))
            page = opened.enter_context(listen("127.0.0.1", known.port, "KOLLEGA_PORT"))
            public, bot = None, None
            if known.slack_over_http:
                place = known.slack_host, known.slack_port, "KOLLEGA_SLACK_PORT"
                public = opened.enter_context(listen(*place))
            if known.teams_on:
                place = known.teams_host, known.teams_port, "KOLLEGA_TEAMS_PORT"
                bot = opened.enter_context(listen(*place))
            return asyncio.run(live(known, parts, shelf, page, public, bot))
    except (NotFree, lock.Taken) as no:
        return complain("", str(no))


async def live(
    known: Settings,
    parts: Parts,
    shelf: Shelf,
    page: socket.socket,
    public: socket.socket | None,
    bot: socket.socket | None,
) -> int:
    """A bot on its own store, until it is stopped. Slack's requests come to `public`, those of
    Teams to `bot`."""
    slack, teams = slack_house(known, shelf, public), teams_house(known, shelf, bot)
    try:
        with usable_store(known) as url:
            journal = journal_beside(known)
            signer = audit_commands.signer_of(known)
            house = build_house(
                url,
                shelf,
                parts.features,
                parts.manners,
                journal=journal,
                slack=slack,
                teams=teams,
                signer=signer,
                ring=ring(known),
                shown=known.trying or not (slack or teams),
            )
            watched(known, house, parts.manners)
        house.machine.engine.strict = known.strict_numbers
        if refused := refusal(known, house):
            house.machine.writer.close()
            return complain(*refused)
        if known.content and not known.trying:
            house.keep_pack = partial(last_pack.keep, known.content, kept_pack(known))
            if not shelf.problems:
                house.keep_pack()
        say(where(house, page))
        for line in (*slack_lines(known, public), *teams_lines(bot), *serving.locked(house)):
            say(line)
        await serving.serve(house, parts.manners, page, address=known.public_url)
        return OK
    finally:
        for platform in (slack, teams):
            if platform:
                await platform.close()


def kept_pack(known: Settings) -> Path:
    return known.folder / last_pack.NAME


def watched(known: Settings, house: House, manners: Manners) -> None:
    """What runs beside the bot only where somebody wants it."""
    if known.backup and known.database_file:
        house.keep(Keeper(known.database_file, known.backup, wall), manners.copies)
    if known.heartbeat_url:
        house.outside = Outside(known.heartbeat_url.get_secret_value(), house.operations)


def refusal(known: Settings, house: House) -> tuple[str, str] | None:
    """Why this bot must not start: a headline, and what to repair.

    One that has been live starts whatever is missing: whoever is there must be able to press.
    """
    lived = serving.is_live(house)
    if lived:
        warn(known, house)
    elif missing := serving.gaps(house):
        return NOBODY, "\n".join(missing)
    elif not known.trying and (missing := serving.blockers(house)):
        return NOT_READY, "\n".join(missing)
    if not known.trying and not house.platforms:
        return "", NO_PLATFORM
    if not lived and not known.trying:
        serving.remember_live(house)
    return None


def warn(known: Settings, house: House) -> None:
    """Operators read it here; administrators are told by the bot itself (`handlers/ready.py`)."""
    blockers = [] if known.trying else serving.blockers(house)
    for line in (*serving.gaps(house), *blockers):
        log.warning("missing for real use: %s", line)


def where(house: House, page: socket.socket) -> str:
    place = f"http://127.0.0.1:{page.getsockname()[1]}/"
    if house.shown:
        return f"Kollega answers at {place} (this machine only)"
    return f"Kollega tells how it is at {place}readyz and {place}metrics (this machine only)"


def slack_house(known: Settings, shelf: Shelf, public: socket.socket | None) -> "SlackHouse | None":
    """Its packages take long to read, and only who has Slack needs them."""
    if not known.slack_on:
        return None
    from bot.slack_house import SlackHouse

    return SlackHouse(known, shelf, public)


def slack_lines(known: Settings, public: socket.socket | None) -> Iterator[str]:
    if public:
        host, port, *_ = public.getsockname()
        yield f"Slack's requests are awaited at http://{host}:{port}/slack/events"
    if known.slack_app_token:
        yield "Slack is asked for a line over Socket Mode (for trying things out)"


def teams_house(known: Settings, shelf: Shelf, bot: socket.socket | None) -> "TeamsHouse | None":
    if not known.teams_on:
        return None
    from bot.teams_house import TeamsHouse

    return TeamsHouse(known, shelf, bot)


def teams_lines(bot: socket.socket | None) -> Iterator[str]:
    if bot:
        host, port, *_ = bot.getsockname()
        yield f"Teams' requests are awaited at http://{host}:{port}/api/messages"
