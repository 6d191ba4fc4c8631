"""Setting up: twelve answers become a pack that may go live, and what stops it is said plainly."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from time import perf_counter

import pytest

import handlers
from bot import assembly, ready, staff, starter
from bot.clock import wall
from bot.command_line import main
from bot.settings import PREFIX, Settings
from storage.database import sessions
from tests.databases import fresh_database, fresh_url

OK, WRONG = 0, 2
Capture = pytest.CaptureFixture[str]

ANSWERS = {
    "language": "sv",
    "agency": "Östverket",
    "site": "Servicekontoret Östersund",
    "address": "Storgatan 1, 831 30 Östersund",
    "floor": "plan 1, ingång från torget",
    "callback": "08-465 004 10",
    "hours": "mon-fri 08:00-16:30",
    "chat": "workspace",
    "answer": "Anna Ek = anna, Bo Alm = bo",
    "manager": "Cia Dal = cia",
    "on_call": "Eva Ek = eva",
    "top": "Gun Gran = gun",
}


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    monkeypatch.setenv("KOLLEGA_DATABASE_URL", fresh_url(tmp_path))
    monkeypatch.setenv("KOLLEGA_PORT", "0")


def typing(lines: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Somebody types these lines; gives what they were asked."""
    asked: list[str] = []
    left = iter(lines)

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return next(left)

    monkeypatch.setattr("builtins.input", answer)
    return asked


def test_twelve_questions_give_a_pack_that_may_go_live(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    assert len(starter.QUESTIONS) == 12
    asked = typing([*ANSWERS.values()], monkeypatch)
    began = perf_counter()
    assert main(["init"]) == OK
    assert perf_counter() - began < 10
    assert asked[0].startswith("1 av 12  Språk") and asked[-1].startswith("12 av 12  Vem högst")
    assert "KOLLEGA_CONTENT=my-pack kollega go-live" in capsys.readouterr().out
    monkeypatch.setenv("KOLLEGA_CONTENT", "my-pack")
    assert main(["go-live", "--language", "sv"]) == OK
    told = capsys.readouterr().out
    assert "Redo: 5 personer på 1 arbetsplatser." in told
    assert "texter är inte godkända hos er än" in told
    assert "bara webbläsaren" in told


def test_what_cannot_be_read_is_asked_again_in_the_chosen_language(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    wrong = {
        "language": ["no", "en"],
        "agency": ["", ANSWERS["agency"]],
        "hours": ["always", ""],
        "chat": ["icq", "slack"],
        "answer": ["Anna", "Anna = U1", "Anna = U1, Bo = U2"],
        "top": ["Gun", "Gun = U5"],
    }
    lines = [line for name in ANSWERS for line in wrong.get(name, [ANSWERS[name]])]
    asked = typing(lines, monkeypatch)
    assert main(["init", "--out", "ours"]) == OK
    assert len(asked) == 12 + 7
    told = capsys.readouterr().out
    for why in (
        "välj sv, en", "something must be written", "write it as mon-fri 08:00-16:30",
        "choose slack, teams, workspace", "write Name = address", "at least two are needed",
        "the member ID, such as U012ABCDEF",
    ):  # fmt: skip
        assert why in told, why
    assert "languages: [en, sv]" in Path("ours/people/servicekontoret-ostersund.yaml").read_text()


def test_answers_may_come_from_a_file(capsys: Capture) -> None:
    text = "".join(f'{name}: "{said}"\n' for name, said in ANSWERS.items())
    listed = text.replace('"Anna Ek = anna, Bo Alm = bo"', "[Anna Ek = anna, Bo Alm = bo]")
    Path("a.yaml").write_text(listed, "utf-8")
    assert main(["init", "--answers", "a.yaml"]) == OK
    assert main(["init", "--answers", "a.yaml"]) == WRONG
    assert "my-pack is there already; choose another folder" in capsys.readouterr().err
    Path("a.yaml").write_text("language: sv\nsize: 3\nanswer: Anna\n", "utf-8")
    assert main(["init", "--answers", "a.yaml", "--out", "b"]) == WRONG
    told = capsys.readouterr().err
    assert "a.yaml:3:9: answer: skriv Namn = adress" in told
    assert "a.yaml:2:1: there is no question “size”" in told
    assert told.count("något måste stå där") >= 5


def test_two_people_of_one_name_are_told(capsys: Capture) -> None:
    text = "".join(f'{name}: "{said}"\n' for name, said in ANSWERS.items())
    Path("a.yaml").write_text(text.replace("Cia Dal = cia", "Bo Alm = bo2"), "utf-8")
    assert main(["init", "--answers", "a.yaml"]) == WRONG
    assert "Two people are called Bo Alm." in capsys.readouterr().err


@pytest.fixture
def pack(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "pack"
    answers = {name: read(ANSWERS[name]) for name, read in starter.QUESTIONS.items()}
    starter.write(starter.files(answers), folder)
    yield folder


PEOPLE, SITE = "people/servicekontoret-ostersund.yaml", "sites/servicekontoret-ostersund.yaml"
STOPS = [
    (PEOPLE, "[manager, admin]", "[manager]", "Ingen har rollen admin.", "Nobody has the role adm"),
    (PEOPLE, "[manager, admin]", "[admin]", "Ingen har rollen manager.", "Nobody has the role man"),
    (PEOPLE, "[upper_manager]", "[hr]", "Högst upp måste någon kunna nås", "Somebody at the top"),
    (PEOPLE, "{workspace: eva}", "{email: e@x.se}", "Eva Ek kan inte nås", "Eva Ek cannot"),
    (PEOPLE, "{workspace: bo}", "{phone: '1'}", "1 av dem som svarar", "1 of those who"),
    (PEOPLE, "  deputy: gun-gran\n", "", "Eva Ek (on_call) har ingen", "Eva Ek (on_call) has"),
    (PEOPLE, "{workspace: gun}", "{email: g@x.se}", "Ersättaren för Eva", "The deputy of Eva"),
    (SITE, "1, 831 30 Öst", ", Öst", "räcker inte för 112", "not enough for 112"),
    (SITE, "08-465 004 10", "växeln", "är inget nummer", "is no number"),
]  # fmt: skip


def stopped(pack: Path, surfaces: list[str], language: str) -> list[str]:
    content = assembly.load([assembly.BASE, pack], handlers.ALL)
    with sessions(fresh_database())() as session:
        staff.sync(session, content, wall())
        session.flush()
        found = ready.blockers(session, content, surfaces)
    return [content.dictionaries[language].read(line) for line in found]


@pytest.mark.parametrize(("file", "old", "new", "sv", "en"), STOPS)
def test_what_stops_it_is_said_in_plain_words(
    pack: Path, file: str, old: str, new: str, sv: str, en: str
) -> None:
    text = (pack / file).read_text("utf-8")
    assert old in text
    (pack / file).write_text(text.replace(old, new), "utf-8")
    for language, told in (("sv", sv), ("en", en)):
        lines = stopped(pack, ["workspace"], language)
        assert any(told in line for line in lines), lines
        assert all(line.endswith(".") and len(line) < 160 for line in lines)


def test_a_channel_without_anybody_is_silent(pack: Path) -> None:
    assert stopped(pack, ["workspace"], "en") == []
    lines = stopped(pack, ["workspace", "slack"], "en")
    assert "Slack is on, but nobody has an address there." in lines[0]
    assert "Anna Ek cannot be reached: no address on Slack." in lines[1]


def test_the_demo_agency_may_go_live() -> None:
    assert stopped(assembly.DEMO, ["workspace"], "sv") == []


def test_what_is_not_ready_is_not_served_but_may_be_tried(
    pack: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    spoilt = copytree(pack, "spoilt")
    file = Path(spoilt) / SITE
    file.write_text(file.read_text("utf-8").replace("Storgatan 1, ", ""), "utf-8")
    monkeypatch.setenv("KOLLEGA_CONTENT", str(spoilt))
    assert main(["serve"]) == WRONG
    told = capsys.readouterr().err
    assert told.startswith("Not ready to go live yet (to try it all the same: KOLLEGA_TRYING=yes):")
    assert "the address is not enough for 112" in told
    assert main(["go-live", "--language", "sv"]) == WRONG
    assert capsys.readouterr().err.startswith("Inte redo än:\n")
    monkeypatch.setenv("KOLLEGA_TRYING", "yes")
    monkeypatch.setattr("bot.serving.serve", nothing)
    assert main(["serve"]) == OK
    main(["doctor"])
    assert "repair  going live: Servicekontoret Östersund: the address" in capsys.readouterr().out


async def nothing(*_: object, **__: object) -> None:
    return None


def test_the_answers_of_the_page_give_a_pack() -> None:
    page = (Path(__file__).parent.parent / "docs/start.md").read_text("utf-8")
    block = page.partition("```yaml\n")[2].partition("```")[0]
    Path("page.yaml").write_text(block, "utf-8")
    assert main(["init", "--answers", "page.yaml"]) == OK
    assert stopped(Path("my-pack"), ["workspace", "slack"], "sv") == []
