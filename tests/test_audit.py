"""The audit's chain: whatever is changed, removed, added or moved afterwards is found and named."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, text
from sqlmodel import Session, SQLModel, select

from bot import receipt_check, receipts, signing
from bot.command_line import main
from bot.sealer import Sealer
from bot.signing import Signer
from storage import seals
from storage.audit import AuditLine
from storage.seals import AuditMark, AuditSeal, damages
from tests.stage import Actor, Stage
from tests.staging import on_a_file

Spoil = Callable[[Session], None]


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return signing.signer(tmp_path / "audit.key")


def sealed(stage: Stage, signer: Signer | None = None) -> Session:
    """The stage's store with everything sealed, and signed where somebody can sign."""
    machine = stage.machine
    sealer = Sealer(machine.engine.sessions, machine.writer, stage.loop.now, signer)
    stage.run(sealer.catch_up(at_once=True))
    return Session(stage.database)


def count(session: Session, kind: type[SQLModel]) -> int:
    return session.exec(select(func.count()).select_from(kind)).one()


def found(session: Session) -> list[str]:
    return [str(damage) for damage in damages(session)]


def run(*statements: str) -> Spoil:
    def spoil(session: Session) -> None:
        for statement in statements:
            session.connection().execute(text(statement))
        session.commit()

    return spoil


def test_a_whole_chain_has_no_damage(stage: Stage, lisa: Actor, bo: Actor, signer: Signer) -> None:
    lisa.presses("Vit pärm")
    bo.presses("Jag tar")
    with sealed(stage, signer) as session:
        assert found(session) == []
        lines = count(session, AuditLine)
        assert lines == count(session, AuditSeal) > 4


SWAP = (
    "UPDATE audit SET who = CASE id WHEN 3 THEN (SELECT who FROM audit WHERE id = 5) "
    "ELSE (SELECT who FROM audit WHERE id = 3) END WHERE id IN (3, 5)"
)


@pytest.mark.parametrize(
    "spoil, why",
    [
        (run("UPDATE audit SET who = 'dag' WHERE id = 4"), "line 4: it was changed"),
        (run("UPDATE audit SET payload = '{}' WHERE id = 5"), "line 5: it was changed"),
        (run("UPDATE audit SET at = '2020-01-01 00:00:00' WHERE id = 2"), "line 2: it was changed"),
        (run("DELETE FROM audit WHERE id = 3"), "line 3: it was removed"),
        (run(SWAP), "line 3: it was changed"),
        (
            run("DELETE FROM audit WHERE id = 3", "DELETE FROM audit_seal WHERE line = 3"),
            "line 4: seals 3 to 3 before it were removed",
        ),
        (
            run("UPDATE audit_seal SET content = 'x' WHERE line = 4"),
            "line 4: its seal was changed, or stands in another place",
        ),
        (
            run(
                "UPDATE audit_seal SET line = 900 WHERE line = 3",
                "UPDATE audit_seal SET line = 3 WHERE line = 4",
                "UPDATE audit_seal SET line = 4 WHERE line = 900",
            ),
            "line 4: its seal was changed, or stands in another place",
        ),
        (
            run(
                "INSERT INTO audit (id, at, who, what, payload, outcome, rows, event, salt) "
                "SELECT 0, at, who, what, payload, outcome, rows, event, salt FROM audit WHERE id=2"
            ),
            "line 0: it was added afterwards: it has no seal",
        ),
        (
            run("UPDATE audit SET who = '', payload = '', erased_by = 4 WHERE id = 2"),
            "line 2: its words are gone, and no protocol says why",
        ),
    ],
    ids=[
        "who",
        "payload",
        "time",
        "removed",
        "swapped",
        "cut out",
        "seal",
        "moved",
        "added",
        "erased",
    ],
)
def test_every_damage_is_found_and_named(
    stage: Stage, lisa: Actor, bo: Actor, signer: Signer, spoil: Spoil, why: str
) -> None:
    lisa.presses("Vit pärm")
    bo.presses("Jag tar")
    with sealed(stage, signer) as session:
        spoil(session)
        assert f"audit {why}" in found(session)


def test_a_chain_that_is_written_anew_does_not_fit_its_signed_mark(
    stage: Stage, lisa: Actor, signer: Signer
) -> None:
    lisa.presses("Vit pärm")
    with sealed(stage, signer) as session:
        run("UPDATE audit SET who = 'dag' WHERE id = 2", "DELETE FROM audit_seal")(session)
        seals.seal(session, 1000)
        session.commit()
        assert [line for line in found(session) if "written anew" in line]
        run("DELETE FROM audit_seal", "DELETE FROM audit")(session)
        assert [line for line in found(session) if "the chain was cut" in line]


def test_a_line_that_commits_late_is_sealed_in_its_turn(stage: Stage, lisa: Actor) -> None:
    """With several bots a lower number may become visible after a higher one."""
    with sealed(stage) as session:
        run("UPDATE audit SET id = id + 100 WHERE id > 1")(session)
        run("DELETE FROM audit_seal")(session)
        seals.seal(session, 1000)
        lower = AuditLine(
            id=50, at=stage.loop.now(), who="bo", what="x", payload="", outcome="done",
            rows=[], event="",
        )  # fmt: skip
        session.add(lower)
        session.flush()
        assert seals.seal(session, 1000) == 1
        assert found(session) == []


def test_the_chain_follows_what_happens_within_a_moment(
    stage: Stage, lisa: Actor, signer: Signer
) -> None:
    machine = stage.machine
    sealer = Sealer(machine.engine.sessions, machine.writer, stage.loop.now, signer)
    machine.observers.append(sealer)
    task = stage.loop.create_task(sealer.run())
    lisa.presses("Vit pärm")
    stage.passes(seconds=0.3)
    with Session(stage.database) as session:
        assert count(session, AuditLine) == count(session, AuditSeal)
        assert count(session, AuditMark) == 1
    stage.passes(minutes=4)
    task.cancel()


# Receipts


def receipt_of(session: Session, row: str, signer: Signer) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(receipts.receipt(session, row, signer)))
    return made


def test_a_call_has_a_receipt_that_a_stranger_can_check(
    stage: Stage, lisa: Actor, bo: Actor, signer: Signer, tmp_path: Path
) -> None:
    lisa.presses("Vit pärm")
    bo.presses("Jag tar")
    lisa.presses("Pärm klar")
    bo.presses("Trygg")
    with sealed(stage, signer) as session:
        made = receipt_of(session, "help_call:1", signer)
    said = [(line["who"], line["what"]) for line in made["lines"]]
    assert said[:2] == [("lisa", "help.press"), ("bo", "help.take")]
    assert said[-1] == ("bo", "help.check")
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(made), "utf-8")
    program = Path(receipt_check.__file__)
    ran = subprocess.run(
        [sys.executable, "-I", program, file, signer.public], capture_output=True, text=True
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert f"The receipt holds: {len(said)} lines about help_call:1" in ran.stdout
    hashes = len(made["seals"]) - len(said)
    assert f"not prove that there are no other lines about it: {hashes} more" in ran.stdout


REARRANGED: dict[str, Callable[[list[Any]], list[Any]]] = {
    "empty": lambda _: [],
    "twice": lambda lines: [*lines, lines[-1]],
    "order": lambda lines: lines[::-1],
}


def tamper(made: dict[str, Any], place: str) -> None:
    if place in REARRANGED:
        made["lines"] = REARRANGED[place](made["lines"])
    match place:
        case "line":
            made["lines"][0]["who"] = "dag"
        case "left out":
            made["seals"].pop(1)
        case "another":
            made["row"] = "help_call:2"
        case "seal":
            made["seals"][-1][2] = "0" * 64
        case "mark":
            made["mark"]["at"] = made["mark"]["at"].replace("2026", "2027")


@pytest.mark.parametrize(
    "place", ["line", "empty", "twice", "order", "left out", "another", "seal", "mark"]
)
def test_a_receipt_with_anything_changed_does_not_hold(
    stage: Stage, lisa: Actor, signer: Signer, place: str
) -> None:
    lisa.presses("Vit pärm")
    lisa.presses("Blankett 1")
    with sealed(stage, signer) as session:
        made = receipt_of(session, "help_call:1", signer)
    assert receipt_check.check(made, signer.public)
    tamper(made, place)
    with pytest.raises(receipt_check.Wrong):
        receipt_check.check(made, signer.public)


def test_a_receipt_stays_as_small_as_its_first_sufficient_mark(
    stage: Stage, lisa: Actor, bo: Actor, signer: Signer
) -> None:
    lisa.presses("Vit pärm")
    bo.presses("Jag tar")
    with sealed(stage, signer) as session:
        small = receipt_of(session, "help_call:1", signer)
    for _ in range(5):
        bo.types("hem")
        sealed(stage, signer).close()
    with sealed(stage, signer) as session:
        again = receipt_of(session, "help_call:1", signer)
        assert again == small
        run(f"UPDATE audit_mark SET signature = '00' WHERE number = {small['mark']['number']}")(
            session
        )
        more = receipt_of(session, "help_call:1", signer)  # up to the next one, which holds
    assert len(more["seals"]) > len(small["seals"])
    assert receipt_check.check(more, signer.public) == len(small["lines"])


def test_another_key_proves_nothing(
    stage: Stage, lisa: Actor, signer: Signer, tmp_path: Path
) -> None:
    lisa.presses("Vit pärm")
    with sealed(stage, signer) as session:
        made = receipt_of(session, "help_call:1", signer)
    with pytest.raises(receipt_check.Wrong, match="not signed by this key"):
        receipt_check.check(made, signing.signer(tmp_path / "other.key").public)


def test_what_is_not_signed_yet_has_no_receipt(stage: Stage, lisa: Actor, signer: Signer) -> None:
    lisa.presses("Vit pärm")
    with sealed(stage) as session:
        with pytest.raises(receipts.NoReceipt, match="not signed yet"):
            receipts.receipt(session, "help_call:1", signer)
        with pytest.raises(receipts.NoReceipt, match="knows nothing"):
            receipts.receipt(session, "help_call:77", signer)


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "audit.key"
    first = signing.signer(file)
    assert signing.signer(file).public == first.public
    assert file.stat().st_mode & 0o077 == 0
    assert signing.holds(first.public, "text", first.sign("text"))
    assert not signing.holds(first.public, "another", first.sign("text"))
    file.write_text("00")
    with pytest.raises(ValueError, match="no signing key"):
        signing.signer(file)


# The commands


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    yield from on_a_file(tmp_path, monkeypatch)


def test_the_commands_verify_prove_and_name_the_line(
    kept: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept.person("lisa").presses("Vit pärm")
    session = sealed(kept, signing.signer(tmp_path / "audit.key"))
    assert main(["audit", "verify"]) == 0
    assert "The audit is whole: 3 sealed lines, signed up to seal 3" in capsys.readouterr().out
    assert main(["audit", "receipt", "help_call:1", "--out", "r.json"]) == 0
    assert main(["audit", "key"]) == 0
    public = capsys.readouterr().out.splitlines()[-1]
    assert receipt_check.main(["r.json", public]) == 0
    assert main(["audit", "receipt", "help_call:9"]) == 2
    run("UPDATE audit SET who = 'dag' WHERE id = 2")(session)
    session.close()
    capsys.readouterr()
    assert main(["audit", "verify"]) == 2
    assert "audit line 2: it was changed" in capsys.readouterr().out
    (tmp_path / "audit.key").write_text("nothing")
    assert main(["audit", "key"]) == 2
    assert "KOLLEGA_SIGNING_KEY" in capsys.readouterr().err
