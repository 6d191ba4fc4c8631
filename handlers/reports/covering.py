"""Whoever presses for help may have a visitor at the desk: what stands plain there is covered.

The clock does it in the same second as the press, and shows it again when the call is over.
"""

from dataclasses import replace

from bot.cards import Card
from bot.effects import Effect, Effects, Redraw, Show
from bot.features import CLOCK
from bot.turn import Turn
from handlers.cases import arrived, watching
from handlers.cues import ScreenDue
from handlers.reports import asking, mine
from handlers.reports.feature import reports
from handlers.reports.screen import in_window
from storage import cases
from storage.drafts import Window, drafts_of
from storage.people import Person


@reports.on(ScreenDue, may=CLOCK)
def screen_due(_turn: Turn, due: ScreenDue) -> Effects:
    return [Redraw(due.person)]


@reports.redraws
def redraw(turn: Turn) -> Effects:
    return standing(turn, turn.person)


def standing(turn: Turn, whose: Person) -> Effects:
    """The window and the cases that stand before a person, as they may be read now."""
    theirs = replace(turn, actor=whose)
    effects: Effects = []
    window = turn.find(Window, whose.ref)
    if window is not None:
        effects.append(in_window(turn, whose, window.number, in_it(theirs)))
    for case in cases.owned_by(turn.session, whose.ref):
        effects.append(arrived.arrival(turn, case, whose))
    for case in cases.watched_by(turn.session, whose.ref, watching.REP):
        effects += [one for one in watching.shown(turn, case) if to(one, whose)]
    return effects


def to(effect: Effect, whose: Person) -> bool:
    return isinstance(effect, Show) and effect.to == whose.ref


def in_it(turn: Turn) -> Card:
    """The report that is under way, or else one's own list."""
    begun = [one for one in drafts_of(turn.session, turn.person.ref) if one.answers]
    return asking.card(turn, begun[0]) if begun else mine.card(turn)
