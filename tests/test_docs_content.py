"""docs/content.md: every example on the page works, and the page forgets nothing."""

import re
from pathlib import Path

import pytest

import handlers
from bot import assembly
from bot.content import ContentError, Pack
from bot.content.marks import read
from bot.staff import NEEDED, Colleague, Site, imports, tables
from storage.people import ROLES

PAGE = (Path(__file__).parent.parent / "docs" / "content.md").read_text(encoding="utf-8")
TEXT = re.sub(r"\s+", " ", PAGE)
EXAMPLES = dict(re.findall(r"```yaml\n# (\S+)\n(.*?)```", PAGE, re.DOTALL))
SHEETS = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
MESSAGE = re.findall(r"```text\n(.*?)\n```", PAGE, re.DOTALL)[0]


@pytest.fixture
def my_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pack that somebody writes who copies every example of the page."""
    monkeypatch.chdir(tmp_path)
    for name, text in EXAMPLES.items():
        file = Path("my-pack") / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {name}\n{text}", encoding="utf-8")
    return Path("my-pack")


def load(pack: Path) -> Pack:
    return assembly.load([assembly.BASE, pack], handlers.ALL)


def test_every_example_is_a_file_of_a_pack() -> None:
    assert PAGE.count("```yaml") == len(EXAMPLES)
    folders = {name.split("/")[0] for name in EXAMPLES}
    assert folders == {"words", "cover", *assembly.shapes(handlers.ALL)}
    assert all(f"`{folder}/`" in PAGE for folder in folders)


def test_the_examples_are_a_pack_over_the_base(my_pack: Path) -> None:
    pack = load(my_pack)
    assert list(pack.all(Site)) == ["ostersund"]
    assert list(pack.all(Colleague)) == ["bo", "anna", "eva"]
    assert "väktare" in pack.forbidden
    roles = {role for person in pack.all(Colleague).values() for role in person.roles}
    assert set(NEEDED) <= roles


def test_the_examples_are_what_the_content_says(my_pack: Path) -> None:
    """Words of the page are those of the base and the demo, so that they do not grow old."""
    for name in ("words/help.yaml", "cover/folders.yaml", "ladders/level-1.yaml"):
        assert within(read(my_pack / name).data, read(assembly.BASE / name).data), name
    site, demo = (read(root / "sites/ostersund.yaml").data for root in (my_pack, assembly.DEMO))
    assert site == demo


def within(part: object, whole: object) -> bool:
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(name in whole and within(inner, whole[name]) for name, inner in part.items())
    return part == whole


def test_without_people_the_examples_wait_for_the_spreadsheet(my_pack: Path) -> None:
    (my_pack / "people/ostersund.yaml").unlink()
    assert load(my_pack).all(Site)["ostersund"].rings == {}


def test_the_spreadsheets_can_be_imported(my_pack: Path) -> None:
    pack = load(my_pack)
    files = [Path(f"{at}.csv") for at in range(len(SHEETS))]
    for file, text in zip(files, SHEETS, strict=True):
        file.write_text(text, encoding="utf-8")
    found = imports.read(files, pack.all(Site), set(pack.all(Colleague)))
    assert (list(found.people), len(found.roster)) == (["dan"], 2)


def test_the_message_is_what_is_told(my_pack: Path) -> None:
    file = my_pack / "words/help.yaml"
    slip = file.read_text(encoding="utf-8").replace("{name} has", "{nmae} has")
    file.write_text(slip, encoding="utf-8")
    with pytest.raises(ContentError) as wrong:
        load(my_pack)
    assert MESSAGE in str(wrong.value)


def test_the_page_forgets_nothing() -> None:
    (people, *_), (roster, *_) = (sheet.splitlines() for sheet in SHEETS)
    assert tuple(people.split(",")) == tables.PEOPLE
    assert set(tables.ROSTER) <= {*roster.split(","), *re.findall(r"`(\w+)`", PAGE)}
    assert f"Roles: {', '.join(ROLES)}." in TEXT
    stems = read(assembly.BASE / "cover/forbidden.yaml").data["words"]
    assert f": {', '.join(stems)}." in TEXT
    assert len(PAGE.splitlines()) <= 460
