"""The check before every send: what Teams would refuse, or show with a hole in it.

Teams answers a card that is too large with an error and an unknown element with silence, so an
alert is never sent without having been looked at here.
"""

import json
from collections.abc import Iterator
from typing import Any

from bot.surfaces.shapes import Json
from bot.surfaces.teams import limits

KNOWN = frozenset(
    {
        *("AdaptiveCard", "TextBlock", "RichTextBlock", "TextRun", "FactSet", "Image"),
        *("ColumnSet", "Column", "ActionSet", "Action.Execute", "Action.Submit"),
        *("Input.Text", "Input.ChoiceSet"),
    }
)
"""Every element that we draw and that Adaptive Cards 1.5 has."""
NEEDS: dict[str, tuple[str, ...]] = {
    "TextBlock": ("text",),
    "TextRun": ("text",),
    "Image": ("url", "altText"),
    "Action.Execute": ("title", "verb"),
    "Action.Submit": ("title",),
    "Input.Text": ("id", "label"),
    "Input.ChoiceSet": ("id", "label"),
}
"""What is never empty: without a title or label nobody can press it or hear what it is."""


def message(sent: Json) -> list[str]:
    """What is wrong with an activity, in a few words each."""
    found = [*size("message", sent)]
    if not sent.get("summary", "").strip() and "text" not in sent:
        found.append("no summary: the notification would be Teams' own words")
    for one in sent.get("attachments", []):
        found += card(one["content"])
    return found


def card(content: Json) -> list[str]:
    found = [*size("card", content)]
    if len(content.get("actions", [])) > limits.ACTIONS:
        found.append(f"{len(content['actions'])} actions")
    found += [complaint for part in walk(content) for complaint in element(part)]
    return found


def element(part: Json) -> Iterator[str]:
    kind = str(part.get("type", ""))
    if kind and kind not in KNOWN and "fallback" not in part:
        yield f"{kind} without a fallback"
    for name in NEEDS.get(kind, ()):
        if not str(part.get(name, "")).strip():
            yield f"{kind} without {name}"
    if kind == "Input.ChoiceSet" and not (part.get("choices") and part.get("wrap")):
        yield "a choice without choices, or that does not wrap"
    if kind == "TextBlock" and not part.get("wrap"):
        yield "a text that does not wrap"


def size(what: str, part: Any) -> Iterator[str]:
    bytes = len(json.dumps(part).encode())
    if bytes > limits.CARD_BYTES:
        yield f"a {what} of {bytes} bytes"


def walk(part: Any) -> Iterator[Json]:
    """Every element; what an action carries is no element."""
    if isinstance(part, dict):
        yield part
        for name, inner in part.items():
            if name != "data":
                yield from walk(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from walk(inner)
