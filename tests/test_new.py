"""New rows are the rows that their own constructors make, and are kept like them."""

from typing import Any

import pytest
from sqlmodel import Session, SQLModel, select, update

from storage.help import HelpCall
from storage.help_calls import open_call_of, whole
from storage.help_notices import HelpNotice
from storage.new import new, shape
from storage.recall import start_over
from tests.databases import fresh_database
from tests.virtual import START

CALL = {
    "presser": "lisa",
    "level": 2,
    "site": {"ref": "ostersund"},
    "place": {"sv": "plats 14", "en": "seat 14"},
    "ladder": {"rungs": []},
    "started_at": START,
    "ladder_at": START,
}
NOTICE = {"call": 1, "person": "bo", "at": START}


@pytest.mark.parametrize(("kind", "facts"), [(HelpCall, CALL), (HelpNotice, NOTICE)])
def test_a_new_row_is_the_one_that_its_constructor_makes(
    kind: type[SQLModel], facts: dict[str, Any]
) -> None:
    ours, theirs = new(kind, **facts), kind(**facts)
    assert ours.model_dump() == theirs.model_dump()
    assert ours.model_fields_set == theirs.model_fields_set


def test_it_is_kept_and_changed_like_any_other() -> None:
    database = fresh_database()
    with Session(database) as session:
        call = new(HelpCall, **CALL)
        session.add(call)
        session.flush()
        call.rung, call.owner = 1, "bo"
        session.add(new(HelpNotice, **{**NOTICE, "call": call.number}))
        session.commit()
    with Session(database) as session:
        kept, told = session.exec(select(HelpCall)).one(), session.exec(select(HelpNotice)).one()
        assert (kept.rung, kept.owner, kept.presser, kept.apart) == (1, "bo", "lisa", [])
        assert (told.call, told.number, told.asked) == (kept.id, 1, True)


def test_a_session_that_starts_over_holds_no_call_that_another_transaction_read() -> None:
    database = fresh_database()
    with Session(database) as session:
        session.add(new(HelpCall, **CALL))
        session.commit()
        (before,) = whole(session, [1])
        start_over(session)
        session.execute(update(HelpCall).values(owner="bo"))
        (after,) = whole(session, [1])
        assert (before.owner, after.owner) == (None, "bo")


def test_a_call_that_this_session_has_kept_itself_is_found_whole() -> None:
    with Session(fresh_database()) as session:
        call = new(HelpCall, **CALL)
        session.add(call)
        session.flush()
        assert whole(session, [call.number]) == [call]
        assert open_call_of(session, "lisa") is call


def test_no_two_rows_share_what_may_be_changed() -> None:
    one, other = new(HelpCall, **CALL), new(HelpCall, **CALL)
    one.apart.append(7)
    assert other.apart == []
    assert "apart" in shape(HelpCall)[2]


def test_a_fact_that_is_missing_or_unknown_is_our_own_mistake() -> None:
    with pytest.raises(TypeError, match="presser"):
        new(HelpCall, **{name: value for name, value in CALL.items() if name != "presser"})
    with pytest.raises(TypeError, match="colour"):
        new(HelpCall, **CALL, colour="red")
