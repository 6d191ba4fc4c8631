"""A report is sent: the draft becomes a case with an owner, and everybody who must know is told.

Without a name, nothing on the case says who wrote it: no person, no call, no seat, no minute.
"""

from typing import Any

from bot.effects import Effects
from bot.turn import Turn
from handlers import plans
from handlers.cases import arrived
from handlers.reports import bridge, facts, receipt
from handlers.reports.actions import Send
from handlers.reports.facts import CALLED, HELPER, SOURCE, Facts, received_by
from handlers.reports.feature import OWN_DRAFT, draft_of, reports
from handlers.reports.receivers import Receivers
from handlers.reports.screen import shown
from handlers.reports.waiting import done_with
from storage.case_life import Effect, Naming, What
from storage.cases import Case, CaseEvent
from storage.drafts import Draft
from storage.help import HelpCall
from storage.people import Person


@reports.on(Send, may=OWN_DRAFT)
def send(turn: Turn, said: Send) -> Effects:
    draft = complete(turn, draft_of(turn, said))
    to = received_by(turn, draft)
    case = turn.keep(case_of(turn, draft, to, Naming(said.naming)))
    turn.keep(
        CaseEvent(case=case.number, at=case.received_at, what=What.RECEIVED, by=case.reporter)
    )
    turn.session.delete(draft)
    told = [*arrived.tell(turn, case), *plans.start(turn, case)]
    return [
        *shown(turn, receipt.card(turn, case)),
        *told,
        *done_with(turn, draft),
    ]


def complete(turn: Turn, draft: Draft) -> Draft:
    """What was begun before its call knows by now who helped, and whether 112 was called."""
    call = turn.find(HelpCall, draft.call) if draft.call else None
    if call is not None:
        draft.answer({**bridge.knows(turn, call), **draft.answers}, None, turn.now)
    return draft


def case_of(turn: Turn, draft: Draft, to: Receivers, naming: Naming) -> Case:
    found, said = facts.facts(turn, draft), draft.answers
    whose = facts.place_of(turn, draft)
    return Case(
        **known(found, draft, to),
        site=whose.site,
        unit=whose.unit,
        received_at=turn.now,
        on_behalf=found.behalf,
        naming=naming,
        called_112=said.get(CALLED),
        **({} if naming is Naming.ANONYMOUS else leading_back(draft, found, whose)),
    )


def leading_back(draft: Draft, found: Facts, whose: Person) -> dict[str, Any]:
    """What says who it was; without a name it is never written at all."""
    return {
        "place": whose.place,
        "reporter": draft.person,
        "exposed": found.exposed,
        "call": draft.call,
        "helper": draft.answers.get(HELPER),
    }


def known(found: Facts, draft: Draft, to: Receivers) -> dict[str, Any]:
    """What stands on the case whoever reported it."""
    return {
        "kind": found.kind.id,
        "counted_as": found.counted_as,
        "also": list(found.also),
        "channel": found.channel,
        "effect": Effect(found.effect) if found.effect else None,
        "factors": list(found.factors),
        "proposed": found.severity,
        "severity": found.severity,
        "secrecy": found.secrecy,
        "happened_at": draft.when,
        "exact": draft.exact,
        "owner": to.owner,
        "deputy": to.deputy,
        "kept_from": [*facts.about(draft)],
        "source": draft.answers.get(SOURCE),
        "words": draft.words,
        "evidence": draft.evidence,
    }
