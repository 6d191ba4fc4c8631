"""Every card and form that any story shows, in both languages: it fits Slack, and whole.

Each stage looks at its end at everything that was decided on it, so that a feature's cards are
covered by its own stories, and nobody keeps a list of cards.
"""

from collections.abc import Iterable, Iterator

from bot.cards import Card, Form
from bot.effects import Open, Show
from bot.events import Decision
from bot.spelling import spell, spell_form
from bot.surfaces.slack import check, render
from bot.turn import Pack
from bot.wire import to_json
from bot.words import LANGUAGES
from tests.slack import strict

ZONE = "Europe/Stockholm"
CUT = "…"
SHEET = "x" * 22
"""As long as the number of a form is."""

FITS: set[int] = set()
"""What this process has looked at already."""


def everything_fits(decisions: Iterable[Decision], pack: Pack) -> None:
    for decision in decisions:
        for effect in decision.effects:
            match effect:
                case Show(_, _, card) if fresh(repr(card)):
                    for language in LANGUAGES:
                        card_fits(spell(card, pack.dictionaries[language], ZONE), effect.slot)
                case Open(form) if fresh(repr(form)):
                    for language in LANGUAGES:
                        form_fits(spell_form(form, pack.dictionaries[language], ZONE))


def fresh(told: str) -> bool:
    key = hash(told)
    known = key in FITS
    FITS.add(key)
    return not known


def card_fits(card: Card, slot: str) -> None:
    message, home = render.message(card), render.home(card)
    assert check.message(message) == check.view(home) == [], f"{slot}: {card}"
    strict.message(message)
    strict.view(home)
    assert [*cut(message, to_json(card))] == [], f"{slot} is cut: {card}"


def form_fits(form: Form) -> None:
    view = render.modal(form, SHEET)
    assert check.view(view) == [], form
    strict.view(view)
    assert [*cut(view, to_json(form))] == [], f"it is cut: {form}"


def cut(shown: strict.Json, written: str) -> Iterator[str]:
    """What ends with three dots that nobody wrote."""
    for part in strict.walk(shown):
        said = part.get("text")
        if isinstance(said, str) and said.endswith(CUT) and said[-8:] not in written:
            yield said
