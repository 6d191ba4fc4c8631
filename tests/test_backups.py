"""Backups that fail, told as conversations: whoever keeps order hears of it once, and that it works
again; nobody reads it at a desk with a visitor.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.keeping import WHOLE_ALARM, Keeper
from bot.keeping_news import KeepingNews
from handlers.backups import BackupsFail, BackupsWork
from storage.database import connect
from storage.people import Person
from tests.conftest import Tongue
from tests.stage import Actor, Stage
from tests.test_keeping import tried

BOTH = pytest.mark.parametrize("language", ["sv", "en"])


@pytest.fixture
def stage(language: str, tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(language, connect(f"sqlite:///{tmp_path / 'kollega.db'}"))
    yield stage
    stage.close()


@pytest.fixture
def admin(stage: Stage) -> Actor:
    return stage.person("ivar")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "elsewhere"
    found.mkdir()
    return found


@pytest.fixture
def news(stage: Stage, folder: Path, tmp_path: Path) -> KeepingNews:
    return begun(stage, tmp_path, folder)


def begun(stage: Stage, tmp_path: Path, folder: Path) -> KeepingNews:
    """As after each start of the bot."""
    keeper = Keeper(tmp_path / "kollega.db", folder, stage.loop.now)
    told = lambda since: BackupsFail(since.isoformat()) if since else BackupsWork()  # noqa: E731
    return KeepingNews(keeper, stage.machine, told)


def round_of(stage: Stage, news: KeepingNews) -> None:
    """Both copies are tried once, and somebody looks how they are."""
    tried(news.keeper)
    stage.run(news.look())
    stage.passes(seconds=1)


def fails(stage: Stage, news: KeepingNews, folder: Path) -> None:
    """The folder is gone, for long enough."""
    folder.rename(folder.with_name("away"))
    round_of(stage, news)
    stage.passes(seconds=WHOLE_ALARM.total_seconds())
    round_of(stage, news)


def is_back(stage: Stage, news: KeepingNews, folder: Path) -> None:
    folder.with_name("away").rename(folder)
    round_of(stage, news)


@BOTH
def test_whoever_keeps_order_is_told_once_that_copies_fail_and_that_they_work_again(
    stage: Stage, admin: Actor, news: KeepingNews, folder: Path, t: Tongue
) -> None:
    round_of(stage, news)
    no_backup = t("Ingen säkerhetskopia sedan 23 november", "No backup since 23 November")
    fails(stage, news, folder)
    admin.sees(no_backup)
    admin.sees(t("Kollega svarar som vanligt.", "Kollega answers as usual."))
    messages = len(admin.messages())
    for _ in range(3):
        stage.passes(hours=1)
        round_of(stage, news)
    assert len(admin.messages()) == messages, "once a failure"
    is_back(stage, news, folder)
    admin.sees(t("Säkerhetskopian fungerar igen", "The backup works again"))
    admin.does_not_see(no_backup)
    assert len(admin.messages()) == messages, "in the same message"


def test_a_failure_of_a_moment_wakes_nobody(
    stage: Stage, admin: Actor, news: KeepingNews, folder: Path
) -> None:
    round_of(stage, news)
    folder.rename(folder.with_name("away"))
    round_of(stage, news)
    stage.passes(minutes=5)
    is_back(stage, news, folder)
    admin.does_not_see("äkerhetskopia")


def test_a_bot_that_is_started_anew_meanwhile_tells_it_neither_twice_nor_too_early(
    stage: Stage, admin: Actor, news: KeepingNews, folder: Path, tmp_path: Path
) -> None:
    fails(stage, news, folder)
    messages = len(admin.messages())
    later = begun(stage, tmp_path, folder)
    round_of(stage, later)
    admin.sees("Ingen säkerhetskopia")
    stage.passes(seconds=WHOLE_ALARM.total_seconds())
    round_of(stage, later)
    assert len(admin.messages()) == messages
    assert {one.outcome for one in stage.decisions} == {"done"}
    is_back(stage, later, folder)
    admin.sees("Säkerhetskopian fungerar igen")


def test_the_next_failure_is_a_message_of_its_own(
    stage: Stage, admin: Actor, news: KeepingNews, folder: Path
) -> None:
    fails(stage, news, folder)
    is_back(stage, news, folder)
    fails(stage, news, folder)
    admin.sees("Ingen säkerhetskopia")
    admin.sees("Säkerhetskopian fungerar igen")


def test_at_the_desk_of_who_presses_nothing_of_it_is_read(
    stage: Stage, admin: Actor, news: KeepingNews, folder: Path
) -> None:
    jonna = stage.person("jonna")
    fails(stage, news, folder)
    admin.presses("Kopia två")
    stage.passes(seconds=1)
    admin.does_not_see("äkerhetskopia")
    is_back(stage, news, folder)
    admin.does_not_see("äkerhetskopia")
    jonna.presses("Jag tar")
    jonna.presses("Har träffat Ivar, tryggt")
    stage.passes(seconds=1)
    admin.sees("Säkerhetskopian fungerar igen")


def test_where_nobody_keeps_order_those_who_lead_are_told(
    stage: Stage, news: KeepingNews, folder: Path
) -> None:
    eva = stage.person("eva")
    with stage.machine.engine.sessions() as session:
        ivar = session.get_one(Person, "ivar")
        ivar.roles = [role for role in ivar.roles if role != "admin"]
        session.commit()
    fails(stage, news, folder)
    eva.sees("Ingen säkerhetskopia")
