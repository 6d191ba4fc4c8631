"""The lock: what is installed is exactly what was reviewed, and every direct one has a reason."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKS = [ROOT / "requirements.txt", ROOT / "tests" / "requirements.txt"]


def entries(lock: Path) -> list[str]:
    """One text an entry, its continued lines joined."""
    text = re.sub(r"^\s*#.*$", "", lock.read_text("utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [line.strip() for line in lines if line.strip()]


def test_every_pin_is_exact_and_has_its_hashes() -> None:
    for lock in LOCKS:
        assert len(entries(lock)) > 10
        for entry in entries(lock):
            assert re.match(r"[a-z0-9][\w.-]*(\[[\w,-]+\])?==[\w.!+]+( ;| --hash| +)", entry), entry
            assert "--hash=sha256:" in entry, entry


def test_no_pin_is_an_address_and_no_registry_is_named() -> None:
    for lock in LOCKS:
        text = lock.read_text("utf-8")
        assert not re.search(
            r"://|@ |^-|--(extra-)?index|--find-links|--trusted", text, re.MULTILINE
        )


def test_every_direct_dependency_is_told_with_licence_and_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {re.split(r"[\[>=;<]", line)[0].strip() for line in project["dependencies"]}
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    told = dict(re.findall(r"^\| ([\w-]+) \| ([\w. -]+) \| \S.* \|$", page, re.MULTILINE))
    told.pop("Package", None)
    assert {*told} == wanted
    locked = {re.split(r"[\[=]", entry)[0] for entry in entries(LOCKS[0])}
    assert wanted <= {name.lower() for name in locked}
