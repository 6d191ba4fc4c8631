"""Alone today: somebody works alone, and is asked now and then until they are not."""

from bot.effects import Effects, Notice
from bot.staff import cover_of
from bot.turn import Turn
from handlers.visits.feature import shown
from handlers.visits.plans import new_visit, started
from storage.visit_told import open_visit_of
from storage.visits import Kind


def watch_alone(turn: Turn) -> Effects:
    """Begin it for whoever acts now; a watch that goes on already is enough."""
    running = open_visit_of(turn.session, turn.person.ref)
    below = Notice(cover_of(turn.content, turn.person)("visit_below"))
    if running is not None and running.running:
        return [*shown(turn, running), below]
    dropped: Effects = []
    if running is not None:
        running.drop()
        dropped = shown(turn, running)
    watch = turn.keep(new_visit(turn, turn.person, Kind.ALONE))
    return [*dropped, *started(turn, watch), below]
