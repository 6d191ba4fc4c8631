"""A report is sent: the draft becomes a case with an owner, and everybody who must know is told.

Without a name, nothing on the case says who wrote it: no person, no call, no seat, no minute.
"""

from typing import Any

from bot.effects import Effects, Forget
from bot.turn import Turn
from handlers import plans
from handlers.cases import arrived
from handlers.reports import facts, receipt
from handlers.reports.actions import Send
from handlers.reports.facts import CALLED, HELPER, SOURCE, Facts, received_by
from handlers.reports.feature import OWN_DRAFT, draft_of, reports
from handlers.reports.receivers import Receivers
from handlers.reports.screen import shown
from storage.case_life import Behalf, Effect, Naming, Secrecy, What
from storage.cases import Case, CaseEvent
from storage.drafts import Draft
from storage.people import Person, at_site

FEWEST = 7
"""In a smaller unit naming the unit would nearly name the person (`spec/journeys.md` J7)."""


@reports.on(Send, may=OWN_DRAFT)
def send(turn: Turn, said: Send) -> Effects:
    draft = draft_of(turn, said)
    to = received_by(turn, draft)
    case = turn.keep(case_of(turn, draft, to, said.naming))
    turn.keep(
        CaseEvent(case=case.number, at=case.received_at, what=What.RECEIVED, by=case.reporter)
    )
    turn.session.delete(draft)
    told = [*arrived.tell(turn, case), *plans.start(turn, case)]
    return [
        *shown(turn, receipt.card(turn, case)),
        *told,
        Forget(f"reports:draft:{draft.number}"),
    ]


def case_of(turn: Turn, draft: Draft, to: Receivers, naming: Naming) -> Case:
    found, said = facts.facts(turn, draft), draft.answers
    whose = facts.place_of(turn, draft)
    case = Case(
        **known(found, draft, to),
        site=whose.site,
        unit=whose.unit,
        place=whose.place,
        received_at=turn.now,
        reporter=draft.person,
        exposed=found.exposed,
        on_behalf=found.behalf,
        naming=naming,
        call=draft.call,
        helper=said.get(HELPER),
        called_112=said.get(CALLED),
    )
    return masked(turn, case, whose) if naming is Naming.ANONYMOUS else case


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


def masked(turn: Turn, case: Case, whose: Person) -> Case:
    """The same case with nothing on it that says who wrote it."""
    hour = case.happened_at.replace(minute=0, second=0, microsecond=0)
    case.happened_at, case.exact = hour, False
    case.received_at = turn.now.replace(minute=0, second=0, microsecond=0)
    case.reporter = case.place = case.call = case.helper = case.called_112 = None
    if case.on_behalf in (Behalf.SELF, Behalf.ELECTED):
        case.exposed = None
    colleagues = [one for one in at_site(turn.session, whose.site) if one.unit == whose.unit]
    case.unit = whose.unit if len(colleagues) >= FEWEST else ""
    case.secrecy = max(case.secrecy, Secrecy.K1)
    return case
