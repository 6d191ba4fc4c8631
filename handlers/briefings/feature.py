"""The feature of briefings: what it reads, and who may do what."""

from typing import Protocol

from bot.content import Pack
from bot.effects import Effects
from bot.features import Complaint, Feature, May
from bot.turn import Turn
from handlers.briefings import cards
from handlers.briefings.actions import StartBriefings
from handlers.briefings.shape import ShiftBriefing, check_briefings
from storage import plain
from storage.briefings import Briefing, briefings_since

briefings = Feature("briefings")
briefings.reads("briefings", ShiftBriefing)
briefings.begins(StartBriefings())

LEADING = frozenset({"team_lead", "manager", "security"})


@briefings.checks
def check(content: Pack) -> list[Complaint]:
    return list(check_briefings(content))


class OfBriefing(Protocol):
    """Anything that names a briefing."""

    @property
    def briefing(self) -> int: ...


def _briefed(turn: Turn, did: OfBriefing) -> bool:
    return turn.person.ref in turn.get(Briefing, did.briefing).people


BRIEFED = May("briefed", _briefed)
LEADS = May("leads", lambda turn, _: leads(turn))


def leads(turn: Turn) -> bool:
    return turn.by_person and bool(LEADING & {*turn.person.roles})


@briefings.redraws
def redraw(turn: Turn) -> Effects:
    """The briefings of late once more, in another language or covered."""
    me, effects = turn.person.ref, Effects()
    for briefing in briefings_since(turn.session, turn.now - plain.LATELY):
        if me in briefing.people[: briefing.sent]:
            effects += cards.to_person(turn, briefing, me)
        if me in briefing.leads:
            effects += [one for one in cards.count(turn, briefing) if getattr(one, "to", "") == me]
    return effects
