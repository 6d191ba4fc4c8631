"""What people decide about a case: begun, more serious or less, handed over.

Anybody who reads a case may say that it is more serious. It never becomes less serious without a
manager's name and reason (I15).
"""

from bot.cards import Field, Form
from bot.effects import Effects, Open
from bot.features import Refused
from bot.turn import Turn
from bot.words import say
from handlers import plans
from handlers.cases import arrived, page, watching
from handlers.cases.actions import Begin, Give, Lowered, LowerSeverity, RaiseSeverity
from handlers.cases.feature import LOWERS, OWNS, RAISES, case_of, incident_cases
from handlers.cases.telling import card, slot, told
from handlers.colleagues import name_of
from handlers.rights import Act, cell
from storage.case_life import What
from storage.cases import Case, CaseEvent, timeline
from storage.people import people


@incident_cases.on(Begin, may=OWNS)
def begin(turn: Turn, said: Begin) -> Effects:
    """The second of the four answers that whoever reported gets: somebody has begun."""
    case = case_of(turn, said)
    case.read(turn.now)
    note(turn, case, What.READ)
    told = [*begun(turn, case, turn.person.ref), *plans.read(turn, case)]
    return [*page.opened(turn, case), *changed(turn, case), *told]


def begun(turn: Turn, case: Case, by: str) -> Effects:
    """Whoever was exposed, where somebody else reported; who reported hears it by the plan."""
    title = say("cases.has_begun", name=name_of(turn, by))
    refs = [ref for ref in (case.exposed,) if ref and ref not in (by, case.reporter)]
    return [
        told(turn, one, f"{slot(case, one.ref)}:begun", card(turn, one, title))
        for one in people(turn.session, refs)
    ]


def begun_again(turn: Turn, case: Case) -> Effects:
    read = (one.by for one in timeline(turn.session, case.number) if one.what is What.READ)
    by = next(read, None)
    return begun(turn, case, by) if by else []


@incident_cases.on(RaiseSeverity, may=RAISES)
def raise_severity(turn: Turn, said: RaiseSeverity) -> Effects:
    case = case_of(turn, said)
    if said.level <= case.severity:
        raise Refused(say("common.old_button"))
    rated(turn, case, said.level, None)
    more = [*arrived.tell(turn, case), *plans.raised(turn, case)]
    return [*page.opened(turn, case), *more, *changed(turn, case)]


@incident_cases.on(LowerSeverity, may=LOWERS)
def lower_severity(turn: Turn, said: LowerSeverity) -> Effects:
    case_of(turn, said)
    return [Open(why_form(Lowered(said.case, said.level)))]


def why_form(then: Lowered) -> Form:
    """A reason to choose, and room for more."""
    reasons = tuple((one, say(f"cases.reasons.{one}")) for one in page.REASONS)
    fields = (
        Field("reason", say("cases.why"), reasons),
        Field("words", say("cases.why_more"), required=False, long=True),
    )
    return Form(say("cases.lower_title"), fields, say("reports.save"), then)


@incident_cases.on(Lowered, may=LOWERS, form=lambda _, said: why_form(said))
def lowered(turn: Turn, said: Lowered) -> Effects:
    case, chosen = case_of(turn, said), turn.inputs.get("reason", "")
    if said.level >= case.severity or chosen not in page.REASONS:
        raise Refused(say("common.old_button"))
    more = turn.inputs.get("words", "").strip()
    before = arrived.chain(turn, case)
    rated(turn, case, said.level, f"{chosen}: {more}" if more else chosen)
    return [*page.opened(turn, case), *changed(turn, case), *arrived.let_go(turn, case, before)]


def rated(turn: Turn, case: Case, level: int, reason: str | None) -> None:
    before, me = case.severity, turn.person
    case.rate(level, me.ref, reason)
    role = next((one for one in me.roles if cell(one, Act.LOWER) != "-"), None)
    what = What.RAISED if level > before else What.LOWERED
    event = CaseEvent(case=case.number, at=turn.now, what=what, by=me.ref, role=role, reason=reason)
    event.before, event.after = str(before), str(level)
    turn.keep(event)


@incident_cases.on(Give, may=OWNS)
def give(turn: Turn, said: Give) -> Effects:
    """The deputy owns it from now on, and who had it stands beside."""
    case = case_of(turn, said)
    before = case.owner
    if turn.person.ref != before or case.deputy == before:
        raise Refused(say("common.too_late"))
    given = plans.give(turn, case, case.deputy, before)
    return [*page.opened(turn, case), *changed(turn, case), *given]


def note(turn: Turn, case: Case, what: What) -> None:
    turn.keep(CaseEvent(case=case.number, at=turn.now, what=what, by=turn.person.ref))


def changed(turn: Turn, case: Case) -> Effects:
    """Whoever was told of it sees it as it is now."""
    return [*arrived.shown_again(turn, case), *watching.shown(turn, case)]
