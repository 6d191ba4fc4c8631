"""A card as plain words, for wherever nothing better can be shown."""

from typing import assert_never

from bot.cards import Block, Card, Chart, Checklist, Facts, Image, Keys, Note, Steps, Text


def words(card: Card) -> str:
    """The title and everything that can be read."""
    parts = (in_words(part) for part in (*card.body, *card.more))
    return "\n\n".join(part for part in (str(card.title), *parts) if part.strip())


def in_words(part: Block) -> str:
    match part:
        case Text(said) | Note(said):
            return str(said)
        case Facts(pairs):
            return "\n".join(f"{name}: {value}" for name, value in pairs)
        case Steps(lines):
            return "\n".join(f"{place}. {line}" for place, line in enumerate(lines, 1))
        case Image(_, alt):
            return str(alt)
        case Chart():
            return part.in_words()
        case Checklist(items):
            return "\n".join(f"{'✓' if one.done else '○'} {one.label}" for one in items)
        case Keys():
            return ""
        case _:
            assert_never(part)
