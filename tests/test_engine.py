"""The engine: one action, one transaction, and never an exception for what people send."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot import outbox
from bot.actions import KNOWN
from bot.cards import Card, Field, Form
from bot.effects import Effects, Forget, Later, Notice, Open, Redraw, Show
from bot.events import Incoming
from bot.features import ANYONE, Feature, Refused, answers
from bot.turn import Gone, Turn
from bot.words import say
from storage import audit as audit_lines
from storage import seen, timers
from storage.audit import AuditLine
from storage.deliveries import Delivery
from storage.life import NotPossible
from storage.people import Person, RosterSlot
from storage.seen import Seen
from storage.timers import Timer
from tests.toys import Alone, Count, Game, Guard, Play, ToyPack, Toys, show, slot_row, slow
from tests.virtual import START

FORM = Form(
    "Formulär",
    (Field("why", "Varför?"), Field("how", "Hur?", options=(("a", "Så"),), required=False)),
    "Skicka",
    Count(3),
)


@pytest.fixture
def toys() -> Iterator[Toys]:
    toys = Toys()
    yield toys
    toys.close()


def everything_at_once(turn: Turn) -> Effects:
    slot_row(turn)
    turn.person.chosen_language = "en"
    return [
        show("Hej", "bo"),
        Later("wake", turn.after(seconds=30), Alone("nothing")),
        Notice(say("toy.hello", name="Anna", time=turn.now)),
        Open(FORM),
    ]


def everything_at_once_by_the_clock(turn: Turn) -> Effects:
    slot_row(turn)
    return [show("Hej")]


def notes(went: list[Any], what: object) -> Game:
    def game(turn: Turn) -> Effects:
        went.append(what)
        return []

    return game


def shows(title: str) -> Game:
    return lambda turn: [show(title)]


def audit(toys: Toys) -> list[tuple[str, str, str]]:
    return [(line.who, line.what, line.outcome) for line in toys.rows(AuditLine)]


# One transaction


def test_one_action_leaves_its_row_delivery_timer_seen_mark_and_audit_line(toys: Toys) -> None:
    answer = toys.plays(everything_at_once, id="e1")
    assert len(toys.rows(RosterSlot)) == 1
    assert toys.surface.to("bo") == [("post", "Hej")]
    assert [timer.key for timer in toys.rows(Timer)] == ["wake"]
    assert [seen.id for seen in toys.rows(Seen)] == ["anna:e1"]
    assert audit(toys) == [("anna", "toy.play", "done")]
    assert answer.form and answer.form.title == "Formulär"


@pytest.mark.parametrize("where", ["handler", "notice", "outbox", "timers", "seen", "audit"])
def test_a_bug_anywhere_in_the_turn_leaves_nothing(
    toys: Toys, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def game(turn: Turn) -> Effects:
        effects = everything_at_once(turn)
        if where == "handler":
            turn.session.flush()
            raise ZeroDivisionError
        if where == "notice":
            return [*effects, Notice(say("toy.nobody_wrote_this"))]
        return effects

    def bug(*_: Any, **__: Any) -> None:
        monkeypatch.undo()
        raise ZeroDivisionError

    places = {
        "outbox": (outbox, "put"),
        "timers": (timers, "set_timers"),
        "seen": (seen, "remember"),
        "audit": (audit_lines, "note"),
    }
    before = toys.memory()
    if where in places:
        monkeypatch.setattr(*places[where], bug)
    answer = toys.plays(game)
    assert "Referens" in answer.notices[0]
    assert toys.memory() == before
    assert toys.surface.tried == []
    assert toys.rows(Seen) == []
    assert audit(toys) == [("anna", "toy.play", "failed")]


def test_a_bug_gives_the_person_the_reference_that_stands_in_the_log(
    toys: Toys, caplog: pytest.LogCaptureFixture
) -> None:
    def game(turn: Turn) -> Effects:
        raise ZeroDivisionError("secret inner workings")

    (notice,) = toys.plays(game).notices
    reference = notice.removeprefix("Det gick inte. Referens ").removesuffix(".")
    assert len(reference) == 6
    assert reference in caplog.text
    assert "secret inner workings" in caplog.text
    assert "secret" not in notice


def test_the_same_press_may_be_tried_again_after_a_bug(toys: Toys) -> None:
    broken = [True]

    def game(turn: Turn) -> Effects:
        slot_row(turn)
        if broken.pop():
            raise ZeroDivisionError
        return []

    toys.plays(game, id="press")
    broken.append(False)
    assert toys.plays(game, id="press").notices == ()
    assert len(toys.rows(RosterSlot)) == 1


# Repeats (I11)


@pytest.mark.parametrize(
    "game",
    [
        lambda turn: [Notice(say("toy.hello", name="Anna", time=turn.now))],
        lambda turn: [Open(FORM), Notice("Fyll i.")],
        everything_at_once,
    ],
)
def test_a_repeat_gets_the_same_answer_and_changes_nothing(
    toys: Toys, game: Callable[[Turn], Effects]
) -> None:
    first = toys.plays(game, id="same")
    after, lines = toys.memory(), audit(toys)
    toys.passes(7)
    assert toys.plays(game, id="same") == first
    assert first.notices
    assert toys.memory() == after
    assert audit(toys) == lines
    assert len(toys.surface.sent) == len(after["Standing"])


def test_a_refusal_is_repeated_even_when_the_thing_would_be_possible_by_then(toys: Toys) -> None:
    def full(turn: Turn) -> Effects:
        raise Refused(say("toy.full"))

    assert toys.plays(full, id="same").notices == ("Lådan är full.",)
    assert toys.plays(everything_at_once, id="same").notices == ("Lådan är full.",)
    assert toys.rows(RosterSlot) == []


# A no


@pytest.mark.parametrize(
    ("no", "said"),
    [
        (Refused(say("toy.full")), "Lådan är full."),
        (NotPossible("cannot"), "Redan klart."),
        (Gone("no row"), "Gammal knapp."),
    ],
)
def test_a_refused_action_changes_nothing_and_is_audited(
    toys: Toys, no: Exception, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    def game(turn: Turn) -> Effects:
        everything_at_once(turn)
        turn.session.flush()
        raise no

    before = toys.memory()
    assert toys.plays(game).notices == (said,)
    assert toys.memory() == before
    assert audit(toys) == [("anna", "toy.play", "refused")]
    assert caplog.text == ""


def test_who_may_do_it_is_asked_before_the_handler_runs(toys: Toys) -> None:
    toys.games["guarded"] = everything_at_once
    before = toys.memory()
    assert toys.does(Guard("guarded"), "bo").notices == ("Inte din.",)
    assert toys.does(Alone("guarded"), "anna").notices == ("Inte din.",)
    assert toys.memory() == before
    assert audit(toys) == [("bo", "toy.guard", "refused"), ("anna", "toy.alone", "refused")]
    toys.does(Guard("guarded"), "anna")
    assert len(toys.rows(RosterSlot)) == 1


def test_a_refusal_is_told_in_the_language_of_the_person(toys: Toys) -> None:
    toys.add_people("eve", languages=["en", "sv"])
    assert toys.does(Guard("guarded"), "eve").notices == ("Not yours.",)


def test_an_unknown_person_and_one_who_left_are_told_kindly(toys: Toys) -> None:
    toys.add_people("olle", left_at=START - timedelta(days=1))
    for stranger in "nobody", "olle", "", "x" * 100_000:
        assert toys.does(Play("now"), stranger).notices == ("Du finns inte i listan.",)
    assert {outcome for *_, outcome in audit(toys)} == {"refused"}


# Forged


FORGED = {
    "unknown action": ("toy.forgotten", "{}"),
    "no action": ("", "{}"),
    "missing field": ("toy.count", "{}"),
    "no payload": ("toy.count", ""),
    "extra field": ("toy.count", '{"number":1,"by":"anna"}'),
    "wrong type": ("toy.count", '{"number":"1"}'),
    "a bool for a number": ("toy.count", '{"number":true}'),
    "a float for a number": ("toy.count", '{"number":1.0}'),
    "null": ("toy.count", '{"number":null}'),
    "not a number": ("toy.count", '{"number":NaN}'),
    "a list": ("toy.count", "[1]"),
    "a lone null": ("toy.count", "null"),
    "broken": ("toy.count", '{"number":1'),
    "not JSON": ("toy.count", "DROP TABLE person"),
    "deep": ("toy.count", "[" * 100_000),
    "huge": ("toy.play", json.dumps({"game": "x" * 5_000_000, "more": 1})),
    "huge number": ("toy.count", '{"number":1' + "0" * 5_000 + "}"),
    "huge name": ("toy." + "x" * 1_000_000, "{}"),
    "half a character": ("toy.count", '{"number":"\ud800"}'),
    "half a character in the name": ("toy.\ud800", "{}"),
    "a zero character": ("toy.\x00count", "{}"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_press_gets_a_kind_notice_and_changes_nothing(toys: Toys, name: str) -> None:
    before = toys.memory()
    answer = toys.hears(*FORGED[name], id="forged")
    assert len(answer.notices) == 1
    assert toys.memory() == before
    assert toys.counted == []
    (line,) = toys.rows(AuditLine)
    assert line.outcome in ("refused", "failed")
    assert line.payload == ""
    assert len(line.what) <= 200
    assert len([seen.answer for seen in toys.rows(Seen)]) <= 1


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(st.text(), st.sampled_from(["toy.count", "toy.play", "toy.alone"])),
    st.one_of(
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("number"), inner),
        ).map(json.dumps),
    ),
)
def test_nothing_that_is_sent_makes_the_engine_raise(
    toys: Toys, wire_name: str, payload: str
) -> None:
    before = toys.memory()
    toys.games.clear()
    toys.hears(wire_name, payload)
    assert toys.memory() == before


# Timers


def test_a_timer_whose_handler_breaks_is_kept_and_tried_later_and_stops_no_other(
    toys: Toys, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[float] = []
    went: list[float] = []

    def breaks(turn: Turn) -> Effects:
        slot_row(turn)
        tried.append((turn.now - START).total_seconds())
        if len(tried) <= 4:
            raise ZeroDivisionError
        return []

    def goes(turn: Turn) -> Effects:
        went.append((turn.now - START).total_seconds())
        return []

    toys.games |= {"breaks": breaks, "goes": goes}
    at = toys.loop.now() + timedelta(seconds=10)
    after = at + timedelta(seconds=2)
    wanted = {"a": (at, "breaks"), "b": (at, "goes"), "c": (after, "goes")}
    toys.plays(lambda turn: [Later(key, at, Alone(game)) for key, (at, game) in wanted.items()])
    toys.passes(60)
    assert [round(moment) for moment in went] == [10, 12]
    assert [round(moment) for moment in tried] == [10, 11, 13, 17, 25]
    assert toys.rows(Timer) == []
    assert len(toys.rows(RosterSlot)) == 1
    assert "timer a (toy.alone) failed" in caplog.text


def test_the_pauses_of_a_broken_timer_grow_to_five_minutes_and_no_further(toys: Toys) -> None:
    tried: list[float] = []

    def breaks(turn: Turn) -> Effects:
        tried.append((turn.now - START).total_seconds())
        raise ZeroDivisionError

    toys.games["breaks"] = breaks
    toys.plays(lambda turn: [Later("a", turn.now, Alone("breaks"))])
    toys.passes(1500)
    pauses = [round(b - a) for a, b in pairwise(tried)]
    assert pauses[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert set(pauses[9:]) == {300}


@pytest.mark.parametrize("no", [Refused(say("toy.full")), NotPossible("cannot"), Gone("no row")])
def test_a_timer_that_the_world_has_overtaken_is_spent(toys: Toys, no: Exception) -> None:
    calls: list[int] = []

    def game(turn: Turn) -> Effects:
        slot_row(turn)
        calls.append(1)
        raise no

    toys.games["late"] = game
    toys.plays(lambda turn: [Later("a", turn.after(seconds=1), Alone("late"))])
    toys.passes(10)
    assert (toys.rows(Timer), toys.rows(RosterSlot), calls) == ([], [], [1])


def test_a_timer_of_a_forgotten_action_is_kept_and_stops_no_other(toys: Toys) -> None:
    went: list[int] = []
    toys.games["goes"] = notes(went, 1)
    toys.plays(lambda turn: [Later(key, turn.after(seconds=1), Alone("goes")) for key in "ab"])
    with toys.engine.sessions() as session:
        forgotten = session.get(Timer, "a")
        assert forgotten
        forgotten.wire_name = "toy.forgotten"
        session.commit()
    toys.passes(20)
    assert went == [1]
    assert [timer.key for timer in toys.rows(Timer)] == ["a"]


def test_later_with_the_same_key_replaces_and_forget_drops(toys: Toys) -> None:
    went: list[str] = []
    for name in "one", "two", "three":
        toys.games[name] = notes(went, name)
    toys.plays(lambda turn: [Later("k", turn.after(seconds=5), Alone("one"))])
    toys.plays(lambda turn: [Later("k", turn.after(seconds=9), Alone("two"))])
    toys.plays(lambda turn: [Later("other", turn.after(seconds=5), Alone("three"))])
    toys.plays(lambda turn: [Forget("other"), Forget("never was")])
    toys.passes(60)
    assert went == ["two"]


def test_forget_and_later_of_one_key_in_one_turn_sets_the_timer(toys: Toys) -> None:
    toys.plays(lambda turn: [Later("k", turn.after(seconds=5), Alone("one"))])
    toys.plays(lambda turn: [Forget("k"), Later("k", turn.after(seconds=50), Alone("one"))])
    (timer,) = toys.rows(Timer)
    assert timer.due > toys.loop.now() + timedelta(seconds=40)


def test_later_and_forget_of_one_key_in_one_turn_leaves_no_timer(toys: Toys) -> None:
    toys.plays(lambda turn: [Later("k", turn.after(seconds=5), Alone("one")), Forget("k")])
    assert toys.rows(Timer) == []


def test_a_timer_may_set_itself_again(toys: Toys) -> None:
    went: list[float] = []

    def again(turn: Turn) -> Effects:
        went.append(round((turn.now - START).total_seconds()))
        return [Later("k", turn.after(seconds=10), Alone("again"))]

    toys.games["again"] = again
    toys.plays(lambda turn: [Later("k", turn.after(seconds=10), Alone("again"))])
    toys.passes(41)
    assert went == [10, 20, 30, 40]


# Cards in slots


def test_redraw_becomes_what_the_features_have_open_before_the_person(toys: Toys) -> None:
    toys.redrawn = lambda turn: [show(f"Sida för {turn.person.name}", turn.person.ref)]
    toys.plays(lambda turn: [Redraw()])
    assert toys.surface.to("anna") == [("post", "Sida för Anna")]


def test_redraw_speaks_the_language_that_was_just_chosen(toys: Toys) -> None:
    def speak(turn: Turn) -> Effects:
        turn.person.chosen_language = "en"
        return [Redraw()]

    toys.redrawn = lambda turn: [Show("page", "anna", Card(say("toy.full"), ""))]
    toys.plays(speak)
    assert toys.surface.to("anna") == [("post", "The box is full.")]


def test_the_same_card_again_queues_nothing(toys: Toys) -> None:
    for _ in range(3):
        toys.plays(lambda turn: [show("Hej"), show("Hej")])
    assert toys.surface.to("anna") == [("post", "Hej")]


def test_a_newer_card_of_a_slot_takes_the_place_of_the_older(toys: Toys) -> None:
    toys.dies()
    with toys.engine.sessions() as session:
        turn = Turn(session.get(Person, "anna"), START, session, ToyPack())
        for title in "ett", "två", "två", "tre":
            toys.engine._queue(turn, [show(title)])
        session.commit()
    (waiting,) = toys.rows(Delivery)
    assert "tre" in waiting.card


def test_back_to_the_card_that_stands_is_sent_when_another_is_on_its_way(toys: Toys) -> None:
    toys.plays(lambda turn: [show("ett")])
    toys.surface.faults["anna"] = [slow(3)]

    async def two_quick_presses() -> None:
        for title in "två", "ett":
            toys.games["now"] = shows(title)
            heard = Incoming(title, "anna", "toy.play", '{"game":"now"}')
            await toys.machine.hear(heard)

    toys.run(two_quick_presses())
    toys.passes(5)
    assert toys.surface.to("anna")[-1] == ("edit", "ett")
    assert toys.rows(Delivery) == []


def test_a_card_to_somebody_who_left_is_not_sent(toys: Toys) -> None:
    toys.add_people("olle", left_at=START)
    toys.plays(lambda turn: [show("Hej", "olle"), show("Hej", "nobody"), show("Hej", "bo")])
    assert [sent.address for sent in toys.surface.sent] == ["bo"]


# Audit


def test_the_audit_line_names_the_rows_that_were_touched(toys: Toys) -> None:
    def game(turn: Turn) -> Effects:
        slot_row(turn)
        kept = slot_row(turn)
        kept.ring = 2
        turn.session.flush()
        turn.session.delete(slot_row(turn))
        turn.get(Person, "bo").name = "Bosse"
        anna = turn.get(Person, "anna")
        anna.name = anna.name  # nothing changed, nothing to tell
        return []

    toys.plays(game, id="e7")
    (line,) = toys.rows(AuditLine)
    assert line.rows == ["person:bo", "roster_slot:1", "roster_slot:2", "roster_slot:3"]
    assert (line.event, line.payload) == ("anna:e7", '{"game":"now"}')
    assert line.at == START


def test_a_timer_is_audited_as_the_clock(toys: Toys) -> None:
    toys.games["goes"] = everything_at_once_by_the_clock
    toys.plays(lambda turn: [Later("k", turn.after(seconds=5), Alone("goes"))])
    toys.passes(6)
    line = toys.rows(AuditLine)[-1]
    assert (line.who, line.what, line.outcome) == ("clock", "toy.alone", "done")
    assert line.rows == ["roster_slot:1"]


# Wiring


def test_two_handlers_of_one_action_are_a_mistake_at_the_start() -> None:
    one, other = Feature("one"), Feature("other")
    one.on(Play, may=ANYONE)(lambda turn, _: [])
    other.on(Play, may=ANYONE)(lambda turn, _: [])
    with pytest.raises(ValueError, match="already has a handler"):
        one.on(Play, may=ANYONE)(lambda turn, _: [])
    with pytest.raises(ValueError, match="two features answer Play"):
        answers([one, other])


def test_an_observer_that_breaks_disturbs_nobody(
    toys: Toys, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[str] = []

    def breaks(decision: object) -> None:
        raise ZeroDivisionError

    toys.machine.observers += [breaks, lambda decision: seen.append(decision.what)]
    toys.games["goes"] = lambda turn: [show("Väckt")]
    toys.plays(lambda turn: [show("Hej", "bo"), Later("k", turn.now, Alone("goes"))])
    assert seen == ["toy.play", "toy.alone"]
    assert toys.surface.to("anna") == [("post", "Väckt")]
    assert "ZeroDivisionError" in caplog.text


def test_a_press_whose_platform_hangs_up_is_followed_all_the_same(toys: Toys) -> None:
    toys.games["goes"] = lambda turn: [show("Väckt")]
    toys.games["now"] = lambda turn: [Later("k", turn.after(seconds=3), Alone("goes"))]

    async def hangs_up() -> None:
        heard = Incoming("e", "anna", "toy.play", '{"game":"now"}')
        task = asyncio.create_task(toys.machine.hear(heard))
        await asyncio.sleep(0)
        task.cancel()

    toys.passes(1)
    toys.run(hangs_up())
    toys.passes(4)
    assert toys.surface.to("anna") == [("post", "Väckt")]


def test_toy_actions_are_named_as_toys() -> None:
    toys = {name for name, kind in KNOWN.items() if kind.__module__ == "tests.toys"}
    assert toys and all(name.startswith("toy.") for name in toys)


@pytest.mark.parametrize(
    ("sent", "believed"), [(-180, -180), (0, 0), (60, 0), (-90_000, 0), (None, 0)]
)
def test_when_it_happened_is_believed_for_a_day(sent: int | None, believed: int) -> None:
    """A message that waited in a phone keeps its time; a wrong clock keeps none."""
    at = None if sent is None else START + timedelta(seconds=sent)
    turn = Turn(None, START, Session(), ToyPack(), sent_at=at)
    assert turn.happened_at == START + timedelta(seconds=believed)
