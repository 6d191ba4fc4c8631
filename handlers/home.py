"""A person's own page: three neutral buttons, whether one is free, how it works, the language."""

from typing import Literal

from bot.actions import Action, action
from bot.cards import CoverButton, CoverCard, CoverKeys, CoverLine, CoverNote
from bot.effects import Effects, Notice, Redraw, Show, home
from bot.features import ANYONE, Feature
from bot.staff import Instant, cover_of
from bot.turn import Turn
from handlers.anonymous.actions import EnterCode
from handlers.availability_keys import keys
from handlers.guidance import HOW_IT_WORKS, Guidance, covert_today
from handlers.help.actions import LEVELS, Press
from handlers.library import OpenLibrary, ask
from handlers.reports.actions import NewReport
from handlers.routines.actions import OpenRoutines
from handlers.today import OpenToday
from handlers.visits.actions import OpenVisit
from storage.people import Person

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


@action("home.follow")
class Follow(Action):
    """A platform tells in which language somebody's account is."""

    language: Literal["sv", "en"]


@action("home.not_understood")
class NotUnderstood(Action):
    """Somebody typed a line that no command knows."""


@home_pages.on(OpenHome, may=ANYONE)
def open_home(turn: Turn, _: OpenHome) -> Effects:
    return [page(turn, turn.person)]


@home_pages.on(NotUnderstood, may=ANYONE)
def not_understood(turn: Turn, _: NotUnderstood) -> Effects:
    """The line may be a question to the library; if not, the person is told how to press."""
    return ask(turn, turn.said) or [Notice(cover_of(turn.content, turn.person)("not_understood"))]


@home_pages.on(How, may=ANYONE)
def how(turn: Turn, _: How) -> Effects:
    cover = cover_of(turn.content, turn.person)
    card = turn.content.all(Guidance)[HOW_IT_WORKS]
    shown = CoverCard(cover("how"), cover("preview"), covert_today(turn, card, cover))
    return [Show(f"how:{turn.person.ref}:{turn.now.timestamp():.0f}", turn.person.ref, shown)]


@home_pages.on(Speak, may=ANYONE)
def speak(turn: Turn, chosen: Speak) -> Effects:
    turn.person.chosen_language = chosen.language
    return [Redraw()]


@home_pages.on(Follow, may=ANYONE)
def follow(turn: Turn, told: Follow) -> Effects:
    """Kept beside their own choice, which always wins."""
    before = turn.person.language
    turn.person.followed_language = told.language
    return [] if turn.person.language == before else [Redraw()]


@home_pages.redraws
def redraw(turn: Turn) -> Effects:
    return [page(turn, turn.person)]


def page(turn: Turn, whose: Person, tried_at: Instant | None = None) -> Show:
    """The buttons that matter come first, where the thumb is; whether one is free comes below.

    `tried_at`: the page itself is the trial of the way to it.
    """
    cover = cover_of(turn.content, whose)
    levels = tuple(
        CoverButton(cover(f"level_{level}"), Press(level), hold=level == LEVELS[-1])
        for level in LEVELS
    )
    other: Literal["sv", "en"] = "en" if whose.language == "sv" else "sv"
    doors = (
        CoverButton(cover("report_new"), NewReport()),
        CoverButton(cover("my_day"), OpenToday()),
        CoverButton(cover("door_visit"), OpenVisit()),
        CoverButton(cover("door_routines"), OpenRoutines()),
        CoverButton(cover("cards"), OpenLibrary()),
        CoverButton(cover("code_enter"), EnterCode()),
    )
    body = (
        CoverLine(cover("home_hint")),
        CoverKeys(levels),
        CoverKeys(doors),
        *keys(turn, whose.ref, cover),
        *([CoverNote(cover("tried", time=tried_at))] if tried_at else []),
    )
    more = CoverButton(cover("how"), How()), CoverButton(cover("language"), Speak(other))
    return home(whose.ref, CoverCard(cover("home"), cover("preview"), body, more))
