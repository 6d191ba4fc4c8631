"""Packs: signed so that nothing can be changed unseen, compared with the base, and passed on."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from bot import assembly
from bot.command_line import main
from bot.packs import PackError, overrides, signing, sums
from bot.settings import PREFIX, Settings

OK, WRONG = 0, 2
Capture = pytest.CaptureFixture[str]

JEDISCT1 = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"
HASHED = """untrusted comment: signature from minisign secret key
RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=
trusted comment: timestamp:1556193335\tfile:test
y/rUw2y8/hOUYjZU71eHp/Wo1KZ40fGy2VJEDl34XMJM+TX48Ss/17u3IvIfbVR1FkZZSNCisQbuQY+bHwhEBg==
"""
"""A signature of "test" by minisign's author, as its own libraries test with."""

CARD = """id: "3"
title: {sv: "Bombhot mot oss", en: "Bomb threat against us"}
hint: {sv: "Huset", en: "The building"}
group: site
when: call
version: 4
owner: Beredskap
expires: 2027-03-01
confirm: true
sources: ["our own routine"]
steps:
  - {sv: "Skriv orden.", en: "Write the words.", confirm: "Var blocket ligger"}
  - {sv: "Säg till chefen.", en: "Tell your manager."}
"""


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)


@pytest.fixture
def pack() -> Path:
    folder = Path("my-pack")
    write("guidance/03-bomb-threat.yaml", CARD)
    write("words/help.yaml", 'take: {sv: "Jag kommer", en: "I am coming"}\n')
    write(
        "approvals/cards.yaml",
        '- {id: "3", version: 4, by: Eva, on: 2026-01-01, until: 2027-01-01}\n',
    )
    write("pack.yaml", "name: Ostverket\nversion: 7\n")
    return folder


def write(name: str, text: str) -> None:
    file = Path("my-pack") / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


@pytest.fixture
def key() -> signing.SecretKey:
    return signing.fresh()


def run(*arguments: Any) -> int:
    return main([str(one) for one in arguments])


def test_a_signature_of_minisign_itself_is_read() -> None:
    keys = (signing.read_public(JEDISCT1),)
    by, comment = signing.verified(HASHED, b"test", keys)
    assert (by.name, comment) == ("E7620F1842B4E81F", "timestamp:1556193335\tfile:test")
    for text, message in (
        (HASHED, b"Test"),
        (HASHED.replace("1556193335", "1556193336"), b"test"),
        (HASHED.replace("fXf", "fXg").replace("qNyJ", "qNyK"), b"test"),
    ):
        with pytest.raises(PackError, match="does not fit"):
            signing.verified(text, message, keys)
    with pytest.raises(PackError, match="E7620F1842B4E81F, which is not trusted"):
        signing.verified(HASHED, b"test", (signing.fresh().public,))
    for broken in ("", HASHED[:90], HASHED.replace("RUQf", "AAAA"), HASHED.replace("trusted", "")):
        with pytest.raises(PackError, match="cannot be read"):
            signing.verified(broken, b"test", keys)


def test_keys_are_written_as_minisign_writes_them(key: signing.SecretKey) -> None:
    secret, public = signing.write_keys(key, Path("ours"))
    assert secret.stat().st_mode & 0o777 == 0o600
    assert signing.read_secret(secret) == key
    assert signing.read_public("ours.pub") == key.public
    assert len(public.read_text().splitlines()[1]) == 56
    with pytest.raises(PackError, match="is there already"):
        signing.write_keys(key, Path("ours"))
    secret.write_text(secret.read_text().replace("A", "B", 1))
    with pytest.raises(PackError):
        signing.read_secret(secret)


def changed(pack: Path) -> None:
    write("words/help.yaml", 'take: {sv: "Jag stannar", en: "I stay"}\n')


def missing(pack: Path) -> None:
    (pack / "approvals/cards.yaml").unlink()


def added(pack: Path) -> None:
    write("words/who.yaml", 'title: {sv: "X", en: "X"}\n')


def resummed(pack: Path) -> None:
    changed(pack)
    (pack / "pack.sum").write_text(sums.written(pack))


def linked(pack: Path) -> None:
    (pack / "cover").symlink_to(assembly.BASE / "cover")


def unsigned(pack: Path) -> None:
    (pack / "pack.sum.minisig").unlink()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (changed, "my-pack/words/help.yaml:1:1: this file was changed after the pack was signed"),
        (missing, "my-pack/approvals/cards.yaml:1:1: this file was signed and is missing"),
        (added, "my-pack/words/who.yaml:1:1: this file was added after the pack was signed"),
        (resummed, "my-pack:1:1: this pack cannot be used: the signature does not fit"),
        (linked, "my-pack:1:1: this pack cannot be used: cover is a link"),
        (unsigned, "my-pack:1:1: this pack cannot be used: it is not signed"),
    ],
)  # fmt: skip
def test_a_pack_that_is_not_as_it_was_signed_is_refused(
    pack: Path, key: signing.SecretKey, spoil: Any, told: str, capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    sums.sign(pack, key, "ours")
    assert run("pack", "verify", pack, "--pub", key.public.line) == OK
    spoil(pack)
    assert run("pack", "verify", pack, "--pub", key.public.line) == WRONG
    assert told in capsys.readouterr().err
    monkeypatch.setenv("KOLLEGA_PACK_KEYS", key.public.line)
    monkeypatch.setenv("KOLLEGA_CONTENT", str(pack))
    monkeypatch.setenv("KOLLEGA_DATABASE_URL", "sqlite:///here.db")
    assert run("serve") == WRONG  # and it is never used
    assert told in capsys.readouterr().err


def test_a_pack_of_somebody_else_is_refused(
    pack: Path, key: signing.SecretKey, capsys: Capture
) -> None:
    sums.sign(pack, key, "ours")
    assert run("pack", "verify", pack, "--pub", signing.fresh().public.line) == WRONG
    assert f"signed with the key {key.public.name}, which is not trusted" in capsys.readouterr().err
    assert run("pack", "verify", pack) == WRONG
    assert "No key is trusted here" in capsys.readouterr().err


def test_from_key_to_key_on_the_command_line(
    pack: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("pack", "keygen", "ours") == OK
    assert run("pack", "sign", pack, "--key", "ours.key") == OK
    assert run("pack", "build", pack, "--key", "ours.key") == OK
    assert "Ostverket-7.zip: 7 files." in capsys.readouterr().out
    once = Path("Ostverket-7.zip").read_bytes()
    assert run("pack", "build", pack) == OK
    assert Path("Ostverket-7.zip").read_bytes() == once, "the same pack, the same bytes"
    line = Path("ours.pub").read_text().splitlines()[1]
    monkeypatch.setenv("KOLLEGA_PACK_KEYS", line)
    assert run("pack", "open", "Ostverket-7.zip", "theirs") == OK
    assert "theirs: Ostverket 7, trusted." in capsys.readouterr().out
    assert run("pack", "open", "Ostverket-7.zip", "theirs") == WRONG
    assert "theirs is there already" in capsys.readouterr().err
    monkeypatch.setenv("KOLLEGA_PACK_KEYS", "nonsense")
    assert run("pack", "verify", pack) == WRONG
    assert "KOLLEGA_PACK_KEYS: “nonsense” is no public key" in capsys.readouterr().err


def test_a_broken_pack_is_not_signed(pack: Path, capsys: Capture) -> None:
    write("words/help.yaml", 'take: {sv: "Jag"}\n')
    assert run("pack", "keygen", "ours") == OK
    assert run("pack", "sign", pack, "--key", "ours.key") == WRONG
    assert "my-pack/words/help.yaml:1" in capsys.readouterr().err
    assert not (pack / "pack.sum").exists()


def test_the_base_stands_beside_what_is_said_instead(pack: Path, capsys: Capture) -> None:
    assert run("pack", "diff", pack) == OK
    told = capsys.readouterr().out
    assert "guidance/3  (my-pack/guidance/03-bomb-threat.yaml:1, instead of" in told
    assert "  title.en\n    base  Bomb threat\n    own   Bomb threat against us\n" in told
    assert "  sv\n    base  Jag tar\n    own   Jag kommer\n" in told
    assert told.count("! it is not noted which base") == 2
    assert told.endswith("2 overridden, 1 new.\n")


def test_when_the_base_changes_its_overrides_are_to_be_read_again(
    pack: Path, tmp_path: Path
) -> None:
    base = Path(shutil.copytree(assembly.BASE, tmp_path / "base"))
    assert overrides.note(base, pack) == 2
    assert not [one for one in overrides.overrides(base, pack) if one.changed]
    file = base / "guidance/03-bomb-threat.yaml"
    file.write_text(file.read_text().replace("version: 1", "version: 2"), "utf-8")
    (one,) = [one for one in overrides.overrides(base, pack) if one.changed]
    assert (one.own.name, one.noted and one.noted[0]) == ("guidance/3", "1")
    assert "(version 1 then, 2 now): read it again" in "\n".join(overrides.told(base, pack))
    assert overrides.note(base, pack) == 0, "what was noted stays, until somebody has read"
    assert overrides.note(base, pack, again=True) == 1
    assert not [one for one in overrides.overrides(base, pack) if one.changed]


def test_the_approver_sees_every_mark_with_its_place(pack: Path, capsys: Capture) -> None:
    assert run("pack", "approve-list", pack) == OK
    told = capsys.readouterr().out.splitlines()
    many = sum("approved by" in line or "not approved" in line for line in told[:-1])
    assert told[-1] == f"{many} to approve, {many - 1} of them not approved yet."
    at = next(n for n, line in enumerate(told) if line.startswith("guidance/3 "))
    assert "version 4  approved by Eva on 2026-01-01, until 2027-01-01" in told[at]
    assert told[at + 1] == "    my-pack/guidance/03-bomb-threat.yaml:12: Var blocket ligger"
    assert told[0].startswith("guidance/1  version 1  not approved")


def test_an_approval_of_an_older_version_is_none(pack: Path, capsys: Capture) -> None:
    write(
        "approvals/cards.yaml",
        '- {id: "3", version: 3, by: Eva, on: 2026-01-01, until: 2027-01-01}\n',
    )
    run("pack", "approve-list", pack)
    assert "version 4  not approved: version 3 was, by Eva" in capsys.readouterr().out
