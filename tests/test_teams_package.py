"""`kollega teams-package`: valid by Microsoft's own schema, neutral in both languages, honest."""

import json
import shutil
import struct
import subprocess
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from jsonschema import Draft4Validator
from pydantic import SecretStr

from bot import commands
from bot.command_line import main
from bot.settings import Settings
from bot.surfaces.teams.package import NEWEST
from bot.teams_package import build
from handlers.help.actions import Press
from handlers.home import How
from tests.stage import demo_shelf
from tests.teams.microsoft import APP, TENANT

Json = dict[str, Any]
NPM = shutil.which("npm")
PACKAGE = "@microsoft/app-manifest"


def settings(**more: Any) -> Settings:
    return Settings(
        teams_app_id=APP, teams_tenants=TENANT, teams_app_secret=SecretStr("invented"), **more
    )


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    made = build(settings(), demo_shelf().current)
    with ZipFile(BytesIO(made)) as file:
        return {name: file.read(name) for name in file.namelist()}


@pytest.fixture(scope="module")
def manifest(files: dict[str, bytes]) -> Json:
    return dict(json.loads(files["manifest.json"]))


@pytest.fixture(scope="module")
def english(files: dict[str, bytes]) -> Json:
    return dict(json.loads(files["en.json"]))


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Json]]:
    """Microsoft's own, from its npm package."""
    if NPM is None:
        pytest.skip(f"npm is not here, so {PACKAGE} with Microsoft's schemas is not either")
    folder = tmp_path_factory.mktemp("npm")
    asked = [NPM, "pack", PACKAGE, "--silent", "--cache", str(folder / "cache")]
    try:
        told = subprocess.run(asked, cwd=folder, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm does not answer in a minute, so {PACKAGE} is not here")
    if told.returncode:
        pytest.skip(f"npm cannot fetch {PACKAGE} here")
    shutil.unpack_archive(folder / told.stdout.split()[-1], folder, "gztar", filter="data")
    newest = folder / "package" / "build" / "json-schemas" / "teams" / f"v{NEWEST}"
    yield {
        name: json.loads((newest / f"MicrosoftTeams{name}.schema.json").read_text("utf-8"))
        for name in ("", ".Localization")
    }
    versions = [one.name.removeprefix("v").split(".") for one in newest.parent.iterdir()]
    numbers = [(int(one[0]), int(one[1])) for one in versions if one[0].isdecimal()]
    assert max(numbers) == tuple(map(int, NEWEST.split("."))), "Microsoft has a newer schema"


def test_the_manifest_is_what_microsoft_says_a_manifest_is(
    manifest: Json, english: Json, schemas: dict[str, Json]
) -> None:
    Draft4Validator(schemas[""]).validate(manifest)
    Draft4Validator(schemas[".Localization"]).validate(english)


def test_it_serves_one_person_a_team_and_a_group(manifest: Json) -> None:
    (bot,) = manifest["bots"]
    assert bot["botId"] == manifest["id"] == APP
    assert bot["scopes"] == ["personal", "team", "groupChat"]
    assert len(bot["commandLists"]) <= 3
    assert all(len(one["commands"]) <= 12 for one in bot["commandLists"])


def test_every_text_of_the_manifest_is_there_in_english(manifest: Json, english: Json) -> None:
    wanted = {"name.short", "name.full", "description.short", "description.full"}
    for place, one in enumerate(manifest["bots"][0]["commandLists"]):
        for number in range(len(one["commands"])):
            where = f"bots[0].commandLists[{place}].commands[{number}]"
            wanted |= {f"{where}.title", f"{where}.description"}
    for number in range(len(manifest["composeExtensions"][0]["commands"])):
        where = f"composeExtensions[0].commands[{number}]"
        wanted |= {f"{where}.title", f"{where}.description"}
    assert wanted == {name for name in english if not name.startswith("$")}


def test_every_command_is_understood_when_it_is_typed(manifest: Json, english: Json) -> None:
    content = demo_shelf().current
    swedish = [one["title"] for one in manifest["bots"][0]["commandLists"][0]["commands"]]
    theirs = [
        text
        for name, text in english.items()
        if name.startswith("bots[0].commandLists[0]") and name.endswith("title")
    ]
    expected = [Press(1), Press(2), Press(3), How()]
    for titles in swedish, theirs:
        assert [commands.understand(content, one) for one in titles] == expected


def test_the_levels_are_offered_where_nobody_reads_along_alone(manifest: Json) -> None:
    personal, others = manifest["bots"][0]["commandLists"]
    assert personal["scopes"] == ["personal"]
    assert [one["title"] for one in others["commands"]] == ["Så fungerar det"]


def test_the_compose_box_has_the_levels_and_the_message_its_own(manifest: Json) -> None:
    (extension,) = manifest["composeExtensions"]
    found = {one["id"]: (one["title"], one["context"]) for one in extension["commands"]}
    assert found == {
        "shortcut_1": ("Blå pärm", ["compose", "commandBox"]),
        "shortcut_2": ("Gul pärm", ["compose", "commandBox"]),
        "shortcut_3": ("Vit pärm", ["compose", "commandBox"]),
        "report": ("Spara i pärmen", ["message"]),
    }
    assert all(one["fetchTask"] for one in extension["commands"])


def test_no_forbidden_word_and_no_secret_is_in_it(files: dict[str, bytes]) -> None:
    for name in "manifest.json", "en.json":
        told = json.loads(files[name])
        told.pop("$schema", None)
        text = json.dumps(told, ensure_ascii=False).casefold()
        assert [w for w in demo_shelf().current.forbidden if w.casefold() in text] == []
        assert "invented" not in text


def test_the_icons_are_as_teams_wants_them(files: dict[str, bytes]) -> None:
    for name, side in ("color.png", 192), ("outline.png", 32):
        assert struct.unpack(">II", files[name][16:24]) == (side, side)
    outline = pixels(files["outline.png"], 32)
    assert {one[:3] for one in outline} == {(255, 255, 255)}, "white on nothing"
    assert {0, 255} <= {one[3] for one in outline}
    assert {one[3] for one in pixels(files["color.png"], 192)} == {255}


def pixels(png: bytes, side: int) -> list[tuple[int, ...]]:
    start = png.index(b"IDAT")
    (length,) = struct.unpack(">I", png[start - 4 : start])
    rows = zlib.decompress(png[start + 4 : start + 4 + length])
    step = 4 * side + 1
    return [
        tuple(rows[row * step + 1 + 4 * column :][:4])
        for row in range(side)
        for column in range(side)
    ]


def test_the_same_settings_make_the_same_file() -> None:
    pack = demo_shelf().current
    assert build(settings(), pack) == build(settings(), pack)


def test_the_command_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["teams-package"]) == 2
    assert "KOLLEGA_TEAMS_APP_ID: write it first" in capsys.readouterr().err
    monkeypatch.setenv("KOLLEGA_TEAMS_APP_ID", APP)
    monkeypatch.setenv("KOLLEGA_TEAMS_APP_SECRET", "invented")
    monkeypatch.setenv("KOLLEGA_TEAMS_TENANTS", TENANT)
    assert main(["teams-package", "ours.zip", "--version", "1.2.3"]) == 0
    with ZipFile("ours.zip") as file:
        told = json.loads(file.read("manifest.json"))
    assert (told["version"], told["name"]["short"]) == ("1.2.3", "Kontorsstöd")
    assert main(["teams-package", "nowhere/ours.zip"]) == 2
    assert "nowhere/ours.zip cannot be written" in capsys.readouterr().err
