"""The command line, and the only file that sees all parts: `kollega demo`, `serve`, ..."""

import argparse
import asyncio
import errno
import logging
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.util import CommandError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

import handlers
from bot import assembly, demo, doctor, serving, settings, wheel
from bot.clock import wall
from bot.content import ContentError, Shelf
from bot.manners import Manners
from bot.settings import Settings, SettingsError
from bot.staff import Colleague, Site, imports
from handlers.home import NotUnderstood, OpenHome, Speak
from handlers.routines import lists as routine_lists
from handlers.routines import wheel as routine
from handlers.unreached import Noted, Over
from storage.database import connect, sessions
from storage.people import everybody

if TYPE_CHECKING:
    from bot.slack_house import SlackHouse

OK, WRONG = 0, 2

MANNERS = Manners(
    OpenHome(),
    NotUnderstood(),
    lambda language: Speak(language),  # type: ignore[arg-type]
    lambda surface, person, why: Noted(surface, person, why),  # type: ignore[arg-type]
    lambda surface, person: Over(surface, person),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 well, 1 the world is in the way, 2 something of yours needs a repair."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    asked = parser().parse_args(arguments)
    try:
        if asked.run is run_doctor:  # it tells what is wrong with the settings as a finding
            return int(run_doctor(asked))
        return int(asked.run(settings.load(), asked))
    except SettingsError as wrong:
        return complain("The settings need a repair:", str(wrong))
    except ContentError as wrong:
        return complain("The content needs a repair:", str(wrong))
    except imports.CsvError as wrong:
        return complain("Nothing was imported. These lines need a repair:", str(wrong))


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
    one = add("check-content", help="check content packs; every mistake is named")
    one.add_argument("packs", nargs="*", type=Path, help="packs to lay over the base pack")
    one.set_defaults(run=check_content)
    one = add("wheel", help="print the year's calendar of every site: its lists and days off")
    one.add_argument("--year", type=int, required=True)
    one.add_argument("--site", help="one site; all of them when left out")
    one.add_argument("--language", choices=("sv", "en"), default="sv")
    one.add_argument("packs", nargs="*", type=Path, help="packs to lay over the base pack")
    one.set_defaults(run=print_wheel)
    people = add("people", help="who works here").add_subparsers(required=True, metavar="WHAT")
    one = people.add_parser("import", help="read people and rosters from CSV files")
    one.add_argument("files", nargs="+", type=Path)
    one.set_defaults(run=import_people)
    return found


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
    shelf = assembly.shelf([assembly.BASE, *extra(known)], handlers.ALL)
    try:
        with ExitStack() as opened:
            page = opened.enter_context(listen("127.0.0.1", known.port, "KOLLEGA_PORT"))
            public = None
            if known.slack_over_http:
                place = known.slack_host, known.slack_port, "KOLLEGA_SLACK_PORT"
                public = opened.enter_context(listen(*place))
            return asyncio.run(live(known, shelf, page, public))
    except NotFree as no:
        return complain("", str(no))


async def live(
    known: Settings, shelf: Shelf, page: socket.socket, public: socket.socket | None
) -> int:
    """A bot on its own store, until it is stopped. `public` is where Slack's requests come."""
    slack = slack_house(known, shelf, public)
    try:
        with usable_store(known) as url:
            journal = journal_beside(known)
            house = serving.build_house(
                url, shelf, handlers.ALL, MANNERS, journal=journal, slack=slack
            )
        missing = serving.gaps(house)
        if missing:
            house.machine.writer.close()
            return complain("Nobody would answer a call yet:", "\n".join(missing))
        say(f"Kollega answers at http://127.0.0.1:{page.getsockname()[1]}/ (this machine only)")
        for line in slack_lines(known, public):
            say(line)
        await serving.serve(house, MANNERS, page)
        return OK
    finally:
        if slack:
            await slack.close()


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


def run_doctor(_: argparse.Namespace) -> int:
    """Each finding as it is made; 2 where any of them needs a repair."""
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


def import_people(known: Settings, asked: argparse.Namespace) -> int:
    shelf = assembly.shelf([assembly.BASE, *extra(known)], handlers.ALL)
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


def extra(known: Settings) -> list[Path]:
    return [known.content] if known.content else []


@contextmanager
def usable_store(known: Settings) -> Iterator[str]:
    """The database's URL; its folder exists, and only its owner may look into it.

    A file that cannot be opened, or is no database of ours, is a setting that needs a repair.
    """
    file = database_file(known)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield known.database_url
    except (OSError, DatabaseError, CommandError) as no:
        why = no.strerror if isinstance(no, OSError) else getattr(no, "orig", no)
        said = f"{file} cannot be used as the database ({why}); name another file"
        raise SettingsError(f"KOLLEGA_DATABASE_URL: {said}") from None


def journal_beside(known: Settings) -> Path:
    return database_file(known).with_suffix(".screens.jsonl")


def database_file(known: Settings) -> Path:
    return Path(str(make_url(known.database_url).database))


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
