"""Traces: an untraced act leaves a count and an hour, whatever becomes of it."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.actions import Action, action, pack
from bot.cards import Card
from bot.effects import Effects, Erase, Later, Notice, Show
from bot.events import Incoming
from bot.features import ANYONE, Feature, Refused
from bot.turn import Turn
from bot.words import say
from storage.audit import AuditLine
from storage.deliveries import Delivery, Standing
from storage.people import RosterSlot
from storage.seen import Seen
from storage.timers import Timer
from storage.untraced import PassingKey, UntracedCount, UntracedMark
from tests.toys import Alone, Game, Toys, ToySurface, breaks, is_gone, show, slot_row
from tests.virtual import START


@action("toy.quiet")
class Quiet(Action):
    game: str


class QuietToys(Toys):
    def feature(self) -> Feature:
        toys = super().feature()
        toys.on(Quiet, may=ANYONE, untraced=True)(lambda turn, asked: self.games[asked.game](turn))
        return toys

    def leaps(self, seconds: float) -> None:
        self.loop.impatient.moved += seconds
        self.passes(0.01)

    def quietly(self, game: Game, id: str | None = None) -> tuple[str, ...]:
        self.games["now"] = game
        id = id or f"Ev0ent-{next(self.events)}"
        heard = Incoming(id, "anna", *pack(Quiet("now")))
        answer = self.run(self.machine.hear(heard))
        self.passes(0.01)
        return answer.notices


@pytest.fixture
def toys() -> Iterator[QuietToys]:
    toys = QuietToys()
    toys.leaps(17 * 60 + 3)
    yield toys
    toys.close()


def private(to: str = "anna") -> Show:
    return Show("mine", to, Card("Tack", "Kollega", private=True))


def hours(toys: Toys) -> list[tuple[str, str, int]]:
    return sorted((one.what, one.outcome, one.count) for one in toys.rows(UntracedCount))


def test_an_untraced_act_leaves_a_count_a_mark_without_a_name_and_no_line(toys: QuietToys) -> None:
    for _ in range(3):
        toys.quietly(lambda turn: [Notice(say("toy.full"))])
    assert not toys.rows(AuditLine) and not toys.rows(Seen)
    assert hours(toys) == [("toy.quiet", "done", 3)]
    marks = toys.rows(UntracedMark)
    assert len(marks) == 3
    assert not any("anna" in one.model_dump_json() or "Ev0" in one.id for one in marks)


def test_its_handler_knows_the_full_hour_alone(toys: QuietToys) -> None:
    seen = []
    toys.quietly(lambda turn: seen.append(turn.now) or [])  # type: ignore[func-returns-value]
    assert seen == [START.replace(minute=0, second=0, microsecond=0)]


def test_a_refusal_and_a_failure_name_nobody_either(
    toys: QuietToys, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def refuses(turn: Turn) -> Effects:
        slot_row(turn)
        raise Refused(say("toy.full"))

    def fails(turn: Turn) -> Effects:
        slot_row(turn)
        raise RuntimeError("a bug")

    assert toys.quietly(refuses) == ("Lådan är full.",)
    assert "Referens" in toys.quietly(fails)[0]
    assert hours(toys) == [("toy.quiet", "failed", 1), ("toy.quiet", "refused", 1)]
    assert not toys.rows(AuditLine) and not toys.rows(RosterSlot)
    assert "anna" not in caplog.text and "Ev0ent" not in caplog.text
    assert "toy.quiet by nobody failed" in caplog.text


def test_a_repeat_gets_the_first_answer_for_at_least_half_a_day_and_a_day_at_most(
    toys: QuietToys,
) -> None:
    played: list[int] = []

    def once(turn: Turn) -> Effects:
        played.append(1)
        return [Notice(say("toy.full"))]

    for wait in (0, 3600, 10 * 3600):
        toys.leaps(wait)
        assert toys.quietly(once, id="same") == ("Lådan är full.",)
    assert len(played) == 1
    toys.leaps(14 * 3600)
    toys.passes(31)
    assert not toys.rows(PassingKey) and not toys.rows(UntracedMark)


def test_a_private_card_is_delivered_once_and_remembered_nowhere(toys: QuietToys) -> None:
    toys.quietly(lambda turn: [private()])
    assert toys.surface.to("anna") == [("post", "Tack")]
    assert not toys.rows(Delivery) and not toys.rows(Standing)


def test_a_private_card_takes_the_place_of_the_one_that_stood_there(toys: QuietToys) -> None:
    toys.plays(lambda turn: [Show("mine", "anna", Card("Utkast", "Kollega"))])
    toys.quietly(lambda turn: [private()])
    assert toys.surface.to("anna") == [("post", "Utkast"), ("edit", "Tack")]
    assert not toys.rows(Delivery) and not toys.rows(Standing)


def test_a_private_card_that_does_not_arrive_names_nobody_in_any_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    toys = QuietToys(ToySurface(faults={"anna": [breaks, breaks, is_gone]}))
    toys.quietly(lambda turn: [private()])
    toys.passes(60)
    assert toys.surface.to("anna") == []
    assert not toys.rows(Delivery) and not toys.rows(Standing)
    assert "a private card to somebody" in caplog.text and "anna" not in caplog.text.casefold()
    toys.close()


def drafts(turn: Turn) -> Effects:
    slot_row(turn)
    return [show("Utkast")]


def test_erasing_blanks_the_lines_about_a_row_and_forgets_slots_and_marks(toys: QuietToys) -> None:
    toys.plays(drafts)
    toys.plays(lambda turn: [Later("wake", turn.after(hours=9), Alone("nothing"))])
    (line, other) = toys.rows(AuditLine)
    assert line.rows and line.who == "anna"
    slot = toys.rows(Standing)[0].slot
    toys.quietly(lambda turn: [Erase((slot,), tuple(line.rows))])
    blank, kept = sorted(toys.rows(AuditLine), key=lambda one: one.id or 0)
    assert (blank.who, blank.payload, blank.event, blank.rows) == ("", "", "", [])
    assert (blank.what, blank.at.minute, blank.at.second) == (line.what, 0, 0)
    assert kept == other and len(toys.rows(Seen)) == 1
    assert toys.rows(Standing) == [] and len(toys.rows(Timer)) == 1


def test_what_others_are_shown_by_it_stands_without_a_minute(toys: QuietToys) -> None:
    toys.quietly(lambda turn: [Show("theirs", "bo", Card("Nytt", "Kollega"))])
    (stands,) = toys.rows(Standing)
    assert stands.delivered_at == START.replace(minute=0, second=0, microsecond=0)
    toys.plays(lambda turn: [Show("later", "bo", Card("Nytt", "Kollega"))])
    assert max(one.delivered_at for one in toys.rows(Standing)) > START + timedelta(minutes=17)


def test_who_watches_is_told_that_something_was_done_and_not_by_whom(toys: QuietToys) -> None:
    told: list[object] = []
    toys.machine.observers.append(lambda done: told.append((done.who, done.what, done.effects)))
    toys.quietly(lambda turn: [private()])
    assert told == [("nobody", "toy.quiet", ())]
