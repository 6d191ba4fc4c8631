"""What was signed stands outside the database too: whoever may write there cannot talk it away."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

import handlers
from bot import assembly, marks, signing, verifying
from bot.command_line import MANNERS
from bot.house import House, build_house
from bot.marks import Kept
from bot.sealer import Sealer
from bot.sealer import signed as marked_by
from bot.signing import Signer
from storage import audit, seals
from storage.seals import AuditMark, AuditSeal
from tests.databases import fresh_url
from tests.stage import Actor, Stage
from tests.test_audit import count, run

Deceit = Callable[[Session], None]


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return signing.signer(tmp_path / "audit.key")


@pytest.fixture
def sealer(stage: Stage, signer: Signer) -> Sealer:
    return sealer_of(stage, signer)


def sealer_of(stage: Stage, signer: Signer) -> Sealer:
    machine = stage.machine
    return Sealer(machine.engine.sessions, machine.writer, stage.loop.now, signer)


def seals_all(stage: Stage, sealer: Sealer) -> Session:
    stage.run(sealer.catch_up(at_once=True))
    return Session(stage.database)


def told(stage: Stage, session: Session, signer: Signer) -> verifying.Verdict:
    return verifying.look(session, signer, stage.loop.now())


def file_of(signer: Signer) -> list[Kept | None]:
    return marks.beside(signer).all()


def numbers(signer: Signer) -> list[int]:
    return [one.number for one in file_of(signer) if one]


def two_marks(stage: Stage, lisa: Actor, bo: Actor, sealer: Sealer) -> Session:
    lisa.presses("Vit pärm")
    seals_all(stage, sealer).close()
    bo.presses("Jag tar")
    return seals_all(stage, sealer)


def recomputes(session: Session) -> None:
    """The whole chain anew over an edited line, and every mark gone."""
    run("UPDATE audit SET who = 'dag' WHERE id = 2", "DELETE FROM audit_seal")(session)
    run("DELETE FROM audit_mark")(session)
    seals.seal(session, 1000)
    session.commit()


def cuts(session: Session) -> None:
    """Nothing of what came after the first mark ever was."""
    first = min(session.exec(select(AuditMark.number)))
    run(
        f"DELETE FROM audit_mark WHERE number > {first}",
        f"DELETE FROM audit WHERE id IN (SELECT line FROM audit_seal WHERE number > {first})",
        f"DELETE FROM audit_seal WHERE number > {first}",
    )(session)


def cuts_everything(session: Session) -> None:
    run("DELETE FROM audit_mark", "DELETE FROM audit", "DELETE FROM audit_seal")(session)


def test_what_is_signed_is_kept_beside_the_key_line_by_line(
    stage: Stage, lisa: Actor, bo: Actor, sealer: Sealer, signer: Signer
) -> None:
    with two_marks(stage, lisa, bo, sealer) as session:
        first, second = file_of(signer)
        assert first and second and first.holds and second.holds
        assert [first.number, second.number] == [*session.exec(select(AuditMark.number))]
        assert marks.beside(signer).tip() == second
        assert told(stage, session, signer) == verifying.Verdict([], [], [], 0)
    file = signer.file.with_name("audit.marks")
    assert file.stat().st_mode & 0o077 == 0
    written = json.loads(file.read_text().splitlines()[0])
    assert [*written] == ["number", "chain", "at", "key", "signature"]


@pytest.mark.parametrize(
    "deceit, why",
    [
        (recomputes, "the chain was written anew before seal {0}, which this machine had signed"),
        (cuts, "the chain was cut: this machine signed up to seal {1}, and it ends at seal {0}"),
        (cuts_everything, "the chain was cut: this machine signed up to seal {1}, and nothing"),
    ],
    ids=["recomputed", "cut", "all of it"],
)
def test_a_chain_that_is_not_what_was_signed_is_found_and_nothing_is_signed_past_it(
    stage: Stage,
    lisa: Actor,
    bo: Actor,
    sealer: Sealer,
    signer: Signer,
    caplog: pytest.LogCaptureFixture,
    deceit: Deceit,
    why: str,
) -> None:
    with two_marks(stage, lisa, bo, sealer) as session:
        assert sealer.trouble(session) is None
        deceit(session)
        (damage,) = told(stage, session, signer).damages
        assert damage.startswith(why.format(*numbers(signer)))
    with Session(stage.database) as session:
        before = count(session, AuditMark)
    lisa.presses("Pärm klar")
    for _ in range(3):
        seals_all(stage, sealer).close()
    with Session(stage.database) as session:
        assert count(session, AuditSeal) > 1, "sealing goes on"
        assert count(session, AuditMark) == before and len(file_of(signer)) == 2
        assert "kollega audit accept" in (sealer.trouble(session) or "")
        assert told(stage, session, signer).damages
    said = [one for one in caplog.messages if "not signed any more" in one]
    assert len(said) == 1, "one line, and not one a moment"


def test_a_mark_of_an_invented_key_is_named_and_keeps_nobody_from_signing(
    stage: Stage, lisa: Actor, bo: Actor, sealer: Sealer, signer: Signer, tmp_path: Path
) -> None:
    thief = signing.signer(tmp_path / "thief" / "audit.key")
    lisa.presses("Vit pärm")
    with seals_all(stage, sealer) as session:
        newest = seals.newest(session)
        assert newest
        run("DELETE FROM audit_mark")(session)
        session.add(marked_by(thief, newest, stage.loop.now() + timedelta(days=900)))
        session.commit()
        places = told(stage, session, signer).damages
        assert places == [
            f"audit seal {newest.number}: its mark is of a key that is not known here"
        ]
    with seals_all(stage, sealer) as session:
        assert count(session, AuditMark) == 1, "its number is taken"
    bo.presses("Jag tar")
    with seals_all(stage, sealer) as session:
        assert count(session, AuditMark) == 2 and len(file_of(signer)) == 2


def test_a_mark_with_our_keys_name_and_anothers_signature_is_named(
    stage: Stage, lisa: Actor, sealer: Sealer, signer: Signer
) -> None:
    lisa.presses("Vit pärm")
    with seals_all(stage, sealer) as session:
        run("UPDATE audit_mark SET at = '2031-01-01 00:00:00.000000'")(session)
        (said,) = told(stage, session, signer).damages
        assert said.endswith(": its signature is not of this installation's key")


def test_a_key_that_was_replaced_is_still_known(
    stage: Stage, lisa: Actor, bo: Actor, sealer: Sealer, signer: Signer
) -> None:
    lisa.presses("Vit pärm")
    seals_all(stage, sealer).close()
    signer.file.unlink()
    fresh = signing.signer(signer.file)
    assert fresh.key != signer.key
    bo.presses("Jag tar")
    with seals_all(stage, sealer_of(stage, fresh)) as session:
        assert told(stage, session, fresh).damages == []
        fresh.file.with_name("audit.marks").unlink()
        assert "key that is not known here" in told(stage, session, fresh).damages[0]


def test_marks_that_are_gone_from_the_database_alone_are_told(
    stage: Stage, lisa: Actor, bo: Actor, sealer: Sealer, signer: Signer
) -> None:
    with two_marks(stage, lisa, bo, sealer) as session:
        first, _ = numbers(signer)
        run(f"DELETE FROM audit_mark WHERE number = {first}")(session)
        seen = told(stage, session, signer)
        assert seen.damages == []
        assert seen.notes == [
            f"1 marks that this machine signed are not in the database (seals {first} to {first})."
        ]


def test_what_waits_long_for_its_signature_is_told(
    stage: Stage, lisa: Actor, bo: Actor, sealer: Sealer, signer: Signer
) -> None:
    lisa.presses("Vit pärm")
    seals_all(stage, sealer).close()
    bo.presses("Jag tar")
    stage.run(sealer_of(stage, signer).catch_up())
    with Session(stage.database) as session:
        assert told(stage, session, signer).notes == []
        later = stage.loop.now() + timedelta(minutes=61)
        (note,) = verifying.look(session, signer, later).notes
        (first,) = numbers(signer)
        assert note.startswith(f"Nothing after seal {first} is signed, and that waits since 2026-")


def test_the_last_line_before_a_quiet_night_is_signed_too(
    stage: Stage, lisa: Actor, sealer: Sealer, signer: Signer
) -> None:
    task = stage.loop.create_task(sealer.run())
    lisa.presses("Vit pärm")
    stage.passes(seconds=0.3)
    lisa.presses("Fel pärm")
    sealer.happened.set()
    stage.passes(seconds=0.3)
    assert len(numbers(signer)) == 1
    stage.passes(minutes=6)
    assert len(numbers(signer)) == 2
    task.cancel()


async def test_whoever_watches_the_bot_is_told(tmp_path: Path, signer: Signer) -> None:
    shelf = assembly.shelf([assembly.BASE, assembly.DEMO], handlers.ALL)
    url = fresh_url(tmp_path)
    house = build_house(url, shelf, handlers.ALL, MANNERS, signer=signer)
    try:
        assert await audit_check(house) == (True, "well")
        with house.machine.engine.sessions() as session:
            audit.note(session, at=house.machine.now(), who="clock", what="toy.tap", payload="",
                       outcome="done", rows=[], event="")  # fmt: skip
            session.commit()
        await house.sealer.finish()
        assert await audit_check(house) == (True, "well")
        with house.machine.engine.sessions() as session:
            cuts_everything(session)
        well, said = await audit_check(house)
        assert not well and said.startswith("the chain was cut: seal 1, which was signed here")
    finally:
        house.machine.writer.close()
        if house.member:
            house.member.leave()
        with house.machine.engine.sessions() as session:
            session.get_bind().engine.dispose()


async def audit_check(house: House) -> tuple[bool, str]:
    (found,) = [one for one in await house.operations.check() if one.name == "audit"]
    return found.well, found.said


# What may fail


def test_a_full_disk_is_told_once_and_sealing_and_signing_go_on(
    stage: Stage,
    lisa: Actor,
    bo: Actor,
    sealer: Sealer,
    signer: Signer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as short:
        short.setattr("os.fsync", full)
        short.setattr(marks.Marks, "add", full)
        with two_marks(stage, lisa, bo, sealer) as session:
            assert count(session, AuditMark) == 2 and file_of(signer) == []
            (note,) = told(stage, session, signer).notes
            assert "only the database says what was signed" in note
    assert len([one for one in caplog.messages if "No space left" in one]) == 1
    lisa.presses("Pärm klar")
    with seals_all(stage, sealer) as session:
        assert len(file_of(signer)) == 1 and told(stage, session, signer).damages == []


def test_a_file_that_cannot_be_read_stops_nothing(
    stage: Stage, lisa: Actor, sealer: Sealer, signer: Signer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    signer.file.with_name("audit.marks").mkdir()
    lisa.presses("Vit pärm")
    with seals_all(stage, sealer) as session:
        assert count(session, AuditMark) == 1 and sealer.trouble(session) is None
    assert caplog.messages


def test_a_kill_before_the_line_is_written_harms_nothing(
    stage: Stage, lisa: Actor, bo: Actor, sealer: Sealer, signer: Signer
) -> None:
    lisa.presses("Vit pärm")
    with seals_all(stage, sealer) as session:
        signer.file.with_name("audit.marks").unlink()
        assert told(stage, session, signer).damages == []
    bo.presses("Jag tar")
    with seals_all(stage, sealer) as session:
        assert len(file_of(signer)) == 1 and told(stage, session, signer).damages == []


def test_each_machine_keeps_what_another_one_signed(
    stage: Stage, lisa: Actor, sealer: Sealer, signer: Signer, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    copied = tmp_path / "elsewhere" / "audit.key"
    copied.write_text(signer.file.read_text())
    other = signing.signer(copied)
    lisa.presses("Vit pärm")
    seals_all(stage, sealer).close()
    with seals_all(stage, sealer_of(stage, other)) as session:
        assert file_of(other) == file_of(signer) and count(session, AuditMark) == 1


def test_a_line_that_was_written_by_half_is_believed_in_nothing(
    stage: Stage, lisa: Actor, bo: Actor, sealer: Sealer, signer: Signer
) -> None:
    with two_marks(stage, lisa, bo, sealer) as session:
        file = signer.file.with_name("audit.marks")
        before, _ = file_of(signer)
        file.write_bytes(file.read_bytes()[:-40])
        assert marks.beside(signer).tip() == before
        session.close()
    lisa.presses("Pärm klar")
    with seals_all(stage, sealer) as session:
        first, torn, last = file_of(signer)
        assert first and last and torn is None
        seen = told(stage, session, signer)
        assert seen.damages == []
        assert seen.notes == ["1 lines of audit.marks cannot be read; was the disk full?"]


def test_whoever_edits_the_file_is_found_by_its_signatures(
    stage: Stage, lisa: Actor, sealer: Sealer, signer: Signer
) -> None:
    lisa.presses("Vit pärm")
    with seals_all(stage, sealer) as session:
        file = signer.file.with_name("audit.marks")
        file.write_text(file.read_text().replace('"number": ', '"number": 1'))
        assert told(stage, session, signer).damages == [
            "audit.marks, line 1: it is not signed by the key that it names"
        ]


def test_the_newest_line_is_found_behind_a_long_one(signer: Signer, stage: Stage) -> None:
    file, at = marks.beside(signer), stage.loop.now()
    assert file.tip() is None
    file.add(Kept(1, "a", at, "k"))
    with file.file.open("ab") as opened:
        opened.write(b"x" * 3 * marks.BLOCK)
    assert file.tip() == Kept(1, "a", at, "k")
