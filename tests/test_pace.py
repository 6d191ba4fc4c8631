"""Pace: alerts never queue behind a storm, and the platform's limits are never exceeded."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards import Card
from bot.courier import Courier
from bot.effects import Lane
from bot.outbox import Parcel
from bot.pace import Gate, Pace, Waiting
from bot.wire import digest, to_json
from tests.toys import ToySurface
from tests.virtual import START, VirtualLoop

A_LITTLE = 1e-6
SLACK_LIKE = Pace(address=(1.0, 1.0), surface=(5.0, 5.0))
CARD = to_json(Card("Titel", "Kollega"))


@dataclass(frozen=True)
class Arrival:
    at: float
    lane: Lane
    address: str


@dataclass(frozen=True)
class Passed:
    arrival: Arrival
    at: float

    @property
    def waited(self) -> float:
        return self.at - self.arrival.at


class NoStore:
    """A store that remembers nothing."""

    bots = 1

    async def due(self, now: datetime) -> list[Parcel]:
        return []

    async def delivered(self, parcel: Parcel, message: str, now: datetime) -> None:
        pass

    async def try_again(self, parcel: Parcel, at: datetime, attempts: int) -> None:
        pass

    async def give_up(self, parcel: Parcel, why: str) -> None:
        pass


def through_the_gate(pace: Pace, arrivals: Sequence[Arrival], within: float) -> list[Passed]:
    """When each of them is let through; those who are not within the time are left out."""
    loop = VirtualLoop()
    passed: list[Passed] = []

    async def one(gate: Gate, arrival: Arrival) -> None:
        await asyncio.sleep(arrival.at)
        await gate.enter(arrival.lane, arrival.address)
        passed.append(Passed(arrival, loop.time()))

    async def all_of_them() -> None:
        gate = Gate(pace)
        tasks = [asyncio.create_task(one(gate, arrival)) for arrival in arrivals]
        _, late = await asyncio.wait(tasks, timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    loop.run_until_complete(all_of_them())
    loop.close()
    return passed


def is_kept(limit: tuple[float, float] | None, moments: Sequence[float]) -> bool:
    """In no span of time more than the burst and what the rate adds in that span."""
    if limit is None:
        return True
    rate, burst = limit
    return all(
        last - first + 1 <= burst + rate * (moments[last] - moments[first]) + A_LITTLE
        for first in range(len(moments))
        for last in range(first, len(moments))
    )


def all_limits_are_kept(pace: Pace, passed: Sequence[tuple[str, float]]) -> bool:
    addresses = {address for address, _ in passed}
    each = [[at for to, at in passed if to == address] for address in addresses]
    whole = [at for _, at in passed]
    return is_kept(pace.surface, whole) and all(is_kept(pace.address, own) for own in each)


def test_sixty_alerts_behind_nine_hundred_nudges_wait_at_most_a_second() -> None:
    by_chance = random.Random(7)
    nudges = [Arrival(0, Lane.NUDGE, f"p{n % 60}") for n in range(900)]
    moments = [by_chance.uniform(0, 170) for _ in range(20)] * 3  # each call wakes three at once
    alerts = [Arrival(at, Lane.ALERT, f"p{n}") for n, at in enumerate(moments)]
    loop = VirtualLoop()
    surface = ToySurface(pace=SLACK_LIKE)
    numbers = count(1)

    def parcel(arrival: Arrival) -> Parcel:
        id = next(numbers)
        age = {"created_at": START, "valid_until": START.replace(year=2027)}
        card = {"card": CARD, "digest": digest(CARD), "message": None, "attempts": 0}
        where = {"surface": "toy", "person": arrival.address, "address": arrival.address}
        return Parcel(id=id, slot=f"{id}:{arrival.at}", lane=arrival.lane, **where, **card, **age)  # type: ignore[arg-type]

    async def storm() -> None:
        courier = Courier({"toy": surface}, NoStore(), loop.now)
        courier.take(parcel(nudge) for nudge in nudges)
        for alert in sorted(alerts, key=lambda alert: alert.at):
            await asyncio.sleep(alert.at - loop.time())
            courier.take([parcel(alert)])
        await asyncio.sleep(400)
        await courier.stop()

    loop.run_until_complete(storm())
    loop.close()
    delivered = {sent.key.split("#")[0]: sent.at for sent in surface.sent}
    assert len(delivered) == 960
    waits = sorted(
        at - float(slot.split(":")[1]) for slot, at in delivered.items() if not slot.endswith(":0")
    )
    assert len(waits) == 60
    p99 = waits[min(59, round(0.99 * 60))]
    nudged = max(surface.sent, key=lambda sent: sent.at).at
    print(f"alert p50 {waits[30]:.3f} s, p99 {p99:.3f} s; the last of 900 nudges {nudged:.0f} s")
    assert p99 <= 1.0
    assert nudged <= 960 / 5 + 5
    assert all_limits_are_kept(SLACK_LIKE, [(sent.address, sent.at) for sent in surface.sent])


limits = st.none() | st.tuples(
    st.sampled_from([0.3, 1.0, 3.7, 20.0]), st.sampled_from([1.0, 2.0, 3.5, 10.0])
)
paces = st.builds(Pace, limits, limits, st.sampled_from([0.0, 0.3, 0.5, 0.9, 1.0]))
arrivals = st.lists(
    st.builds(
        Arrival,
        st.floats(0, 20, allow_nan=False),
        st.sampled_from(list(Lane)),
        st.sampled_from(["a", "b", "c"]),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=120)
@given(paces, arrivals)
def test_no_limit_is_ever_exceeded_and_everybody_gets_through(
    pace: Pace, come: list[Arrival]
) -> None:
    passed = through_the_gate(pace, come, within=1000)
    assert len(passed) == len(come)
    assert all_limits_are_kept(pace, [(one.arrival.address, one.at) for one in passed])
    assert all(one.waited >= -A_LITTLE for one in passed)


@settings(max_examples=60)
@given(paces, arrivals)
def test_what_is_not_an_alert_never_delays_an_alert_to_another_address(
    pace: Pace, come: list[Arrival]
) -> None:
    """Half a burst is kept for alerts, so with or without the others they go at the same time."""
    pace = replace(pace, address=None, reserve=1.0, surface=pace.surface and (1.0, 26.0))
    with_others = through_the_gate(pace, come, within=1000)
    alerts = [one for one in come if one.lane is Lane.ALERT]
    alone = through_the_gate(pace, alerts, within=1000) if alerts else []
    waits = [one.waited for one in with_others if one.arrival.lane is Lane.ALERT]
    assert max(waits, default=0) <= max((one.waited for one in alone), default=0) + 1 + A_LITTLE


def test_lanes_go_in_order_of_urgency_when_the_surface_is_full() -> None:
    come = [Arrival(0, lane, f"{lane}{n}") for lane in reversed(Lane) for n in range(5)]
    passed = through_the_gate(Pace(surface=(1.0, 1.0), reserve=0), come, within=100)
    assert [one.arrival.lane for one in passed[1:]] == sorted(
        (one.arrival.lane for one in passed[1:]), key=list(Lane).index
    )


def test_half_a_burst_is_kept_for_alerts_through_any_storm() -> None:
    storm = [Arrival(0, Lane.NUDGE, f"n{n}") for n in range(100)]
    alerts = [Arrival(at, Lane.ALERT, f"a{n}") for at in (0.1, 60.5) for n in range(5)]
    passed = through_the_gate(Pace(surface=(1.0, 10.0)), storm + alerts, within=500)
    waits = [one.waited for one in passed if one.arrival.lane is Lane.ALERT]
    assert len(waits) == 10
    assert max(waits) <= A_LITTLE


def test_half_a_burst_of_one_conversation_is_kept_for_alerts_too() -> None:
    come = [Arrival(0, Lane.BULK, "busy") for _ in range(20)]
    come += [Arrival(at, Lane.ALERT, "busy") for at in (0.1, 0.1)]
    passed = through_the_gate(Pace(address=(1.0, 4.0)), come, within=100)
    waits = [one.waited for one in passed if one.arrival.lane is Lane.ALERT]
    assert len(waits) == 2 and max(waits) <= A_LITTLE


def test_a_storm_in_one_workspace_delays_nobody_in_another() -> None:
    """The platform counts each by itself, and so its edits."""
    come = [Arrival(0, Lane.ALERT, f"T1/u{n}") for n in range(100)]
    come += [Arrival(0.1, Lane.NUDGE, "T2/u")]
    passed = through_the_gate(Pace(surface=(1.0, 2.0)), come, within=200)
    (there,) = [one for one in passed if one.arrival.address == "T2/u"]
    assert there.waited <= A_LITTLE
    storm = [one.at for one in passed if one.arrival.address != "T2/u"]
    assert len(storm) == 100 and is_kept((1.0, 2.0), storm)


def test_a_busy_address_holds_up_no_other() -> None:
    come = [Arrival(0, Lane.ALERT, "busy") for _ in range(20)]
    come += [Arrival(0.1, Lane.NUDGE, "free")]
    passed = through_the_gate(Pace(address=(1.0, 1.0)), come, within=100)
    (free,) = [one for one in passed if one.arrival.address == "free"]
    assert free.waited == 0


def test_without_limits_everybody_goes_at_once() -> None:
    come = [Arrival(0, lane, "same") for lane in Lane for _ in range(100)]
    assert {one.at for one in through_the_gate(Pace(), come, within=1)} == {0}


def test_a_crowd_that_comes_at_once_is_looked_through_once() -> None:
    """Or a thousand cards that were owed would hold up the whole bot for seconds, presses too."""
    looked_at: list[Waiting] = []

    class Watched(Gate):
        def _wait(self, waiting: Waiting) -> float:
            looked_at.append(waiting)
            return super()._wait(waiting)

    async def work() -> None:
        gate = Watched(Pace(surface=(1.0, 1.0)))
        crowd = [gate.enter(Lane.BULK, f"p{n}") for n in range(300)]
        urgent = gate.enter(Lane.ALERT, "a")
        await urgent
        assert not any(place.done() for place in crowd)

    loop = VirtualLoop()
    loop.run_until_complete(work())
    loop.close()
    assert len(looked_at) == 301


def test_a_place_that_was_given_up_costs_nothing() -> None:
    loop = VirtualLoop()

    async def work() -> None:
        gate = Gate(Pace(surface=(1.0, 1.0)))
        await gate.enter(Lane.ALERT, "a")
        places = [asyncio.ensure_future(gate.enter(Lane.ALERT, "a")) for _ in range(10)]
        await asyncio.sleep(0.1)
        for place in places:
            place.cancel()
        await gate.enter(Lane.ALERT, "a")

    loop.run_until_complete(work())
    assert loop.time() <= 1 + A_LITTLE
    loop.close()


def test_a_pause_of_one_address_and_of_the_whole_surface() -> None:
    loop = VirtualLoop()
    moments: dict[str, float] = {}

    async def one(gate: Gate, address: str) -> None:
        await gate.enter(Lane.ALERT, address)
        moments[address] = round(loop.time(), 6)

    async def work() -> None:
        gate = Gate(Pace())
        gate.pause(5, "a")
        gate.pause(3, "a")
        await asyncio.gather(one(gate, "a"), one(gate, "b"))
        gate.pause(7, None)
        await asyncio.gather(one(gate, "c"))

    loop.run_until_complete(work())
    assert moments == {"a": 5, "b": 0, "c": 12}
    loop.close()


def test_a_kind_of_call_with_a_limit_of_its_own_answers_to_that_alone() -> None:
    loop = VirtualLoop()
    moments: list[tuple[str, float]] = []

    async def one(gate: Gate, kind: str) -> None:
        await gate.enter(Lane.ANSWER, "same", kind)
        moments.append((kind, round(loop.time(), 6)))

    async def work() -> None:
        gate = Gate(Pace(address=(0.1, 1), surface=(0.1, 1), kinds={"edit": (1.0, 2)}))
        kinds = ["post", "edit", "edit", "edit", "post", "edit"]
        await asyncio.gather(*(one(gate, kind) for kind in kinds))

    loop.run_until_complete(work())
    assert [at for kind, at in moments if kind == "post"] == [0, 10]
    assert [at for kind, at in moments if kind == "edit"] == [0, 1, 2, 3]
    loop.close()


def test_a_pause_of_one_kind_of_call() -> None:
    loop = VirtualLoop()
    moments: dict[tuple[str, str], float] = {}

    async def one(gate: Gate, address: str, kind: str) -> None:
        await gate.enter(Lane.ALERT, address, kind)
        moments[address, kind] = round(loop.time(), 6)

    async def work() -> None:
        gate = Gate(Pace())
        gate.pause(5, "a", "edit")
        gate.pause(3, None, "home")
        kinds = [(who, kind) for who in "ab" for kind in ("post", "edit", "home")]
        await asyncio.gather(*(one(gate, *asked) for asked in kinds))

    loop.run_until_complete(work())
    assert moments == {
        ("a", "post"): 0, ("a", "edit"): 5, ("a", "home"): 3,
        ("b", "post"): 0, ("b", "edit"): 0, ("b", "home"): 3,
    }  # fmt: skip
    loop.close()
