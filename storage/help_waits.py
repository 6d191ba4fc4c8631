"""Waits: what the clock must do next about a help call, computed from the row alone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from storage.help import HelpCall
from storage.help_life import Status, Wait

PHONE_WITHIN = timedelta(minutes=2)
"""A presser who works at home is phoned within this time (L16)."""

POLICIES = "exhausted", "owner", "more", "quiet"


def next_step(call: HelpCall) -> tuple[datetime, Wait] | None:
    """When the clock must do what about this call; None only when it is closed."""
    waits = [*_ladder_waits(call), *_need_waits(call), *_quiet_waits(call)]
    return min(waits, default=None)


def longest(call: HelpCall) -> timedelta:
    """No two steps of this call lie further apart: the longest time that its ladder names."""
    ladder = call.ladder
    named = [rung["after"] for rung in ladder["rungs"]]
    named += [seconds for name in POLICIES for seconds in _times(ladder.get(name) or {})]
    return max(PHONE_WITHIN, _seconds(max(named)))


def _times(policy: dict[str, Any]) -> Iterator[int]:
    return (seconds for seconds in policy.values() if type(seconds) is int)


def _ladder_waits(call: HelpCall) -> Iterator[tuple[datetime, Wait]]:
    match call.status:
        case Status.RINGING if call.last_rung:
            yield call.ladder_at + _seconds(call.ladder["exhausted"]["after"]), Wait.EXHAUST
        case Status.RINGING:
            yield call.ladder_at + call.after(call.rung + 1), Wait.CLIMB
        case Status.EXHAUSTED:
            every = _seconds(call.ladder["exhausted"]["repeat"])
            since = call.exhausted_at or call.ladder_at
            yield since + every * (call.repeats + 1), Wait.REPEAT
        case Status.OWNED if call.owner_asked_at is not None:
            yield call.owner_asked_at + _seconds(call.ladder["owner"]["lapse"]), Wait.LET_GO
        case Status.OWNED:
            heard = call.owner_heard_at or call.ladder_at
            yield heard + _patience(call), Wait.ASK_OWNER
        case Status.CLOSED:
            return
    if call.again_at is not None:
        yield call.again_at, Wait.ASK_AGAIN


def _patience(call: HelpCall) -> timedelta:
    """How long an owner may be silent; one who has to phone must do that first (L16)."""
    silent = _seconds(call.ladder["owner"]["silent"])
    waiting = call.at_home and call.phoned_at is None
    return min(silent, PHONE_WITHIN) if waiting else silent


def _need_waits(call: HelpCall) -> Iterator[tuple[datetime, Wait]]:
    policy = call.ladder.get("more")
    over = not call.open or call.finished_at is not None or not call.lacking
    if over or not policy or not call.need_at or call.short_at:
        return
    if call.widened_at is None:
        yield call.need_at + _seconds(policy["widen"]), Wait.ASK_MORE
    yield call.need_at + _seconds(policy["short"]), Wait.SHORT


def _quiet_waits(call: HelpCall) -> Iterator[tuple[datetime, Wait]]:
    """Only while somebody has the call: without an owner the ladder goes on anyway."""
    policy = call.ladder.get("quiet")
    over = call.heard_at or call.seen_at or call.finished_at
    if call.status is not Status.OWNED or not policy or over or not call.owned_at:
        return
    told, look = _seconds(policy["told"]), _seconds(policy["look"])
    if call.quiet_at is None:
        at = max(call.started_at + told, call.owned_at + (look - told))
        yield at, Wait.PRESSER_QUIET
    elif call.look_at is None:
        yield call.quiet_at + (look - told), Wait.LOOK_IN


def _seconds(count: int) -> timedelta:
    return timedelta(seconds=count)
