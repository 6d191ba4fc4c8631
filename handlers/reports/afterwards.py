"""After a report was sent: a wish, a line more, evidence, and a manager who needs relief."""

from bot.cards import Button, Field, Form, Steps
from bot.effects import Effects, Later, Notice, Open
from bot.features import ANYONE, CLOCK, May
from bot.turn import Turn
from bot.words import say
from handlers.cases import arrived
from handlers.colleagues import name_of
from handlers.reports import receipt
from handlers.reports.actions import (
    Add,
    Added,
    CoverForMe,
    HowToKeep,
    RefuseFile,
    TakeBack,
    Wish,
)
from handlers.reports.feature import OWN_CASE, not_covered, reports
from handlers.reports.screen import plain, shown
from storage import cases
from storage.case_life import What
from storage.cases import Case, CaseEvent

EVIDENCE_STEPS = 5
RELIEF_DAYS = 2


@reports.on(Wish, may=OWN_CASE)
def wish(turn: Turn, said: Wish) -> Effects:
    """To talk to somebody, or to hand over the matter: whoever owns the case knows at once."""
    case = turn.get(Case, said.case)
    if said.wish in case.wishes:
        return shown(turn, receipt.card(turn, case))
    case.wishes = [*case.wishes, said.wish]
    note(turn, case, said.wish)
    return [*shown(turn, receipt.card(turn, case)), *arrived.shown_again(turn, case, rings=True)]


def note(turn: Turn, case: Case, what: str | None = None) -> None:
    turn.keep(
        CaseEvent(case=case.number, at=turn.now, what=What.ADDED, by=turn.person.ref, after=what)
    )


@reports.on(Add, may=OWN_CASE)
def add(turn: Turn, said: Add) -> Effects:
    not_covered(turn)
    fields = (
        Field("words", say("reports.text"), required=False, long=True),
        Field("evidence", say("reports.evidence_field"), required=False),
    )
    form = Form(say("reports.write_line"), fields, say("reports.save"), Added(said.case))
    return [Open(form)]


@reports.on(Added, may=OWN_CASE)
def added(turn: Turn, said: Added) -> Effects:
    """What was written before stays; the new lines stand under it."""
    case, given = turn.get(Case, said.case), turn.inputs
    case.words = joined(case.words, given.get("words", ""))
    case.evidence = joined(case.evidence, given.get("evidence", ""))
    note(turn, case)
    return [*shown(turn, receipt.card(turn, case)), *arrived.shown_again(turn, case)]


def joined(before: str | None, more: str) -> str | None:
    return "\n".join(text for text in (before, more.strip()) if text) or None


@reports.on(HowToKeep, may=OWN_CASE)
def how_to_keep(turn: Turn, said: HowToKeep) -> Effects:
    """Evidence is never sent here; the bot says how to keep it and remembers where it is."""
    not_covered(turn)
    steps = Steps(
        tuple(say(f"reports.evidence_steps.{line}") for line in range(1, EVIDENCE_STEPS + 1))
    )
    where = Button(say("reports.where_it_is"), Add(said.case))
    return shown(turn, plain(turn, say("reports.evidence_title"), (steps,), (where,)))


@reports.on(RefuseFile, may=ANYONE)
def refuse_file(turn: Turn, _: RefuseFile) -> Effects:
    not_covered(turn)
    return [Notice(say("reports.no_pictures"))]


EXPOSED = May(
    "exposed person", lambda turn, did: turn.get(Case, did.case).exposed == turn.person.ref
)


@reports.on(CoverForMe, may=EXPOSED)
def cover_for_me(turn: Turn, said: CoverForMe) -> Effects:
    """Who was exposed rests: the deputies own their cases for two days, and then give them back."""
    me, case = turn.person.ref, turn.get(Case, said.case)
    given = [one for one in cases.owned_by(turn.session, me) if one.number != case.number]
    effects: Effects = [effect for one in given for effect in swap(turn, one, me)]
    back = Later(f"reports:relief:{me}", turn.after(days=RELIEF_DAYS), TakeBack(me))
    names = name_of(turn, given[0].owner) if given else name_of(turn, case.owner)
    taken = plain(turn, say("reports.reminders_taken", name=names))
    return [*shown(turn, taken), *effects, back]


def swap(turn: Turn, case: Case, by: str | None) -> Effects:
    before = case.owner
    case.give(case.deputy, before)
    turn.keep(
        CaseEvent(
            case=case.number, at=turn.now, what=What.GIVEN, by=by, before=before, after=case.owner
        )
    )
    return arrived.shown_again(turn, case, rings=True)


@reports.on(TakeBack, may=CLOCK)
def take_back(turn: Turn, due: TakeBack) -> Effects:
    """What they still are the deputy of, and had before, is theirs again."""
    effects: Effects = []
    for case in cases.answered_for(turn.session, due.person):
        given = [one for one in cases.timeline(turn.session, case.number) if one.what is What.GIVEN]
        if case.deputy == due.person and given and given[-1].before == due.person:
            effects += swap(turn, case, None)
    return effects
