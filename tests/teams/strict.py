"""What the connector refuses, written without a look at the bot's own check."""

import json
from typing import Any

Json = dict[str, Any]

LARGEST = 80 * 1024
ELEMENTS = {
    "AdaptiveCard": {"version", "body"},
    "TextBlock": {"text"},
    "RichTextBlock": {"inlines"},
    "TextRun": {"text"},
    "FactSet": {"facts"},
    "Image": {"url"},
    "ColumnSet": {"columns"},
    "Column": set[str](),
    "ActionSet": {"actions"},
    "Action.Execute": {"verb"},
    "Action.Submit": set[str](),
    "Input.Text": {"id"},
    "Input.ChoiceSet": {"id", "choices"},
}


class No(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


def beginning(said: Json, app: str, tenant: str) -> None:
    if said.get("bot") != {"id": f"28:{app}"} or said.get("isGroup") is not False:
        raise No(400, "BadArgument")
    if said.get("channelData", {}).get("tenant", {}).get("id") != tenant:
        raise No(403, "Forbidden")


def activity(said: Json) -> None:
    if said.get("type") != "message":
        raise No(400, "BadSyntax")
    if len(json.dumps(said)) > LARGEST:
        raise No(413, "MessageSizeTooBig")
    cards = said.get("attachments", [])
    if not cards and not said.get("text", "").strip():
        raise No(400, "BadSyntax")
    for one in cards:
        if one.get("contentType") != "application/vnd.microsoft.card.adaptive":
            raise No(400, "BadSyntax")
        card(one["content"])


def card(content: Json) -> None:
    if content.get("type") != "AdaptiveCard" or content.get("version") != "1.5":
        raise No(400, "BadSyntax")
    inputs = [part["id"] for part in walk(content) if str(part.get("type")).startswith("Input.")]
    if len(inputs) != len(set(inputs)):
        raise No(400, "BadArgument")
    for part in walk(content):
        kind = part.get("type")
        if kind is None or "fallback" in part:
            continue
        if not ELEMENTS.get(str(kind), {"never"}) <= part.keys():
            raise No(400, "BadSyntax")


def walk(part: Any) -> Any:
    if isinstance(part, dict):
        yield part
        if "fallback" in part:
            yield from walk(part["fallback"])
            return
        for name, inner in part.items():
            if name not in ("data", "msteams"):
                yield from walk(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from walk(inner)
