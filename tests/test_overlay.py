"""Overlay: a live copy is laid over a backup only if it is newer and of the same store, and nothing
that was erased meanwhile comes back."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, update
from sqlmodel import Session, col, select

from bot.command_line import main
from storage import audit, copies, seen
from storage.audit import AuditLine
from storage.copies import NotUsable
from storage.database import connect
from storage.retention import RetentionRun, RunStatus
from storage.seals import Damage, damages
from storage.seen import Seen
from tests.stage import Stage
from tests.test_audit import sealed
from tests.test_backup import goes_on, kept, over, played, store

__all__ = ["kept", "store"]
WHOLE, LIVE = Path("whole.db"), Path("live.db")


def whole(stage: Stage, store: Path, file: Path = WHOLE) -> None:
    sealed(stage).close()
    copies.backup(store, file)


def live(stage: Stage, store: Path) -> None:
    sealed(stage).close()
    copies.live_copy(store, LIVE, stage.loop.now())


def works(stage: Stage, work: Callable[[Session], None]) -> None:
    with stage.machine.engine.sessions() as session:
        work(session)
        session.commit()


def lines(stage: Stage) -> list[AuditLine]:
    with Session(stage.database) as session:
        return list(session.exec(select(AuditLine).order_by(col(AuditLine.id))))


# What does not fit


def test_a_live_copy_that_is_older_than_the_backup_is_refused_with_both_times(
    kept: Stage, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would take the call away that came in between, and its timers."""
    live(kept, store)
    kept.passes(minutes=3)
    played(kept)
    whole(kept, store)
    kept.close()
    before = store.read_bytes()
    assert main(["restore", "whole.db", "--newer", "live.db"]) == 2
    said = capsys.readouterr().err
    assert "Nothing was restored: live.db is older than the backup" in said
    assert "the backup's of 2026-11-23 13:05" in said
    assert store.read_bytes() == before
    assert main(["restore", "whole.db"]) == 0
    goes_on(store)


def test_a_live_copy_in_which_something_is_not_yet_erased_is_older_too(
    kept: Stage, store: Path
) -> None:
    played(kept)
    over(kept)
    live(kept, store)
    works(kept, lambda session: blanks(session, kept))
    whole(kept, store)
    with pytest.raises(NotUsable, match="is older than the backup"):
        copies.restore(store, WHOLE, LIVE)


def test_a_copy_of_another_store_is_refused(kept: Stage, store: Path) -> None:
    played(kept)
    whole(kept, store)
    elsewhere = store.with_name("elsewhere.db")
    other = Stage(database=connect(f"sqlite:///{elsewhere}"))
    for _ in range(3):
        played(other)
        over(other)
    live(other, elsewhere)
    other.close()
    with pytest.raises(NotUsable, match="of another store than the backup: audit line 1 differs"):
        copies.restore(store, WHOLE, LIVE)


def test_a_live_copy_that_does_not_reach_back_is_refused_unless_the_gap_is_wished_for(
    kept: Stage, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    played(kept)
    over(kept)
    whole(kept, store)
    for _ in range(2):
        kept.passes(hours=20)
        played(kept)
        over(kept)
    played(kept)
    live(kept, store)
    kept.close()
    asked = ["restore", "whole.db", "--newer", "live.db"]
    assert main(asked) == 2
    said = capsys.readouterr().err
    assert "live.db does not reach back to the backup" in said and "--with-gap" in said
    assert main([*asked, "--with-gap"]) == 0
    goes_on(store)


def test_where_nothing_happened_for_days_the_two_fit_all_the_same(kept: Stage, store: Path) -> None:
    played(kept)
    over(kept)
    kept.loop.impatient.moved += 100
    whole(kept, store)
    expected = len(lines(kept))
    kept.loop.impatient.moved += 3 * 24 * 3600
    live(kept, store)
    kept.close()
    copies.restore(store, WHOLE, LIVE)
    with closing(sqlite3.connect(store)) as again:
        assert again.execute("SELECT count(*) FROM audit").fetchone() == (expected,)


# What was erased


def blanks(session: Session, stage: Stage) -> None:
    """As a report without a name does, of all that Lisa has pressed."""
    hour = stage.loop.now().replace(minute=0, second=0, microsecond=0)
    found = session.exec(select(AuditLine).where(AuditLine.who == "lisa")).all()
    assert found
    seen.unsee(session, audit._blanked(session, found, hour))


def told(stage: Stage) -> list[Damage]:
    """What the audit says of itself; these blank by hand, so it is not content, and stays so."""
    with Session(stage.database) as session:
        return list(damages(session))


@pytest.mark.parametrize("days", [0, 5])
def test_words_that_were_blanked_after_the_backup_stay_gone(
    kept: Stage, store: Path, days: int
) -> None:
    """The lines may be older than the live copy reaches back: a draft lies about for days."""
    played(kept)
    over(kept)
    mine = [line for line in lines(kept) if line.who == "lisa"]
    events = [line.event.encode() for line in mine if line.event]
    salts = [line.salt.encode() for line in mine]
    kept.loop.impatient.moved += days * 24 * 3600
    whole(kept, store)
    assert all(said in WHOLE.read_bytes() for said in salts)
    kept.loop.impatient.moved += 3600
    works(kept, lambda session: blanks(session, kept))
    live(kept, store)
    expected, said = lines(kept), told(kept)
    kept.close()
    store.unlink()
    copies.restore(store, WHOLE, LIVE)
    again = connect(f"sqlite:///{store}")
    with Session(again) as session:
        found = list(session.exec(select(AuditLine).order_by(col(AuditLine.id))))
        assert [line.model_dump() for line in found] == [line.model_dump() for line in expected]
        assert list(damages(session)) == said
        left = set(session.exec(select(Seen.id)))
        assert events and not left & {event.decode() for event in events}
    again.dispose()
    held = store.read_bytes()
    assert not [said for said in (*salts, *events) if said in held], "in no free page either"


def begins(session: Session, stage: Stage) -> None:
    """A run of retention, as `bot/eraser.py` begins it."""
    now = stage.loop.now()
    said = {"payload": "{}", "outcome": "done", "rows": ["retention_run:1"], "event": ""}
    audit.note(session, at=now, who="clock", what="retention.erased", **said)  # type: ignore[arg-type]
    run = RetentionRun(periods={}, planned_at=now, planned_by="gun", status=RunStatus.RUNNING)
    run.protocol = session.exec(select(func.max(AuditLine.id))).one()
    session.add(run)
    session.flush()


def strips(session: Session, stage: Stage) -> None:
    """It comes to the lines, and is done."""
    run = session.exec(select(RetentionRun)).one()
    blank = {"who": "", "payload": "", "event": "", "salt": "", "erased_by": run.protocol}
    session.execute(update(AuditLine).where(col(AuditLine.who) == "lisa").values(**blank))
    run.finish(stage.loop.now())


@pytest.mark.parametrize("hours", [1, 40])
def test_lines_that_retention_stripped_after_the_backup_stay_stripped(
    kept: Stage, store: Path, hours: int
) -> None:
    """Also by a run that has been under way for days."""
    played(kept)
    over(kept)
    kept.loop.impatient.moved += 400 * 24 * 3600
    works(kept, lambda session: begins(session, kept))
    kept.loop.impatient.moved += hours * 3600
    whole(kept, store)
    kept.loop.impatient.moved += 3600
    works(kept, lambda session: strips(session, kept))
    live(kept, store)
    said = told(kept)
    kept.close()
    copies.restore(store, WHOLE, LIVE)
    again = connect(f"sqlite:///{store}")
    with Session(again) as session:
        assert not session.exec(select(AuditLine).where(AuditLine.who == "lisa")).all()
        assert list(damages(session)) == said
    again.dispose()


def test_what_was_erased_long_ago_makes_no_live_copy_large(kept: Stage, store: Path) -> None:
    def history(session: Session) -> None:
        begins(session, kept)
        strips(session, kept)
        line = {
            "at": kept.loop.now() - timedelta(days=500), "who": "", "what": "help.press",
            "payload": "", "outcome": "done", "rows": [], "event": "", "salt": "",
        }  # fmt: skip
        run = session.exec(select(RetentionRun)).one()
        gone = [{**line, "erased_by": by} for by in (0, run.protocol)]
        session.connection().execute(audit._NOTE, gone * 10_000)

    played(kept)
    over(kept)
    works(kept, history)
    kept.loop.impatient.moved += 26 * 3600
    played(kept)
    live(kept, store)
    with closing(sqlite3.connect(LIVE)) as file:
        assert file.execute("SELECT count(*) FROM audit").fetchone()[0] < 200
    assert LIVE.stat().st_size * 3 < store.stat().st_size
