"""Paper: a card as a page that prints on one A4, and a list of those that there are.

The page carries no script. In the workspace its look is a file of its own, so that no style stands
in the page; written into a file it brings the same look along.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from bot.cards import Block, Card, Note, Steps, Text
from bot.features import Sheet
from bot.spelling import spell
from bot.turn import Pack
from bot.words import LANGUAGES, Cover, Words

STYLE = Path(__file__).parent / "surfaces" / "workspace" / "static" / "paper.css"
LINKED = '<link rel="stylesheet" href="/static/paper.css">'
SPOKEN = {"sv": "svenska", "en": "English", "both": "svenska + English"}
"""Each by its own name, whatever the page's language."""

CLOSE_LINES = 17
"""More lines than this on a page are set in a smaller type, so that one page is enough."""


@dataclass(frozen=True)
class Wish:
    """`language` is sv, en or both; `cover` names the word set of a page with neutral words."""

    language: str = "sv"
    cover: str = ""

    @property
    def languages(self) -> tuple[str, ...]:
        return (self.language,) if self.language in LANGUAGES else LANGUAGES


def page(sheet: Sheet, id: str, pack: Pack, wish: Wish, style: str = LINKED) -> str | None:
    """One card as HTML; None when there is no such card, or none in neutral words."""
    drawn = sheet.draw(pack, id, Cover(wish.cover) if wish.cover else None)
    if drawn is None:
        return None
    cards = [spell(drawn, pack.dictionaries[one], "UTC") for one in wish.languages]
    parts = "".join(part(card, one) for card, one in zip(cards, wish.languages, strict=True))
    most = max(lines([card]) for card in cards)
    kind = "sheet close" if most > CLOSE_LINES else "sheet"
    body = f'<main class="{kind}" data-languages="{len(cards)}">{parts}</main>'
    return frame(str(cards[0].title), wish.languages[0], body, style)


def contents(sheet: Sheet, pack: Pack, language: str, title: Words, covers: Sequence[str]) -> str:
    """Every card with links to it in each language, and in the neutral words of each word set."""
    words = pack.dictionaries[language]
    rows = "".join(_row(sheet, id, pack, language, covers) for id in sheet.ids(pack))
    head = f"<h1>{escape(words.read(title))}</h1>"
    return frame(words.read(title), language, f'<main class="list">{head}<ul>{rows}</ul></main>')


def _row(sheet: Sheet, id: str, pack: Pack, language: str, covers: Sequence[str]) -> str:
    drawn = sheet.draw(pack, id, None)
    if drawn is None:
        return ""
    links = [f'<a href="?id={id}&amp;language={one}">{name}</a>' for one, name in SPOKEN.items()]
    links += [_covered(sheet, id, pack, language, cover) for cover in covers]
    title = escape(pack.dictionaries[language].read(drawn.title))
    return f"<li><span>{id}</span> <b>{title}</b> {' '.join(links)}</li>"


def _covered(sheet: Sheet, id: str, pack: Pack, language: str, cover: str) -> str:
    """The link to the same card in neutral words; nothing for what no desk reads."""
    if sheet.draw(pack, id, Cover(cover)) is None:
        return ""
    where = f"?id={id}&amp;language={language}&amp;cover={escape(cover)}"
    return f'<a href="{where}">{escape(cover)}</a>'


def frame(title: str, language: str, body: str, style: str = LINKED) -> str:
    return (
        f'<!doctype html><html lang="{language}" data-ready="1"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="icon" href="data:,">{style}</head>'
        f"<body>{body}</body></html>\n"
    )


def part(card: Card, language: str) -> str:
    following = (*card.body[1:], None)
    blocks = "".join(block(*pair) for pair in zip(card.body, following, strict=True))
    feet = (one.words for one in card.more if isinstance(one, Note))
    foot = "".join(f'<p class="foot">{escape(str(words))}</p>' for words in feet)
    title = escape(str(card.title))
    return f'<article lang="{language}"><h1>{title}</h1>{blocks}{foot}</article>'


def block(one: Block, following: Block | None) -> str:
    """A line above steps, or one that ends with a colon, is a heading."""
    match one:
        case Text(words) | Note(words):
            heads = isinstance(following, Steps) or str(words).endswith(":")
            tag = "h2" if heads else "p"
            return f"<{tag}>{escape(str(words))}</{tag}>"
        case Steps(steps):
            return f"<ol>{''.join(f'<li>{escape(str(step))}</li>' for step in steps)}</ol>"
        case _:
            return ""  # buttons and pictures are nothing on paper


def lines(cards: Sequence[Card]) -> int:
    return sum(1 for card in cards for _ in _lines(card))


def _lines(card: Card) -> Iterator[object]:
    for one in card.body:
        yield from one.lines if isinstance(one, Steps) else (one,)


def in_a_file(text: str) -> str:
    """The look that `page` is given when it must stand alone."""
    return f"<style>{text}</style>"
