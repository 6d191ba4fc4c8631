"""Plainer and plainer versions of a card, so that an alert never fails on its blocks."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import lru_cache
from html import escape

from bot.cards import Card
from bot.surfaces.clip import clip
from bot.surfaces.plain import words as words
from bot.surfaces.slack import check, limits, render
from bot.surfaces.slack.render import Json

NOTHING = "–"
"""A card without a word: Slack takes no empty text."""

Instead = Callable[[], Awaitable[str]]
"""How to answer where the buttons are lost, in the reader's language."""


async def messages(card: Card, instead: Instead) -> AsyncIterator[Json]:
    """The message as it should be, then as Slack can hardly refuse it.

    The notification stays the preview as long as anything but bare text is possible.
    """
    full, wrong = _full(card)
    if not wrong:
        yield full
    lean = {**full, "blocks": [*sections(words(card)), *render.actions(card.buttons)]}
    if not check.message(lean):
        yield lean
    said = f"{words(card)}\n\n{await instead()}" if card.buttons else words(card)
    yield {**full, "blocks": sections(said)}
    bare = escape(clip(said, limits.NOTIFICATION), quote=False)
    yield {"text": bare if bare.strip() else NOTHING, "blocks": []}


@lru_cache(maxsize=32)
def _full(card: Card) -> tuple[Json, list[str]]:
    """The whole message (which nobody changes) and what is wrong with it: many read the same."""
    full = render.message(card)
    return full, check.message(full)


async def homes(card: Card, instead: Instead) -> AsyncIterator[Json]:
    """The same for a person's own page, which has no notification."""
    full = render.home(card)
    if not check.view(full):
        yield {"view": full}
    said = f"{words(card)}\n\n{await instead()}" if card.buttons else words(card)
    yield {"view": {"type": "home", "blocks": sections(said)}}


def sections(said: str) -> list[Json]:
    """A few blocks of plain text, cut visibly where even they would be too much."""
    kept = clip(said, limits.ALL_TEXT - limits.SECTION) or NOTHING
    return [
        render.section(kept[start : start + limits.SECTION])
        for start in range(0, len(kept), limits.SECTION)
    ]
