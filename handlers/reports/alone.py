"""Alone now: those in charge know at once, and the first who goes is told to everybody."""

from bot.cards import Button, Card, Text, Tone
from bot.effects import Effects, Lane
from bot.features import May, Refused
from bot.turn import Turn
from bot.words import say
from handlers import leaflets
from handlers.cases.telling import told
from handlers.colleagues import leading, name_of, off_shift
from handlers.reports.actions import GoThere
from handlers.reports.feature import not_covered, reports
from handlers.reports.screen import preview
from storage import cases
from storage.cases import Case, CaseWatch
from storage.people import Person, people

LEAD = "lead"


def tell(turn: Turn, case: Case) -> Effects:
    """Team leads at work here, or else the managers; never whoever is alone."""
    for ref in in_charge(turn, case):
        turn.keep(CaseWatch(case=case.number, person=ref, role=LEAD, told_at=turn.now))
    return shown(turn, case)


def in_charge(turn: Turn, case: Case) -> list[str]:
    off = {*off_shift(turn, case.site), case.reporter}
    leads = [ref for ref in leading(turn, case.site, "team_lead") if ref not in off]
    return leads or [ref for ref in leading(turn, case.site, "manager") if ref not in off]


def told_of(turn: Turn, case: Case) -> list[str]:
    return [one.person for one in cases.watchers(turn.session, case.number, LEAD)]


def goes(turn: Turn, case: Case) -> str | None:
    rows = cases.watchers(turn.session, case.number, LEAD)
    return next((one.person for one in rows if one.follows), None)


def shown(turn: Turn, case: Case) -> Effects:
    who = goes(turn, case)
    effects: Effects = []
    for one in people(turn.session, told_of(turn, case)):
        card = asked(turn, case, one, who)
        effects.append(told(turn, one, slot(case, one.ref), card, Lane.ANSWER))
    if who is not None:
        effects += answer(turn, case, who)
    return effects


def slot(case: Case, ref: str) -> str:
    return f"alone:{case.number}:{ref}"


def again(turn: Turn, case: Case) -> Effects:
    return shown(turn, case) if told_of(turn, case) else []


def asked(turn: Turn, case: Case, whose: Person, who: str | None) -> Card:
    title = say("reports.alone_title", name=name_of(turn, case.reporter))
    if who is not None:
        line = Text(say("reports.alone_goes", name=name_of(turn, who)))
        return Card(title, preview(turn, whose), (line,), tone=Tone.GOOD)
    go = Button(say("reports.alone_go"), GoThere(case.number), Tone.GOOD)
    return Card(title, preview(turn, whose), (Text(say("reports.alone_ask")),), (go,))


def answer(turn: Turn, case: Case, who: str) -> Effects:
    """Whoever is alone knows who comes."""
    refs = [case.reporter] if case.reporter else []
    title = say("reports.alone_comes", name=name_of(turn, who))
    return [
        told(turn, one, f"alone:{case.number}", Card(title, preview(turn, one)), Lane.ANSWER)
        for one in people(turn.session, refs)
    ]


def taken_back(turn: Turn, case: Case) -> Effects:
    effects: Effects = []
    for ref in told_of(turn, case):
        effects += leaflets.shown(turn, "cases.undone", slot(case, ref), ref, lane=Lane.ANSWER)
    return effects


def _asked(turn: Turn, did: GoThere) -> bool:
    row = turn.session.get(CaseWatch, (did.case, turn.person.ref))
    return row is not None and row.role == LEAD


@reports.on(GoThere, may=May("asked to", _asked))
def go_there(turn: Turn, said: GoThere) -> Effects:
    """The first yes counts."""
    not_covered(turn)
    case, row = turn.get(Case, said.case), turn.get(CaseWatch, (said.case, turn.person.ref))
    first = goes(turn, case)
    if first not in (None, turn.person.ref):
        raise Refused(say("reports.alone_goes", name=name_of(turn, first)))
    row.follows = True
    turn.session.flush()
    return shown(turn, case)
