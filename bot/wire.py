"""Cards, forms, answers and timers as they are stored, and back."""

import json
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import Any

from bot import cards
from bot.actions import Action, pack, unpack
from bot.effects import Later
from bot.events import Answer

KINDS: dict[str, type] = {
    name: kind
    for name, kind in vars(cards).items()
    if isinstance(kind, type) and is_dataclass(kind) and not name.startswith("Cover")
}


def to_json(thing: cards.Card | cards.Form) -> str:
    return json.dumps(thing, default=_plain, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Any:
    """Raises `bot.actions.Unknown` when a button's action is no longer known."""
    return _rich(json.loads(text))


def answer_to_json(answer: Answer) -> str:
    form = to_json(answer.form) if answer.form else None
    return json.dumps({"notices": answer.notices, "form": form}, ensure_ascii=False)


def answer_from_json(text: str) -> Answer:
    kept = json.loads(text)
    return Answer(tuple(kept["notices"]), from_json(kept["form"]) if kept["form"] else None)


def timer_row(later: Later) -> dict[str, object]:
    """The timer as its table wants it."""
    wire_name, payload = pack(later.action)
    named = {"key": later.key, "due": later.at, "wire_name": wire_name}
    return {**named, "payload": payload, "attempts": 0}


def digest(text: str) -> str:
    """A short mark by which the same card is known again."""
    return sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, Action):
        return {"kind": "Action", "wire": pack(value)}
    parts = {part.name: getattr(value, part.name) for part in fields(value)}
    if parts.get("private") is False:  # an ordinary card is spelled as it always was
        del parts["private"]
    return {"kind": type(value).__name__, **parts}


def _rich(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_rich(part) for part in value)
    if not isinstance(value, dict):
        return value
    kind = value.pop("kind")
    if kind == "Action":
        return unpack(*value["wire"])
    rich = {name: _rich(part) for name, part in value.items()}
    return KINDS[kind](**{**rich, "tone": cards.Tone(rich["tone"])} if "tone" in rich else rich)
