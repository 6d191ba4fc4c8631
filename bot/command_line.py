"""The command line, and the only file that sees all parts: `kollega demo`, `serve`, ..."""

import argparse
import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import sleep

from sqlmodel import Session

import handlers
from bot import (
    assembly,
    audit_commands,
    backup_commands,
    demo,
    key_commands,
    keys,
    logs,
    planning,
    serve_command,
    serving,
    settings,
    wheel,
)
from bot.clock import wall
from bot.console import (
    OK,
    WRONG,
    complain,
    extra,
    port_number,
    ring,
    say,
    telling,
    usable_store,
)
from bot.content import ContentError, Pack
from bot.house import build_house
from bot.keys import FileRing, KeysError
from bot.manners import Manners
from bot.packs import PackError
from bot.packs.commands import Packs
from bot.packs.signing import PublicKey
from bot.records import commanded
from bot.retention_commands import Retention
from bot.settings import Settings, SettingsError
from bot.setup_commands import NotReady, Setup
from bot.staff import Colleague, Site, imports
from handlers.backups import BackupsFail, BackupsWork
from handlers.home import Follow, NotUnderstood, OpenHome, Speak
from handlers.plans import preview
from handlers.reports.actions import ReportMessage
from handlers.retention import periods
from handlers.routines import lists as routine_lists
from handlers.routines import wheel as routine
from handlers.units import Outsiders, SeenAgain, Unseen
from handlers.unreached import Noted, Over, Placeless
from storage.database import connect, looking, sessions
from storage.people import everybody
from storage.resealing import outdated, reseal
from storage.sealed import Unreadable

PAUSE = 0.002
"""Seconds between two batches of the rotation, in which the bot may write."""
MANNERS = Manners(
    OpenHome(),
    NotUnderstood(),
    lambda language: Speak(language),  # type: ignore[arg-type]
    lambda language: Follow(language),  # type: ignore[arg-type]
    lambda surface, person, why, code: Noted(surface, person, why, code),  # type: ignore[arg-type]
    lambda surface, person: Over(surface, person),
    lambda surface, site, addresses, count: Outsiders(surface, site, addresses, count),
    lambda surface, site, unit: Unseen(surface, site, unit),
    lambda surface, site, unit: SeenAgain(surface, site, unit),
    lambda surface, people, count: Placeless(surface, people, count),
    lambda since: BackupsFail(since.isoformat()) if since else BackupsWork(),
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
    key_commands.add(sealed)
    one = add("teams-package", help="make the app package for Teams, from the settings")
    one.add_argument("file", nargs="?", type=Path, default=Path("kollega-teams.zip"))
    one.add_argument("--version", default="1.0.0", help="higher for every changed package")
    one.set_defaults(run=teams_package)
    people = add("people", help="who works here").add_subparsers(required=True, metavar="WHAT")
    one = people.add_parser("import", help="read people and rosters from CSV files")
    one.add_argument("files", nargs="+", type=Path)
    one.set_defaults(run=import_people)


def trusted() -> tuple[PublicKey, ...]:
    return settings.load().trusted


def whole(packs: Sequence[Path]) -> Pack:
    """The packs over the base; raises ContentError."""
    return assembly.load([assembly.BASE, *packs], handlers.ALL)


def run_demo(known: Settings, asked: argparse.Namespace) -> int:
    child = demo.child()
    shelf = assembly.shelf([assembly.BASE, assembly.DEMO, *extra(known)], handlers.ALL)
    if child is None:  # the parent reads the content too: what is wrong is said before "is here"
        port = known.port if asked.port is None else asked.port
        return demo.run(port, say)

    async def live() -> None:
        house = build_house(
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
    return serve_command.run(known, serve_command.Parts(handlers.ALL, MANNERS))


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
        told = imports.store(session, found, now := wall())
        commanded(session, now, "people.import", **told._asdict())
        session.commit()
    print(
        f"Imported: {told.added} added, {told.changed} changed, {told.left} left, "
        f"{told.roster} roster lines."
    )
    return OK


def run_audit(known: Settings, asked: argparse.Namespace) -> int:
    with usable_store(known) as url:
        return int(asked.audit(looking(connect(url)), audit_commands.signer_of(known), asked))


def rotate_keys(known: Settings, _: argparse.Namespace) -> int:
    """A new key, where we may make one, and everything under it; a killed run is gone on with."""
    with usable_store(known) as url:
        found = ring(known)
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
        with store() as session:
            commanded(session, wall(), "keys.rotate", key=found().current, values=many)
            session.commit()
    say(f"{many} values are sealed with {found().current}. Older keys are for older backups only.")
    return OK


def read_content(known: Settings) -> Pack:
    return assembly.shelf([assembly.BASE, *extra(known)], handlers.ALL, known.trusted).current


@contextmanager
def opened_store(known: Settings) -> Iterator[Session]:
    """A session for a command; a key is asked for only where something sealed is read."""
    with usable_store(known) as url, sessions(connect(url, ring(known)))() as session:
        yield session
