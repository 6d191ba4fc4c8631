"""Plain: may anything stand before a person that somebody at their desk must not read?"""

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, String, bindparam, cast, exists, or_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col

from storage.aftercare import Aftercare, AftercareAsked
from storage.briefings import Briefing
from storage.case_life import Status
from storage.cases import Case, CaseWatch
from storage.checklists import ChecklistAsked
from storage.drafts import Window
from storage.gaps import Gap
from storage.help import HelpCall
from storage.help_life import Status as Over
from storage.help_notices import HelpNotice
from storage.leaflets import Leaflet
from storage.library import Reading
from storage.people import Person
from storage.plans import PlanTold
from storage.ready import Live
from storage.selfchecks import SelfCheck, TalkWish
from storage.times import Utc
from storage.today import MyDay
from storage.unreached import Unreached
from storage.visit_told import VisitTold
from storage.visits import Visit

LATELY, FORTNIGHT = timedelta(days=7), timedelta(days=14)
"""What is older lies far up in the chat; what was told of a case is looked for longer."""

GRAVE, FROM_AFAR = 3, ("security", "upper_manager")
"""Who is told of what is so serious wherever it happens (`handlers/cases/arrived.py`)."""

IN_ORDER = "admin", "team_lead", "manager", "upper_manager", "security", "safety_rep"
"""Who is told of what does not work, or is asked why nobody came (`handlers/ready.py`,
`unreached.py`, `gaps.py`)."""


def stands(session: Session, ref: str, now: datetime) -> bool:
    """One question, asked at every press: only where the answer is yes is anything shown again."""
    asked = {"ref": ref, "named": f'%"{ref}"%', "since": now - LATELY, "before": now - FORTNIGHT}
    return bool(session.connection().execute(_STANDS, asked).scalar())


def _any() -> ColumnElement[bool]:
    me: BindParameter[str] = bindparam("ref")
    theirs = (col(Case.owner) == me) | (col(Case.deputy) == me)
    since = bindparam("since", type_=Utc)
    visiting = (col(Visit.visitor) == me) & (col(Visit.planned_at) > since)
    named = cast(col(Briefing.people), String).like(bindparam("named"))
    leading = cast(col(Briefing.leads), String).like(bindparam("named"))
    lately = col(Briefing.written_at) > since
    before = bindparam("before", type_=Utc)
    of_late = col(Case.received_at) > before
    going = (col(Case.status) != Status.CLOSED) | (col(Case.closed_at) > before)
    concerned = (col(Case.reporter) == me) | (col(Case.exposed) == me)
    asked_to_talk = cast(col(TalkWish.to), String).like(bindparam("named"))
    roles = cast(col(Person.roles), String)
    afar = or_(*(roles.like(f'%"{role}"%') for role in FROM_AFAR))
    orderly = exists().where(
        col(Person.ref) == me, or_(*(roles.like(f'%"{role}"%') for role in IN_ORDER))
    )
    lacking = exists().where(col(Live.told_at).is_not(None))
    unreached = exists().where(col(Unreached.told_at) > since)
    asked_why = exists().where(col(Gap.asked_at) > since)
    told_lately = (col(HelpNotice.person) == me) & (col(HelpNotice.at) > since)
    helped = told_lately & (col(Aftercare.helper) == me)
    over = (col(HelpCall.status) == Over.CLOSED) & (col(HelpCall.closed_at) > since)
    told = (Window, Reading, MyDay, PlanTold, ChecklistAsked, VisitTold, CaseWatch)
    return or_(
        exists().where(col(Leaflet.person) == me, col(Leaflet.at) > before),
        exists().where(col(SelfCheck.person) == me, col(SelfCheck.asked_at) > before),
        exists().where(asked_to_talk, col(TalkWish.asked_at) > before),
        *(exists().where(col(kind.person) == me) for kind in told),
        exists().where(theirs | concerned, going),
        exists().where(concerned, of_late),
        exists().where(col(Person.ref) == me, afar)
        & exists().where(of_late, col(Case.severity) >= GRAVE),
        orderly & (lacking | unreached | asked_why),
        exists().where(visiting),
        exists().where(col(AftercareAsked.person) == me, col(AftercareAsked.at) > since),
        exists().where(
            col(HelpNotice.person) == me, col(HelpNotice.call) == col(HelpCall.id), over
        ),
        exists().where(helped, col(Aftercare.call) == col(HelpNotice.call)),
        exists().where(lately, named | leading),
    )


_STANDS = sql_select(_any())
