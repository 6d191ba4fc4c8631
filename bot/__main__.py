"""The command line, and the only file that sees all parts: `kollega demo`, `serve`, ..."""

import argparse
import asyncio
import errno
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

import handlers
from bot import (
    assembly,
    audit_commands,
    backup_commands,
    demo,
    keys,
    lock,
    logs,
    planning,
    serving,
    settings,
    wheel,
)
from bot.clock import wall
from bot.content import ContentError, Pack, Shelf
from bot.keeping import Keeper
from bot.keys import FileRing, KeysError
from bot.manners import Manners
from bot.outside import Outside
from bot.packs import PackError
from bot.packs.commands import Packs
from bot.packs.signing import PublicKey
from bot.retention_commands import Retention
from bot.settings import Settings, SettingsError
from bot.setup_commands import NotReady, Setup
from bot.staff import Colleague, Site, imports
from handlers.home import NotUnderstood, OpenHome, Speak
from handlers.plans import preview
from handlers.reports.actions import ReportMessage
from handlers.retention import periods
from handlers.routines import lists as routine_lists
from handlers.routines import wheel as routine
from handlers.units import Outsiders
from handlers.unreached import Noted, Over
from storage.database import NewerStore, connect, sessions
from storage.people import everybody
from storage.resealing import outdated, reseal
from storage.sealed import Ring, Unreadable

if TYPE_CHECKING:
    from bot.slack_house import SlackHouse
    from bot.teams_house import TeamsHouse

OK, WRONG = 0, 2

PAUSE = 0.002
"""Seconds between two batches of the rotation, in which the bot may write."""
NOT_READY = "Not ready to go live yet (to try it all the same: KOLLEGA_TRYING=yes):"
NO_PLATFORM = (
    "Nobody could press anything: neither Slack nor Teams is connected. See docs/slack.md or "
    "docs/teams.md. The page for trying out has no login, so it is not served like this: "
    "kollega demo shows it, and KOLLEGA_TRYING=yes serves it on this machine."
)

MANNERS = Manners(
    OpenHome(),
    NotUnderstood(),
    lambda language: Speak(language),  # type: ignore[arg-type]
    lambda surface, person, why: Noted(surface, person, why),  # type: ignore[arg-type]
    lambda surface, person: Over(surface, person),
    lambda surface, site, addresses, count: Outsiders(surface, site, addresses, count),
    lambda reference: ReportMessage(reference),
)


SETUP = Setup(handlers.ALL)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 well, 1 the world is in the way, 2 something of yours needs a repair."""
    logs.configure()
    asked = parser().parse_args(arguments)
    try:
        if asked.run is run_doctor:  # it tells what is wrong with the settings as a finding
            return int(run_doctor(asked))
        return int(asked.run(settings.load(), asked))
    except SettingsError as wrong:
        return complain("The settings need a repair:", str(wrong))
    except ContentError as wrong:
        return complain("The content needs a repair:", str(wrong))
    except (KeysError, Unreadable) as wrong:
        return complain("The keys need a repair:", str(wrong))
    except (PackError, NotReady) as wrong:
        return complain("", str(wrong))
    except imports.CsvError as wrong:
        return complain("Nothing was imported. These lines need a repair:", str(wrong))


Add = Callable[..., argparse.ArgumentParser]


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="kollega", description="A support bot for hard work.")
    commands = found.add_subparsers(required=True, metavar="COMMAND")
    add = commands.add_parser
    one = add("demo", help="play a help call between three people, in the browser")
    one.add_argument("--port", type=port_number, help="default 8710, or KOLLEGA_PORT")
    one.set_defaults(run=run_demo)
    one = add("serve", help="run the bot on its own store")
    one.set_defaults(run=run_serve)
    one = add("doctor", help="check everything; each thing is well, or told with its repair")
    one.set_defaults(run=run_doctor)
    packs_to_write(add)
    looks_ahead(add)
    what_is_kept(add)
    audit_commands.add(commands, run_audit)
    backup_commands.add(commands)
    Retention(handlers.ALL, opened_store, lambda known: periods(read_content(known))).add(commands)
    return found


def packs_to_write(add: Add) -> None:
    """Content: to begin with, to check, to sign, to print."""
    one = add("check-content", help="check content packs; every mistake is named")
    one.add_argument("packs", nargs="*", type=Path, help="packs to lay over the base pack")
    one.set_defaults(run=check_content)
    one = add("init", help="twelve questions, and a pack to begin with")
    one.add_argument("--answers", type=Path, help="a YAML file with the answers")
    one.add_argument("--out", type=Path, default=Path("my-pack"), help="default my-pack")
    one.set_defaults(run=telling(SETUP.init), tell=say)
    one = add("go-live", help="what stands in the way of going live, in plain words")
    one.add_argument("--language", choices=["sv", "en"], default="en")
    one.set_defaults(run=telling(lambda asked: SETUP.go_live(asked, wall())))
    card = add("card", help="the cards of guidance").add_subparsers(required=True, metavar="WHAT")
    one = card.add_parser("print", help="a card as a page that prints on one A4")
    one.add_argument("id", help="the card's number")
    one.add_argument("--out", type=Path, help="default card-NUMBER.html")
    one.add_argument("--language", choices=["sv", "en", "both"], default="sv")
    one.add_argument("--neutral", metavar="SET", default="", help="in cover words, such as folders")
    one.set_defaults(run=telling(SETUP.card))
    packs = add("pack", help="sign, check, compare and pass on packs")
    told = packs.add_subparsers(required=True, metavar="WHAT")
    for name, helps, arguments, run in Packs(assembly.BASE, trusted, whole).commands():
        one = told.add_parser(name, help=helps)
        for flag, more in arguments:
            one.add_argument(flag, **more)
        one.set_defaults(run=telling(run))


def looks_ahead(add: Add) -> None:
    """What will happen, as lines."""
    plan = add("plan", help="follow-up plans").add_subparsers(required=True, metavar="WHAT")
    one = plan.add_parser("preview", help="print the dated plan of a severity and a start")
    planning.add(one)
    one.set_defaults(run=preview_plan)
    one = add("wheel", help="print the year's calendar of every site: its lists and days off")
    one.add_argument("--year", type=int, required=True)
    one.add_argument("--site", help="one site; all of them when left out")
    one.add_argument("--language", choices=("sv", "en"), default="sv")
    one.add_argument("packs", nargs="*", type=Path, help="packs to lay over the base pack")
    one.set_defaults(run=print_wheel)


def what_is_kept(add: Add) -> None:
    """People, keys, and the package for Teams."""
    seals = "what seals reports at rest"
    sealed = add("keys", help=seals).add_subparsers(required=True, metavar="WHAT")
    one = sealed.add_parser("rotate", help="seal everything with a new key, also while it runs")
    one.set_defaults(run=rotate_keys)
    one = add("teams-package", help="make the app package for Teams, from the settings")
    one.add_argument("file", nargs="?", type=Path, default=Path("kollega-teams.zip"))
    one.add_argument("--version", default="1.0.0", help="higher for every changed package")
    one.set_defaults(run=teams_package)
    people = add("people", help="who works here").add_subparsers(required=True, metavar="WHAT")
    one = people.add_parser("import", help="read people and rosters from CSV files")
    one.add_argument("files", nargs="+", type=Path)
    one.set_defaults(run=import_people)


def telling(run: Callable[[argparse.Namespace], Iterable[str]]) -> Callable[..., int]:
    """A command that only tells lines."""

    def tell(_: Settings, asked: argparse.Namespace) -> int:
        for line in run(asked):
            say(line)
        return OK

    return tell


def trusted() -> tuple[PublicKey, ...]:
    return settings.load().trusted


def whole(packs: Sequence[Path]) -> Pack:
    """The packs over the base; raises ContentError."""
    return assembly.load([assembly.BASE, *packs], handlers.ALL)


def port_number(written: str) -> int:
    if not (written.isdecimal() and int(written) <= 65535):
        raise argparse.ArgumentTypeError("write a port from 0 to 65535")
    return int(written)


def run_demo(known: Settings, asked: argparse.Namespace) -> int:
    child = demo.child()
    shelf = assembly.shelf([assembly.BASE, assembly.DEMO, *extra(known)], handlers.ALL)
    if child is None:  # the parent reads the content too: what is wrong is said before "is here"
        port = known.port if asked.port is None else asked.port
        return demo.run(port, say)

    async def live() -> None:
        house = serving.build_house(
            child.database_url,
            shelf,
            handlers.ALL,
            MANNERS,
            child.clock.now,
            child.journal,
            child.demo(),
        )
        await serving.serve(house, MANNERS, child.listening, demo.orphaned)

    asyncio.run(live())
    return OK


def run_serve(known: Settings, _: argparse.Namespace) -> int:
    logs.configure(known.log)
    shelf = assembly.shelf([assembly.BASE, *extra(known)], handlers.ALL, known.trusted)
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
            return asyncio.run(live(known, shelf, page, public, bot))
    except (NotFree, lock.Taken) as no:
        return complain("", str(no))


async def live(
    known: Settings,
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
            house = serving.build_house(
                url,
                shelf,
                handlers.ALL,
                MANNERS,
                journal=journal,
                slack=slack,
                teams=teams,
                signer=signer,
                ring=ring(known),
                shown=known.trying or not (slack or teams),
            )
            watched(known, house)
        house.machine.engine.strict = known.strict_numbers
        if refused := refusal(known, house):
            house.machine.writer.close()
            return complain(*refused)
        say(where(house, page))
        for line in (*slack_lines(known, public), *teams_lines(bot), *serving.locked(house)):
            say(line)
        await serving.serve(house, MANNERS, page, address=known.public_url)
        return OK
    finally:
        for platform in (slack, teams):
            if platform:
                await platform.close()


def watched(known: Settings, house: serving.House) -> None:
    """What runs beside the bot only where somebody wants it."""
    if known.backup and known.database_file:
        house.keep(Keeper(known.database_file, known.backup, wall))
    if known.heartbeat_url:
        house.outside = Outside(known.heartbeat_url.get_secret_value(), house.operations)


def refusal(known: Settings, house: serving.House) -> tuple[str, str] | None:
    """Why this bot must not start: a headline, and what to repair."""
    if missing := serving.gaps(house):
        return "Nobody would answer a call yet:", "\n".join(missing)
    if not known.trying and (missing := serving.blockers(house)):
        return NOT_READY, "\n".join(missing)
    if not known.trying and not house.platforms:
        return "", NO_PLATFORM
    return None


def where(house: serving.House, page: socket.socket) -> str:
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


def run_doctor(_: argparse.Namespace) -> int:
    """Each finding as it is made; 2 where any of them needs a repair."""
    from bot import doctor  # it reads Alembic, which a running bot does not need

    found = OK
    for finding in doctor.examine(handlers.ALL, wall()):
        say(str(finding))
        found = WRONG if finding.repair else found
    return found


def check_content(known: Settings, asked: argparse.Namespace) -> int:
    """The base pack with each given pack (by default the demo's and KOLLEGA_CONTENT)."""
    packs = asked.packs or [assembly.DEMO, *extra(known)]
    found = assembly.load([assembly.BASE, *packs], handlers.ALL)
    texts = len(found.dictionaries["sv"].sentences)
    print(f"The content is whole: {texts} sentences, word sets {', '.join(found.word_sets)}.")
    return OK


def teams_package(known: Settings, asked: argparse.Namespace) -> int:
    """A zip to upload in the Teams admin centre."""
    from bot.teams_package import build

    if not known.teams_on:
        raise SettingsError("KOLLEGA_TEAMS_APP_ID: write it first; the package carries it")
    pack = assembly.load([assembly.BASE, *extra(known)], handlers.ALL)
    try:
        asked.file.write_bytes(build(known, pack, asked.version))
    except OSError as no:
        return complain("", f"{asked.file} cannot be written ({no.strerror})")
    print(f"{asked.file} is ready. Upload it in the Teams admin centre, see docs/teams.md.")
    return OK


def print_wheel(known: Settings, asked: argparse.Namespace) -> int:
    """For the given packs, or KOLLEGA_CONTENT, or else for the demo's invented agency."""
    packs = asked.packs or extra(known) or [assembly.DEMO]
    content = assembly.load([assembly.BASE, *packs], handlers.ALL)
    for site, name in routine.places(content, asked.language).items():
        if asked.site in (None, site):
            place = routine_lists.place_of(content, site)
            entries = routine.entries(content, site, asked.language)
            print("\n".join(wheel.printed(name, place, entries, asked.year, asked.language)))
            print()
    return OK


def preview_plan(known: Settings, asked: argparse.Namespace) -> int:
    """The dated plan, step by step, with the content in use."""
    pack = assembly.load([assembly.BASE, *extra(known)], handlers.ALL)
    try:
        at = planning.start(asked.start, asked.zone)
    except ValueError:
        return complain("", '--start: write a date and a time such as "2027-06-24 15:00"')
    planned = [
        planning.Planned(
            one.due, one.step.who, one.step.text.text(asked.language), one.step.kind.value
        )
        for one in preview(pack, asked.severity, at, asked.zone)
    ]
    for line in planning.lines(planned, asked.zone):
        say(line)
    return OK


def import_people(known: Settings, asked: argparse.Namespace) -> int:
    shelf = assembly.shelf([assembly.BASE, *extra(known)], handlers.ALL, known.trusted)
    pack = shelf.current
    with usable_store(known) as url, sessions(connect(url))() as session:
        refs = {person.ref for person in everybody(session)}
        found = imports.read(asked.files, pack.all(Site), refs, pack.all(Colleague))
        told = imports.store(session, found, wall())
        session.commit()
    print(
        f"Imported: {told.added} added, {told.changed} changed, {told.left} left, "
        f"{told.roster} roster lines."
    )
    return OK


def run_audit(known: Settings, asked: argparse.Namespace) -> int:
    with usable_store(known) as url:
        return int(asked.audit(sessions(connect(url)), audit_commands.signer_of(known), asked))


def rotate_keys(known: Settings, _: argparse.Namespace) -> int:
    """A new key, where we may make one, and everything under it; a killed run is gone on with."""
    found = ring(known)
    with usable_store(known) as url:
        store = sessions(connect(url, found))
        with store() as session:
            old = outdated(session)
        if not old and isinstance(found, FileRing):
            say(f"A new key, {found.add()}, stands first in {found.file}.")
        elif not old:
            fresh = keys.line(keys.fresh_id(), keys.fresh_key())
            say("Everything is sealed with the first key. For a new one, put this before it in")
            say(f"KOLLEGA_KEYS, start the bot again, and rotate again: {fresh}")
            return OK
        many = reseal(store, lambda: sleep(PAUSE))
    say(f"{many} values are sealed with {found().current}. Older keys are for older backups only.")
    return OK


def read_content(known: Settings) -> Pack:
    return assembly.shelf([assembly.BASE, *extra(known)], handlers.ALL, known.trusted).current


@contextmanager
def opened_store(known: Settings) -> Iterator[Session]:
    """A session for a command; a key is asked for only where something sealed is read."""
    with usable_store(known) as url, sessions(connect(url, ring(known)))() as session:
        yield session


def ring(known: Settings) -> Ring:
    written = known.keys.get_secret_value() if known.keys else None
    return keys.ring(written, known.database_url)


def extra(known: Settings) -> list[Path]:
    return [known.content] if known.content else []


@contextmanager
def usable_store(known: Settings) -> Iterator[str]:
    """The database's URL; its folder exists, and only its owner may look into it.

    A file that cannot be opened, or is no database of ours, is a setting that needs a repair.
    """
    try:
        known.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield known.database_url
    except (OSError, DatabaseError, NewerStore) as no:
        why = no.strerror if isinstance(no, OSError) else getattr(no, "orig", no)
        raise SettingsError(f"KOLLEGA_DATABASE_URL: {unusable(known, str(why))}") from None


def unusable(known: Settings, why: str) -> str:
    first = why.strip().splitlines()[0] if why.strip() else "no reason given"
    if known.database_file:
        return f"{known.database_file} cannot be used as the database ({first}); name another file"
    host = make_url(known.database_url).host or "this machine"
    return f"PostgreSQL at {host} cannot be used ({first}); see that it runs and lets us in"


def journal_beside(known: Settings) -> Path:
    return (known.database_file or known.folder / "kollega.db").with_suffix(".screens.jsonl")


class NotFree(Exception):
    """Where somebody else listens, or where nobody can."""


def listen(host: str, port: int, setting: str) -> socket.socket:
    """`setting` is the variable to change; raises NotFree with that repair."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as no:
        if no.errno == errno.EADDRINUSE:
            raise NotFree(f"Port {port} is taken. Choose another with {setting}.") from None
        why = no.strerror or type(no).__name__
        said = f"Nothing can listen at {host}, port {port} ({why}). Change {setting}"
        raise NotFree(f"{said} or its host.") from None


def say(line: str) -> None:
    """At once, also where somebody reads along through a pipe."""
    print(line, flush=True)


def complain(headline: str, lines: str) -> int:
    print("\n".join(line for line in (headline, lines) if line), file=sys.stderr)
    return WRONG


def entry() -> None:
    """The console script."""
    sys.exit(main())


if __name__ == "__main__":
    entry()
