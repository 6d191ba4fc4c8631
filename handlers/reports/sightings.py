"""A risk in one tap: what somebody saw, that they are alone now, a tip for security."""

from bot.cards import Button, Card, Tone
from bot.effects import Effects
from bot.features import Refused
from bot.turn import Turn
from bot.words import Joined, say
from handlers import plans
from handlers.cases import arrived
from handlers.colleagues import name_of
from handlers.reports import alone, severity
from handlers.reports.actions import Add, HowToKeep, Mine, Sight, Undo
from handlers.reports.feature import OWN_CASE, OWN_DRAFT, draft_of, reports
from handlers.reports.receivers import Receivers, in_line, receivers
from handlers.reports.screen import keys, lines, plain, shown
from handlers.reports.taxonomy import Kind, Sighting
from handlers.reports.waiting import done_with
from storage import cases
from storage.case_life import Status, What
from storage.cases import Case, CaseEvent
from storage.people import with_role
from storage.reads import reads_of


@reports.on(Sight, may=OWN_DRAFT)
def sight(turn: Turn, seen: Sight) -> Effects:
    """Saved at once, with the place of whoever taps; it can be taken back as quickly."""
    draft = draft_of(turn, seen)
    sighting = turn.content.all(Sighting).get(seen.sighting)
    if sighting is None:
        raise Refused(say("common.old_button"))
    case = turn.keep(case_of(turn, sighting))
    turn.keep(CaseEvent(case=case.number, at=turn.now, what=What.RECEIVED, by=case.reporter))
    turn.session.delete(draft)
    told = alone.tell(turn, case) if sighting.alone else []
    return [
        *shown(turn, saved(turn, case, sighting)),
        *arrived.tell(turn, case),
        *plans.start(turn, case),
        *told,
        *done_with(turn, draft),
    ]


def case_of(turn: Turn, sighting: Sighting) -> Case:
    me, kind = turn.person, turn.content.all(Kind)[sighting.kind]
    to = receiver(turn, sighting)
    return Case(
        kind=kind.id,
        counted_as=kind.counts_as("risk"),
        factors=list(sighting.factors),
        proposed=0,
        severity=0,
        secrecy=severity.secrecy(turn.content, kind, sighting.factors),
        site=me.site,
        unit=me.unit,
        place=me.place,
        happened_at=turn.now,
        received_at=turn.now,
        reporter=me.ref,
        exposed=None,
        owner=to.owner,
        deputy=to.deputy,
    )


def receiver(turn: Turn, sighting: Sighting) -> Receivers:
    me = turn.person
    if sighting.to == "security":
        guards = [one.ref for one in with_role(turn.session, "security") if one.ref != me.ref]
        if guards:
            return receivers(turn, me, {me.ref}, in_line(turn, me), guards[0])
    return receivers(turn, me, {me.ref})


def saved(turn: Turn, case: Case, sighting: Sighting) -> Card:
    owner = name_of(turn, case.owner)
    title = say("reports.saved_risk", name=owner)
    if sighting.to == "security":
        title = say("reports.seen_by_security")
    if sighting.alone and (told := alone.told_of(turn, case)):
        names = Joined(tuple(name_of(turn, ref) for ref in told))
        title = say("reports.alone_told", names=names)
    ways = keys(
        Button(say("reports.write_line"), Add(case.number)),
        Button(say("reports.keep_evidence"), HowToKeep(case.number)),
        Button(say("reports.mine"), Mine()),
    )
    what = lines(say("reports.example", label=sighting.label, says=owner))
    undo = Button(say("reports.undo"), Undo(case.number))
    return plain(turn, title, what, (undo,), ways, Tone.GOOD)


@reports.on(Undo, may=OWN_CASE)
def undo(turn: Turn, said: Undo) -> Effects:
    """As if it had not been, as long as nobody has opened it."""
    case = turn.get(Case, said.case)
    opened = reads_of(turn.session, case.number) or plans.is_told(turn, case)
    read = case.status is not Status.RECEIVED or opened
    if read or case.severity or case.reporter != turn.person.ref:
        raise Refused(say("common.too_late"))
    effects = [*arrived.taken_back(turn, case), *alone.taken_back(turn, case)]
    effects += plans.take_back(turn, case)
    cases.erase(turn.session, case)
    return [*shown(turn, plain(turn, say("reports.undone"), tone=Tone.QUIET)), *effects]
