"""The doctor: one line a check, well or with its repair. It changes nothing and tells no secret."""

import asyncio
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine as Database
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from bot import assembly, staff
from bot.content import ContentError, Pack
from bot.features import Feature
from bot.keys import KeysError, file_beside, ring, too_open
from bot.settings import Settings, SettingsError, load
from bot.staff import Site
from storage.database import MIGRATIONS, connect, open_database, sessions
from storage.people import everybody
from storage.resealing import foreign
from storage.sealed import Ring

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

MOVE_KEYS = "move its lines into KOLLEGA_KEYS, so that no copy of the database has its keys"

ANOTHER_FILE = "name another file with KOLLEGA_DATABASE_URL"


@dataclass(frozen=True, slots=True)
class Finding:
    """`repair` is empty where all is well; `advice` is what would be better still."""

    check: str
    said: str
    repair: str = ""
    advice: str = ""

    def __str__(self) -> str:
        mark = "repair" if self.repair else "advice" if self.advice else "ok    "
        told = "; ".join(part for part in (self.said, self.repair, self.advice) if part)
        return f"{mark}  {self.check}: {told}"


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
    pack, findings = content(lambda: assembly.load(packs, features))
    yield from findings
    yield (store := database(known.database_url))
    yield sealing(known, not store.repair)
    yield from _slack(known, now)
    if pack is not None:
        with people(known.database_url, pack, now, not store.repair) as session:
            yield from _people(known, session, pack, now)


def _slack(known: Settings, now: datetime) -> list[Finding]:
    if not known.slack_on:
        return []
    from bot.slack_doctor import slack

    return asyncio.run(slack(known, MANIFEST, now))


def _people(known: Settings, session: Session, pack: Pack, now: datetime) -> Iterator[Finding]:
    yield from roster(session, pack, now, ["workspace", *(["slack"] if known.slack_on else [])])
    if known.slack_on:
        from bot.slack_doctor import people as in_slack

        yield from in_slack(session, pack)


def settings(known: Settings, environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    platforms = "with Slack" if known.slack_on else "the workspace alone, without Slack"
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


def database(url: str) -> Finding:
    """Can it be read and written? Nothing that is tried here is kept."""
    file = Path(str(make_url(url).database))
    try:
        return _store(url, file) if file.exists() else _place(file)
    except CommandError:
        return Finding("database", f"{file} is of a later release", "start that release with it")
    except (OSError, DatabaseError) as no:
        why = no.strerror if isinstance(no, OSError) else getattr(no, "orig", no)
        return Finding("database", f"{file} cannot be used ({why})", ANOTHER_FILE)


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
    """Raises CommandError for a store that only a later release knows."""
    known = ScriptDirectory(str(MIGRATIONS))
    with store.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None:
        known.get_revision(revision)
    return revision == known.get_current_head()


def sealing(known: Settings, usable: bool) -> Finding:
    """Do the keys open everything that is sealed? Nothing is made that is not there yet."""
    url, file = known.database_url, file_beside(known.database_url)
    try:
        if known.keys is None and file is not None:
            if not file.exists():
                return Finding("keys", f"the first start makes {file}", advice=MOVE_KEYS)
            if too_open(file):
                return Finding("keys", f"others may read {file}", f"chmod 600 {file}")
        found = ring(known.keys.get_secret_value() if known.keys else None, url)
        lost = _lost(url, found) if usable else 0
    except KeysError as wrong:
        return Finding("keys", str(wrong), "put the file back from its safe place")
    if lost:
        return Finding("keys", f"{lost} sealed values have another key", "add it to KOLLEGA_KEYS")
    return Finding("keys", "in KOLLEGA_KEYS") if known.keys else _beside(file)


def _beside(file: Path | None) -> Finding:
    return Finding("keys", f"they stand in {file}, beside what they protect", advice=MOVE_KEYS)


def _lost(url: str, ring: Ring) -> int:
    file = Path(str(make_url(url).database))
    if not file.exists():
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
    file = Path(str(make_url(url).database))
    store = open_database(url) if usable and file.exists() else connect("sqlite://")
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
    if not missing:
        return [Finding("roster", f"a call is answered now; {len(everybody(session))} people")]
    return [Finding("roster", *halves(gap)) for gap in missing]


def halves(gap: str) -> tuple[str, str]:
    """What is missing, and its repair, which is the last sentence."""
    said, _, repair = gap.rstrip(".").rpartition(". ")
    return (said, repair) if said else (repair, "see people/ and sites/ of the content pack")
