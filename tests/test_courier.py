"""The courier: every delivery on its own, nothing lost, nothing late sent as new."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from sqlmodel import select

from bot.actions import pack
from bot.cards import Button, Card
from bot.courier import (
    FIND_SECONDS,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    MOST_SEARCHES,
    PLATFORM_SECONDS,
    SWEEP_SECONDS,
    Trouble,
)
from bot.effects import HOME, Effects, Lane, Show, home
from bot.events import Incoming
from bot.pace import Pace
from bot.surfaces import ShutOut, SurfaceError
from bot.turn import Turn
from storage.deliveries import Delivery, Standing
from tests.toys import (
    Count,
    Fault,
    Game,
    Play,
    Toys,
    ToySurface,
    breaks,
    hangs,
    is_deleted,
    is_gone,
    limited,
    show,
    slow,
)

CROWD = [f"p{number:02}" for number in range(30)]
SOON = 0.05
MOVED = replace(show("läs längre ner", lane=Lane.ALERT), only_an_edit=True)


@pytest.fixture
def toys() -> Iterator[Toys]:
    toys = Toys()
    yield toys
    toys.close()


def shows(title: str) -> Game:
    return lambda turn: [show(title)]


def crowd(toys: Toys) -> None:
    toys.add_people(*CROWD)


def alert_all(turn: Turn) -> Effects:
    return [show("Larm", ref, f"alert:{ref}", Lane.ALERT) for ref in CROWD]


def given_up(toys: Toys) -> dict[str, str]:
    return {row.slot: row.given_up for row in toys.rows(Delivery) if row.given_up}


# Independence (I2)


@pytest.mark.parametrize(
    "fault", [breaks, hangs, limited(3600), slow(9), is_gone], ids=lambda fault: fault.__name__
)
@pytest.mark.parametrize("dead", ["p00", "p17", "p29"])
def test_one_dead_address_among_thirty_delays_no_other(toys: Toys, fault: Fault, dead: str) -> None:
    crowd(toys)
    toys.surface.always[dead] = fault
    toys.plays(alert_all)
    toys.passes(SOON)
    assert {sent.address for sent in toys.surface.sent} == set(CROWD) - {dead}
    assert max(sent.at for sent in toys.surface.sent) <= SOON


def test_only_the_asked_address_rests_when_the_platform_limits_one(toys: Toys) -> None:
    crowd(toys)
    toys.surface.faults["p03"] = [limited(20)]
    toys.plays(alert_all)
    toys.plays(lambda turn: [show("Mer", ref, f"more:{ref}") for ref in CROWD])
    toys.passes(SOON)
    assert toys.surface.to("p03") == []
    assert all(len(toys.surface.to(ref)) == 2 for ref in CROWD if ref != "p03")
    toys.passes(19)
    assert len(toys.surface.tries("p03")) == 1
    toys.passes(1.1)
    assert sorted(toys.surface.to("p03")) == [("post", "Larm"), ("post", "Mer")]


def test_everybody_on_that_surface_rests_when_the_platform_limits_all_of_it() -> None:
    slack, teams = ToySurface("slack"), ToySurface("teams")
    toys = Toys(slack, teams)
    crowd(toys)
    slack.faults["anna"] = [limited(20, whole=True)]
    toys.plays(lambda turn: [show("Först")])
    toys.plays(alert_all)
    toys.passes(SOON)
    assert len(slack.sent) == 0
    assert len(teams.sent) == 31
    toys.passes(19.5)
    assert len(slack.tried) == 1
    toys.passes(1)
    assert len(slack.sent) == 31
    toys.close()


def test_a_platform_that_is_down_does_not_delay_another_platform() -> None:
    slack, teams = ToySurface("slack"), ToySurface("teams")
    toys = Toys(slack, teams)
    crowd(toys)
    slack.always = dict.fromkeys(CROWD, hangs)
    toys.plays(alert_all)
    toys.passes(SOON)
    assert len(teams.sent) == 30
    assert max(sent.at for sent in teams.sent) <= SOON
    toys.close()


# Back-off


def test_the_pauses_between_tries_double_up_to_the_longest(toys: Toys) -> None:
    toys.surface.always["anna"] = breaks
    toys.plays(lambda turn: [show("Larm", lane=Lane.ALERT)])
    toys.passes(200)
    tries = toys.surface.tries("anna")
    pauses = [b - a for a, b in pairwise(tries)]
    assert pauses == pytest.approx([0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30, 30], abs=0.01)


def test_a_delivery_goes_on_after_any_number_of_tries(toys: Toys) -> None:
    """2 ** 1100 is more than a float can hold: an outage of nine hours once ended the pauses."""
    toys.surface.always["anna"] = breaks
    toys.plays(lambda turn: [show("Larm")])
    toys.dies()
    with toys.engine.sessions() as session:
        for row in session.exec(select(Delivery)):
            row.attempts = 1100
        session.commit()
    toys.surface.tried.clear()
    toys.start()
    toys.passes(100)
    tries = toys.surface.tries("anna")
    pauses = [b - a for a, b in pairwise(tries)]
    assert pauses and pauses == pytest.approx([LONGEST_PAUSE] * len(pauses), abs=0.01)


def test_a_platform_that_asks_for_no_wait_at_all_is_not_hammered(toys: Toys) -> None:
    toys.surface.always["anna"] = limited(0)
    toys.plays(lambda turn: [show("Larm")])
    toys.passes(10)
    assert len(toys.surface.tried) <= 10 / FIRST_PAUSE + 1


def test_the_wait_that_the_platform_asks_for_is_kept_to_the_second(toys: Toys) -> None:
    toys.surface.faults["anna"] = [limited(7), limited(3)]
    toys.plays(lambda turn: [show("Larm")])
    toys.passes(60)
    assert toys.surface.tries("anna") == pytest.approx([0, 7, 10], abs=0.01)


def test_a_hanging_platform_is_left_after_the_time_out_and_tried_again(toys: Toys) -> None:
    toys.surface.faults["anna"] = [hangs, hangs]
    toys.plays(lambda turn: [show("Larm")])
    toys.passes(60)
    expected = [0, PLATFORM_SECONDS + FIRST_PAUSE, 2 * PLATFORM_SECONDS + 3 * FIRST_PAUSE]
    assert toys.surface.tries("anna") == pytest.approx(expected, abs=0.01)
    assert toys.surface.to("anna") == [("post", "Larm")]


def test_every_attempt_of_one_delivery_carries_the_same_key(toys: Toys) -> None:
    toys.surface.faults["anna"] = [breaks, hangs, limited(1)]
    toys.plays(lambda turn: [show("Larm")])
    toys.passes(60)
    toys.plays(lambda turn: [show("Nytt")])
    first, *again, newer = [tried.key for tried in toys.surface.tried]
    assert again == [first] * 3
    assert newer != first


# Slots


def test_an_edit_after_a_post_uses_the_message_of_the_post(toys: Toys) -> None:
    for title in "ett", "två", "tre":
        toys.plays(shows(title))
    assert toys.surface.to("anna") == [("post", "ett"), ("edit", "två"), ("edit", "tre")]
    assert {sent.message for sent in toys.surface.sent} == {"m1"}


def test_an_edit_that_was_decided_before_the_post_arrived_still_edits_it(toys: Toys) -> None:
    toys.surface.faults["anna"] = [slow(3)]
    toys.plays(lambda turn: [show("ett")])
    toys.plays(lambda turn: [show("två")])
    assert toys.surface.sent == []
    toys.passes(4)
    assert toys.surface.to("anna") == [("post", "ett"), ("edit", "två")]
    assert {sent.message for sent in toys.surface.sent} == {"m1"}


@pytest.mark.parametrize("fault", [hangs, breaks, limited(5)], ids=["hangs", "rests", "limited"])
def test_only_the_newest_card_of_a_slot_is_sent_after_trouble(toys: Toys, fault: Fault) -> None:
    toys.surface.faults["anna"] = [fault] * 4
    for title in "ett", "två", "tre", "fyra":
        toys.plays(shows(title))
    toys.passes(120)
    assert toys.surface.to("anna") == [("post", "fyra")]
    assert toys.rows(Delivery) == []
    assert len(toys.machine.courier.slots) == len(toys.machine.courier.tasks) == 0


def test_only_the_newest_card_of_a_slot_is_sent_after_an_outage_and_a_kill(toys: Toys) -> None:
    toys.surface.always["anna"] = breaks
    for title in "ett", "två", "tre":
        toys.plays(shows(title))
        toys.passes(5)
    toys.dies()
    toys.surface.always.clear()
    toys.start()
    toys.passes(LONGEST_PAUSE)
    assert toys.surface.to("anna") == [("post", "tre")]


def test_a_hanging_slot_delays_no_other_slot_of_the_same_person(toys: Toys) -> None:
    toys.surface.faults["anna"] = [hangs]
    toys.plays(lambda turn: [show("hänger", slot="one")])
    toys.plays(lambda turn: [show("Larm", slot="two", lane=Lane.ALERT)])
    toys.passes(SOON)
    assert toys.surface.to("anna") == [("post", "Larm")]


def test_a_page_of_ones_own_is_shown_as_that(toys: Toys) -> None:
    toys.plays(lambda turn: [home("anna", Card("Sidan", ""))])
    toys.plays(lambda turn: [home("anna", Card("Ny sida", ""))])
    assert toys.surface.to("anna") == [("home", "Sidan"), ("home", "Ny sida")]
    assert toys.rows(Standing)[0].slot == f"{HOME}anna"


def test_an_alert_is_not_held_up_by_an_older_nudge_of_its_slot_at_the_gate() -> None:
    toys = Toys(ToySurface(pace=Pace(surface=(0.1, 2))))
    storm = [show(f"{n}", slot=f"{n}", lane=Lane.NUDGE) for n in range(20)]
    toys.plays(lambda turn: [*storm, show("Snart", "bo", "same", Lane.NUDGE)])
    toys.plays(lambda turn: [show("Nu", "bo", "same", Lane.ALERT)])
    toys.passes(11)
    assert toys.surface.to("bo") == [("post", "Nu")]
    toys.close()


# Giving up


def test_an_unreachable_address_is_given_up_at_once_and_kept_as_a_fact(toys: Toys) -> None:
    crowd(toys)
    toys.surface.always["p05"] = is_gone
    toys.plays(alert_all)
    toys.passes(100)
    assert len(toys.surface.tries("p05")) == 1
    assert given_up(toys) == {"alert:p05": "nobody lives here"}
    assert len(toys.surface.sent) == 29


def test_a_newer_card_is_tried_though_the_older_was_given_up(toys: Toys) -> None:
    toys.surface.faults["anna"] = [is_gone]
    toys.plays(lambda turn: [show("ett")])
    toys.plays(lambda turn: [show("två")])
    assert toys.surface.to("anna") == [("post", "två")]
    assert toys.rows(Delivery) == []


def test_a_card_with_a_forgotten_action_is_given_up_and_stops_no_other(toys: Toys) -> None:
    toys.surface.always["anna"] = breaks
    poison = Card("Gift", "", buttons=(Button("Tryck", Count(1)),))
    toys.plays(lambda turn: [Show("poison", "anna", poison)])
    toys.dies()
    with toys.engine.sessions() as session:
        for row in session.exec(select(Delivery)):
            row.card = row.card.replace("toy.count", "toy.forgotten")
        session.commit()
    toys.surface.always.clear()
    toys.start()
    toys.plays(lambda turn: [show("Larm")])
    toys.passes(60)
    assert given_up(toys) == {"poison": "toy.forgotten"}
    assert toys.surface.to("anna") == [("post", "Larm")]


# Validity (I5)


@pytest.mark.parametrize(
    ("lane", "hours", "arrives"),
    [
        (Lane.ALERT, 23.9, True),
        (Lane.ALERT, 24.1, False),
        (Lane.NUDGE, 14 * 24 - 0.1, True),
        (Lane.NUDGE, 14 * 24 + 0.1, False),
    ],
)
def test_nothing_older_than_its_validity_is_sent_as_new(
    toys: Toys, lane: Lane, hours: float, arrives: bool
) -> None:
    toys.surface.always["anna"] = breaks
    toys.plays(lambda turn: [show("Gammalt", lane=lane)])
    toys.dies()
    toys.loop.impatient.moved += hours * 3600
    toys.surface.always.clear()
    toys.start()
    toys.passes(60)
    assert bool(toys.surface.sent) is arrives
    assert bool(given_up(toys)) is not arrives


def test_an_alert_that_grows_too_old_while_it_rests_or_waits_is_not_sent(toys: Toys) -> None:
    toys.surface.faults["anna"] = [limited(25 * 3600)]
    toys.plays(lambda turn: [show("Larm", slot="rests", lane=Lane.ALERT)])
    toys.plays(lambda turn: [show("Larm", slot="waits", lane=Lane.ALERT)])
    toys.loop.impatient.moved += 25 * 3600
    toys.passes(60)
    assert toys.surface.sent == []
    assert given_up(toys).keys() == {"rests", "waits"}


def test_an_old_edit_of_a_message_that_stands_is_sent(toys: Toys) -> None:
    toys.plays(lambda turn: [show("ringer", lane=Lane.ALERT)])
    toys.surface.always["anna"] = breaks
    toys.plays(lambda turn: [show("Klart", lane=Lane.ALERT)])
    toys.loop.impatient.moved += 30 * 3600
    toys.surface.always.clear()
    toys.passes(60)
    assert toys.surface.to("anna") == [("post", "ringer"), ("edit", "Klart")]


def test_what_is_only_an_edit_is_never_posted_where_nothing_stands(toys: Toys) -> None:
    toys.surface.always["anna"] = breaks
    toys.plays(lambda turn: [show("ringer", lane=Lane.ALERT)])
    toys.plays(lambda turn: [MOVED])
    toys.surface.always.clear()
    toys.passes(60)
    assert toys.surface.sent == []
    assert given_up(toys).keys() == {"slot:anna"}


def test_what_is_only_an_edit_is_not_even_queued_where_nothing_is(toys: Toys) -> None:
    toys.surface.always["anna"] = breaks
    toys.plays(lambda turn: [show("ringer", lane=Lane.ALERT)])
    for way in MOVED, replace(MOVED, card=Card("Under", "Kollega")):
        toys.plays(lambda turn, way=way: [way])  # type: ignore[misc]
        toys.passes(60)
    assert [row.id for row in toys.rows(Delivery)] == [2]


def test_what_is_only_an_edit_edits_what_stands_or_is_just_arriving(toys: Toys) -> None:
    toys.surface.faults["anna"] = [slow(9)]
    toys.plays(lambda turn: [show("ringer", lane=Lane.ALERT)])
    toys.plays(lambda turn: [MOVED])
    toys.passes(60)
    assert toys.surface.to("anna") == [("post", "ringer"), ("edit", "läs längre ner")]


# Kills and a store in trouble


def test_what_a_kill_left_behind_is_swept_at_the_start(toys: Toys) -> None:
    crowd(toys)
    toys.surface.always = dict.fromkeys(CROWD, hangs)
    toys.plays(alert_all)
    assert toys.surface.sent == []
    toys.dies()
    toys.surface.always.clear()
    started = toys.loop.time()
    toys.start()
    toys.passes(SOON)
    assert {sent.address for sent in toys.surface.sent} == set(CROWD)
    assert max(sent.at for sent in toys.surface.sent) - started <= SOON


def test_what_nobody_told_the_courier_is_swept_within_a_second(toys: Toys) -> None:
    toys.passes(3.3)
    toys.games["now"] = lambda turn: [show("Larm")]
    before = toys.loop.time()
    toys.engine.receive(Incoming("e", "anna", "toy.play", '{"game":"now"}'), toys.loop.now())
    toys.passes(SWEEP_SECONDS)
    assert toys.surface.to("anna") == [("post", "Larm")]
    assert toys.surface.sent[0].at - before <= SWEEP_SECONDS


def test_an_edit_after_a_kill_edits_the_same_message(toys: Toys) -> None:
    toys.plays(lambda turn: [show("ett")])
    toys.surface.faults["anna"] = [hangs]
    toys.plays(lambda turn: [show("två")])
    toys.restarts()
    toys.passes(20)
    assert toys.surface.to("anna") == [("post", "ett"), ("edit", "två")]
    assert {sent.message for sent in toys.surface.sent} == {"m1"}


def test_a_restart_with_nothing_owed_sends_nothing(toys: Toys) -> None:
    crowd(toys)
    toys.plays(alert_all)
    toys.passes(1)
    for _ in range(3):
        toys.restarts()
    toys.passes(5)
    assert len(toys.surface.tried) == 30


def test_a_store_that_fails_for_a_while_loses_nothing_and_posts_nothing_twice(toys: Toys) -> None:
    crowd(toys)
    toys.surface.always = dict.fromkeys(CROWD[:10], breaks)
    toys.surface.faults = {ref: [slow(0.5)] for ref in CROWD[10:20]}
    toys.plays(alert_all)
    toys.writer.broken = True
    toys.passes(20)
    toys.surface.always.clear()
    toys.passes(20)
    toys.writer.broken = False
    toys.passes(LONGEST_PAUSE + 5)
    assert toys.rows(Delivery) == []
    assert len(toys.rows(Standing)) == 30
    posts = [sent.address for sent in toys.surface.sent if sent.kind == "post"]
    assert sorted(posts) == sorted(CROWD)


def test_a_store_that_fails_while_something_is_given_up_is_asked_again(toys: Toys) -> None:
    toys.surface.always["anna"] = is_gone
    toys.plays(lambda turn: [show("Larm")])
    toys.surface.always["bo"] = slow(1)
    toys.writer.broken = True
    toys.passes(20)
    toys.writer.broken = False
    toys.passes(20)
    assert given_up(toys) == {"slot:anna": "nobody lives here"}


def test_a_press_that_the_store_cannot_take_is_told_to_the_platform(toys: Toys) -> None:
    toys.writer.broken = True
    with pytest.raises(OSError, match="the disk is away"):
        toys.plays(lambda turn: [show("Larm")], id="again")
    toys.writer.broken = False
    toys.plays(lambda turn: [show("Larm")], id="again")
    assert toys.surface.to("anna") == [("post", "Larm")]


def test_stopping_ends_every_task(toys: Toys) -> None:
    crowd(toys)
    toys.surface.always = dict.fromkeys(CROWD, hangs)
    toys.plays(alert_all)
    toys.run(toys.machine.stop())
    left = [task for task in asyncio.all_tasks(toys.loop) if not task.done()]
    assert left == []
    assert toys.machine.courier.tasks == {}


def test_a_message_that_somebody_deleted_is_posted_anew(toys: Toys) -> None:
    toys.plays(lambda turn: [show("Ett", "anna", "slot")])
    toys.passes(SOON)
    toys.surface.faults["anna"] = [is_deleted]
    toys.plays(lambda turn: [show("Två", "anna", "slot")])
    toys.passes(SOON)
    assert toys.surface.to("anna") == [("post", "Ett"), ("post", "Två")]


def test_a_restart_tries_at_once_what_was_resting(toys: Toys) -> None:
    toys.surface.always["anna"] = breaks
    toys.plays(lambda turn: [show("Ett", "anna", "slot")])
    toys.passes(60)
    toys.surface.always.clear()
    toys.restarts()
    toys.passes(SOON)
    assert toys.surface.to("anna") == [("post", "Ett")]


# Answers that were lost: what stands already is looked up, not posted again


@dataclass
class Finder(ToySurface):
    """A platform whose posts are not idempotent, and that can be asked what stands there.

    The next `losing` posts are carried out, and their answers lost.
    """

    losing: int = 0
    asked: list[str] = field(default_factory=list)
    blind: list[Fault] = field(default_factory=list)

    async def post(self, address: str, card: Card, key: str) -> str:
        message = await super().post(address, card, key)
        if self.losing:
            self.losing -= 1
            raise TimeoutError
        return message

    async def find(self, address: str, key: str) -> str | None:
        self.asked.append(key)
        if self.blind:
            await self.blind.pop(0)()
        place, _, _ = key.rpartition("#")
        mine = [s for s in self.sent if s.address == address and s.key.startswith(f"{place}#")]
        return mine[-1].message if mine else None


@pytest.fixture
def finder() -> Finder:
    return Finder()


@pytest.fixture
def finding(finder: Finder) -> Iterator[Toys]:
    toys = Toys(finder)
    yield toys
    toys.close()


async def refuses() -> None:
    raise SurfaceError("not now")


def test_a_first_attempt_looks_nothing_up(finding: Toys, finder: Finder) -> None:
    crowd(finding)
    finding.plays(alert_all)
    finding.plays(lambda turn: [show("Nytt")])
    finding.plays(lambda turn: [show("Nyare")])
    finding.passes(60)
    assert finder.asked == []


def test_a_post_whose_answer_was_lost_is_found_and_not_posted_again(
    finding: Toys, finder: Finder
) -> None:
    finder.losing = 1
    finding.plays(lambda turn: [show("Larm", lane=Lane.ALERT)])
    finding.passes(5)
    assert finder.to("anna") == [("post", "Larm"), ("edit", "Larm")]
    assert {sent.message for sent in finder.sent} == {"m1"}
    assert len(finder.asked) == 1
    assert finding.rows(Delivery) == []


def test_what_was_found_is_not_posted_again_when_its_edit_is_refused(
    finding: Toys, finder: Finder
) -> None:
    """Found by the simulation: the answer is lost, the look-up finds it, the edit is limited."""
    finder.losing = 1
    finding.plays(lambda turn: [show("Larm", lane=Lane.ALERT)])
    finder.faults["anna"] = [limited(1), limited(2)]
    finding.passes(10)
    assert finder.to("anna") == [("post", "Larm"), ("edit", "Larm")]
    assert {sent.message for sent in finder.sent} == {"m1"}


def test_what_is_only_an_edit_is_not_posted_where_somebody_deleted_the_message(toys: Toys) -> None:
    toys.plays(lambda turn: [show("ringer", lane=Lane.ALERT)])
    toys.surface.faults["anna"] = [is_gone]
    toys.plays(lambda turn: [MOVED])
    toys.passes(5)
    assert toys.surface.to("anna") == [("post", "ringer")]


def test_a_newer_card_takes_the_place_of_one_whose_answer_was_lost(
    finding: Toys, finder: Finder
) -> None:
    finder.losing = 1
    finding.plays(lambda turn: [show("Ett")])
    finding.plays(lambda turn: [show("Två")])
    finding.passes(5)
    assert finder.to("anna") == [("post", "Ett"), ("edit", "Två")]
    assert {sent.message for sent in finder.sent} == {"m1"}


def test_after_a_crash_what_may_have_been_posted_is_looked_up(
    finding: Toys, finder: Finder
) -> None:
    finder.faults["bo"] = [hangs]
    finder.losing = 1
    finding.plays(lambda turn: [show("Larm"), show("Larm", "bo")])
    finding.restarts()
    finding.passes(5)
    assert finder.to("anna")[0] == ("post", "Larm")
    assert ("post", "Larm") not in finder.to("anna")[1:]
    assert finder.to("bo") == [("post", "Larm")]
    assert len(finder.asked) == 2


def test_what_is_only_an_edit_finds_the_alert_whose_answer_was_lost(
    finding: Toys, finder: Finder
) -> None:
    finder.losing, finder.blind = 1, [refuses] * 8
    finding.plays(lambda turn: [show("ringer", lane=Lane.ALERT)])
    finding.plays(lambda turn: [MOVED])
    finding.passes(180)
    assert finder.to("anna") == [("post", "ringer"), ("edit", "läs längre ner")]
    assert given_up(finding) == {}


def test_what_is_only_an_edit_is_given_up_when_nothing_is_found(
    finding: Toys, finder: Finder
) -> None:
    finder.faults["anna"] = [breaks]
    finding.plays(lambda turn: [show("ringer", lane=Lane.ALERT)])
    finding.plays(lambda turn: [MOVED])
    finding.passes(60)
    assert finder.sent == []
    assert given_up(finding).keys() == {"slot:anna"}
    assert len(finder.asked) == 1


def test_what_is_only_an_edit_is_looked_up_for_a_day_at_most(finding: Toys, finder: Finder) -> None:
    finder.losing, finder.blind = 1, [refuses] * 10_000
    finding.plays(lambda turn: [show("ringer", lane=Lane.ALERT)])
    finding.plays(lambda turn: [MOVED])
    finding.loop.impatient.moved += 25 * 3600
    finding.passes(60)
    assert finder.to("anna") == [("post", "ringer")]
    assert given_up(finding).keys() == {"slot:anna"}


def test_a_card_that_replaced_one_on_its_way_asks_what_has_arrived_since(toys: Toys) -> None:
    """On PostgreSQL the older card's mark may commit after the turn has asked what stands."""
    toys.surface.faults["anna"] = [slow(0.4)]
    toys.plays(lambda turn: [show("ringer", lane=Lane.ALERT)])
    toys.games["now"] = shows("Bo tar det")
    decided = toys.engine.receive(Incoming("late", "anna", *pack(Play("now"))), toys.loop.now())
    toys.passes(0.5)

    async def told() -> None:
        toys.machine.courier.take(decided.parcels)

    toys.run(told())
    toys.passes(0.1)
    assert toys.surface.to("anna") == [("post", "ringer"), ("edit", "Bo tar det")]


def test_a_refusal_leaves_no_doubt(finding: Toys, finder: Finder) -> None:
    finder.faults["anna"] = [limited(3), limited(2)]
    finding.plays(lambda turn: [show("Larm")])
    finding.passes(10)
    assert finder.to("anna") == [("post", "Larm")]
    assert finder.asked == []


def test_a_doubt_that_was_settled_is_not_settled_again(finding: Toys, finder: Finder) -> None:
    finder.faults["anna"] = [breaks, limited(1), limited(1)]
    finding.plays(lambda turn: [show("Larm")])
    finding.passes(10)
    assert finder.to("anna") == [("post", "Larm")]
    assert len(finder.asked) == 1


@pytest.mark.parametrize("fault", [refuses, hangs], ids=["refuses", "hangs"])
def test_an_alert_does_not_wait_for_a_look_up_that_fails(
    finding: Toys, finder: Finder, fault: Fault
) -> None:
    finder.losing, finder.blind = 1, [fault]
    finding.plays(lambda turn: [show("Larm", lane=Lane.ALERT)])
    finding.passes(FIRST_PAUSE + FIND_SECONDS + SOON)
    assert finder.to("anna") == [("post", "Larm"), ("post", "Larm")]


def test_a_nudge_waits_for_the_look_up_but_not_for_ever(finding: Toys, finder: Finder) -> None:
    finder.losing, finder.blind = 1, [refuses] * 3
    finding.plays(lambda turn: [show("Snart", lane=Lane.NUDGE)])
    finding.passes(60)
    assert finder.to("anna") == [("post", "Snart"), ("edit", "Snart")]
    finder.losing, finder.blind = 1, [refuses] * 100
    finding.plays(lambda turn: [show("Sen", slot="other", lane=Lane.NUDGE)])
    finding.passes(120)
    assert finder.to("anna")[2:] == [("post", "Sen"), ("post", "Sen")]
    assert len(finder.asked) == 4 + MOST_SEARCHES


def test_a_look_up_waits_as_long_as_the_platform_asks_and_holds_up_no_alert(
    finding: Toys, finder: Finder
) -> None:
    async def is_limited() -> None:
        raise SurfaceError("wait", retry_after=20)

    finder.losing, finder.blind = 1, [is_limited]
    finding.plays(lambda turn: [show("Snart", lane=Lane.NUDGE)])
    finding.passes(10)
    assert len(finder.asked) == 1
    finding.plays(lambda turn: [show("Larm", slot="other", lane=Lane.ALERT)])
    assert finder.to("anna") == [("post", "Snart"), ("post", "Larm")]
    finding.passes(15)
    assert finder.to("anna")[2:] == [("edit", "Snart")]


def test_a_message_that_can_be_edited_no_more_is_not_found_again(
    finding: Toys, finder: Finder
) -> None:
    finding.plays(lambda turn: [show("Ett")])
    finder.faults["anna"] = [is_deleted, breaks]  # the edit, then the post that replaces it
    finding.plays(lambda turn: [show("Två")])
    finding.passes(30)
    assert finder.to("anna") == [("post", "Ett"), ("post", "Två")]
    assert len({sent.message for sent in finder.sent}) == 2


# What a platform says of some calls only, and of us


def test_limited_edits_hold_up_no_posts() -> None:
    surface = ToySurface()
    toys = Toys(surface)

    async def edits_are_limited() -> None:
        raise SurfaceError("too fast", 20, whole=True, kind="edit")

    for title in "ett", "två":
        surface.faults["anna"] = [edits_are_limited] if title == "två" else []
        toys.plays(shows(title))
    toys.plays(lambda turn: [show("Larm", "bo", lane=Lane.ALERT)])
    assert surface.to("bo") == [("post", "Larm")]
    toys.passes(21)
    assert surface.to("anna") == [("post", "ett"), ("edit", "två")]
    toys.close()


async def shuts_out() -> None:
    raise ShutOut("the token was revoked; get a new one", 10)


def test_a_dead_token_is_said_once_and_then_everything_arrives(
    toys: Toys, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Trouble] = []
    toys.machine.courier.observers.append(told.append)
    crowd(toys)
    toys.surface.always = dict.fromkeys(CROWD, shuts_out)
    toys.plays(alert_all)
    toys.passes(25)
    assert told == [Trouble("toy", None, "the token was revoked; get a new one")]
    toys.surface.always.clear()
    toys.passes(20)
    assert {sent.address for sent in toys.surface.sent} == set(CROWD)
    assert caplog.messages == [
        "toy does not let us in: the token was revoked; get a new one",
        "toy lets us in again",
    ]


def to_bo(title: str) -> Game:
    return lambda turn: [show(title, "bo", title)]


def test_what_is_forbidden_of_one_kind_of_call_holds_up_no_other(
    toys: Toys, caplog: pytest.LogCaptureFixture
) -> None:
    async def no_pages() -> None:
        forbidden = ShutOut("the home tab is off; switch it on", 10)
        forbidden.kind = "home"
        raise forbidden

    toys.surface.always["anna"] = no_pages
    toys.plays(lambda turn: [home("anna", Card("Sidan", ""))])
    for title in "ett", "två", "tre":
        toys.plays(to_bo(title))
        toys.passes(11)
    assert toys.surface.to("bo") == [("post", "ett"), ("post", "två"), ("post", "tre")]
    assert caplog.messages == ["toy does not let us in: the home tab is off; switch it on"]


def test_a_look_up_that_is_forbidden_shuts_nothing(finding: Toys, finder: Finder) -> None:
    finder.losing, finder.blind = 1, [shuts_out]
    finding.plays(lambda turn: [show("Snart", lane=Lane.NUDGE)])
    finding.passes(1)
    finding.plays(lambda turn: [show("Larm", "bo", lane=Lane.ALERT)])
    assert finder.to("bo") == [("post", "Larm")]


def test_who_cannot_be_reached_is_told_to_those_who_watch(toys: Toys) -> None:
    told: list[Trouble] = []

    def breaks_down(trouble: Trouble) -> None:
        raise RuntimeError("an observer with a bug")

    toys.machine.courier.observers += [breaks_down, told.append]
    toys.surface.always["anna"] = is_gone
    toys.plays(lambda turn: [show("Larm")])
    assert told == [Trouble("toy", "anna", "nobody lives here")]
    assert given_up(toys) == {"slot:anna": "nobody lives here"}
