"""What an answer to Teams looks like: a card in place of another, a line, a dialog."""

from dataclasses import dataclass, field

from bot.surfaces.shapes import Json
from bot.surfaces.teams import render
from bot.surfaces.teams.hands import Hand


@dataclass(slots=True)
class Reply:
    """What goes back: a status and a body (None: empty), and the hand that the body carries."""

    status: int = 200
    body: Json | None = None
    hand: Hand | None = field(default=None, compare=False)


def adaptive(content: Json) -> Json:
    """A card in place of the pressed one."""
    return {"statusCode": 200, "type": render.ADAPTIVE, "value": content}


def spoken(words: str) -> Json:
    """A line under the pressed card, seen by the presser alone."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": words}


def told(words: str) -> Json:
    return {"task": {"type": "message", "value": words}}


def continued(asked: Json) -> Json:
    return {"task": {"type": "continue", "value": asked}}
