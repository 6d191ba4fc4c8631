"""Cards as Slack Block Kit. Plain text wherever Slack allows it, so that no name is markup."""

from collections.abc import Sequence
from html import escape
from itertools import chain
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
from bot.surfaces.slack import limits

Json = dict[str, Any]

STYLES = {Tone.GOOD: "primary", Tone.URGENT: "danger"}


def message(card: Card) -> Json:
    """The body of chat.postMessage; `text` is what the notification shows."""
    preview = clip(str(card.preview), limits.NOTIFICATION)
    return {"text": escape(preview, quote=False), "blocks": blocks(card)}


def home(card: Card) -> Json:
    """The view of views.publish: the person's own page."""
    return {"type": "home", "blocks": blocks(card)}


def modal(form: Form) -> Json:
    """The view of views.open."""
    wire_name, payload = pack(form.action)
    return {
        "type": "modal",
        "callback_id": wire_name,
        "private_metadata": payload,
        "title": plain(form.title, limits.MODAL_TITLE),
        "submit": plain(form.submit, limits.MODAL_TITLE),
        "blocks": [*noted(form), *(field(one) for one in form.fields)],
    }


def blocks(card: Card) -> list[Json]:
    """The card's blocks; what does not fit is left out visibly, the buttons never."""
    heading: Json = {"type": "header", "text": plain(card.title, limits.HEADER)}
    if card.tone is Tone.QUIET:
        heading = {"type": "context", "elements": [plain(card.title, limits.HEADER)]}
    shown = [block(part, at) for at, part in enumerate(drawable((*card.body, *card.more)))]
    above = 1 + sum(map(len, shown[: len(card.body)]))
    buttons = actions(card.buttons)
    kept = fitting([heading, *chain(*shown)], limits.BLOCKS - len(buttons))
    kept = within(kept, limits.ALL_TEXT - len(str(buttons)))
    return [*kept[:above], *buttons, *kept[above:]]


def fitting(found: list[Json], room: int) -> list[Json]:
    """As many as there is room for; where some are left out, the last one says so."""
    return found if len(found) <= room else [*found[: room - 1], section("…")]


def drawable(parts: Sequence[Block]) -> list[Block]:
    """Slack draws so many charts in a message and no more; the others are told in words."""
    others = [part for part in parts if isinstance(part, Chart)][limits.CHARTS :]
    return [Text(p.in_words()) if isinstance(p, Chart) and p in others else p for p in parts]


def block(part: Block, at: int) -> list[Json]:
    """`at` is the part's place on the card."""
    match part:
        case Text(words):
            return [section(str(words))]
        case Note(words):
            return [{"type": "context", "elements": [plain(words, limits.SECTION)]}]
        case Facts(pairs):
            return facts(pairs)
        case Steps(lines):
            numbered = (f"{place}. {line}" for place, line in enumerate(lines, 1))
            return [section("\n".join(numbered))]
        case Image() | Chart() | Checklist() | Keys():
            return drawn(part, at)
        case _:
            assert_never(part)


def drawn(part: Image | Chart | Checklist | Keys, at: int) -> list[Json]:
    """What is more than words."""
    match part:
        case Image(url, alt):
            alt_text = clip(str(alt), limits.ALT).strip() or "–"
            return [{"type": "image", "image_url": url, "alt_text": alt_text}]
        case Chart():
            return [chart(part) if can_be_drawn(part) else section(part.in_words())]
        case Checklist(items):
            return [item(one, f"{at}.{place}") for place, one in enumerate(items)]
        case Keys(buttons):
            return actions(buttons, f"keys{at}.")
        case _:
            assert_never(part)


def section(text: str) -> Json:
    return {"type": "section", "text": plain(text, limits.SECTION)}


def facts(pairs: Sequence[tuple[object, object]]) -> list[Json]:
    fields = [plain(f"{name}\n{value}", limits.FIELD) for name, value in pairs]
    return [
        {"type": "section", "fields": fields[start : start + limits.FIELDS]}
        for start in range(0, len(fields), limits.FIELDS)
    ]


def can_be_drawn(part: Chart) -> bool:
    """Slack draws no chart without a title, nor one that is empty or too large."""
    points, series = len(part.categories), len(part.series)
    fits = 0 < points <= limits.CHART_POINTS and 0 < series <= limits.CHART_SERIES
    return fits and bool(str(part.title).strip())


def chart(part: Chart) -> Json:
    names = [clip(str(name), limits.CHART_LABEL) for name in part.categories]
    series = [
        {
            "name": clip(str(name), limits.CHART_LABEL),
            "data": [
                {"label": label, "value": value} for label, value in zip(names, values, strict=True)
            ],
        }
        for name, values in part.series
    ]
    return {
        "type": "data_visualization",
        "title": clip(str(part.title), limits.CHART_TITLE),
        "chart": {
            "type": "bar",
            "series": series,
            "axis_config": {"categories": names},
        },
    }


def item(one: Item, place: str) -> Json:
    tick = Button("✓" if one.done else "○", one.action)
    accessory = button(tick, f"item{place}")
    accessory["accessibility_label"] = clip(str(one.label), limits.LABEL)
    return {**section(str(one.label)), "accessory": accessory}


def actions(buttons: Sequence[Button], within: str = "") -> list[Json]:
    elements = [button(one, f"{within}{place}") for place, one in enumerate(buttons)]
    return [
        {"type": "actions", "elements": elements[start : start + limits.BUTTONS]}
        for start in range(0, len(elements), limits.BUTTONS)
    ]


def button(one: Button, place: str) -> Json:
    rendered: Json = {
        "type": "button",
        "text": plain(one.label, limits.LABEL),
        **identity(one.action, place),
    }
    if style := STYLES.get(one.tone):
        rendered["style"] = style
    return rendered


def identity(action: Action, place: str) -> Json:
    """The place keeps action_id unique inside a message; the wire name is what counts."""
    wire_name, payload = pack(action)
    return {"action_id": f"{wire_name}#{place}", "value": payload}


def noted(form: Form) -> list[Json]:
    return [section(str(form.note))] if form.note else []


def field(one: Field) -> Json:
    element: Json = {"action_id": one.name}
    if one.options:
        options = [
            {"text": plain(label, limits.OPTION), "value": value} for value, label in one.options
        ]
        chosen = [option for option in options if option["value"] == one.value]
        element |= {"type": "static_select", "options": options}
        element |= {"initial_option": chosen[0]} if chosen else {}
    else:
        element |= {"type": "plain_text_input", "multiline": one.long}
        element |= {"initial_value": one.value[: limits.TYPED]} if one.value else {}
    return {
        "type": "input",
        "block_id": one.name,
        "optional": not one.required,
        "label": plain(one.label, limits.FIELD),
        "element": element,
    }


def plain(words: object, limit: int) -> Json:
    """Never empty: Slack would refuse the whole message."""
    text = clip(str(words), limit)
    return {"type": "plain_text", "text": text if text.strip() else "–", "emoji": False}


def within(body: list[Json], budget: int) -> list[Json]:
    """Stop, visibly, before the text of all blocks is more than Slack takes in one message."""
    kept: list[Json] = []
    for part in body:
        budget -= len(str(part))
        if budget < 0:
            return [*kept, section("…")]
        kept.append(part)
    return kept
