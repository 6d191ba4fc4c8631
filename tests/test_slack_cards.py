"""Every card fits Slack: our own check agrees with a Slack that was written without it."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bot.cards import Block, Button, Card, CoverCard, CoverSteps, Field, Form, Text
from bot.spelling import spell
from bot.surfaces.slack import check, fallback, limits, render
from bot.words import Cover
from handlers.guidance import Guidance, covert, plain
from tests.fitting import card_fits, form_fits
from tests.slack import strict
from tests.slack.strict import No
from tests.stage import demo_shelf, walk
from tests.test_cards import FORM, any_card
from tests.toys import EVERYTHING, Count, Play

Json = dict[str, Any]
QUIET = settings(max_examples=40, suppress_health_check=list(HealthCheck))


def refused(look: Callable[[Json], None], sent: Json) -> bool:
    try:
        look(sent)
    except No:
        return True
    return False


async def versions(card: Card) -> list[Json]:
    async def instead() -> str:
        return "Skriv hem, så kommer de."

    return [one async for one in fallback.messages(card, instead)]


@QUIET
@given(any_card)
async def test_any_card_at_all_passes_our_check_and_slacks(card: Card) -> None:
    message, home = render.message(card), render.home(card)
    assert check.message(message) == check.view(home) == []
    strict.message(message)
    strict.view(home)


@QUIET
@given(any_card)
async def test_every_plainer_version_of_a_card_passes_too(card: Card) -> None:
    found = await versions(card)
    for one in found:
        strict.message(one)
        assert check.message(one) == ([] if one["blocks"] else ["0 blocks"])
    assert [bool(one["blocks"]) for one in found] == [True] * (len(found) - 1) + [False]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("cover", demo_shelf().current.word_sets)
def test_every_guidance_card_fits_as_colleagues_and_as_pressers_see_it(
    language: str, cover: str
) -> None:
    pack = demo_shelf().current
    cards = pack.all(Guidance).values()
    assert len(cards) >= 10
    for one in cards:
        shown: list[Card | CoverCard] = [
            Card(one.title, "Kollega", plain(one)),
            CoverCard(Cover(cover)("sent"), Cover(cover)("sent"), covert(one, Cover(cover))),
        ]
        for card in shown:
            message = render.message(spell(card, pack.dictionaries[language], "UTC"))
            assert check.message(message) == []
            strict.message(message)


def test_a_story_whose_card_does_not_fit_fails() -> None:
    card_fits(EVERYTHING, "toy")
    for too_much in Card("x" * 151, "K"), Card("L", "K", (), (Button("x" * 76, Count(1)),)):
        with pytest.raises(AssertionError, match="is cut"):
            card_fits(too_much, "toy")
    with pytest.raises(AssertionError, match="cut"):
        form_fits(Form("x" * 25, FORM.fields, "S", Count(1)))


def test_a_page_has_room_for_a_hundred_blocks_and_a_message_for_fifty() -> None:
    card = Card("L", "K", tuple(Text(f"rad {line}") for line in range(98)))
    assert len(render.home(card)["blocks"]) == 99
    assert len(render.message(card)["blocks"]) == limits.BLOCKS
    assert render.message(card)["blocks"][-1]["text"]["text"] == "…"
    longer = Card("L", "K", tuple(Text(f"rad {line}") for line in range(150)))
    assert check.view(render.home(longer)) == []
    strict.view(render.home(longer))


# The check says no where Slack would


TOO_LONG = "x" * 20_000
BENT: dict[str, Callable[[Json], object]] = {
    "header": lambda sent: sent["blocks"][0]["text"].update(text=TOO_LONG),
    "empty": lambda sent: sent["blocks"][1]["text"].update(text=" "),
    "section": lambda sent: sent["blocks"][1]["text"].update(text="x" * 3001),
    "field": lambda sent: sent["blocks"][3]["fields"][0].update(text="x" * 2001),
    "fields": lambda sent: sent["blocks"][3].update(fields=[]),
    "alt": lambda sent: sent["blocks"][5].update(alt_text=""),
    "address": lambda sent: sent["blocks"][5].update(image_url="x" * 3001),
    "chart": lambda sent: sent["blocks"][6].update(title="x" * 51),
    "series": lambda sent: sent["blocks"][6]["chart"].update(series=[]),
    "blocks": lambda sent: sent["blocks"].extend(sent["blocks"][1:2] * 60),
    "all-text": lambda sent: sent["blocks"].extend(
        {"type": "section", "text": {"type": "plain_text", "text": "x" * 2900}} for _ in range(5)
    ),
    "button": lambda sent: buttons(sent)[-1]["text"].update(text="x" * 76),
    "value": lambda sent: buttons(sent)[-1].update(value="x" * 2001),
    "hint": lambda sent: buttons(sent)[0].update(accessibility_label="x" * 76),
    "twins": lambda sent: buttons(sent)[-1].update(action_id=buttons(sent)[-2]["action_id"]),
    "same-block": lambda sent: [one.update(block_id="same") for one in sent["blocks"][:2]],
    "charts": lambda sent: sent["blocks"].extend([sent["blocks"][6]] * 2),
    "no-buttons": lambda sent: sent["blocks"][-1].update(elements=[]),
    "text": lambda sent: sent.update(text="x" * 40_001),
}


def buttons(sent: Json) -> list[Json]:
    return [part for part in walk(sent) if part.get("type") == "button"]


@pytest.mark.parametrize("bend", BENT.values(), ids=BENT)
def test_our_check_says_no_where_slack_would(bend: Callable[[Json], object]) -> None:
    sent = copy.deepcopy(render.message(EVERYTHING))
    assert not refused(strict.message, sent)
    bend(sent)
    assert check.message(sent)
    assert refused(strict.message, sent)


def test_the_check_knows_every_kind_of_block_that_we_draw() -> None:
    drawn = {part["type"] for part in walk(render.message(EVERYTHING)) if "type" in part}
    drawn |= {part["type"] for part in walk(render.modal(FORM)) if "type" in part}
    unruled = {"plain_text", "modal", "bar", "plain_text_input"}
    assert drawn - unruled <= check.RULES.keys()


def test_a_form_is_checked_too() -> None:
    assert check.view(render.modal(FORM)) == []
    long = Field("a", "Välj", (("v" * 151, "Så"),))
    assert check.view(render.modal(Form("T", (long,), "S", Count(1)))) != []
    many = tuple(Field(f"f{n}", "Vad?") for n in range(limits.MODAL_BLOCKS + 1))
    assert check.view(render.modal(Form("T", many, "S", Count(1)))) != []


# What a plainer version says


async def test_a_card_whose_blocks_fail_our_check_goes_out_plainer_at_once() -> None:
    twice = Card("Larm", "Kollega", (Text("Plats 14"),), (Button("Ja", Count(1)),))
    found = await versions(twice)
    assert len(found) == 4
    heavy = Card("Larm", "Kollega", (Text("Plats 14"),), (Button("Ja", LONG_ACTION),))
    found = await versions(heavy)
    assert len(found) == 2
    assert "Plats 14" in str(found[0]["blocks"]) and "Skriv hem" in str(found[0]["blocks"])
    assert found[0]["text"] == "Kollega"


LONG_ACTION = Play("x" * 2001)


def test_a_plain_version_says_everything_that_can_be_read() -> None:
    said = fallback.words(EVERYTHING)
    for words in "Rubrik", "En text", "Det finstilta", "Plats: Plan 3", "1. Lyssna", "✓ Ficklampa":
        assert words in said
    assert "Samtal. Nivå 1: Mån 21, Tis 22" in said
    assert "Karta över plan 3" in said


def test_a_presser_reads_nothing_but_cover_words_in_a_plainer_version() -> None:
    pack = demo_shelf().current
    cover = Cover("folders")
    card = CoverCard(cover("sent"), cover("sent"), (CoverSteps((cover("sent"),)),))
    shown: Block = Text(fallback.words(spell(card, pack.dictionaries["sv"], "UTC")))
    assert shown == Text("Pärm beställd\n\n1. Pärm beställd")
