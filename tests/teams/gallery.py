"""A gallery: every card that the stories of a file bring before anybody, in both languages."""

import inspect
import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from bot.cards import Card, CoverCard
from bot.effects import Show
from bot.spelling import spell
from bot.surfaces.teams import render
from tests.stage import Stage, demo_shelf
from tests.stories import Story, stories

Json = dict[str, Any]


def played(module: ModuleType, begins: str) -> list[Card | CoverCard]:
    """The cards of all stories that need nothing but people, each once, before they are spelled."""
    found = [card for story in stories(module, begins).values() for card in watch(story)]
    return list(dict.fromkeys(found))


def watch(story: Story) -> Iterator[Card | CoverCard]:
    """Time passes without a sweep a second: nothing is lost here that would have to be found."""
    stage = Stage("sv", sweep_seconds=30)
    known = {"stage": stage, "language": "sv", "t": lambda sv, _: sv}
    names = inspect.signature(story).parameters
    story(**{name: known[name] if name in known else stage.person(name) for name in names})
    yield from (
        effect.card
        for decision in stage.decisions
        for effect in decision.effects
        if isinstance(effect, Show)
    )
    stage.close()


def shown(cards: list[Card | CoverCard], language: str) -> list[Json]:
    words = demo_shelf().current.dictionaries[language]
    return [render.message(spell(one, words, "Europe/Stockholm")) for one in cards]


def shape(part: Any) -> Any:
    """What a schema looks at: everything but the words."""
    if isinstance(part, dict):
        said = {"text", "title", "value", "label", "summary", "payload", "speak", "fallbackText"}
        return {name: "…" if name in said else shape(inner) for name, inner in part.items()}
    if isinstance(part, list):
        return [shape(one) for one in part]
    return part


def shapes(messages: list[Json]) -> list[Json]:
    """One of each shape."""
    found = {json.dumps(shape(one), sort_keys=True): one for one in messages}
    return list(found.values())
