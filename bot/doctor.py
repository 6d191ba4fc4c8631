"""The doctor: one line a check, well or with its repair. It changes nothing and tells no secret."""

import asyncio
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine as Database
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from bot import assembly, clocks, ready, staff
from bot.backup_doctor import backups
from bot.content import ContentError, Pack
from bot.features import Feature
from bot.findings import Finding
from bot.keys import KeysError, file_beside, ring, too_open
from bot.settings import Settings, SettingsError, load
from bot.staff import Site
from storage.database import connect, open_database, sessions, there
from storage.migrating import NewerStore, newest, revision
from storage.people import everybody
from storage.resealing import foreign
from storage.sealed import Ring, passing

MANIFEST = assembly.BASE.parent / "manifest.yaml"

LITTLE_SPACE = 200_000_000
"""Bytes. With less the store soon takes nothing any more."""

FOREIGN = (
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_VERIFICATION_TOKEN",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
)
"""What slack-bolt reads by itself, past our settings."""

LET_US_IN = "see that it runs and lets us in, or mend KOLLEGA_DATABASE_URL"
MOVE_KEYS = "move its lines into KOLLEGA_KEYS, so that no copy of the database has its keys"
SHARE_KEYS = "move its lines into KOLLEGA_KEYS, so that every bot has the same"

ANOTHER_FILE = "name another file with KOLLEGA_DATABASE_URL"


def examine(features: Sequence[Feature], now: datetime) -> Iterator[Finding]:
    """Every check in turn; what needs something that is broken is left out."""
    try:
        known = load()
    except SettingsError as wrong:
        for line in str(wrong).splitlines():
            yield Finding("settings", line, "mend it in the environment or in .env")
        return
    yield from settings(known)
    packs = [assembly.BASE, *([known.content] if known.content else [])]
    pack, findings = content(lambda: assembly.shelf(packs, features, known.trusted).current)
    yield from findings
    yield from signed(known)
    yield (store := database(known.database_url))
    if not store.repair:
        yield from clock(known.database_url)
    yield sealing(known, not store.repair)
    yield from backups(known, now, not store.repair)
    yield from _slack(known, now, not store.repair)
    yield from _teams(known, now)
    if pack is not None:
        with people(known.database_url, pack, now, not store.repair) as session:
            yield from _people(known, session, pack, now)


def _slack(known: Settings, now: datetime, usable: bool) -> list[Finding]:
    if not known.slack_on:
        return []
    from bot.slack_doctor import slack

    return asyncio.run(slack(known, MANIFEST, now, usable))


def _teams(known: Settings, now: datetime) -> list[Finding]:
    if not known.teams_on:
        return []
    from bot.teams_doctor import teams

    return asyncio.run(teams(known, now))


def _people(known: Settings, session: Session, pack: Pack, now: datetime) -> Iterator[Finding]:
    on = {"workspace": True, "slack": known.slack_on, "teams": known.teams_on}
    yield from roster(session, pack, now, [name for name, there in on.items() if there])
    if known.slack_on:
        from bot.slack_doctor import people as in_slack

        yield from in_slack(known, session, pack)
    if known.teams_on:
        from bot.teams_doctor import people as in_teams

        yield from in_teams(session, pack)


def settings(known: Settings, environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    there = [name for name, on in (("Slack", known.slack_on), ("Teams", known.teams_on)) if on]
    platforms = f"with {' and '.join(there)}" if there else "the workspace alone, without Slack"
    yield Finding("settings", f"all known; {platforms}")
    for name in FOREIGN:
        if environment.get(name):
            said = f"{name} is set, and slack-bolt reads it past the bot's own settings"
            yield Finding("settings", said, "unset it; ours begin with KOLLEGA_")


def content(load: Callable[[], Pack]) -> tuple[Pack | None, list[Finding]]:
    try:
        pack = load()
    except ContentError as wrong:
        lines = (str(one).splitlines()[0] for one in wrong.problems)
        return None, [Finding("content", line, "mend it there") for line in lines]
    sites, many = len(pack.all(Site)), len(pack.dictionaries["sv"].sentences)
    return pack, [Finding("content", f"whole: {many} sentences, {sites} sites")]


def signed(known: Settings) -> Iterator[Finding]:
    """Whose packs may be used."""
    if keys := known.trusted:
        yield Finding("packs", f"only those signed with {', '.join(key.name for key in keys)}")
    elif known.content:
        said = "any is used, signed or not; name the keys that you trust in KOLLEGA_PACK_KEYS"
        yield Finding("packs", said)


def database(url: str) -> Finding:
    """Can it be read and written? Nothing that is tried here is kept."""
    if make_url(url).get_backend_name() != "sqlite":
        return _server(url)
    file = Path(str(make_url(url).database))
    try:
        return _store(url, file) if file.exists() else _place(file)
    except NewerStore:
        return Finding("database", f"{file} is of a later release", "start that release with it")
    except (OSError, DatabaseError) as no:
        why = no.strerror if isinstance(no, OSError) else getattr(no, "orig", no)
        return Finding("database", f"{file} cannot be used ({why})", ANOTHER_FILE)


def _server(url: str) -> Finding:
    host = make_url(url).host or "this machine"
    try:
        with _opened(url) as store:
            with store.connect() as connection:
                connection.execute(text("CREATE TABLE doctor_was_here (tried INTEGER)"))
                version = connection.execute(text("SHOW server_version")).scalar_one()
            current = _is_current(store)
    except NewerStore:
        return Finding("database", f"{host} is of a later release", "start that release with it")
    except DatabaseError as no:
        why = str(no.orig or no).strip().splitlines()[0]
        return Finding("database", f"PostgreSQL at {host} cannot be used ({why})", LET_US_IN)
    said = "can be read and written" if current else "the next start brings it up to date"
    return Finding("database", f"PostgreSQL {version} at {host}: {said}")


def clock(url: str, now: Callable[[], datetime] = clocks.here) -> Iterator[Finding]:
    """Of several bots each goes by its own machine's; a file has no clock."""
    if make_url(url).get_backend_name() == "sqlite":
        return
    with _opened(url) as store, store.connect() as connection:
        asked = text("SELECT clock_timestamp()")
        told = clocks.apart(clocks.ahead(lambda: connection.execute(asked).scalar_one(), now))
    said = told or "this machine's agrees with the database's"
    yield Finding("database clock", said, clocks.REPAIR if told else "")


def _place(file: Path) -> Finding:
    """The first start will make it, and its folder."""
    folder = next(one for one in file.absolute().parents if one.exists())
    if folder.is_dir() and os.access(folder, os.W_OK):
        return Finding("database", f"{file} is not there yet; the first start makes it")
    return Finding("database", f"nothing can be written into {folder}", ANOTHER_FILE)


def _store(url: str, file: Path) -> Finding:
    with _opened(url) as store:
        with store.connect() as connection:  # what is not committed is not kept
            connection.execute(text("CREATE TABLE doctor_was_here (tried INTEGER)"))
        current = _is_current(store)
    free = shutil.disk_usage(file.parent).free
    if free < LITTLE_SPACE:
        return Finding("database", f"{free // 1_000_000} MB are left beside {file}", "make space")
    said = "can be read and written" if current else "the next start brings it up to date"
    return Finding("database", f"{file}: {said}")


def _is_current(store: Database) -> bool:
    """Raises NewerStore for a store that only a later release knows."""
    there, known = revision(store), newest()
    if there is not None and there > known:
        raise NewerStore(there)
    return there == known


def sealing(known: Settings, usable: bool) -> Finding:
    """Do the keys open everything that is sealed? Nothing is made that is not there yet."""
    url, file = known.database_url, file_beside(known.database_url)
    try:
        if known.keys is None and file is not None:
            if not file.exists():
                return _first(known, file, _lost(url, passing()) if usable else 0)
            if too_open(file):
                return Finding("keys", f"others may read {file}", f"chmod 600 {file}")
        found = ring(known.keys.get_secret_value() if known.keys else None, url)
        lost = _lost(url, found) if usable else 0
    except KeysError as wrong:
        return Finding("keys", str(wrong), "put the file back from its safe place")
    if lost:
        return Finding("keys", f"{lost} sealed values have another key", "add it to KOLLEGA_KEYS")
    return Finding("keys", "in KOLLEGA_KEYS") if known.keys else _in_file(file, known)


def _first(known: Settings, file: Path, sealed: int) -> Finding:
    """A start would make new keys, and those cannot open what others have sealed."""
    if sealed:
        said = (
            f"{sealed} values are sealed, and their keys are neither in KOLLEGA_KEYS nor in {file}"
        )
        return Finding("keys", said, "put the file back, or its lines into KOLLEGA_KEYS")
    return Finding("keys", f"the first start makes {file}", advice=_move(known))


def _in_file(file: Path | None, known: Settings) -> Finding:
    beside = ", beside what they protect" if known.database_file else ", on this machine alone"
    return Finding("keys", f"they stand in {file}{beside}", advice=_move(known))


def _move(known: Settings) -> str:
    return MOVE_KEYS if known.database_file else SHARE_KEYS


def _lost(url: str, ring: Ring) -> int:
    if not there(url):
        return 0
    store = open_database(url, ring)
    try:
        with sessions(store)() as session:
            return foreign(session) if _is_current(store) else 0
    finally:
        store.dispose()


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    store = open_database(url)
    try:
        yield store
    finally:
        store.dispose()


@contextmanager
def people(url: str, pack: Pack, now: datetime, usable: bool) -> Iterator[Session]:
    """Everybody as the next start would see them; where there is no store yet, as the pack does."""
    store = open_database(url) if usable and there(url) else connect("sqlite://")
    try:
        if not _is_current(store):
            store.dispose()
            store = connect("sqlite://")
        with sessions(store)() as session:
            staff.sync(session, pack, now)
            session.flush()
            yield session
            session.rollback()
    finally:
        store.dispose()


def roster(session: Session, pack: Pack, now: datetime, surfaces: Collection[str]) -> list[Finding]:
    if not pack.all(Site):
        add = "write one in sites/ of a pack and name it with KOLLEGA_CONTENT"
        return [Finding("roster", "there is no site", add)]
    missing = staff.gaps(session, pack, now, surfaces)
    if missing:
        return [Finding("roster", *halves(gap)) for gap in missing]
    well = Finding("roster", f"a call is answered now; {len(everybody(session))} people")
    english = pack.dictionaries["en"]
    later = [english.read(line) for line in ready.blockers(session, pack, surfaces)]
    return [well, *(Finding("going live", *halves(line)) for line in later)]


def halves(gap: str) -> tuple[str, str]:
    """What is missing, and its repair, which is the last sentence."""
    said, _, repair = gap.rstrip(".").rpartition(". ")
    return (said, repair) if said else (repair, "see people/ and sites/ of the content pack")
