"""A person's own page: three neutral buttons, how it works, and the language."""

from typing import Literal

from bot.actions import Action, action
from bot.cards import CoverButton, CoverCard, CoverLine
from bot.effects import Effects, Notice, Redraw, Show, home
from bot.features import ANYONE, Feature
from bot.staff import cover_of
from bot.turn import Turn
from handlers.guidance import HOW_IT_WORKS, Guidance, covert
from handlers.help_actions import LEVELS, Press

home_pages = Feature("home")


@action("home.open")
class OpenHome(Action):
    pass


@action("home.how")
class How(Action):
    pass


@action("home.speak")
class Speak(Action):
    language: Literal["sv", "en"]


@action("home.not_understood")
class NotUnderstood(Action):
    """Somebody typed a line that no command knows."""


@home_pages.on(OpenHome, may=ANYONE)
def open_home(turn: Turn, _: OpenHome) -> Effects:
    return [page(turn)]


@home_pages.on(NotUnderstood, may=ANYONE)
def not_understood(turn: Turn, _: NotUnderstood) -> Effects:
    return [Notice(cover_of(turn.content, turn.person)("not_understood"))]


@home_pages.on(How, may=ANYONE)
def how(turn: Turn, _: How) -> Effects:
    cover = cover_of(turn.content, turn.person)
    card = turn.content.all(Guidance)[HOW_IT_WORKS]
    shown = CoverCard(cover("how"), cover("preview"), covert(card, cover))
    return [Show(f"how:{turn.person.ref}:{turn.now.timestamp():.0f}", turn.person.ref, shown)]


@home_pages.on(Speak, may=ANYONE)
def speak(turn: Turn, chosen: Speak) -> Effects:
    turn.person.chosen_language = chosen.language
    return [Redraw()]


@home_pages.redraws
def redraw(turn: Turn) -> Effects:
    return [page(turn)]


def page(turn: Turn) -> Show:
    cover = cover_of(turn.content, turn.person)
    levels = [CoverButton(cover(f"level_{level}"), Press(level)) for level in LEVELS]
    other: Literal["sv", "en"] = "en" if turn.person.language == "sv" else "sv"
    buttons = (
        *levels,
        CoverButton(cover("how"), How()),
        CoverButton(cover("language"), Speak(other)),
    )
    hint = CoverLine(cover("home_hint"))
    return home(turn.person.ref, CoverCard(cover("home"), cover("preview"), (hint,), buttons))
