"""Staff: who works where, from the pack and from a spreadsheet."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from bot import staff
from bot.content import ContentError, Pack, load
from bot.staff import imports
from bot.staff.imports import CsvError, Import, Summary
from storage.people import ROLES, Person, RosterSlot, everybody, on_roster, person
from tests.databases import fresh_database

PACK = Path(__file__).parent / "content_staff"
NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.chdir(tmp_path)

    def write(text: str, name: str = "staff.csv", encoding: str = "utf-8") -> Path:
        (tmp_path / name).write_bytes(text.encode(encoding))
        return Path(name)

    return write


@pytest.fixture
def session() -> Iterator[Session]:
    database = fresh_database()
    with Session(database) as session:
        yield session
    database.dispose()


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load([PACK], staff.SHAPES, [staff.check])


SLIPS = [
    ("sites/farsta.yaml", "cover: forms", "cover: form", "6:8: there is no word set “form” – did"),
    ("sites/farsta.yaml", "1: [anna]", "1: [ana]", "8:7: nobody is called “ana” – did you mean “a"),
    ("sites/farsta.yaml", "3: [bo]", "3: []", "10:6: ring 3 has nobody; name at least one person"),
    ("sites/farsta.yaml", "3: [bo]", "4: [bo]", "8:3: ring 3 has nobody; name at least one person"),
    ("sites/farsta.yaml", "3: [bo]", "4: [bo]", "10:6: there is no ring 4; rings are 1, 2 and 3"),
    ("sites/farsta.yaml", "1: [anna]", "first: [anna]", "8:3: write a whole number (it says “fi"),
    ("sites/farsta.yaml", "cover: ", "hours: [mon 8.30-17]\ncover: ", "6:9: write times such as 0"),
    (
        "sites/farsta.yaml",
        "cover: ",
        "hours: [mån 08:00-17:00]\ncover: ",
        "6:9: unknown day “mån” ",
    ),
    ("sites/farsta.yaml", "cover: ", "hours: []\ncover: ", "6:8: write at least 1"),
    ("sites/farsta.yaml", "cover: ", "hours: mon 8:30-17:00\ncover: ", "6:8: write a list, each "),
    (
        "sites/farsta.yaml",
        "cover: ",
        "neighbours: [fasta]\ncover: ",
        "6:14: there is no site “fast",
    ),
    (
        "sites/farsta.yaml",
        "cover: ",
        "neighbours: [farsta]\ncover: ",
        "6:14: a site is not its own",
    ),
    ("people/all.yaml", "deputy: bo", "area: ''\n  deputy: bo", "8:9: write at least 1 char"),
    ("people/all.yaml", "deputy: bo", "floor: {sv: 4}\n  deputy: bo", "8:10: “en” is missing here"),
    (
        "sites/farsta.yaml",
        "cover: ",
        "zone: Europe/Stokholm\ncover: ",
        "6:7: unknown time zone – d",
    ),
    ("people/all.yaml", "deputy: bo", "deputy: boo", "8:11: nobody is called “boo” – did you mean"),
    ("people/all.yaml", "deputy: bo", "deputy: anna", "8:11: nobody is their own deputy; name a"),
    ("people/all.yaml", "site: farsta", "site: fasta", "6:9: there is no site “fasta” – did you m"),
    ("people/all.yaml", "slack: U2", "slack: u1", "17:22: “anna” has the same slack address; one"),
    ("people/all.yaml", "admin]", "admn]", "4:20: unknown role – did you mean “admin”? (it says"),
    ("people/all.yaml", "[sv, en]", "[sv, no]", "3:19: choose sv or en (it says “no”)"),
    ("people/all.yaml", "[sv, en]", "[]", "3:14: write at least 1"),
    ("people/all.yaml", "email: anna", "mail: anna", "9:26: choose workspace, slack, teams, email"),
]


@pytest.mark.parametrize(("file", "right", "wrong", "told"), SLIPS)
def test_a_slip_in_the_pack_is_told_with_its_repair(
    tmp_path: Path, file: str, right: str, wrong: str, told: str
) -> None:
    copy = copytree(PACK, tmp_path / "pack")
    text = (copy / file).read_text(encoding="utf-8")
    (copy / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ContentError) as error:
        load([copy], staff.SHAPES, [staff.check])
    problems = [f"{each.line}:{each.column}: {each.text}" for each in error.value.problems]
    assert any(each.startswith(told) for each in problems), problems


def test_the_packs_people_become_rows(session: Session, pack: Pack) -> None:
    staff.sync(session, pack, NOW)
    anna, bo = everybody(session)
    assert (anna.ref, anna.language, anna.zone) == ("anna", "sv", "Europe/Stockholm")
    assert anna.place == {"sv": "Disk 2", "en": "Desk 2"}
    assert bo.place == {"sv": "3:14", "en": "3:14"}
    assert anna.addresses == {"slack": "U1", "email": "anna@example.org"}


def test_a_desk_zone_and_a_floor_of_ones_own_become_rows(session: Session, tmp_path: Path) -> None:
    copy = copytree(PACK, tmp_path / "pack")
    people = (copy / "people/all.yaml").read_text("utf-8")
    people = people.replace("deputy: bo", "area: Zon 4\n  floor: {sv: Plan 4, en: Fourth}", 1)
    people = people.replace('place: "3:14"', 'place: "3:14"\n  floor: "7"', 1)
    (copy / "people/all.yaml").write_text(people, "utf-8")
    staff.sync(session, load([copy], staff.SHAPES, [staff.check]), NOW)
    anna, bo = everybody(session)
    assert (anna.area, anna.floor) == ("Zon 4", {"sv": "Plan 4", "en": "Fourth"})
    assert (bo.area, bo.floor) == (None, {"sv": "7", "en": "7"})


def test_whom_the_pack_no_longer_names_has_left(session: Session, pack: Pack) -> None:
    session.add(Person(ref="cia", source="pack", **everything(pack, "anna")))
    staff.sync(session, pack, NOW)
    assert person(session, "cia") is None
    assert person(session, "anna") is not None


def everything(pack: Pack, ref: str) -> dict[str, Any]:
    colleague = pack.all(staff.Colleague)[ref]
    return staff.rows([colleague], pack.all(staff.Site))[ref]


def test_nothing_is_missing_when_all_are_there(session: Session, pack: Pack) -> None:
    staff.sync(session, pack, NOW)
    assert staff.gaps(session, pack, NOW) == []


def test_gaps_name_the_place_and_the_repair(session: Session, pack: Pack) -> None:
    staff.sync(session, pack, NOW)
    bo = session.get_one(Person, "bo")
    bo.left_at = NOW
    repair = "Name somebody in the roster or under “rings” in sites/farsta.yaml."
    assert staff.gaps(session, pack, NOW) == [
        "Nobody has the role on_call (answer when nobody else does). "
        "Give it to somebody in people/ or in the staff file.",
        f"Farsta: all in ring 2 have left (bo). {repair}",
        f"Farsta: all in ring 3 have left (bo). {repair}",
    ]


def test_the_roster_of_the_hour_fills_a_gap(session: Session, pack: Pack) -> None:
    staff.sync(session, pack, NOW)
    site = pack.all(staff.Site)["farsta"].model_copy(update={"rings": {1: ["anna"], 2: ["bo"]}})
    third = Pack({staff.Site: {"farsta": site}}, {}, (), ())
    assert staff.gaps(session, third, NOW)[0].startswith("Farsta: ring 3 is empty. Name somebody")
    ends = NOW.replace(hour=9)
    session.add(RosterSlot(site="farsta", ring=3, person="anna", starts=NOW, ends=ends))
    assert staff.gaps(session, third, NOW) == []
    assert staff.gaps(session, third, ends) != []


NEAR = {"rings": {}, "hours": ["mon-fri 08:00-17:00"]}


def nearby(pack: Pack, **changes: object) -> Pack:
    """The same agency, whose site has no rings of its own."""
    site = pack.all(staff.Site)["farsta"].model_copy(update={**NEAR, **changes})
    return Pack({staff.Site: {"farsta": site}}, {}, (), ())


def test_without_rings_two_must_respond_and_somebody_be_on_call(
    session: Session, pack: Pack
) -> None:
    staff.sync(session, pack, NOW)
    (only,) = staff.gaps(session, nearby(pack), NOW)
    assert only == (
        "Farsta: only one person here has the role responder or team_lead, and nearness needs 2; "
        "give the role to more people, or name people under “rings” in sites/farsta.yaml."
    )
    session.get_one(Person, "anna").roles = ["team_lead", "admin"]
    session.flush()
    assert staff.gaps(session, nearby(pack), NOW, ["slack"]) == []
    assert staff.gaps(session, nearby(pack), NOW, ["email"]) == [
        "Farsta: fewer than 2 of those who respond can be reached on email. "
        "Add their addresses in people/ or in the staff file.",
        "Farsta: nobody on call can be reached on email. "
        "Add their addresses in people/ or in the staff file.",
    ]


def test_the_roster_of_the_hour_stands_in_for_nearness(session: Session, pack: Pack) -> None:
    staff.sync(session, pack, NOW)
    assert len(staff.gaps(session, nearby(pack), NOW)) == 1
    ends = NOW.replace(hour=9)
    session.add(RosterSlot(site="farsta", ring=1, person="anna", starts=NOW, ends=ends))
    assert staff.gaps(session, nearby(pack), NOW) == []
    assert len(staff.gaps(session, nearby(pack), ends)) == 1


FEW = " here has the role responder or team_lead, and nearness needs 2; give the role to more"


@pytest.mark.parametrize(
    ("anna", "bo", "told"),
    [
        ("team_lead, admin", "responder, on_call", []),
        ("handler, admin", "responder, on_call", ["only one person" + FEW]),
        ("team_lead, admin", "responder", ["nobody has the role on_call, whom the last ring"]),
        ("admin", "handler", ["nobody has the role on_call, whom the last", "nobody" + FEW]),
    ],
)
def test_a_pack_without_rings_is_told_what_nearness_needs(
    tmp_path: Path, anna: str, bo: str, told: list[str]
) -> None:
    copy = copytree(PACK, tmp_path / "pack")
    site, people = copy / "sites/farsta.yaml", copy / "people/all.yaml"
    site.write_text(site.read_text("utf-8").partition("rings:")[0], "utf-8")
    text = people.read_text("utf-8").replace("handler, admin", anna, 1)
    people.write_text(text.replace("responder, on_call", bo, 1), "utf-8")
    problems: list[str] = []
    try:
        load([copy], staff.SHAPES, [staff.check])
    except ContentError as wrong:
        problems = [each.text for each in wrong.problems]
    assert len(problems) == len(told)
    assert all(text.startswith(start) for text, start in zip(problems, told, strict=True))


def test_people_of_another_site_do_not_count_as_near(tmp_path: Path) -> None:
    copy = copytree(PACK, tmp_path / "pack")
    farsta = (copy / "sites/farsta.yaml").read_text("utf-8")
    (copy / "sites/nyby.yaml").write_text(farsta.partition("rings:")[0], "utf-8")
    with pytest.raises(ContentError) as wrong:
        load([copy], staff.SHAPES, [staff.check])
    (only,) = wrong.value.problems
    assert (only.file.name, only.text.startswith("nobody" + FEW)) == ("nyby.yaml", True)


HEADER = "id,name,languages,roles,unit,site"
CIA = "cia,Cia Dahl,sv en,handler|peer,Öst,farsta"


def read(pack: Pack, *files: Path, known: set[str] | None = None) -> Import:
    return imports.read(files, pack.all(staff.Site), known or set())


def told(pack: Pack, *files: Path, known: set[str] | None = None) -> list[str]:
    with pytest.raises(CsvError) as error:
        read(pack, *files, known=known)
    return str(error.value).splitlines()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_spreadsheet_is_read_as_it_was_saved(
    pack: Pack, write: Write, encoding: str, delimiter: str
) -> None:
    text = f"{HEADER}\r\n{CIA}\r\n,,,,,\r\n".replace(",", delimiter)
    cia = read(pack, write(text, encoding=encoding)).people["cia"]
    assert (cia.languages, cia.roles, cia.unit) == (["sv", "en"], ["handler", "peer"], "Öst")


def test_columns_come_in_any_order_and_the_rest_may_be_left_out(pack: Pack, write: Write) -> None:
    header = "Site;UNIT;phone;name;id;roles;languages;slack;place;place_en;deputy"
    lines = [
        'farsta;"Öst; väst";0701234567;Cia;cia;handler;SV;U7;Disk 4;Desk 4;bo',
        "farsta;Öst;;Dan;dan;handler;sv;;Disk 5;;",
        "farsta;Öst;;Eva;eva;handler;sv;;;;",
    ]
    found = read(pack, write("\n".join([header, *lines])), known={"bo"}).people
    rows = staff.rows(found.values(), pack.all(staff.Site))
    assert [row["place"] for row in rows.values()] == [
        {"sv": "Disk 4", "en": "Desk 4"},
        {"sv": "Disk 5", "en": "Disk 5"},
        {"sv": "Plan 3", "en": "Third floor"},
    ]
    assert rows["cia"]["addresses"] == {"slack": "U7", "phone": "0701234567"}
    assert (found["cia"].unit, found["cia"].deputy, found["dan"].deputy) == (
        "Öst; väst",
        "bo",
        None,
    )


def test_desk_zones_and_floors_come_from_a_spreadsheet(pack: Pack, write: Write) -> None:
    header = f"{HEADER},area,floor,floor_en"
    others = [CIA.replace("cia", ref) for ref in ("dan", "eva")]
    lines = [f"{CIA},Zon 4,Plan 4,Floor 4", f"{others[0]},,Plan 5,", f"{others[1]},,,"]
    found = read(pack, write("\n".join([header, *lines]))).people
    rows = staff.rows(found.values(), pack.all(staff.Site)).values()
    assert [(row["area"], row["floor"]) for row in rows] == [
        ("Zon 4", {"sv": "Plan 4", "en": "Floor 4"}),
        (None, {"sv": "Plan 5", "en": "Plan 5"}),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("sv en", "sv;no", "languages: “no” is not known – allowed: sv, en"),
        ("handler|peer", "handler|per", "roles: “per” is not known – did you mean “peer”?"),
        ("farsta", "fasta", "site: “fasta” is not known – did you mean “farsta”?"),
        ("Cia Dahl", " ", "name: is empty and must not be"),
        ("handler|peer", "|", "roles: is empty and must not be"),
        ("Öst", "Öst,,", "this line has 8 cells, the first line has 6"),
        (",farsta", "", "this line has 5 cells, the first line has 6"),
        ("Öst", '"Öst', 'a quotation mark (") stands alone; cells need one at both ends or none'),
    ],
)
def test_a_wrong_line_is_told(pack: Pack, write: Write, right: str, wrong: str, said: str) -> None:
    text = f"{HEADER}\n\n{CIA}".replace(right, wrong).replace("sv;no", "sv no")
    assert told(pack, write(text)) == [f"staff.csv:3: {said}"]


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("email", "cia.example.org", "an e-mail address has an @ in it; it says “cia.example.org”"),
        ("area", "900101-0000", "looks like a personal number; leave it out"),
        ("floor", "900101-0000", "looks like a personal number; leave it out"),
        ("deputy", "bob", "“bob” is not known – did you mean “bo”?"),
        ("deputy", "cia", "nobody is their own deputy; name a colleague or leave it empty"),
    ],
)
def test_a_wrong_cell_is_told(pack: Pack, write: Write, column: str, cell: str, said: str) -> None:
    file = write(f"{HEADER},{column}\n{CIA},{cell}")
    assert told(pack, file, known={"bo"}) == [f"staff.csv:2: {column}: {said}"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "staff.csv:1: this file is empty"),
        (HEADER, "staff.csv:1: there is nothing below the first line"),
        (f"{HEADER},Rols\n{CIA},x", "staff.csv:1: unknown column “rols” – did you mean “roles”?"),
        (f"{HEADER},are\n{CIA},x", "staff.csv:1: unknown column “are” – did you mean “area”?"),
        (f"{HEADER},id\n{CIA},x", "staff.csv:1: id: this column is there twice"),
        ("id,name\ncia,Cia", "staff.csv:1: the column “languages” is missing"),
        ("site,ring,person,date\nfarsta,1,bo,2027-03-01", "1: the column “from” is missing"),
        (CIA, "staff.csv:1: the first line names the columns: id, name, languages, roles, unit, s"),
    ],
)
def test_a_wrong_first_line_is_told(pack: Pack, write: Write, text: str, said: str) -> None:
    assert said in told(pack, write(text), known={"bo"})[0]


def test_a_file_that_is_no_text_or_not_there_is_told(pack: Pack, write: Write) -> None:
    Path("odd.csv").write_bytes(b"id,\x81\xff")
    assert told(pack, Path("odd.csv"), Path("none.csv")) == [
        "odd.csv:1: this is not text; save the sheet as CSV UTF-8",
        "none.csv:1: this file cannot be read: No such file or directory",
    ]


# None of these can be anybody's: the check digit is wrong.
@pytest.mark.parametrize(
    "number", ["900101-0000", "19900101-0000", "9001610000", "199001910009", "900131+0000"]
)
@pytest.mark.parametrize("column", ["id", "unit", "deputy", "phone"])
def test_a_personal_number_is_refused_and_not_repeated(
    pack: Pack, write: Write, number: str, column: str
) -> None:
    cells = {"id": "cia", "name": "Cia", "languages": "sv", "roles": "peer", "unit": "Öst"}
    cells |= {"site": "farsta", "deputy": "", "phone": "", column: f"{number}"}
    file = write(",".join(cells) + "\n" + ",".join(cells.values()))
    assert told(pack, file) == [
        f"staff.csv:2: {column}: looks like a personal number; leave it out"
    ]


def test_a_personal_number_is_not_repeated_from_the_first_line(pack: Pack, write: Write) -> None:
    said = "looks like a personal number; leave it out"
    lines = told(pack, write(f"{HEADER},900101-0000\n{CIA},900131-0000"))
    assert lines == [f"staff.csv:1: {said}", f"staff.csv:2: {said}"]
    headless = told(pack, write("Cia,900101-0000\nDan,900131-0000"))
    assert headless[0].startswith("staff.csv:1: the first line names the columns: id, name")
    assert headless[1:] == [f"staff.csv:2: {said}"]


@pytest.mark.parametrize("phone", ["0701234567", "070-123 45 67", "+46 70 123 45 67", "08-123 45"])
def test_a_phone_number_is_no_personal_number(pack: Pack, write: Write, phone: str) -> None:
    found = read(pack, write(f"{HEADER},phone,teams\n{CIA},{phone},8-4-4-4-199001010000"))
    assert found.people["cia"].addresses["phone"] == phone


def test_every_wrong_line_of_every_file_comes_at_once(pack: Pack, write: Write) -> None:
    dan, eva = "dan,Dan,fi,handler,Öst,farsta,U1", "dan,Eva,sv,boss,Öst,farsta,u1"
    people = write(f"{HEADER},slack\n{dan}\n{CIA},\n{eva}\n")
    slots = ["fasta,1,bo,2027-03-01 08:00,17:00", "farsta,4,dam,2027-03-01 08:00,2027-03-01 08:00"]
    roster = write("\n".join(["site,ring,person,starts,ends", *slots]), "roster.csv")
    assert told(pack, roster, people, known={"bo"}) == [
        "roster.csv:2: site: “fasta” is not known – did you mean “farsta”?",
        "roster.csv:2: ends: write a local date and time such as 2027-03-01 17:00; it says “17:00”",
        "roster.csv:3: ring: “4” is not known – allowed: 1, 2, 3",
        "roster.csv:3: person: “dam” is not known – did you mean “dan”?",
        "roster.csv:3: ends: the end must be later than the beginning",
        "staff.csv:2: languages: “fi” is not known – allowed: sv, en",
        "staff.csv:4: roles: “boss” is not known – allowed: " + ", ".join(ROLES),
        "staff.csv:4: id: the same stands on line 2 of staff.csv; one of them is wrong",
        "staff.csv:4: slack: the same stands on line 2 of staff.csv; one of them is wrong",
    ]


@pytest.mark.parametrize(
    ("header", "cells", "starts", "ends"),
    [
        ("starts,ends", "2027-03-01T08:00,2027-03-01 17:00", (1, 7, 0), (1, 16, 0)),
        ("starts,ends", "2027-03-01,2027-03-02", (28, 23, 0), (1, 23, 0)),
        ("date,from,to", "2027-03-01,08:00,17:00", (1, 7, 0), (1, 16, 0)),
        ("date,from,to", "2027-03-01,22:00,06:30", (1, 21, 0), (2, 5, 30)),
    ],
)
def test_roster_times_are_local_at_the_site(
    pack: Pack,
    write: Write,
    header: str,
    cells: str,
    starts: tuple[int, ...],
    ends: tuple[int, ...],
) -> None:
    file = write(f"site,ring,person,{header}\nfarsta,1,bo,{cells}")
    (slot,) = read(pack, file, known={"bo"}).roster
    assert (slot.starts.day, slot.starts.hour, slot.starts.minute) == starts
    assert (slot.ends.day, slot.ends.hour, slot.ends.minute) == ends


@pytest.mark.parametrize(
    ("header", "cells", "said"),
    [
        (
            "date,from,to",
            "2027-02-29,08:00,17:00",
            "date: write a date such as 2027-03-01; it says",
        ),
        ("date,from,to", "2027-03-01,8,17:00", "from: write a time such as 08:00; it says “8”"),
        ("date,from,to", "2027-03-01,08:00,08:00", "to: the end must be later than the beginning"),
        ("date,from,to", "9999-12-31,22:00,06:00", "date: nobody works in that year"),
        ("starts,ends", "2027-03-01 08:00+01:00,2027-03-02", "starts: write a local date and time"),
        ("starts,ends", "2027-03-01 08:00,", "ends: is empty and must not be"),
    ],
)
def test_a_wrong_time_is_told(pack: Pack, write: Write, header: str, cells: str, said: str) -> None:
    file = write(f"site,ring,person,{header}\nfarsta,1,bo,{cells}")
    (only,) = told(pack, file, known={"bo"})
    assert only.startswith(f"staff.csv:2: {said}")


def test_an_import_says_who_works_here(session: Session, pack: Pack, write: Write) -> None:
    staff.sync(session, pack, NOW)
    dan, eva = CIA.replace("cia", "dan"), CIA.replace("cia", "eva")
    first = read(pack, write("\n".join([HEADER, CIA, dan])))
    assert imports.store(session, first, NOW) == Summary(2, 0, 0, 0)
    assert imports.store(session, first, NOW) == Summary(0, 0, 0, 0)
    second = read(pack, write("\n".join([HEADER, dan.replace("Öst", "Väst"), eva])))
    assert imports.store(session, second, NOW) == Summary(1, 1, 1, 0)
    assert [each.ref for each in everybody(session)] == ["anna", "bo", "dan", "eva"]
    assert imports.store(session, first, NOW) == Summary(1, 1, 1, 0)


ROSTER = "site,ring,person,date,from,to\nfarsta,{},{},2027-03-{},22:00,06:00"


def test_a_roster_replaces_the_days_it_speaks_of(
    session: Session, pack: Pack, write: Write
) -> None:
    imports.store(session, read(pack, write(f"{HEADER}\n{CIA}")), NOW)
    for ring, ref, day in [(1, "cia", "01"), (2, "cia", "02"), (3, "bo", "01")]:
        file = write(ROSTER.format(ring, ref, day), "roster.csv")
        found = read(pack, file, known={"bo", "cia"})
        assert imports.store(session, found, NOW) == Summary(0, 0, 0, 1)
    assert on_roster(session, "farsta", datetime(2027, 3, 2, 1, tzinfo=UTC)) == {3: ["bo"]}
    assert on_roster(session, "farsta", datetime(2027, 3, 3, 1, tzinfo=UTC)) == {2: ["cia"]}
    assert person(session, "cia") is not None  # a file without people lets nobody leave


def test_nothing_is_half_imported(session: Session, pack: Pack, write: Write) -> None:
    people, roster = write(f"{HEADER}\n{CIA}"), write(ROSTER.format(1, "cia", "01"), "roster.csv")
    found = read(pack, people, roster)
    broken = found.roster[0]._replace(starts=NOW.replace(tzinfo=None))
    with pytest.raises(Exception, match="without a zone"), session.begin():
        imports.store(session, Import(found.people, [broken], found.sites), NOW)
    assert everybody(session) == []
    assert session.exec(select(RosterSlot)).all() == []


SCRAPS = [
    *HEADER.split(","),
    "ring",
    "person",
    "date",
    "to",
    "starts",
    "farsta",
    "sv",
    '"',
    "\n",
    "|",
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(), st.lists(st.sampled_from([*SCRAPS, ",", ";"])).map("".join)))
def test_no_text_breaks_the_import(pack: Pack, write: Write, text: str) -> None:
    for lines in (text, f"{HEADER},place\n{text}", f"site,ring,person,date,from,to\n{text}"):
        write("")
        Path("staff.csv").write_bytes(lines.encode("utf-8", "surrogatepass"))
        try:
            read(pack, Path("staff.csv"))
        except CsvError as wrong:
            assert all(each.line >= 1 for each in wrong.wrong)


def test_a_ring_that_no_surface_reaches_is_a_gap(session: Session, pack: Pack) -> None:
    staff.sync(session, pack, NOW)
    assert staff.gaps(session, pack, NOW, ["slack"]) == []
    told = staff.gaps(session, pack, NOW, ["workspace"])
    assert told[0].startswith("Farsta: nobody in ring 1 can be reached on workspace.")


def test_people_at_a_site_that_nobody_describes_are_named(session: Session, pack: Pack) -> None:
    staff.sync(session, pack, NOW)
    session.get_one(Person, "anna").site = "gävle"
    told = staff.gaps(session, pack, NOW)
    assert told == ["No pack describes the site “gävle” of anna. Add sites/gävle.yaml."]
