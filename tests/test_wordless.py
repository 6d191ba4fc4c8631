"""Lines without words: nobody takes the words of an audit line but who may, and all are counted."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

import handlers
from bot.features import answers
from handlers.reports.actions import Choose, NewReport, Onward, SendNameless
from storage.audit import BLANKED, AuditLine
from storage.people import Person
from storage.retention import RetentionRun
from storage.untraced import UntracedCount, hour_of
from storage.wordless import MAY_BLANK, Wordless
from tests.stage import Actor, Stage
from tests.test_audit import found, run, sealed
from tests.test_retention import ended, erases

EMPTY = "who = '', payload = '', event = '', rows = '[]', salt = ''"
HOUR = "2026-09-14 13:00:00"


def nameless(stage: Stage, lisa: Actor) -> None:
    """Lisa reports without her name."""
    lisa.does(NewReport())
    for question, option in (
        ("group", "risk"), ("kind", "ordning"), ("where", "desk"), ("time", "now"),
        ("effect", "calm"), ("factors", "ko"),
    ):  # fmt: skip
        lisa.does(Choose(1, question, option))
    lisa.does(Onward(1, "factors"))
    lisa.does(SendNameless(1))


def line_of(session: Session, what: str) -> AuditLine:
    """The newest one."""
    asked = select(AuditLine).where(AuditLine.what == what)
    line = session.exec(asked.order_by(col(AuditLine.id).desc())).first()
    assert line, what
    return line


def blanks(session: Session, line: AuditLine, **more: object) -> str:
    """By hand, as whoever may write to the database would; the line's name in what is told."""
    hour = session.exec(select(UntracedCount.hour)).first() or hour_of(line.at)
    gone = {"who": "", "payload": "", "event": "", "rows": [], "salt": "", "erased_by": BLANKED}
    for name, value in {"at": hour, **gone, **more}.items():
        setattr(line, name, value)
    session.add(line)
    session.commit()
    return f"audit line {line.id}: "


def test_what_a_report_without_a_name_blanked_is_no_damage_and_is_counted(
    stage: Stage, lisa: Actor
) -> None:
    stage.passes(minutes=17)
    nameless(stage, lisa)
    with sealed(stage) as session:
        assert found(session) == []
        assert [*Wordless(session).told()] == [
            "8 lines were blanked by acts that leave no trace themselves."
        ]


def test_only_what_leaves_no_trace_blanks_and_the_rule_names_it() -> None:
    untraced = {kind.wire_name for kind, one in answers(handlers.ALL).items() if one.untraced}
    assert MAY_BLANK.keys() <= untraced


def test_a_line_that_nothing_may_blank_is_named(stage: Stage, lisa: Actor) -> None:
    lisa.presses("Vit pärm")
    nameless(stage, lisa)
    with sealed(stage) as session:
        said = blanks(session, line_of(session, "help.press"))
        assert found(session) == [
            f"{said}it was blanked, and nothing may blank a line of that kind"
        ]


def test_a_line_that_is_blanked_in_an_hour_without_such_an_act_is_named(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    bo.does(NewReport())
    with sealed(stage) as session:
        said = blanks(session, line_of(session, "reports.new"))
        why = "it was blanked, and in its hour nothing was done that blanks lines"
        assert found(session) == [said + why]


@pytest.mark.parametrize(
    "kept", [{"who": "bo"}, {"payload": "{}"}, {"event": "e"}, {"rows": ["a:1"]}, {"salt": "ab"}]
)
def test_a_blanked_line_is_empty(
    stage: Stage, lisa: Actor, bo: Actor, kept: dict[str, object]
) -> None:
    bo.does(NewReport())
    lisa.does(NewReport())
    with stage.machine.engine.sessions() as session:
        hour, act = hour_of(stage.loop.now()), next(iter(MAY_BLANK))
        session.add(UntracedCount(hour=hour, what=act, outcome="done", count=1))
        session.commit()
    with sealed(stage) as session:
        said = blanks(session, line_of(session, "reports.new"), **kept)
        assert found(session) == [f"{said}it says that it was blanked, and it was not"]


# Retention


@pytest.fixture
def erased(stage: Stage, lisa: Actor, bo: Actor) -> Stage:
    """The archivist had an old call erased; another one is kept."""
    lisa.presses("Vit pärm")
    bo.presses("Jag tar")
    ended(stage, days=91)
    with stage.machine.engine.sessions() as session:
        session.get_one(Person, "gun").roles = ["registrar"]
        session.commit()
    gun = stage.person("gun")
    gun.types("gallring")
    gun.presses("Godkänn och gallra")
    erases(stage)
    stage.passes(minutes=2)
    bo.presses("Vit pärm")
    return stage


def protocol(session: Session) -> int:
    return line_of(session, "retention.erased").id or 0


def test_what_retention_erased_is_no_damage_and_is_counted_by_protocol(erased: Stage) -> None:
    with sealed(erased) as session:
        assert found(session) == []
        (told,) = Wordless(session).told()
        many = session.get_one(RetentionRun, 1).lines
        assert many >= 2
        assert told.startswith(f"{many} lines were erased by protocol {protocol(session)} (run 1")
        assert told.endswith("approved by gun).")
        assert json.loads(line_of(session, "retention.finished").payload) == {"lines": many}


Deceit = Callable[[Session], None]


def hides(more: str = "", what: str = "retention.open") -> Deceit:
    """A line is emptied by hand, and says that the run did it."""

    def spoil(session: Session) -> None:
        by = protocol(session)
        line = line_of(session, what).id
        words = f"{EMPTY}, at = '{HOUR}', erased_by = {by}"
        run(f"UPDATE audit SET {words} WHERE id = {line}")(session)
        run(*[f"UPDATE audit SET {more} WHERE id = {line}"] * bool(more))(session)

    return spoil


def also(*spoils: Deceit) -> Deceit:
    def spoil(session: Session) -> None:
        for one in spoils:
            one(session)

    return spoil


MORE = run("UPDATE retention_run SET lines = lines + 1")
PAYLOAD = run("""UPDATE audit SET payload = '{"lines": 99}' WHERE what = 'retention.finished'""")
LATER = "its words are gone, and no protocol says why"


@pytest.mark.parametrize(
    "spoil, why",
    [
        (hides("what = 'help.seen'"), "name it"),
        (also(hides("what = 'help.seen'"), MORE), "name it"),
        (also(hides("what = 'help.seen'"), PAYLOAD), "it was changed"),
        (hides(), "what tells of erasing is never erased"),
        (hides("who = 'dag'"), "its words were erased, and they were not"),
        (hides("payload = 'x'"), "its words were erased, and they were not"),
        (hides(what="help.press"), LATER),
        (hides(what="retention.erased"), LATER),
        (run("UPDATE audit SET what = 'a.b' WHERE what = 'retention.erased'"), LATER),
        (run("UPDATE audit SET who = 'dag' WHERE what = 'retention.erased'"), "it was changed"),
        (run("DELETE FROM audit WHERE what = 'retention.approve'"), "nobody had approved"),
        (run("DELETE FROM retention_item", "DELETE FROM retention_run"), LATER),
        (run(f"UPDATE audit SET erased_by = {BLANKED} WHERE erased_by > 0"), "name it"),
    ],
    ids=[
        "one too many", "counted too", "sealed count too", "own", "who", "payload", "after it",
        "itself", "no protocol", "protocol", "no yes", "no run", "blanked",
    ],
)  # fmt: skip
def test_whoever_hides_a_line_behind_a_real_protocol_is_found(
    erased: Stage, spoil: Deceit, why: str
) -> None:
    with sealed(erased) as session:
        spoil(session)
        assert [one for one in found(session) if why in one], found(session)


def test_a_run_that_is_under_way_is_counted_as_far_as_it_is(erased: Stage) -> None:
    with sealed(erased) as session:
        done = session.get_one(RetentionRun, 1)
        before = session.get_one(AuditLine, done.protocol)
        assert before.at > erased.loop.now() - timedelta(minutes=5)
        run("DELETE FROM audit_seal", "DELETE FROM audit WHERE what = 'retention.finished'")(
            session
        )
    with sealed(erased) as session:
        assert found(session) == []
