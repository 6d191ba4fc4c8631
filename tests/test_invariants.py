"""What must hold always: random presses, claims, late buttons, forgeries, failures, time, kills.

The real engine, courier and clock in virtual time; the invariants of `spec/invariants.md` are
checked after every step. `make soak` plays many more.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlmodel import Session, col, select

from bot.cards import Card
from bot.records import CLOCK
from bot.surfaces import Surface, SurfaceError
from bot.writer import GATHER_SECONDS
from handlers.help.actions import Press
from storage.deliveries import Delivery
from storage.help import HelpCall
from storage.help_life import Status
from storage.help_lines import HelpLine
from storage.help_notices import HelpNotice
from storage.help_waits import next_step
from storage.timers import Timer
from tests.resting import RestingStage
from tests.stage import Actor, buttons, demo_shelf, texts

PEOPLE = ("lisa", "bo", "anna", "kim", "cia", "eva")
who = st.sampled_from(PEOPLE)
SHORTAGE_TOLD = timedelta(seconds=20.1)
"""L05: a shortage is told within 20 s."""


class Flaky:
    """A surface on which some addresses fail for now."""

    def __init__(self, inner: Surface, dead: set[str]) -> None:
        self.inner, self.dead, self.name, self.pace = inner, dead, inner.name, inner.pace

    async def post(self, address: str, card: Card, key: str) -> str:
        self._try(address)
        return await self.inner.post(address, card, key)

    async def edit(self, address: str, message: str, card: Card, key: str) -> None:
        self._try(address)
        await self.inner.edit(address, message, card, key)

    async def home(self, address: str, card: Card) -> None:
        self._try(address)
        await self.inner.home(address, card)

    def _try(self, address: str) -> None:
        if address in self.dead:
            raise SurfaceError("the platform does not answer")


@dataclass(frozen=True)
class Pressed:
    """A button as it was once seen; it may be pressed long after, and again."""

    person: str
    wire_name: str
    payload: str


class Calls(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.dead: set[str] = set()
        self.stage = RestingStage(
            "sv", None, lambda inner: Flaky(inner, self.dead), sweep_seconds=20
        )
        self.actors = {ref: Actor(self.stage, ref) for ref in PEOPLE}
        self.seen: list[Pressed] = []
        self.counts: dict[str, int] = {}
        self.closed: dict[int, dict[str, Any]] = {}
        self.events = 0

    def teardown(self) -> None:
        self.in_the_end_nobody_is_left_in_silence()
        self.stage.close()

    @initialize()
    def somebody_presses(self) -> None:
        self.presses("lisa", 3)

    # --- what may happen

    @rule(person=who, level=st.integers(1, 3))
    def presses(self, person: str, level: int) -> None:
        self.happens(person, *_wire(Press(level)))

    @rule(person=who, pick=st.integers(0, 10_000))
    def presses_a_button(self, person: str, pick: int) -> None:
        shown = [b for m in self.actors[person].messages() for b in buttons(m)]
        if shown:
            _, wire_name, payload = shown[pick % len(shown)]
            self.seen.append(Pressed(person, wire_name, payload))
            self.happens(person, wire_name, payload)

    @precondition(lambda self: self.seen)
    @rule(pick=st.integers(0, 10_000))
    def presses_an_old_button(self, pick: int) -> None:
        old = self.seen[pick % len(self.seen)]
        self.happens(old.person, old.wire_name, old.payload)

    @precondition(lambda self: self.seen)
    @rule(person=who, pick=st.integers(0, 10_000))
    def forges(self, person: str, pick: int) -> None:
        """Somebody sends what another person's button says, or what only the clock may say."""
        old = self.seen[pick % len(self.seen)]
        name = "help.due" if pick % 3 == 0 else old.wire_name
        payload = '{"call":1}' if pick % 3 == 0 else old.payload
        self.happens(person, name, payload)

    @rule(seconds=st.integers(1, 100))
    def time_passes(self, seconds: int) -> None:
        takers = {ref for ref in PEOPLE if self.can_take(ref)}
        told = self.told()
        self.stage.passes(seconds=seconds)
        for ref in takers - self.dead:  # I6: nothing disappears by time alone
            lost = self.ringing_for(ref) and not self.can_take(ref) and ref not in self.engaged()
            assert not lost, f"{ref} lost the button"
        now = self.told()
        assert all(now[who] >= count for who, count in told.items())

    @rule(person=who)
    def stops_answering(self, person: str) -> None:
        self.dead.add(person)

    @rule()
    def comes_back(self) -> None:
        self.dead.clear()
        self.stage.passes(seconds=31)  # the longest rest before a next try

    @rule()
    def dies(self) -> None:
        self.stage.restarts()

    # --- what must hold

    @invariant()
    def everything_holds(self) -> None:
        decided = -1
        while decided != len(self.stage.decisions):  # what the clock does just now arrives too
            decided = len(self.stage.decisions)
            self.stage.passes(seconds=GATHER_SECONDS)  # marks wait so long for those beside them
        with Session(self.stage.database) as session:
            world = World(session)
        for check in CHECKS:
            check(self, world)

    def i1_every_open_call_has_a_next_step(self, world: "World") -> None:
        for call in world.calls:
            due = world.timers.get(f"help:{call.id}")
            assert (due is not None) == call.open, f"call {call.id} {call.status}: {due}"
            step = next_step(call)
            assert due == (step[0] if step else None)
            assert due is None or due > self.stage.loop.now(), "a step is overdue"

    def nothing_that_happens_is_a_bug(self, world: "World") -> None:
        failed = [one.what for one in self.stage.decisions if one.outcome == "failed"]
        assert failed == []

    def whoever_is_rung_about_a_forced_presser_reads_it(self, world: "World") -> None:
        forced = {call.id: call for call in world.open if call.forced_at is not None}
        told = {
            notice.person
            for notice in world.notices
            if (call := forced.get(notice.call)) and call.forced_at
            if notice.asked and notice.at >= call.forced_at
        }
        engaged = world.engaged() - {call.owner for call in forced.values()}
        for ref in (told & set(PEOPLE)) - self.dead - engaged:
            seen = self.actors[ref].lines()
            warned = ("TVÅNG", "DURESS", "upptagen", "busy")
            assert any(word in line for line in seen for word in warned), ref

    def i2_a_failing_delivery_delays_nobody_else(self, world: "World") -> None:
        assert world.waiting <= self.dead

    def i3_an_owned_call_can_be_taken_by_nobody_else(self, world: "World") -> None:
        owned = [call.id for call in world.calls if call.status is Status.OWNED]
        taken = {("help.take", f'{{"call":{id}}}') for id in owned}
        for ref in set(PEOPLE) - self.dead:
            shown = [b for m in self.actors[ref].messages() for b in buttons(m)]
            assert not taken & {(name, payload) for _, name, payload in shown}, ref

    def i4_a_closed_call_never_changes(self, world: "World") -> None:
        for call in world.calls:
            if not call.open:
                facts = call.model_dump()
                assert self.closed.setdefault(call.id or 0, facts) == facts
                assert call.closed_by

    def i6_no_message_disappears(self, world: "World") -> None:
        for ref in PEOPLE:
            count = len(self.actors[ref].messages())
            assert count >= self.counts.get(ref, 0)
            self.counts[ref] = count

    def i7_nobody_owns_their_own_call_or_two_lives_at_once(self, world: "World") -> None:
        pressers = [call.presser for call in world.open]
        assert len(pressers) == len(set(pressers)), "one open call a person"
        assert not {call.owner for call in world.open} & set(pressers)
        for call in world.open:
            assert (call.owner is not None) == (call.status is Status.OWNED)

    def i8_what_counts_as_seen_was_answered_by_the_other_side(self, world: "World") -> None:
        presser = {call.id: call.presser for call in world.calls}
        for line in world.lines:
            if line.seen_at is not None:
                assert (line.by == presser[line.call]) != (line.seen_by == presser[line.call])

    def i9_a_pressers_screen_can_be_read_by_anybody(self, world: "World") -> None:
        forbidden = demo_shelf().current.forbidden
        pressing = {call.presser for call in world.open} - self.dead
        for ref in pressing & set(PEOPLE):
            for line in (text for m in self.actors[ref].messages() for text in texts(m)):
                found = [stem for stem in forbidden if stem in line.casefold()]
                assert not found, f"{ref} can be read: {line!r} ({found})"

    def who_is_counted_as_coming_has_said_so(self, world: "World") -> None:
        for call in world.open:
            of_call = [notice for notice in world.notices if notice.call == call.id]
            came = [notice.person for notice in of_call if notice.joined_at is not None]
            assert len(came) == call.joined and call.owner not in came
            asking = call.lacking and call.finished_at is None  # a finished call asks nobody more
            if asking and call.need_at and not call.short_at:
                assert self.stage.loop.now() - call.need_at <= SHORTAGE_TOLD

    # --- how

    def happens(self, person: str, wire_name: str, payload: str) -> None:
        """It happens, and the platform sends it once more (I11); help opens no form (I10)."""
        self.events += 1
        id = f"event {self.events}"
        owned, taking = self.owned(), self.others_left(person, wire_name, payload)
        first = self.stage.hears(person, wire_name, payload, id)
        assert not taking or self.stage.decisions[-1].outcome != "done", f"{person} owns two"
        decided = len(self.stage.decisions)
        again = self.stage.hears(person, wire_name, payload, id)
        assert first == again
        assert decided == len(self.stage.decisions)
        assert first.form is None or not wire_name.startswith("help.")
        self.i3_after_an_ack_nobody_new_is_rung(owned)

    def i3_after_an_ack_nobody_new_is_rung(self, owned: set[int]) -> None:
        """A call that was owned before and is owned still has rung nobody but its owner."""
        last = next(one for one in reversed(self.stage.decisions) if one.who != CLOCK)
        if last.what in ("help.raise", "help.press", "help.okay"):
            return  # the call itself has changed: everybody who knows is told
        still = owned & self.owned()
        with Session(self.stage.database) as session:
            told = session.exec(select(HelpNotice).where(HelpNotice.at == last.at)).all()
            calls = {
                call.id: call
                for call in session.exec(select(HelpCall))
                if call.forced_at is None  # which is an alarm to everybody told
            }
        for notice in told:
            if notice.call in still and notice.call in calls:
                wanted = notice.wanted_at == last.at or notice.joined_at is not None
                assert wanted or notice.person == calls[notice.call].owner

    def others_left(self, person: str, wire_name: str, payload: str) -> set[str]:
        """Who else is free and asked, when somebody who has a call wants another one (L14).

        The call that one has come to already is no other one.
        """
        if wire_name not in ("help.take", "help.take_with"):
            return set()
        number = json.loads(payload)["call"]
        if person not in self.engaged(but=number):
            return set()
        with Session(self.stage.database) as session:
            notices = session.exec(select(HelpNotice).where(HelpNotice.call == number)).all()
            call = session.get(HelpCall, number)
        if call is None or call.owner is not None or not call.open:
            return set()
        asked = {one.person for one in notices if one.asked and not one.silent}
        return asked - self.engaged() - {call.presser}

    def engaged(self, but: int | None = None) -> set[str]:
        with Session(self.stage.database) as session:
            return World(session).engaged(but)

    def owned(self) -> set[int]:
        with Session(self.stage.database) as session:
            rows = session.exec(select(HelpCall.id).where(HelpCall.status == Status.OWNED))
            return {id for id in rows if id is not None}

    def told(self) -> dict[tuple[int, str], int]:
        """How often each person was told of each call."""
        with Session(self.stage.database) as session:
            return {(n.call, n.person): n.number for n in session.exec(select(HelpNotice))}

    def can_take(self, ref: str) -> bool:
        shown = [b for m in self.actors[ref].messages() for b in buttons(m)]
        return any(wire_name == "help.take" for _, wire_name, _ in shown)

    def ringing_for(self, ref: str) -> bool:
        """Is there a call that this person was told of and could take?"""
        with Session(self.stage.database) as session:
            rows = session.exec(select(HelpCall).where(HelpCall.status != Status.CLOSED))
            calls = list(rows)
            told = {
                n.call for n in session.exec(select(HelpNotice).where(HelpNotice.person == ref))
            }
        pressing = ref in {call.presser for call in calls}
        return not pressing and any(c.id in told and c.status is not Status.OWNED for c in calls)

    def in_the_end_nobody_is_left_in_silence(self) -> None:
        """I1: without another press every open call ends loud, with everybody at the site told.

        Twenty minutes are enough for it; the run ends as soon as it is so.
        """
        self.dead.clear()
        wrong: list[str] = []
        for _ in range(20):
            self.stage.passes(minutes=1)
            if not (wrong := self.silent()):
                break
        assert not wrong

    def silent(self) -> list[str]:
        """What is not loud yet."""
        with Session(self.stage.database) as session:
            world = World(session)
        pressing = {call.presser for call in world.open}
        here = {"bo", "anna", "kim", "cia", "gun", "lisa"} - pressing
        wrong = []
        for call in world.open:
            told = {notice.person for notice in world.notices if notice.call == call.id}
            if call.status is not Status.EXHAUSTED or not call.repeats:
                wrong.append(f"call {call.id} {call.status}, {call.repeats} repeats")
            elif call.site["ref"] == "ostersund" and not here <= told:
                wrong.append(f"{here - told} were never told of call {call.id}")
        return wrong


class World:
    """All that stands in the store, read once for every check."""

    def __init__(self, session: Session) -> None:
        self.calls = session.exec(select(HelpCall)).all()
        self.open = [call for call in self.calls if call.open]
        self.notices = session.exec(select(HelpNotice)).all()
        self.lines = session.exec(select(HelpLine)).all()
        self.timers = {timer.key: timer.due for timer in session.exec(select(Timer))}
        owed = select(Delivery.person).where(col(Delivery.given_up).is_(None))
        self.waiting = {*session.exec(owed)}
        session.expunge_all()

    def engaged(self, but: int | None = None) -> set[str]:
        """Who presses, or owns a call or has come to one, other than this."""
        others = [call for call in self.open if call.id != but]
        numbers = {call.id for call in others}
        came = {n.person for n in self.notices if n.joined_at is not None and n.call in numbers}
        owners = {call.owner for call in others if call.owner}
        return {call.presser for call in self.open} | owners | came


CHECKS = (
    Calls.i1_every_open_call_has_a_next_step,
    Calls.i2_a_failing_delivery_delays_nobody_else,
    Calls.i3_an_owned_call_can_be_taken_by_nobody_else,
    Calls.i4_a_closed_call_never_changes,
    Calls.i6_no_message_disappears,
    Calls.i7_nobody_owns_their_own_call_or_two_lives_at_once,
    Calls.i8_what_counts_as_seen_was_answered_by_the_other_side,
    Calls.i9_a_pressers_screen_can_be_read_by_anybody,
    Calls.nothing_that_happens_is_a_bug,
    Calls.who_is_counted_as_coming_has_said_so,
    Calls.whoever_is_rung_about_a_forced_presser_reads_it,
)


def _wire(action: Press) -> tuple[str, str]:
    return "help.press", f'{{"level":{action.level}}}'


TestCalls = Calls.TestCase
TestCalls.settings = settings(
    max_examples=5,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
