"""Dialogs: the next question follows from the answers, whatever was asked before."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogs import Dialog, NoSuchAnswer, Option, Question, gaps
from bot.words import Both, Joined


def both(text: str) -> Both:
    return Both(sv=text, en=text)


def option(id: str, **when: tuple[str, ...]) -> Option:
    return Option(id=id, label=both(id), when=when)


def question(id: str, *options: Option, several: bool = False, **when: tuple[str, ...]) -> Question:
    none = both("nothing") if several else None
    ask, short = both(f"{id}?"), both(id)
    return Question(
        id=id, ask=ask, short=short, several=several, none=none, options=options, when=when
    )


SHOP = Dialog(
    id="shop",
    title=both("shop"),
    questions=(
        question("group", option("fruit"), option("bread")),
        question(
            "kind",
            option("apple", group=("fruit",)),
            option("pear", group=("fruit",)),
            option("rye", group=("bread",)),
        ),
        question("extras", option("bag"), option("card"), several=True),
        question("colour", option("red"), option("green"), extras=("bag",)),
        question("pay", option("cash"), option("later")),
    ),
)


def asked(answers: dict[str, object]) -> str | None:
    found = SHOP.next(answers)
    return found.id if found else None


def test_one_question_after_another() -> None:
    answers: dict[str, object] = {}
    for name, code, then in (("group", "fruit", "kind"), ("kind", "pear", "extras")):
        assert asked(answers) == name
        answers = SHOP.choose(answers, name, code)
        assert asked(answers) == then
    assert asked({**answers, "extras": []}) == "pay"
    assert asked({**answers, "extras": ["bag"]}) == "colour"
    assert asked({**answers, "extras": [], "pay": "cash"}) is None


def test_a_question_with_one_answer_goes_without_saying() -> None:
    answers = SHOP.choose({}, "group", "bread")
    assert asked(answers) == "extras"
    assert SHOP.known(answers)["kind"] == "rye"
    assert (both("kind"), both("rye")) in SHOP.told(answers)


def test_a_corrected_answer_takes_with_it_what_no_longer_follows() -> None:
    answers = {"group": "fruit", "kind": "apple", "extras": ["bag"], "colour": "red", "pay": "cash"}
    assert SHOP.choose(answers, "group", "bread") == {
        "group": "bread", "extras": ["bag"], "colour": "red", "pay": "cash",
    }  # fmt: skip
    assert "colour" not in SHOP.toggle(answers, "extras", "bag")


def test_several_may_be_chosen_and_the_question_stays_until_it_is_left() -> None:
    answers = {"group": "bread"}
    answers = SHOP.toggle(answers, "extras", "bag")
    answers = SHOP.toggle(answers, "extras", "card")
    found = SHOP.next(answers, at="extras")
    assert found and found.id == "extras"
    assert dict(SHOP.told(answers))[both("extras")] == Joined((both("bag"), both("card")))
    assert dict(SHOP.told(SHOP.toggle(SHOP.toggle(answers, "extras", "bag"), "extras", "card")))[
        both("extras")
    ] == both("nothing")


@pytest.mark.parametrize(
    ("name", "code"), [("kind", "rye"), ("kind", "x"), ("x", "apple"), ("colour", "red")]
)
def test_what_was_not_offered_is_no_answer(name: str, code: str) -> None:
    with pytest.raises(NoSuchAnswer):
        SHOP.choose({"group": "fruit"}, name, code)


def test_a_list_of_a_feature_fills_a_question() -> None:
    bare = Dialog(
        id="d",
        title=both("d"),
        questions=(Question(id="q", ask=both("q"), short=both("q"), of="things"),),
    )
    assert [path for path, _ in gaps(bare)] == [("questions", 0, "options")]
    full = bare.filled({"things": [option("a"), option("b")]})
    assert list(gaps(full)) == []
    assert full.choose({}, "q", "b") == {"q": "b"}


def test_mistakes_in_a_dialog_are_told_with_their_place() -> None:
    wrong = Dialog(
        id="d",
        title=both("d"),
        questions=(
            question("a", option("x"), option("y")),
            question("a", option("x"), b=("x",)),
            question("c", option("z", a=("nope",))),
        ),
    )
    assert [text for _, text in gaps(wrong)] == [
        "“a” is asked twice",
        "no question before this one is called “b”",
        "“nope” is no answer to “a”",
    ]


PRESSES = st.lists(
    st.tuples(
        st.sampled_from([one.id for one in SHOP.questions]),
        st.sampled_from([o.id for one in SHOP.questions for o in one.options]),
    ),
    max_size=25,
)


@given(PRESSES)
@settings(max_examples=60)
def test_whatever_is_pressed_the_answers_stay_sound(presses: list[tuple[str, str]]) -> None:
    answers: dict[str, object] = {}
    for name, code in presses:
        several = SHOP.question(name).several
        try:
            answers = (SHOP.toggle if several else SHOP.choose)(answers, name, code)
        except NoSuchAnswer:
            continue
        assert SHOP.sound(answers) == answers
        assert len(SHOP.told(answers)) == len({*SHOP.known(answers)})
