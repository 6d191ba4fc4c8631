"""Cards on both platforms: nothing is lost, no limit is broken, no name is markup."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any, get_args

import adaptive_cards
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft6Validator

from bot import cards
from bot.actions import Unknown, unpack
from bot.cards import (
    Block,
    Button,
    Card,
    Chart,
    Checklist,
    CoverButton,
    CoverCard,
    CoverKeys,
    CoverLine,
    CoverNote,
    CoverSteps,
    Facts,
    Field,
    Form,
    Image,
    Item,
    Keys,
    Note,
    Steps,
    Text,
    Tone,
)
from bot.spelling import spell, spell_form
from bot.surfaces.slack import limits
from bot.surfaces.slack import parse as slack_parse
from bot.surfaces.slack import render as slack
from bot.surfaces.teams import limits as teams_limits
from bot.surfaces.teams import parse as teams_parse
from bot.surfaces.teams import render as teams
from bot.wire import KINDS, digest, from_json, to_json
from bot.words import Cover, CoverText, Dictionary, WordSet, say
from tests.stage import walk
from tests.toys import EVERYTHING, Count, Play

Json = dict[str, Any]
FORM = Form(
    "Berätta",
    (
        Field("why", "Varför?", long=True),
        Field("how", "Hur?", (("a", "Så här"), ("b", "Eller så")), required=False),
    ),
    "Skicka",
    Count(9),
)
NASTY = (
    "*fet*",
    "_kursiv_",
    "~struken~",
    "`kod`",
    "<!here>",
    "<!channel>",
    "<@U123>",
    "<https://evil.example|klicka>",
    "[klicka](https://evil.example)",
    "![bild](https://evil.example/x.png)",
    "@channel",
    "@here",
    "&lt;!here&gt;",
    "# rubrik",
    "<at>alla</at>",
    "a & b",
)


def slack_texts(message: Json) -> str:
    return json.dumps(message["blocks"], ensure_ascii=False)


def teams_texts(message: Json) -> str:
    return json.dumps(message["attachments"], ensure_ascii=False)


def slack_buttons(message: Json) -> list[Json]:
    return [part for part in walk(message["blocks"]) if part.get("type") == "button"]


def teams_buttons(message: Json) -> list[Json]:
    return [part for part in walk(message["attachments"]) if part.get("type") == "Action.Execute"]


# Nothing is lost


MUST_ARRIVE: dict[type, tuple[str, ...]] = {
    Text: ("En text",),
    Note: ("Det finstilta",),
    Facts: ("Plats", "Plan 3", "Nummer", "08-465 004 10"),
    Steps: ("1. Lyssna", "2. Stanna kvar"),
    Image: ("https://example.org/karta.png", "Karta över plan 3"),
    Chart: ("Samtal", "Mån", "Tis", "Nivå 1", "Nivå 2", "21", "22", "23", "24"),
    Checklist: ("Ficklampa", "✓", "Larm", "○"),
    Keys: tuple(f'"{letter}"' for letter in "ABCDEFGH"),
    Card: ("Rubrik", "Jag tar", "Kan inte"),
}


@pytest.mark.parametrize("kind", MUST_ARRIVE, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(lambda card: slack_texts(slack.message(card)), id="slack"),
        pytest.param(lambda card: json.dumps(slack.home(card), ensure_ascii=False), id="home"),
        pytest.param(lambda card: teams_texts(teams.message(card)), id="teams"),
    ],
)
def test_every_word_of_every_block_arrives(kind: type, seen: Callable[[Card], str]) -> None:
    shown = seen(EVERYTHING)
    assert [words for words in MUST_ARRIVE[kind] if words not in shown] == []


def test_the_table_of_words_knows_every_block() -> None:
    assert set(get_args(Block)) == set(MUST_ARRIVE) - {Card}
    assert {type(part) for part in EVERYTHING.body} == set(get_args(Block))


def test_the_notification_is_the_preview_and_nothing_else() -> None:
    assert slack.message(EVERYTHING)["text"] == "Aviseringen"
    assert teams.message(EVERYTHING)["summary"] == "Aviseringen"


def test_the_numbers_of_a_chart_are_words_where_teams_cannot_draw_it() -> None:
    (chart,) = [p for p in walk(teams.message(EVERYTHING)) if "Chart" in str(p.get("type"))]
    (run,) = chart["fallback"]["inlines"]
    assert run["text"] == "Samtal. Nivå 1: Mån 21, Tis 22; Nivå 2: Mån 23, Tis 24"


WIDE = Chart("Vecka", tuple(f"d{n}" for n in range(21)), (("nivå", tuple(range(100, 121))),))
HIGH = Chart("Nivåer", ("dag",), tuple((f"n{n}", (100 + n,)) for n in range(7)))


@pytest.mark.parametrize("chart", [WIDE, HIGH, Chart("Tom", (), ())])
def test_a_chart_that_slack_cannot_draw_is_told_in_words(chart: Chart) -> None:
    message = slack.message(Card("Rubrik", "", (chart,)))
    assert slack_trouble(message) == []
    shown = slack_texts(message)
    assert all(str(value) in shown for _, values in chart.series for value in values)


def test_the_third_chart_of_a_message_is_told_in_words_on_slack() -> None:
    charts = tuple(Chart(f"Diagram {n}", ("a",), (("b", (n,)),)) for n in range(4))
    message = slack.message(Card("Rubrik", "", charts))
    assert slack_trouble(message) == []
    assert "Diagram 3. b: a 3" in slack_texts(message)


def test_a_colour_never_stands_alone() -> None:
    card = replace(EVERYTHING, buttons=(Button("Ja", Count(1), Tone.GOOD),), tone=Tone.URGENT)
    assert slack_buttons(slack.message(card))[-1]["style"] == "primary"
    assert teams_buttons(teams.message(card))[-1]["style"] == "positive"
    assert teams.message(card)["attachments"][0]["content"]["body"][0]["color"] == "attention"
    assert "style" not in slack_buttons(slack.message(EVERYTHING))[-1]


def test_what_is_good_to_have_stands_below_the_buttons() -> None:
    card = Card("Rubrik", "", (Text("FÖRE"),), (Button("KNAPP", Count(1)),), more=(Text("EFTER"),))
    for shown in slack_texts(slack.message(card)), teams_texts(teams.message(card)):
        assert shown.index("FÖRE") < shown.index("KNAPP") < shown.index("EFTER")
    assert teams_trouble(teams.message(card)) == []


def test_what_has_no_room_below_the_buttons_is_left_out_visibly() -> None:
    body = tuple(Text(f"rad {n}") for n in range(48))
    card = Card("Rubrik", "", body, (Button("Ja", Count(1)),), more=(Text("EFTER"),))
    assert "…" in slack_texts(slack.message(card))
    assert slack_trouble(slack.message(card)) == []


# Buttons


def test_every_button_carries_its_own_action() -> None:
    inside = [Count(place) for place in (11, 12, *range(20, 28))]
    expected = [*inside, Count(1), Count(2)]
    on_slack = [slack_parse.pressed(one) for one in slack_buttons(slack.message(EVERYTHING))]
    on_teams = [teams_parse.executed(one) for one in teams_buttons(teams.message(EVERYTHING))]
    assert [unpack(*sent) for sent in on_slack] == expected
    assert [unpack(*sent) for sent in on_teams] == expected


def test_every_button_of_a_slack_message_is_its_own() -> None:
    items = tuple(Item("Samma", False, Count(1)) for _ in range(4))
    twice = Card("Rubrik", "", (Checklist(items), Text("och"), Checklist(items)))
    twice = replace(twice, buttons=tuple(Button("Samma", Count(1)) for _ in range(3)))
    ids = [one["action_id"] for one in slack_buttons(slack.message(twice))]
    assert len(ids) == len(set(ids)) == 11


@pytest.mark.parametrize("many", [1, 24, 25, 26, 50, 60])
def test_any_number_of_buttons_arrives_in_order(many: int) -> None:
    card = Card("Rubrik", "", (), tuple(Button(f"b{n}", Count(n)) for n in range(many)))
    wanted = [f"b{n}" for n in range(many)]
    assert [b["text"]["text"] for b in slack_buttons(slack.message(card))] == wanted
    assert [b["title"] for b in teams_buttons(teams.message(card))] == wanted
    assert slack_trouble(slack.message(card)) == teams_trouble(teams.message(card)) == []


def test_a_checklist_as_long_as_a_message_keeps_every_tick() -> None:
    items = tuple(Item(f"Sak {n}", n % 2 == 0, Count(n)) for n in range(35))
    card = Card("Utrustning", "", (Checklist(items),), (Button("Klar", Count(99)),))
    assert len(slack_buttons(slack.message(card))) == 36
    assert len(teams_buttons(teams.message(card))) == 36


# Limits


def slack_trouble(message: Json) -> list[str]:
    """Everything for which Slack would refuse the message."""
    blocks = message["blocks"]
    room = limits.MODAL_BLOCKS if message.get("type") == "home" else limits.BLOCKS
    ids = [one["action_id"] for one in slack_buttons(message)]
    shown = sum(len(part["text"]) for part in walk(blocks) if part.get("type") == "plain_text")
    charts = [part for part in blocks if part["type"] == "data_visualization"]
    found = {
        "no block": not blocks,
        "blocks": len(blocks) > room,
        "text": len(message["text"]) > limits.TEXT,
        "all text": shown > limits.ALL_TEXT,
        "charts": len(charts) > limits.CHARTS,
        "twins": len(ids) != len(set(ids)),
        "markup": any(part.get("type") == "mrkdwn" for part in walk(blocks)),
    }
    each = [trouble for part in blocks for trouble in block_trouble(part)]
    return [name for name, wrong in found.items() if wrong] + each


def block_trouble(part: Json) -> list[str]:
    texts = [inner["text"] for inner in walk(part) if inner.get("type") == "plain_text"]
    found = [f"an empty text in {part['type']}" for text in texts if not text.strip()]
    longest = max(map(len, texts), default=0)
    buttons = [inner for inner in walk(part) if inner.get("type") == "button"]
    for one in buttons:
        found += ["label"] * (len(one["text"]["text"]) > limits.LABEL)
        found += ["hint"] * (len(one.get("accessibility_label", "")) > limits.LABEL)
        found += ["value"] * (len(one["value"]) > limits.VALUE or len(one["action_id"]) > 255)
    match part:
        case {"type": "header"}:
            wrong = longest > limits.HEADER
        case {"type": "section", "fields": inner}:
            wrong = longest > limits.FIELD or not 0 < len(inner) <= limits.FIELDS
        case {"type": "section" | "context"}:
            wrong = longest > limits.SECTION
        case {"type": "image"}:
            wrong = not 0 < len(part["alt_text"]) <= limits.ALT
        case {"type": "actions", "elements": inner}:
            wrong = not 0 < len(inner) <= limits.BUTTONS
        case {"type": "data_visualization"}:
            wrong = chart_trouble(part)
        case _:
            wrong = True
    return found + [part["type"]] * wrong


def chart_trouble(part: Json) -> bool:
    chart = part["chart"]
    names = [*chart["axis_config"]["categories"], *(one["name"] for one in chart["series"])]
    points = [len(one["data"]) for one in chart["series"]]
    return (
        len(part["title"]) > limits.CHART_TITLE
        or max(map(len, names)) > limits.CHART_LABEL
        or len(points) > limits.CHART_SERIES
        or max(points) > limits.CHART_POINTS
    )


def teams_trouble(message: Json) -> list[str]:
    content = message["attachments"][0]["content"]
    found = {
        "bytes": len(json.dumps(content).encode()) > teams_limits.CARD_BYTES,
        "summary": len(message["summary"]) > teams_limits.SUMMARY,
        "actions": len(content.get("actions", [])) > teams_limits.ACTIONS,
    }
    return [name for name, wrong in found.items() if wrong] + schema_trouble(content)


@cache
def schema() -> Draft6Validator:
    folder = Path(adaptive_cards.__file__).parent / "schemas"
    return Draft6Validator(json.loads((folder / "schema-1.5.json").read_text("utf-8-sig")))


def schema_trouble(content: Json) -> list[str]:
    """Teams' own additions (its width, its charts) lie outside the schema of Adaptive Cards."""
    body = [part for part in content["body"] if not part["type"].startswith("Chart.")]
    plain = {name: part for name, part in content.items() if name != "msteams"} | {"body": body}
    return [error.message[:300] for error in schema().iter_errors(plain)]


LETTERS = "aå*_<&🙂\n \"'\\{"
texts = st.one_of(
    st.sampled_from(["", " ", "\n", "Anna", *NASTY]),
    st.builds(
        lambda part, times: (part * times)[:10_000],
        st.text(LETTERS, min_size=1, max_size=8),
        st.integers(1, 10_000),
    ),
)
actions = st.integers(0, 10**9).map(Count) | st.text(LETTERS, max_size=60).map(Play)


def tuples(what: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(what, max_size=most).map(tuple)


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    names = draw(tuples(texts, 25))
    row = st.tuples(*(st.integers(0, 10**6) for _ in names))
    return Chart(draw(texts), names, draw(tuples(st.tuples(texts, row), 8)))


blocks = st.one_of(
    st.builds(Text, texts),
    st.builds(Note, texts),
    st.builds(Facts, tuples(st.tuples(texts, texts), 25)),
    st.builds(Steps, tuples(texts, 12)),
    st.builds(Image, st.just("https://example.org/x.png"), texts),
    charts(),
    st.builds(Checklist, tuples(st.builds(Item, texts, st.booleans(), actions), 12)),
    st.builds(Keys, tuples(st.builds(Button, texts, actions), 12)),
)
buttons = st.builds(Button, texts, actions, st.sampled_from(list(Tone)))
bodies = st.one_of(
    tuples(blocks, 12),
    st.builds(lambda part, times: (part,) * times, blocks, st.integers(1, 80)),
)
any_card = st.builds(
    Card, texts, texts, bodies, tuples(buttons, 30), st.sampled_from(list(Tone)), bodies
)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(any_card)
def test_any_card_at_all_fits_both_platforms_and_keeps_its_buttons(card: Card) -> None:
    on_slack, on_teams = slack.message(card), teams.message(card)
    assert slack_trouble(on_slack) == []
    assert teams_trouble(on_teams) == []
    assert slack_trouble({"text": "", **slack.home(card)}) == []
    last_words = replace(card, more=(*card.more, Text("SISTA ORDEN")))
    for shown in slack_texts(slack.message(last_words)), teams_texts(teams.message(last_words)):
        assert "SISTA ORDEN" in shown or "…" in shown
    wanted = Counter(button.action for button in card.buttons)
    last = [slack_parse.pressed(one) for one in slack_buttons(on_slack)]
    assert wanted <= Counter(unpack(*sent) for sent in last)
    last = [teams_parse.executed(one) for one in teams_buttons(on_teams)]
    assert wanted <= Counter(unpack(*sent) for sent in last)


@settings(max_examples=40)
@given(any_card)
def test_any_card_at_all_survives_the_wire(card: Card) -> None:
    assert from_json(to_json(card)) == card
    assert digest(to_json(from_json(to_json(card)))) == digest(to_json(card))


LONG = "x" * 10_000


@pytest.mark.parametrize(
    "card",
    [
        Card(LONG, ""),
        Card("", LONG),
        Card("", "", (Text(LONG),)),
        Card("", "", (Note(LONG),)),
        Card("", "", (Facts(((LONG, LONG),)),)),
        Card("", "", (Steps((LONG, "sist")),)),
        Card("", "", (Image("https://example.org", LONG),)),
        Card("", "", (Checklist((Item(LONG, True, Count(1)),)),)),
        Card("", "", tuple(Text(f"rad {n}") for n in range(80))),
        Card("", "", tuple(Text("🙂" * 3000) for n in range(80)), (Button("Ja", Count(1)),)),
        Card("", "", (), (Button(LONG, Count(1)),)),
    ],
    ids=lambda card: next(f.name for f in fields(card) if getattr(card, f.name)),
)
def test_what_is_cut_is_cut_visibly(card: Card) -> None:
    for message in slack.message(card), teams.message(card):
        whole = json.dumps(message, ensure_ascii=False)
        assert "…" in whole or "rad 79" in whole
    assert slack_trouble(slack.message(card)) == teams_trouble(teams.message(card)) == []


def test_the_text_of_the_buttons_counts_too() -> None:
    many = tuple(Button("y" * 75, Count(n)) for n in range(25))
    message = slack.message(Card("Rubrik", "", tuple(Text("x" * 2400) for _ in range(5)), many))
    assert slack_trouble(message) == []
    assert len(slack_buttons(message)) == 25


def test_a_card_too_large_for_teams_keeps_its_beginning() -> None:
    address = Facts((("Plats", "Storgatan 1"),))
    card = Card("Larm", "", (address, *(Text("🙂" * 3000) for _ in range(80))))
    message = teams.message(card)
    assert "Storgatan 1" in teams_texts(message)
    assert teams_trouble(message) == []


def test_a_card_of_everything_is_a_valid_adaptive_card() -> None:
    assert teams_trouble(teams.message(EVERYTHING)) == []
    assert schema_trouble(teams.form(FORM)) == []
    assert slack_trouble(slack.message(EVERYTHING)) == []


def test_the_schema_can_say_no() -> None:
    wrong = teams.message(EVERYTHING)["attachments"][0]["content"]
    wrong["body"][0]["size"] = "enormous"
    assert schema_trouble(wrong)


# Forms


def test_a_form_arrives_with_every_field_and_its_action() -> None:
    modal, card = slack.modal(FORM), teams.form(FORM)
    for shown in modal, card:
        said = json.dumps(shown, ensure_ascii=False)
        words = "Berätta", "Varför?", "Hur?", "Så här", "Eller så", "Skicka"
        assert [one for one in words if one not in said] == []
    assert unpack(modal["callback_id"], modal["private_metadata"]) == Count(9)
    (send,) = card["actions"]
    assert unpack(*teams_parse.executed(send)) == Count(9)
    assert [block["optional"] for block in modal["blocks"]] == [False, True]
    assert [part["isRequired"] for part in card["body"][1:]] == [True, False]


def test_an_over_long_form_fits() -> None:
    form = Form(LONG, (Field("a", LONG), Field("b", LONG, (("v", LONG),))), LONG, Count(1))
    modal = slack.modal(form)
    assert len(modal["title"]["text"]) <= limits.MODAL_TITLE
    assert len(modal["submit"]["text"]) <= limits.MODAL_TITLE
    assert all(len(block["label"]["text"]) <= limits.FIELD for block in modal["blocks"])
    (option,) = modal["blocks"][1]["element"]["options"]
    assert len(option["text"]["text"]) <= limits.OPTION
    assert schema_trouble(teams.form(form)) == []


# Markup


@pytest.mark.parametrize("name", NASTY)
def test_a_name_is_never_markup_on_slack(name: str) -> None:
    message = slack.message(full_of(name))
    assert slack_trouble(message) == []
    assert [part for part in walk(message) if part.get("type") == "mrkdwn"] == []
    assert name in str(message["blocks"]), "plain text shows the name as it is"
    assert not set("<>") & set(message["text"]), "the notification is read as markup"
    assert "&" not in message["text"].replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert message.get("parse") is None and message.get("link_names") is None


@pytest.mark.parametrize("name", NASTY)
def test_a_name_is_never_markup_on_teams(name: str) -> None:
    message = teams.message(full_of(name))
    assert teams_trouble(message) == []
    read_as_markdown = [
        *(part["text"] for part in walk(message) if part.get("type") == "TextBlock"),
        *(v for p in walk(message) if "facts" in p for f in p["facts"] for v in f.values()),
    ]
    assert len(read_as_markdown) == 3
    assert [text for text in read_as_markdown if set("*_[]`~#\\") & set(text)] == []
    runs = [part["text"] for part in walk(message) if part.get("type") == "TextRun"]
    assert name in runs, "a text run shows the name as it is"
    assert "entities" not in message


def full_of(name: str) -> Card:
    body = (Text(name), Note(name), Facts(((name, name),)), Steps((name,)))
    items = Checklist((Item(name, False, Count(1)),))
    return Card(name, name, (*body, items), (Button(name, Count(2)),))


# Wire and spelling


@pytest.mark.parametrize("thing", [EVERYTHING, FORM, Card("", ""), Form("", (), "", Count(0))])
def test_a_card_and_a_form_survive_the_wire(thing: Card | Form) -> None:
    assert from_json(to_json(thing)) == thing


def test_the_wire_knows_every_kind_but_the_cover_ones() -> None:
    blocks = {kind.__name__ for kind in get_args(Block)}
    assert blocks | {"Card", "Form", "Field", "Button", "Item"} == set(KINDS)
    assert cards.CoverCard.__name__ not in KINDS


def test_a_card_with_a_forgotten_action_is_unknown() -> None:
    with pytest.raises(Unknown):
        from_json(to_json(EVERYTHING).replace("toy.count", "toy.forgotten"))


def test_two_different_cards_have_different_digests() -> None:
    other = replace(EVERYTHING, tone=Tone.GOOD)
    assert digest(to_json(EVERYTHING)) != digest(to_json(other))


WORDS = Dictionary(
    "sv",
    {"hi": "Hej {name}"},
    {"folders": WordSet({"sent": "{thing} beställd", "done": "{thing} klar"}, {"thing": "Pärm"})},
)


def test_spelling_reaches_every_corner_of_a_card() -> None:
    hi = say("hi", name="Bo")
    card = Card(
        hi,
        hi,
        (
            Text(hi),
            Note(hi),
            Facts(((hi, hi),)),
            Steps((hi,)),
            Image("u", hi),
            Chart(hi, (hi,), ((hi, (1,)),)),
            Checklist((Item(hi, True, Count(1)),)),
        ),
        (Button(hi, Count(1)),),
    )
    spelled = to_json(spell(card, WORDS, "UTC"))
    assert spelled.count("Hej Bo") == 13
    form = Form(hi, (Field("a", hi, (("v", hi),)),), hi, Count(1))
    assert to_json(spell_form(form, WORDS, "UTC")).count("Hej Bo") == 4


def test_a_cover_card_becomes_plain_words_without_colour() -> None:
    cover = Cover("folders")
    text = CoverText(sv="{thing} ett", en="{thing} one")
    card = CoverCard(
        cover("sent"),
        cover("sent"),
        (
            CoverLine(cover("done")),
            CoverNote(cover("sent")),
            CoverSteps((cover(text),)),
            CoverKeys((CoverButton(cover("done"), Count(2)),)),
        ),
        (CoverButton(cover("done"), Count(1), hold=True),),
    )
    assert spell(card, WORDS, "UTC") == Card(
        "Pärm beställd",
        "Pärm beställd",
        (
            Text("Pärm klar"),
            Note("Pärm beställd"),
            Steps(("Pärm ett",)),
            Keys((Button("Pärm klar", Count(2)),)),
        ),
        (Button("Pärm klar", Count(1), hold=True),),
    )
