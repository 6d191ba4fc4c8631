"""The check before every send: everything for which Slack would refuse a message or a view.

Slack refuses the whole message for one block that is too long, so an alert is never sent without
having been looked at here. What is not known here is left to Slack.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from bot.surfaces.slack import limits

Json = dict[str, Any]
Rule = Callable[[Json], Iterable[str]]


def message(sent: Json) -> list[str]:
    """What is wrong with the body of chat.postMessage or chat.update, in a few words each."""
    shown = sent.get("blocks") or []
    found = [*blocks(shown, limits.BLOCKS)]
    found += long("text", sent.get("text", ""), limits.TEXT)
    if characters(shown) > limits.ALL_TEXT:
        found.append("the text of all blocks together")
    if len(json.dumps(sent.get("metadata", {}))) > limits.METADATA_BYTES:
        found.append("metadata")
    return found


def view(sent: Json) -> list[str]:
    """What is wrong with a modal or a home page."""
    found = [*blocks(sent.get("blocks") or [], limits.MODAL_BLOCKS)]
    for name in "title", "submit", "close":
        if name in sent:
            found += text(name, sent[name], limits.MODAL_TITLE)
    found += long("private_metadata", sent.get("private_metadata", ""), limits.PRIVATE)
    found += long("callback_id", sent.get("callback_id", ""), limits.ID)
    if len(json.dumps(sent).encode()) > limits.VIEW_BYTES:
        found.append("the whole view")
    return found


def blocks(sent: list[Json], most: int) -> Iterator[str]:
    if not 0 < len(sent) <= most:
        yield f"{len(sent)} blocks"
    yield from twins("block_id", (one["block_id"] for one in sent if "block_id" in one))
    every = walk(sent)
    yield from twins("action_id", (one["action_id"] for one in every if "action_id" in one))
    charts = sum(one.get("type") == "data_visualization" for one in sent)
    if charts > limits.CHARTS:
        yield f"{charts} charts"
    for one in every:
        rule = RULES.get(str(one.get("type")))
        yield from rule(one) if rule else ()


def header(part: Json) -> Iterator[str]:
    yield from text("header", part.get("text"), limits.HEADER)


def section(part: Json) -> Iterator[str]:
    if "text" in part:
        yield from text("section", part["text"], limits.SECTION)
    fields = part.get("fields", [])
    if ("fields" in part and not 0 < len(fields) <= limits.FIELDS) or not (
        fields or "text" in part
    ):
        yield f"a section with {len(fields)} fields"
    for one in fields:
        yield from text("field", one, limits.FIELD)


def context(part: Json) -> Iterator[str]:
    if not 0 < len(part.get("elements", [])) <= limits.CONTEXT:
        yield "context"
    for one in part.get("elements", []):
        if one.get("type") != "image":
            yield from text("context", one, limits.SECTION)


def actions(part: Json) -> Iterator[str]:
    if not 0 < len(part.get("elements", [])) <= limits.BUTTONS:
        yield f"{len(part.get('elements', []))} buttons in one block"


def image(part: Json) -> Iterator[str]:
    yield from long("image_url", part.get("image_url", ""), limits.URL, least=1)
    yield from long("alt_text", part.get("alt_text", ""), limits.ALT, least=1)


def asked(part: Json) -> Iterator[str]:
    yield from text("label", part.get("label"), limits.FIELD)
    yield from long("block_id", part.get("block_id", ""), limits.ID)


def button(part: Json) -> Iterator[str]:
    yield from text("button", part.get("text"), limits.LABEL)
    yield from long("value", part.get("value", ""), limits.VALUE)
    yield from long("action_id", part.get("action_id", ""), limits.ID, least=1)
    yield from long("hint", part.get("accessibility_label", ""), limits.LABEL)
    yield from long("url", part.get("url", ""), limits.URL)


def choice(part: Json) -> Iterator[str]:
    if not 0 < len(part.get("options", [])) <= limits.OPTIONS:
        yield f"{len(part.get('options', []))} options"
    for one in part.get("options", []):
        yield from text("option", one.get("text"), limits.OPTION)
        yield from long("option value", one.get("value", ""), limits.OPTION_VALUE, least=1)
    if "placeholder" in part:
        yield from text("placeholder", part["placeholder"], limits.PLACEHOLDER)


def chart(part: Json) -> Iterator[str]:
    drawn = part.get("chart", {})
    yield from long("chart title", part.get("title", ""), limits.CHART_TITLE, least=1)
    names = list(drawn.get("axis_config", {}).get("categories", []))
    series = drawn.get("series", [])
    if not 0 < len(series) <= limits.CHART_SERIES:
        yield f"{len(series)} series"
    for one in series:
        if not 0 < len(one.get("data", [])) <= limits.CHART_POINTS:
            yield f"{len(one.get('data', []))} points"
        names.append(one.get("name", ""))
    for name in names:
        yield from long("chart label", name, limits.CHART_LABEL)


RULES: Mapping[str, Rule] = {
    "header": header,
    "section": section,
    "context": context,
    "actions": actions,
    "image": image,
    "input": asked,
    "button": button,
    "static_select": choice,
    "radio_buttons": choice,
    "checkboxes": choice,
    "data_visualization": chart,
}


def text(what: str, part: Json | None, most: int) -> Iterator[str]:
    yield from long(what, (part or {}).get("text", ""), most, least=1)


def long(what: str, said: str, most: int, least: int = 0) -> Iterator[str]:
    """Too long, or (where Slack wants something) empty."""
    if len(said) > most or len(said.strip()) < least:
        yield f"{what} of {len(said)} characters"


def twins(what: str, ids: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for id in ids:
        if id in seen:
            yield f"{what} {id} twice"
        seen.add(id)


def characters(part: Any) -> int:
    """Those that a reader sees in all blocks together."""
    kinds = ("plain_text", "mrkdwn")
    return sum(len(one["text"]) for one in walk(part) if one.get("type") in kinds)


def walk(part: Any) -> list[Json]:
    """Every object in it, however deep."""
    found: list[Json] = []
    waiting = [part]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            found.append(here)
            waiting += [one for one in here.values() if isinstance(one, (dict, list))]
        elif isinstance(here, list):
            waiting += here
    return found
