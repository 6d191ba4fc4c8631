"""Whoever presses for help may have a visitor at the desk: what stands plain there is covered.

The clock does it in the same second as the press, and shows it again when the call is over.
"""

from collections.abc import Iterator
from dataclasses import replace

from bot.cards import Card
from bot.effects import Effects, Redraw, Show
from bot.features import CLOCK
from bot.turn import Turn
from handlers.anonymous import feature as anonymous
from handlers.cases import arrived, deciding, watching
from handlers.cues import ScreenDue
from handlers.plans import feedback, heard, standing_in
from handlers.reports import alone, asking, mine, waiting
from handlers.reports.feature import reports
from handlers.reports.screen import in_window
from handlers.selfchecks import wishes
from storage import cases, plain
from storage.cases import Case
from storage.drafts import Window, drafts_of
from storage.people import Person


@reports.on(ScreenDue, may=CLOCK)
def screen_due(_turn: Turn, due: ScreenDue) -> Effects:
    return [Redraw(due.person)]


@reports.redraws
def redraw(turn: Turn) -> Effects:
    return standing(turn, turn.person)


def standing(turn: Turn, whose: Person) -> Effects:
    """The window and all that was told of cases, as this person may read it now."""
    theirs = replace(turn, actor=whose)
    effects: Effects = []
    window = turn.find(Window, whose.ref)
    if window is not None:
        effects.append(in_window(turn, whose, window.number, in_it(theirs)))
    effects += waiting.again(turn, whose)
    grave = plain.GRAVE if {*plain.FROM_AFAR} & {*whose.roles} else None
    since = turn.now - plain.FORTNIGHT
    for case in cases.near(turn.session, whose.ref, since, grave):
        effects += again(turn, case, whose)
    return effects


def again(turn: Turn, case: Case, whose: Person) -> Iterator[Show]:
    """Every card of this case that stands before this person; what they never had does not come."""
    every = (
        *arrived.again(turn, case),
        *deciding.begun_again(turn, case),
        *watching.again(turn, case),
        *alone.again(turn, case),
        *anonymous.again(turn, case),
        *feedback.again(turn, case),
        *heard.again(turn, case),
        *standing_in.again(turn, case),
        *wishes.again(turn, case),
    )
    for one in every:
        if isinstance(one, Show) and one.to == whose.ref:
            yield replace(one, only_again=True)


def in_it(turn: Turn) -> Card:
    """The report that is under way, or else one's own list."""
    begun = [one for one in drafts_of(turn.session, turn.person.ref) if one.answers]
    return asking.card(turn, begun[0]) if begun else mine.card(turn)
