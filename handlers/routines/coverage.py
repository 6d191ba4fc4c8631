"""Coverage: how many lists were finished, by unit and month. Never by person.

A unit is shown from five people on: of fewer, a number would be about somebody (4.7).
"""

from bot.cards import Block, Card, Facts, Note, Text
from bot.staff import Instant
from bot.turn import Turn
from bot.words import Words, say
from handlers import leaflets
from handlers.routines.lists import AGENCY, place_of
from storage.checklists import RunStatus, between
from storage.people import Person, everybody

COVERAGE = "routines.coverage"
"""The kind of leaflet."""

FEWEST = 5
MONTHS = 2
"""The present month and the one before it."""


@leaflets.draws(COVERAGE)
def coverage_card(turn: Turn, _: Person, __: leaflets.About) -> Card:
    body: list[Block] = []
    for back in range(MONTHS):
        since, until = month(turn, back)
        body += [Text(say("checklists.month", time=since)), facts(turn, since, until)]
    body.append(Note(say("checklists.coverage_note", few=FEWEST)))
    return Card(say("checklists.coverage"), say("checklists.preview"), tuple(body))


def month(turn: Turn, back: int) -> tuple[Instant, Instant]:
    """The start and the end of a month of the agency, so many months back; aware UTC."""
    return place_of(turn.content, AGENCY).month(turn.now, back)


def facts(turn: Turn, since: Instant, until: Instant) -> Facts:
    counted = units(turn, since, until)
    if not counted:
        return Facts(((say("checklists.no_runs"), "–"),))
    return Facts(tuple(pair(unit, *numbers) for unit, numbers in sorted(counted.items())))


def pair(unit: str, done: int, begun: int) -> tuple[Words, Words]:
    share = round(100 * done / begun)
    return unit, say("checklists.share", done=done, of=begun, share=share)


def units(turn: Turn, since: Instant, until: Instant) -> dict[str, tuple[int, int]]:
    """Finished and begun by unit; a unit that is too small is left out."""
    people = [one.unit for one in everybody(turn.session)]
    found: dict[str, dict[int, bool]] = {}
    for run, asked in between(turn.session, since, until):
        if people.count(asked.unit) >= FEWEST:
            found.setdefault(asked.unit, {})[run.number] = run.status is RunStatus.DONE
    return {unit: (sum(runs.values()), len(runs)) for unit, runs in found.items()}
