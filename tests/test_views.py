"""Views: how things are for one person just now. Nobody is sent them and nothing is kept."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.cards import Card, Text
from bot.engine import Engine
from bot.features import Feature, Refused
from bot.turn import Gone, Turn
from bot.words import say
from storage.people import RosterSlot
from tests.toys import ToyPack, Toys, slot_row


@pytest.fixture
def toys() -> Iterator[Toys]:
    toys = Toys()
    yield toys
    toys.dies()
    toys.loop.close()
    toys.database.dispose()


def hello(turn: Turn) -> Card:
    greeting = say("toy.hello", name=turn.person.name, time=turn.now)
    return Card(say("toy.box"), "Kollega", (Text(greeting),))


def test_a_view_is_spelled_for_the_one_whose_it_is(toys: Toys) -> None:
    toys.box = hello
    toys.add_people("cy", languages=["en"], zone="Europe/Helsinki")
    now = toys.loop.now().replace(hour=11, minute=5)
    for ref, title, line in (
        ("anna", "Vad är i lådan?", "Hej Anna, klockan är 12:05."),
        ("cy", "What is in the box?", "Hello Cy, it is 13:05."),
    ):
        card = toys.engine.look("box", ref, now)
        assert (card.title, card.body) == (title, (Text(line),))


def test_what_a_view_writes_is_never_kept(toys: Toys) -> None:
    def writes(turn: Turn) -> Card:
        slot_row(turn)
        turn.person.chosen_language = "en"
        turn.session.flush()
        assert len(turn.session.scalars(select(RosterSlot)).all()) == 1
        return hello(turn)

    toys.box = writes
    before = toys.memory()
    toys.engine.look("box", "anna", toys.loop.now())
    assert toys.memory() == before


def test_a_view_that_breaks_keeps_nothing_either(toys: Toys) -> None:
    def breaks(turn: Turn) -> Card:
        slot_row(turn)
        raise LookupError("the box is gone")

    toys.box = breaks
    with pytest.raises(LookupError):
        toys.engine.look("box", "anna", toys.loop.now())
    assert toys.rows(RosterSlot) == []
    toys.plays(lambda turn: [])


@pytest.mark.parametrize(("name", "ref"), [("boxes", "anna"), ("box", "mallory"), ("", "")])
def test_what_is_not_there_is_gone(toys: Toys, name: str, ref: str) -> None:
    with pytest.raises(Gone):
        toys.engine.look(name, ref, toys.loop.now())


def test_where_there_is_nothing_to_see_the_view_is_gone(toys: Toys) -> None:
    def refuses(turn: Turn) -> Card:
        raise Refused(say("toy.full"))

    toys.box = refuses
    with pytest.raises(Gone):
        toys.engine.look("box", "anna", toys.loop.now())


def test_a_view_has_a_name_of_its_own(toys: Toys) -> None:
    one, two = Feature("one"), Feature("two")
    for feature in one, two:
        feature.views("box", say("toy.box"))(hello)
    with pytest.raises(ValueError, match="two views are called box"):
        one.views("box", say("toy.box"))(hello)
    with pytest.raises(ValueError, match="two views are called box"):
        Engine(toys.engine.sessions, [one, two], ToyPack(), ["toy"])
