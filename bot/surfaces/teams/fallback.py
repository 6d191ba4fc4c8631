"""Plainer and plainer versions of a card, so that an alert never fails on its form."""

from collections.abc import AsyncIterator, Awaitable, Callable

from bot.cards import Card
from bot.surfaces.clip import clip
from bot.surfaces.plain import words
from bot.surfaces.shapes import Json
from bot.surfaces.teams import check, limits, render

NOTHING = "–"
Instead = Callable[[], Awaitable[str]]
"""How to answer where the buttons are lost, in the reader's language."""


async def messages(card: Card, instead: Instead) -> AsyncIterator[Json]:
    """The activity as it should be, then as Teams can hardly refuse it.

    The notification stays the preview as long as anything but bare text is possible.
    """
    full = render.message(card)
    if not check.message(full):
        yield full
    said = words(card).strip() or NOTHING
    text, heard = render.text(said), render.spoken(said)
    lean = render.whole([text], [render.button(one) for one in card.buttons][: limits.ACTIONS])
    sent = render.activity(str(card.preview) or NOTHING, lean | heard)
    if not check.message(sent):
        yield sent
    if card.buttons:
        said = f"{said}\n\n{await instead()}"
    yield bare(said)


def bare(said: str) -> Json:
    """Plain text, in which no name is markup."""
    return {"type": "message", "textFormat": "plain", "text": clip(said, limits.MESSAGE_TEXT)}
