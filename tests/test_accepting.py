"""A backup was put back: the audit says so until somebody accepts it, and tells it ever after."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest
from sqlmodel import Session

from bot import signing, verifying
from bot.command_line import main
from storage import seals
from storage.seals import AuditSeal
from tests.stage import Stage
from tests.staging import on_a_file
from tests.test_audit import count, run
from tests.test_marks import cuts, file_of, numbers, sealer_of, seals_all, told, two_marks


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    yield from on_a_file(tmp_path, monkeypatch)


def test_a_store_that_was_put_back_is_accepted_with_a_reason_that_stays(
    kept: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signer = signing.signer(tmp_path / "audit.key")
    lisa, bo = kept.person("lisa"), kept.person("bo")
    sealer = sealer_of(kept, signer)
    with two_marks(kept, lisa, bo, sealer) as session:
        cuts(session)
    assert main(["audit", "verify"]) == 2
    first, last = numbers(signer)
    assert f"this machine signed up to seal {last}" in capsys.readouterr().out
    assert main(["audit", "accept", "  "]) == 2
    assert main(["audit", "accept", "the backup of Monday was put back, Åsa"]) == 0
    assert main(["audit", "verify"]) == 0
    said = capsys.readouterr().out
    gone = f"without what was signed from seal {last} on"
    assert f"up to seal {first}, {gone}: the backup of Monday" in said
    assert main(["audit", "accept", "once more"]) == 2, "there is nothing to accept"
    lisa.presses("Pärm klar")
    with seals_all(kept, sealer) as session:
        assert sealer.trouble(session) is None and len(file_of(signer)) == 4
        assert told(kept, session, signer).damages == []
        cuts(session)  # whoever does it behind the accepted one is found again
        assert "signed up to seal" in told(kept, session, signer).damages[0]


def test_what_was_lost_in_the_middle_is_accepted_and_told_for_ever(
    kept: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signer = signing.signer(tmp_path / "audit.key")
    sealer = sealer_of(kept, signer)
    with two_marks(kept, kept.person("lisa"), kept.person("bo"), sealer) as session:
        run("DELETE FROM audit WHERE id = 2")(session)
    assert main(["audit", "verify"]) == 2
    assert main(["audit", "accept", "lost with the disk in May"]) == 0
    capsys.readouterr()
    assert main(["audit", "verify"]) == 0
    said = capsys.readouterr().out
    assert "Accepted: audit line 2: it was removed." in said
    assert "The audit is whole, but for what was accepted" in said
    with Session(kept.database) as session:
        run("DELETE FROM audit WHERE id = 3")(session)
    assert main(["audit", "verify"]) == 2
    assert capsys.readouterr().out.startswith("audit line 3: it was removed")


def test_whoever_presses_while_the_audit_is_verified_does_not_wait(
    kept: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = signing.signer(tmp_path / "audit.key")
    lisa, bo = kept.person("lisa"), kept.person("bo")
    lisa.presses("Vit pärm")
    seals_all(kept, sealer_of(kept, signer)).close()
    took = []

    def long_look(session: Session) -> Iterator[seals.Damage]:
        before, began = count(session, AuditSeal), perf_counter()
        bo.presses("Jag tar")
        seals_all(kept, sealer_of(kept, signer)).close()
        took.append(perf_counter() - began)
        assert count(session, AuditSeal) == before, "it looks at one moment"
        yield from seals.damages(session)

    monkeypatch.setattr(verifying, "damages", long_look)
    assert main(["audit", "verify"]) == 0
    assert took[0] < 10
