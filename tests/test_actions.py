"""Actions: their wire names are promises, and what a client sends is never trusted."""

import json
from dataclasses import FrozenInstanceError
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import KNOWN, SHAPES, Action, Unknown, action, build, pack, unpack
from bot.surfaces.slack import parse as slack
from bot.surfaces.slack import render as slack_render
from bot.surfaces.teams import parse as teams
from bot.surfaces.teams import render as teams_render
from tests.toys import Count, Play

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize("happened", [Play("now"), Play("å{}\"'\\\n"), Count(-7), Count(0)])
def test_an_action_survives_the_wire(happened: Action) -> None:
    assert unpack(*pack(happened)) == happened


@given(st.text(), st.integers(-(2**63), 2**63 - 1))
def test_any_values_survive_the_wire(text: str, number: int) -> None:
    assert unpack(*pack(Play(text))) == Play(text)
    assert unpack(*pack(Count(number))) == Count(number)


def test_the_payload_is_short_json() -> None:
    assert pack(Count(7)) == ("toy.count", '{"number":7}')


@pytest.mark.parametrize(
    "payload",
    [
        "{}",
        "",
        "null",
        "[7]",
        "7",
        '{"number":"7"}',
        '{"number":7.0}',
        '{"number":true}',
        '{"number":7,"more":1}',
        '{"Number":7}',
        '{"number":7',
        "\x00",
        "[" * 10_000,
    ],
)
def test_a_wrong_payload_is_unknown(payload: str) -> None:
    with pytest.raises(Unknown):
        unpack("toy.count", payload)


@pytest.mark.parametrize(
    "name", ["", "toy", "toy.forgotten", "TOY.COUNT", "toy.count ", "__init__"]
)
def test_a_wrong_name_is_unknown(name: str) -> None:
    with pytest.raises(Unknown):
        unpack(name, '{"number":7}')


@given(st.sampled_from(sorted(KNOWN)), ANYTHING)
def test_what_is_sent_becomes_exactly_that_action_or_unknown(name: str, sent: Any) -> None:
    try:
        happened = unpack(name, json.dumps(sent))
    except Unknown:
        return
    assert json.loads(pack(happened)[1]).items() >= sent.items()


def test_content_may_write_its_values_as_text() -> None:
    assert build("toy.count", {"number": "7"}) == Count(7)
    assert build("toy.count", {"number": 7}) == Count(7)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("toy.forgotten", {}),
        ("toy.count", {}),
        ("toy.count", {"number": "many"}),
        ("toy.count", {"number": "7", "more": "1"}),
        ("toy.count", {"number": date(2026, 1, 1)}),
    ],
)
def test_content_with_wrong_values_is_unknown(name: str, values: dict[str, object]) -> None:
    with pytest.raises(Unknown):
        build(name, values)


def test_a_name_can_be_given_once_only() -> None:
    with pytest.raises(ValueError, match=r"two actions are called toy\.count"):

        @action("toy.count")
        class Another(Action):
            pass

    assert KNOWN["toy.count"] is Count
    assert all(SHAPES[name] for name in KNOWN)
    with pytest.raises(KeyError):
        SHAPES["nobody.declared"]


def test_an_action_never_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        Count(7).number = 8  # type: ignore[misc]
    assert len({Count(7), Count(7)}) == 1


def test_what_slack_and_teams_send_back_is_what_was_put_on_the_button() -> None:
    happened = Play("å\"'<&>")
    assert unpack(*slack.pressed(slack_render.identity(happened, "3"))) == happened
    assert unpack(*teams.executed(teams_render.execute(happened))) == happened


@given(st.dictionaries(st.sampled_from(["action_id", "value", "verb", "data"]), ANYTHING))
def test_nothing_a_platform_sends_makes_the_parser_raise(sent: dict[str, Any]) -> None:
    for name, payload in slack.pressed(sent), teams.executed(sent):
        assert isinstance(name, str) and isinstance(payload, str)
        with pytest.raises(Unknown):
            unpack(f"forged.{name}", payload)
