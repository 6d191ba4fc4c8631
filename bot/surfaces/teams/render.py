"""Cards as Teams Adaptive Cards 1.5.

Running text is a RichTextBlock, which knows no Markdown, so that no name becomes markup;
titles and facts, which Teams reads as Markdown, lose the signs that would act there.
"""

import json
from collections.abc import Sequence
from typing import Any, assert_never

from bot.actions import Action, pack
from bot.cards import (
    Block,
    Button,
    Card,
    Chart,
    Checklist,
    Facts,
    Field,
    Form,
    Image,
    Item,
    Keys,
    Note,
    Steps,
    Text,
    Tone,
)
from bot.surfaces.clip import clip
from bot.surfaces.teams import limits

Json = dict[str, Any]

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
COLORS = {Tone.PLAIN: "default", Tone.GOOD: "good", Tone.URGENT: "attention"}
SMALL_PRINT = {"isSubtle": True, "size": "small"}
STYLES = {Tone.GOOD: "positive", Tone.URGENT: "destructive"}
MARKDOWN = str.maketrans(dict.fromkeys("*_[]`~#\\"))


def message(card: Card) -> Json:
    """The activity; `summary` is what the notification shows."""
    return {
        "type": "message",
        "summary": clip(str(card.preview), limits.SUMMARY),
        "attachments": [{"contentType": ADAPTIVE, "content": adaptive(card)}],
    }


def adaptive(card: Card) -> Json:
    quiet = card.tone is Tone.QUIET
    heading = (
        text(card.title, **SMALL_PRINT) if quiet else title(card.title, color=COLORS[card.tone])
    )
    body = [heading, *(part for block in card.body for part in element(block))]
    more = [part for block in card.more for part in element(block)]
    buttons, sets = [button(one) for one in card.buttons], []
    while len(buttons) > limits.ACTIONS or (more and buttons):
        sets.append({"type": "ActionSet", "actions": buttons[: limits.ACTIONS]})
        buttons = buttons[limits.ACTIONS :]
    room = limits.CARD_BYTES - size(whole(sets, buttons))
    kept = within([*body, *more], room)
    return whole([*kept[: len(body)], *sets, *kept[len(body) :]], buttons)


def within(body: list[Json], budget: int) -> list[Json]:
    """Stop, visibly, before the card is more than Teams takes; the buttons always stay."""
    kept: list[Json] = []
    for part in body:
        budget -= size(part)
        if budget < size(text("…")):
            return [*kept, text("…")]
        kept.append(part)
    return kept


def size(part: Json) -> int:
    return len(json.dumps(part)) + len(", ")


def form(asked: Form) -> Json:
    """A form is a card with inputs in it; Teams needs no dialog for it."""
    send = execute(asked.action) | {"title": clip(str(asked.submit), limits.LABEL)}
    note = [text(asked.note)] if asked.note else []
    return whole([title(asked.title), *note, *(field(one) for one in asked.fields)], [send])


def whole(body: list[Json], actions: list[Json]) -> Json:
    card: Json = {"type": "AdaptiveCard", "$schema": SCHEMA, "version": "1.5"}
    card |= {"msteams": {"width": "Full"}, "body": body}
    return card | ({"actions": actions} if actions else {})


def element(part: Block) -> list[Json]:
    match part:
        case Text(words):
            return [text(words)]
        case Note(words):
            return [text(words, **SMALL_PRINT)]
        case Facts(pairs):
            return [facts(pairs)]
        case Steps(lines):
            return [step(place, line) for place, line in enumerate(lines, 1)]
        case Image() | Chart() | Checklist() | Keys():
            return drawn(part)
        case _:
            assert_never(part)


def drawn(part: Image | Chart | Checklist | Keys) -> list[Json]:
    """What is more than words."""
    match part:
        case Image(url, alt):
            return [{"type": "Image", "url": url, "altText": clip(str(alt), limits.ALT)}]
        case Chart():
            return [chart(part)]
        case Checklist(items):
            return [item(one) for one in items]
        case Keys(buttons):
            return keys(buttons)
        case _:
            assert_never(part)


def title(words: object, **looks: object) -> Json:
    shown = clip(str(words).translate(MARKDOWN), limits.TITLE)
    looks |= {"size": "large", "weight": "bolder", "style": "heading"}
    return {"type": "TextBlock", "text": shown, "wrap": True, **looks}


def text(words: object, **looks: object) -> Json:
    run = {"type": "TextRun", "text": clip(str(words), limits.TEXT), **looks}
    return {"type": "RichTextBlock", "inlines": [run]}


def step(place: int, line: object) -> Json:
    return text(f"{place}. {line}") | {"spacing": "small" if place > 1 else "default"}


def facts(pairs: Sequence[tuple[object, object]]) -> Json:
    def clean(words: object) -> str:
        return clip(str(words).translate(MARKDOWN), limits.FACT)

    rows = [{"title": clean(name), "value": clean(value)} for name, value in pairs]
    return {"type": "FactSet", "facts": rows}


def chart(part: Chart) -> Json:
    """Teams' own chart, with the same numbers as words where it is not known."""
    data = [
        {
            "legend": str(name),
            "values": [
                {"x": str(label), "y": value}
                for label, value in zip(part.categories, values, strict=True)
            ],
        }
        for name, values in part.series
    ]
    return {
        "type": "Chart.VerticalBar.Grouped",
        "title": str(part.title),
        "data": data,
        "fallback": text(part.in_words()),
    }


def item(one: Item) -> Json:
    tick = text("✓" if one.done else "○")
    columns = [
        {"type": "Column", "width": "auto", "items": [tick]},
        {"type": "Column", "width": "stretch", "items": [text(one.label)]},
    ]
    press = execute(one.action) | {"title": clip(str(one.label), limits.LABEL)}
    return {"type": "ColumnSet", "columns": columns, "selectAction": press}


def keys(buttons: Sequence[Button]) -> list[Json]:
    """Lines of equal length, none longer than Teams shows without a menu."""
    lines = -(-len(buttons) // limits.ROW)
    each = -(-len(buttons) // lines) if lines else 1
    return [
        {"type": "ActionSet", "actions": [button(one) for one in buttons[start : start + each]]}
        for start in range(0, len(buttons), each)
    ]


def button(one: Button) -> Json:
    label = clip(str(one.label), limits.LABEL)
    return execute(one.action) | {"title": label, "style": STYLES.get(one.tone, "default")}


def execute(action: Action) -> Json:
    wire_name, payload = pack(action)
    return {"type": "Action.Execute", "verb": wire_name, "data": {"payload": payload}}


def field(one: Field) -> Json:
    shared: Json = {"id": one.name, "label": str(one.label), "isRequired": one.required}
    shared |= {"value": one.value} if one.value else {}
    if one.options:
        choices = [{"title": str(label), "value": value} for value, label in one.options]
        return {"type": "Input.ChoiceSet", "choices": choices, "wrap": True, **shared}
    return {"type": "Input.Text", "isMultiline": one.long, **shared}
