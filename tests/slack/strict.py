"""What the fake Slack refuses, written from Slack's documentation and not from our own limits."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Json = dict[str, Any]

TEXTS = {
    "header": 150,
    "section": 3000,
    "field": 2000,
    "context": 3000,
    "button": 75,
    "option": 75,
    "label": 2000,
    "title": 24,
    "submit": 24,
}
ELEMENTS = {"button", "static_select", "plain_text_input", "checkboxes", "radio_buttons"}


class No(Exception):
    """Slack's own name for what is wrong."""


def message(said: Json) -> None:
    blocks = said.get("blocks") or []
    if not blocks and not said.get("text"):
        raise No("no_text")
    if len(said.get("text") or "") > 40_000:
        raise No("msg_too_long")
    check(blocks, 50)
    if sum(len(one["text"]) for one in walk(blocks) if one.get("type") == "plain_text") > 13_200:
        raise No("msg_blocks_too_long")
    if sum(one["type"] == "data_visualization" for one in blocks) > 2:
        raise No("invalid_blocks")
    told = said.get("metadata")
    if told and not (isinstance(told.get("event_type"), str) and "event_payload" in told):
        raise No("invalid_metadata_format")


def view(said: Json) -> None:
    if said.get("type") not in ("modal", "home"):
        raise No("invalid_arguments")
    if said["type"] == "modal":
        text(said.get("title"), "title")
        if any(one.get("type") == "input" for one in said["blocks"]):
            text(said.get("submit"), "submit")
    if len(said.get("private_metadata", "")) > 3000 or len(said.get("callback_id", "")) > 255:
        raise No("invalid_arguments")
    if len(json.dumps(said).encode()) > 250_000:
        raise No("view_too_large")
    check(said.get("blocks") or [], 100)


def check(blocks: list[Json], most: int) -> None:
    if len(blocks) > most:
        raise No("invalid_blocks")
    ids = [one["action_id"] for one in walk(blocks) if "action_id" in one]
    ids += [f"block {one['block_id']}" for one in blocks if "block_id" in one]
    if len(ids) != len(set(ids)) or any(not 0 < len(id) <= 261 for id in ids):
        raise No("invalid_blocks")
    for one in blocks:
        block(one)


def block(part: Json) -> None:
    rule = BLOCKS.get(part.get("type", ""))
    if rule is None:
        raise No("invalid_blocks")
    rule(part)


def header(part: Json) -> None:
    text(part.get("text"), "header")


def asked(part: Json) -> None:
    text(part.get("label"), "label")
    element(part["element"])


def context(part: Json) -> None:
    if not 0 < len(part["elements"]) <= 10:
        raise No("invalid_blocks")
    for one in part["elements"]:
        text(one, "context")


def actions(part: Json) -> None:
    if not 0 < len(part["elements"]) <= 25:
        raise No("invalid_blocks")
    for one in part["elements"]:
        element(one)


def image(part: Json) -> None:
    if not 0 < len(part["image_url"]) <= 3000 or not 0 < len(part["alt_text"]) <= 2000:
        raise No("invalid_blocks")


def section(part: Json) -> None:
    fields = part.get("fields", [])
    if ("text" not in part and not fields) or len(fields) > 10:
        raise No("invalid_blocks")
    if "text" in part:
        text(part["text"], "section")
    for one in fields:
        text(one, "field")
    if "accessory" in part:
        element(part["accessory"])


def element(part: Json) -> None:
    if part.get("type") not in ELEMENTS:
        raise No("invalid_blocks")
    if part["type"] == "button":
        text(part.get("text"), "button")
        too_long = len(part.get("value", "")) > 2000
        if too_long or len(part.get("accessibility_label", "")) > 75:
            raise No("invalid_blocks")
        if part.get("style") not in (None, "primary", "danger"):
            raise No("invalid_blocks")
    for option in part.get("options", []):
        text(option.get("text"), "option")
        if not 0 < len(option.get("value", "")) <= 150:
            raise No("invalid_blocks")
    confirm(part.get("confirm"))


def confirm(part: Json | None) -> None:
    """A question before a press: title 100, text 300, the two answers 30."""
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        if part and not 0 < len(part[name]["text"]) <= most:
            raise No("invalid_blocks")


def chart(part: Json) -> None:
    drawn = part["chart"]
    series, names = drawn["series"], drawn["axis_config"]["categories"]
    points = [len(one["data"]) for one in series]
    labels = [*names, *(one["name"] for one in series)]
    wrong = (
        not 0 < len(part["title"]) <= 50,
        not 0 < len(series) <= 6,
        any(not 0 < many <= 20 for many in points),
        any(len(label) > 20 for label in labels),
    )
    if any(wrong):
        raise No("invalid_blocks")


BLOCKS: Mapping[str, Callable[[Json], None]] = {
    "header": header,
    "section": section,
    "context": context,
    "actions": actions,
    "image": image,
    "input": asked,
    "data_visualization": chart,
}


def text(part: Json | None, what: str) -> None:
    said = (part or {}).get("text", "")
    if (part or {}).get("type") not in ("plain_text", "mrkdwn") or not said.strip():
        raise No("invalid_blocks")
    if len(said) > TEXTS[what]:
        raise No("invalid_blocks")


def walk(part: Any) -> Iterator[Json]:
    if isinstance(part, dict):
        yield part
        for inner in part.values():
            yield from walk(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from walk(inner)
