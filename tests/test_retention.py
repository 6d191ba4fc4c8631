"""Retention: nothing goes but what was listed and approved, a hold always wins, the chain stays."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlmodel import Session, SQLModel, col, select

import handlers
from bot.assembly import BASE
from bot.eraser import Eraser, piece
from bot.features import kept
from handlers.retention.actions import Approve, Hold, Lift, OpenRetention
from handlers.retention.classes import periods
from storage import sealed
from storage.anonymous import CaseCode, CaseLine
from storage.audit import AuditLine
from storage.case_life import Status
from storage.cases import Case, CaseEvent
from storage.erasing import MOST, due, key_in, name_of
from storage.help import HelpCall
from storage.people import Person
from storage.purge import LASTING, TECHNICAL
from storage.queue import Seen, Standing, Timer, table
from storage.retention import (
    Became,
    LegalHold,
    RetentionCount,
    RetentionRun,
    RunStatus,
    cutoff,
    holds,
    items,
)
from storage.seals import damages
from storage.selfchecks import SelfCheck
from storage.stripping import foretold
from tests.stage import Actor, Stage, demo_shelf
from tests.test_audit import sealed as all_sealed
from tests.test_triage import case_of
from tests.toys import somebody  # noqa: F401

RULES = kept(handlers.ALL)


# The schema


def test_every_table_is_in_a_class_or_says_why_not() -> None:
    list(sealed.sealed_columns())  # every room of the storage is read
    ours = {name for name in SQLModel.metadata.tables if not name.startswith("toy")}
    classes = {str(table(kind).name) for rule in RULES for kind in rule.tables}
    lasting = {str(table(kind).name) for one in handlers.ALL for kind in one.lasting}
    technical = {str(table(kind).name) for kind in TECHNICAL}
    placed = [*classes, *lasting, *technical, *LASTING]
    assert not ours - {*placed}, "say in which class it is (Feature.keeps), or why it lasts"
    twice = {name for name in placed if placed.count(name) > 1}
    assert not twice, "a table is in one place"
    assert {*placed} <= ours


def test_every_reference_to_an_erased_row_goes_with_it_or_before() -> None:
    """What the database would refuse is found here and not in the night of the run."""
    for rule in RULES:
        order = [table(kind) for kind in rule.tables[1:]] + [table(rule.root)]
        for other in SQLModel.metadata.sorted_tables:
            for key in other.foreign_keys:
                if key.column.table in order:
                    assert other in order, f"{other.name} hangs on {key.column.table.name}"
                    assert order.index(other) < order.index(key.column.table), other.name


def test_every_class_of_the_content_has_rows_and_a_time_that_can_be_read() -> None:
    known = periods(demo_shelf().current)
    assert {rule.by for rule in RULES} | {"R-I"} == {*known}
    now = datetime.fromisoformat("2027-03-31T10:00:00+00:00")
    assert cutoff("90 days", now) == now - timedelta(days=90)
    assert cutoff("1 months", now) == now.replace(month=2, day=28)
    assert cutoff("5 years", now) == now.replace(year=2022)
    assert cutoff("undecided", now) is cutoff("linked", now) is None
    assert (BASE / "retention").is_dir()


def test_a_name_leads_back_to_its_key() -> None:
    assert key_in(SelfCheck, name_of(SelfCheck, (7, "lisa,x"))) == (7, "lisa,x")


# The archivist


@pytest.fixture
def gun(stage: Stage) -> Actor:
    with stage.machine.engine.sessions() as session:
        session.get_one(Person, "gun").roles = ["registrar"]
        session.commit()
    return stage.person("gun")


def erases(stage: Stage) -> None:
    machine = stage.machine
    eraser = Eraser(machine.engine.sessions, machine.writer, stage.loop.now, RULES)
    stage.run(eraser.catch_up())


def closed(stage: Stage, days: int, severity: int = 1, **facts: object) -> Case:
    """A case that was closed so many days ago."""
    case = case_of(stage, severity=severity, proposed=severity, **facts)  # type: ignore[arg-type]
    with stage.machine.engine.sessions() as session:
        row = session.get_one(Case, case.number)
        row.status, row.closed_at = Status.CLOSED, stage.loop.now() - timedelta(days=days)
        session.commit()
    return case


def there(stage: Stage, kind: type[SQLModel], key: object) -> bool:
    with stage.machine.engine.sessions() as session:
        return session.get(kind, key) is not None


def test_a_call_without_a_report_goes_after_its_time_and_only_with_a_yes(
    stage: Stage, lisa: Actor, bo: Actor, gun: Actor
) -> None:
    lisa.presses("Vit pärm")
    bo.presses("Jag tar")
    lisa.presses("Fel pärm")
    stage.passes(hours=24 * 60)
    gun.types("gallring")
    gun.sees("viskade rader" if "R-B" in " ".join(gun.lines()) else "Inget är gammalt nog")
    stage.passes(hours=24 * 40)
    gun.types("gallring")
    gun.sees("R-A · larm utan rapport")
    gun.sees("Tiderna för R-A är våra förslag")
    erases(stage)
    assert there(stage, HelpCall, 1), "nobody has said yes"
    gun.presses("Godkänn och gallra")
    gun.sees("Godkänd av Gun")
    erases(stage)
    stage.passes(minutes=2)
    gun.sees("1 av 1 borta")
    assert not there(stage, HelpCall, 1)
    with all_sealed(stage) as session:
        assert not list(damages(session))
        told = session.exec(select(AuditLine).where(col(AuditLine.what) == "help.press")).all()
        assert told and all((one.who, one.payload, one.rows) == ("", "", []) for one in told)
        assert [c.count for c in session.exec(select(RetentionCount))] == [1]


def test_nobody_else_erases_anything(stage: Stage, cia: Actor, gun: Actor) -> None:
    closed(stage, 800)
    cia.does(OpenRetention())
    cia.hears("Det här är inte ditt")
    gun.types("gallring")
    cia.does(Approve(1))
    erases(stage)
    assert there(stage, Case, 1)


def test_a_held_case_stays_with_all_that_hangs_on_it(stage: Stage, gun: Actor) -> None:
    held, gone = closed(stage, 800), closed(stage, 800)
    for case in held, gone:
        with stage.machine.engine.sessions() as session:
            session.add(
                SelfCheck(
                    case=case.number,
                    person="lisa",
                    started_at=stage.loop.now() - timedelta(days=500),
                    days=[],
                )
            )
            session.commit()
    gun.types("gallring")
    gun.submits(Hold(), case=str(held.number), reason="en tvist pågår hos nämnden")
    gun.presses("Godkänn och gallra")  # the list is older than the hold, and the hold wins
    erases(stage)
    assert there(stage, Case, held.number) and not there(stage, Case, gone.number)
    assert there(stage, SelfCheck, (held.number, "lisa"))
    assert not there(stage, SelfCheck, (gone.number, "lisa"))
    gun.does(Lift(held.number))
    gun.types("gallring")
    gun.presses("Godkänn och gallra")
    erases(stage)
    assert not there(stage, Case, held.number)


def test_an_open_a_grave_or_a_fresh_case_is_never_on_the_list(stage: Stage, gun: Actor) -> None:
    case_of(stage)
    closed(stage, 3000, severity=5)
    closed(stage, 30)
    gun.types("gallring")
    gun.sees("Inget är gammalt nog")


def test_a_code_goes_before_its_dialogue(stage: Stage, gun: Actor) -> None:
    case = closed(stage, 200)
    with stage.machine.engine.sessions() as session:
        session.add(CaseCode(case=case.number, lookup="a", salt=b"b", hashed=b"c"))  # type: ignore[arg-type]
        session.add(
            CaseLine(case=case.number, hour=stage.loop.now(), by="owner", text="vi ser på det")
        )  # type: ignore[arg-type]
        session.commit()
    gun.types("gallring")
    gun.presses("Godkänn och gallra")
    erases(stage)
    assert not there(stage, CaseCode, case.number)
    assert there(stage, CaseLine, 1) and there(stage, Case, case.number)


# Properties


def scattered(stage: Stage, chance: Random) -> list[Case]:
    """Cases of every age, severity and fate, some with things that hang on them, some held."""
    found = []
    for _ in range(12):
        case = closed(stage, chance.choice([10, 200, 400, 760, 1900, 4000]), chance.randint(0, 5))
        found.append(case)
        with stage.machine.engine.sessions() as session:
            now = stage.loop.now()
            if chance.random() < 0.3:
                session.add(
                    LegalHold(row=f"incident_case:{case.number}", at=now, by="gun", reason="tvist")
                )
            if chance.random() < 0.5:
                started = now - timedelta(days=chance.choice([10, 500]))
                session.add(SelfCheck(case=case.number, person="lisa", started_at=started, days=[]))
            if chance.random() < 0.3:
                row = session.get_one(Case, case.number)
                row.status, row.closed_at = Status.PLANNED, None
            session.commit()
    return found


def everything(session: Session) -> set[str]:
    kinds = {kind for rule in RULES for kind in rule.tables}
    return {
        name_of(kind, key)
        for kind in kinds
        for key in session.execute(select(*table(kind).primary_key.columns)).all()
    }


@pytest.mark.parametrize("seed", range(6))
def test_what_was_listed_goes_and_nothing_else_and_a_hold_always_wins(
    stage: Stage, gun: Actor, seed: int
) -> None:
    chance = Random(seed)
    cases = scattered(stage, chance)
    gun.types("gallring")
    with stage.machine.engine.sessions() as session:
        run = session.exec(select(RetentionRun)).one()
        rules, now = periods(demo_shelf().current), stage.loop.now()
        listed = {one.row for one in items(session, run.number)}
        assert listed == dict(due(session, RULES, rules, now)).keys()
        before = everything(session)
        lines = foretold(session, RULES, rules, now, going_of(session, listed))
        late = {one.number for one in cases if chance.random() < 0.2}
        for number in late:
            if session.get(LegalHold, f"incident_case:{number}") is None:
                session.add(
                    LegalHold(row=f"incident_case:{number}", at=now, by="gun", reason="sent")
                )
        session.commit()
        held = {one.row for one in holds(session)}
    gun.does(Approve(run.number))
    erases(stage)
    with all_sealed(stage) as session:
        gone = before - everything(session)
        named = {one.row: one for one in items(session, run.number)}
        assert gone == {row for row, one in named.items() if one.became is Became.ERASED}
        assert {row for row in listed if row not in gone} == {
            row for row, one in named.items() if one.became is Became.KEPT
        }
        for row in gone:
            case = row if row.startswith("incident_case:") else owner_of(row)
            assert case not in held, f"{row} is on hold"
        unheld = {row for row in listed if row not in held and owner_of(row) not in held}
        assert unheld <= gone, "what was approved and is not held goes"
        stripped = {one.id for one in session.exec(select(AuditLine)) if one.erased_by}
        if not late:
            assert stripped == {*lines}
        assert not list(damages(session))
        assert session.get_one(RetentionRun, run.number).status is RunStatus.DONE


def owner_of(row: str) -> str:
    """The case that a row hangs on, by its name, where the name says so."""
    kind, _, key = row.partition(":")
    return f"incident_case:{key.split(',')[0]}" if kind in ("self_check", "duty", "plan") else ""


def going_of(session: Session, listed: set[str]) -> set[str]:
    """The rows of a list with all that hangs on them."""
    found = {*listed}
    for rule in RULES:
        mine = [
            key_in(rule.root, row)[0]
            for row in listed
            if row.startswith(f"{table(rule.root).name}:")
        ]
        for one in rule.hangs if mine else ():
            keys = select(*table(one.kind).primary_key.columns).where(one.of(mine))
            found |= {name_of(one.kind, key) for key in session.execute(keys).all()}
    return found


def test_a_run_that_was_killed_anywhere_goes_on(stage: Stage, gun: Actor) -> None:
    for _ in range(30):
        closed(stage, 800)
    gun.types("gallring")
    gun.presses("Godkänn och gallra")
    pieces = 0
    while True:
        with stage.machine.engine.sessions() as session:
            piece(session, RULES, stage.loop.now())
            session.rollback()  # the kill
            more = piece(session, RULES, stage.loop.now())
            session.commit()
        if not more:
            break
        pieces += 1
    assert pieces >= 4
    with all_sealed(stage) as session:
        assert not session.exec(select(Case)).all()
        assert not session.exec(select(CaseEvent)).all()
        assert not list(damages(session))


# What the machine forgets by itself


def test_the_machine_forgets_what_is_old_and_nothing_else(stage: Stage) -> None:
    now = stage.loop.now()
    with stage.machine.engine.sessions() as session:
        for name, days in (("old", 31), ("new", 1)):
            at = now - timedelta(days=days)
            session.add(Seen(id=name, at=at, answer="{}"))
            for slot in (name, f"home:{name}"):
                session.add(
                    Standing(
                        slot=slot, surface="workspace", message="1", digest="", delivered_at=at
                    )
                )
            session.add(
                Timer(
                    key=name,
                    due=at + timedelta(days=0),
                    wire_name="x.gone",
                    payload="{}",
                    attempts=9,
                )
            )
        session.commit()
    erases(stage)
    with stage.machine.engine.sessions() as session:
        assert {one.id for one in session.exec(select(Seen))} == {"new"}
        slots = {one.slot for one in session.exec(select(Standing))}
        assert {"new", "home:new", "home:old"} <= slots and "old" not in slots
        assert {one.key for one in session.exec(select(Timer))} == {"new"}
        session.delete(session.get_one(Timer, "new"))
        session.commit()


def test_a_list_is_never_longer_than_one_evening() -> None:
    assert MOST == 10_000


@pytest.fixture(autouse=True)
def _swedish(language: str) -> Iterator[None]:
    assert language == "sv"
    yield
