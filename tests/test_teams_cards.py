"""Every card fits Teams: our own check, the 1.5 schema, and Microsoft's renderer in a browser."""

import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bot.cards import Card, CoverCard, Field, Form
from bot.surfaces.teams import check, fallback, limits, render
from bot.words import Cover
from handlers.guidance import Guidance, covert, plain
from tests import test_journeys
from tests.browser import CHROMIUM, Page, browser
from tests.stage import demo_shelf, walk
from tests.teams import strict
from tests.teams.gallery import played, shapes, shown
from tests.teams.strict import No
from tests.test_cards import FORM, any_card, schema_trouble
from tests.toys import EVERYTHING, Count

Json = dict[str, Any]
QUIET = settings(max_examples=8, suppress_health_check=list(HealthCheck))
STATIC = Path(__file__).parent.parent / "bot" / "surfaces" / "workspace" / "static" / "vendor"
RENDERER = STATIC / "adaptivecards" / "adaptivecards.min.js"
HOST = STATIC / "adaptivecards-designer" / "microsoft-teams-light.json"
STORIES = [(test_journeys, "test_j")]
"""Every file of stories whose cards are looked at: one line for a new feature."""


@cache
def stories() -> list[Card | CoverCard]:
    return [one for module, begins in STORIES for one in played(module, begins)]


def guidance() -> list[Card | CoverCard]:
    """As colleagues and as pressers see it."""
    pack = demo_shelf().current
    found: list[Card | CoverCard] = []
    for one in pack.all(Guidance).values():
        found.append(Card(one.title, "Kollega", plain(one)))
        for cover in map(Cover, pack.word_sets):
            found.append(CoverCard(cover("sent"), cover("sent"), covert(one, cover)))
    return found


@cache
def every_card(language: str) -> tuple[Json, ...]:
    """Of every feature: what stories show, and every guidance card."""
    found = shown([*stories(), *guidance()], language)
    return (*found, render.message(EVERYTHING), form_message())


@pytest.fixture(scope="module")
def different() -> list[Json]:
    """One of each shape, played before any event loop runs."""
    return shapes([*every_card("sv"), *every_card("en")])


def form_message() -> Json:
    return render.activity("Berätta", render.form(FORM))


def content(message: Json) -> Json:
    return dict(message["attachments"][0]["content"])


def refused(sent: Json) -> bool:
    try:
        strict.activity(sent)
    except No:
        return True
    return False


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_card_of_every_feature_is_valid_and_accessible(
    language: str, figure: Callable[[str], None]
) -> None:
    cards = every_card(language)
    for message in cards:
        assert check.message(message) == []
        assert not refused(message)
        assert message["summary"].strip()
        assert content(message)["speak"].strip()
    different = shapes(list(cards))
    for message in different:
        assert schema_trouble(content(message)) == []
    figure(f"cards in Teams, {language}: {len(cards)} different, of {len(different)} shapes")
    assert len(cards) > 150


@QUIET
@given(any_card)
async def test_every_plainer_version_of_any_card_is_taken(card: Card) -> None:
    async def instead() -> str:
        return "Skriv hem, så kommer de."

    found = [one async for one in fallback.messages(card, instead)]
    assert found
    for one in found:
        assert not refused(one)
    assert "text" in found[-1]
    assert found[-1]["textFormat"] == "plain"


async def test_the_last_version_says_how_to_get_at_the_buttons() -> None:
    async def instead() -> str:
        return "Skriv hem, så kommer de."

    *_, last = [one async for one in fallback.messages(EVERYTHING, instead)]
    assert last["text"].endswith("Skriv hem, så kommer de.")
    assert "Storgatan" in last["text"] or "Plan 3" in last["text"]


# The check says no where Teams would, or would show a hole


def body(sent: Json) -> list[Json]:
    found: list[Json] = sent["attachments"][0]["content"]["body"]
    return found


def first(sent: Json, kind: str) -> Json:
    return next(part for part in walk(sent) if part.get("type") == kind)


BENT: dict[str, Callable[[Json], object]] = {
    "too-large": lambda sent: body(sent).extend([render.text("x" * 3000)] * 30),
    "unknown": lambda sent: body(sent).append({"type": "Rating"}),
    "no-verb": lambda sent: first(sent, "Action.Execute").pop("verb"),
    "no-url": lambda sent: first(sent, "Image").pop("url"),
    "no-text": lambda sent: first(sent, "TextBlock").pop("text"),
}
HOLES: dict[str, Callable[[Json], object]] = {
    "no-title": lambda sent: first(sent, "Action.Execute").update(title=" "),
    "no-alt": lambda sent: first(sent, "Image").update(altText=""),
    "no-wrap": lambda sent: first(sent, "TextBlock").pop("wrap"),
    "no-summary": lambda sent: sent.update(summary=""),
    "no-fallback": lambda sent: first(sent, "Chart.VerticalBar.Grouped").pop("fallback"),
    "many-actions": lambda sent: sent["attachments"][0]["content"].update(
        actions=[first(sent, "Action.Execute")] * (limits.ACTIONS + 1)
    ),
}


@pytest.mark.parametrize("bend", BENT.values(), ids=BENT)
def test_the_check_says_no_where_teams_would(bend: Callable[[Json], object]) -> None:
    sent = copy.deepcopy(render.message(EVERYTHING))
    assert not refused(sent)
    bend(sent)
    assert check.message(sent)
    assert refused(sent)


@pytest.mark.parametrize("bend", HOLES.values(), ids=HOLES)
def test_the_check_says_no_where_teams_would_show_a_hole(bend: Callable[[Json], object]) -> None:
    sent = copy.deepcopy(render.message(EVERYTHING))
    bend(sent)
    assert check.message(sent)


def test_a_form_is_checked_too() -> None:
    assert check.card(render.form(FORM)) == check.card(render.dialog(FORM)["card"]["content"]) == []
    nameless = Form("T", (Field("a", ""),), "S", Count(1))
    assert check.card(render.form(nameless))
    choice = copy.deepcopy(render.form(FORM))
    next(part for part in choice["body"] if part["type"] == "Input.ChoiceSet").pop("wrap")
    assert check.card(choice)


def test_every_element_that_is_drawn_is_known_to_the_check() -> None:
    drawn = {part["type"] for one in (EVERYTHING,) for part in check.walk(render.adaptive(one))
             if "type" in part and "fallback" not in part}  # fmt: skip
    drawn |= {part["type"] for part in check.walk(render.form(FORM)) if "type" in part}
    assert drawn <= check.KNOWN


# Microsoft's own renderer, in a real browser


DRAW = """(json) => {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = host;
  const told = new AdaptiveCards.SerializationContext();
  card.parse(json, told);
  const drawn = card.render();
  document.body.replaceChildren(drawn);
  const problems = [];
  for (let n = 0; n < told.eventCount; n++) problems.push(told.getEventAt(n).message);
  const inputs = drawn.querySelectorAll("input, textarea, select").length;
  const buttons = [...drawn.querySelectorAll("button, [role=button], [role=menuitem]")]
    .map((one) => one.textContent || one.getAttribute("aria-label"));
  return { text: drawn.textContent, buttons, inputs, problems };
}"""


async def prepare(page: Page) -> None:
    await page.opens("data:text/html,<html data-ready='1'><body></body></html>")
    await page.js(RENDERER.read_text("utf-8") + ";0")
    await page.js(
        f"window.host = new AdaptiveCards.HostConfig({HOST.read_text('utf-8')});"
        "AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) =>"
        " { result.outputHtml = text.replace(/&/g, '&amp;').replace(/</g, '&lt;');"
        " result.didProcess = true; }; 0"
    )


def wanted(part: Json) -> tuple[list[str], list[str], int]:
    """Every text, every button and every input that must be there."""
    texts, titles, inputs = [], [], 0
    for one in strict.walk(part):
        kind = str(one.get("type", ""))
        if kind in ("TextBlock", "TextRun"):
            texts.append(one["text"])
        if kind.startswith("Action."):
            titles.append(one["title"])
        for fact in one.get("facts", []):
            texts += [fact["title"], fact["value"]]
        inputs += kind.startswith("Input.")
    return texts, titles, inputs


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium")
async def test_microsofts_renderer_draws_every_card_without_a_dropped_element(
    different: list[Json],
) -> None:
    async with browser() as page:
        await prepare(page)
        for message in different:
            card = content(message)
            drawn = await page.js(f"({DRAW})({json.dumps(card)})")
            texts, titles, inputs = wanted(card)
            said = "".join(drawn["text"].split())
            assert [one for one in texts if "".join(one.split()) not in said] == []
            assert [one for one in titles if not any(one in b for b in drawn["buttons"])] == []
            assert drawn["inputs"] >= inputs
            dropped = [one for one in drawn["problems"] if "Fallback will be used" not in one]
            assert dropped == []
        assert [one for one in page.errors if "example.org/karta.png" not in one] == []


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium")
async def test_the_renderer_would_tell_of_a_dropped_element() -> None:
    async with browser() as page:
        await prepare(page)
        card = {**render.adaptive(Card("Rubrik", "")), "body": [{"type": "Rating"}]}
        assert (await page.js(f"({DRAW})({json.dumps(card)})"))["problems"]
