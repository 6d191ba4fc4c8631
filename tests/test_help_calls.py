"""Open calls: looking a few up gives what walking over all of them would."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from storage.help import HelpCall
from storage.help_calls import Brief, OpenCall, OpenCalls
from storage.help_life import Status

BEGAN = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)
PEOPLE = st.sampled_from(["anna", "bo", "cia"])
OWNERS = st.none() | PEOPLE
JOINED = st.integers(0, 2)
OPEN_ONES = st.lists(st.tuples(PEOPLE, OWNERS, JOINED), max_size=6)
CHANGES = st.dictionaries(st.integers(1, 8), st.tuples(PEOPLE, OWNERS, JOINED, st.booleans()))


@given(OPEN_ONES, CHANGES)
def test_a_look_up_finds_what_a_walk_finds(
    read: list[tuple[str, str | None, int]],
    changed: dict[int, tuple[str, str | None, int, bool]],
) -> None:
    """Some of the calls were changed since they were read, closed, or are not older than this."""
    rows = {number: row(number, *facts) for number, facts in changed.items()}
    calls = OpenCalls([brief(at, *facts) for at, facts in enumerate(read, 1)], rows)
    every: list[OpenCall] = [*calls]
    assert [one.number for one in every] == sorted(one.number for one in every)
    for fact in ("presser", "owner"):
        said = {getattr(one, fact) for one in every}
        assert calls.every(fact) == said - {None}
        for who in ("anna", "bo", "cia", None):
            assert calls.by(fact, who) == [x.number for x in every if getattr(x, fact) == who]
    assert calls.joined() == [one.number for one in every if one.joined]
    assert [*calls.of(range(10))] == every


def brief(number: int, presser: str, owner: str | None, joined: int) -> Brief:
    return Brief(number, presser, owner, "zon A", 2, None, at(number), joined)


def row(number: int, presser: str, owner: str | None, joined: int, open: bool) -> HelpCall:
    status = (Status.OWNED if owner else Status.RINGING) if open else Status.CLOSED
    call = HelpCall(
        presser=presser,
        level=2,
        site={},
        place={},
        ladder={},
        ladder_at=at(number),
        started_at=at(number),
    )
    call.id, call.owner, call.joined, call.status = number, owner, joined, status
    return call


def at(number: int) -> datetime:
    return BEGAN + timedelta(seconds=number)
