"""What an open page is told: messages, decisions and answers, as JSON."""

from dataclasses import asdict
from typing import Any

from bot.cards import Card
from bot.effects import Effect, Erase, Forget, Later, Notice, Open, Redraw, Show
from bot.events import Answer, Decision
from bot.surfaces.slack import render as slack
from bot.surfaces.teams import render as teams
from bot.surfaces.workspace.screens import Message

Json = dict[str, Any]


def shown(message: Message) -> Json:
    told = asdict(message)
    del told["keys"]
    return told


def looked(card: Card) -> Json:
    """A view that nobody is sent, as the page draws any message."""
    return {"blocks": slack.blocks(card)}


def answered(answer: Answer) -> Json:
    form = None
    if answer.form:
        form = {"slack": slack.modal(answer.form), "teams": teams.form(answer.form)}
    return {"notices": answer.notices, "form": form}


def decided(number: int, decision: Decision) -> Json:
    return {
        "n": number,
        "at": decision.at.isoformat(),
        "who": decision.who,
        "what": decision.what,
        "outcome": decision.outcome,
        "ms": round(decision.ms, 1),
        "effects": [effect(one) for one in decision.effects],
    }


def effect(one: Effect) -> Json:
    match one:
        case Show(slot, to, _, lane):
            return {"kind": "show", "slot": slot, "to": to, "lane": lane.value}
        case Later(key, at, action):
            return {"kind": "later", "key": key, "at": at.isoformat(), "what": action.wire_name}
        case Forget(key):
            return {"kind": "forget", "key": key}
        case Redraw():
            return {"kind": "redraw"}
        case Notice():
            return {"kind": "notice"}
        case Open():
            return {"kind": "open"}
        case Erase():
            return {"kind": "erase"}
