"""After a report was sent: a wish, a line more, and where evidence is kept."""

from bot.cards import Button, Field, Form, Steps
from bot.effects import Effects, Notice, Open
from bot.features import ANYONE
from bot.turn import Turn
from bot.words import say
from handlers.cases import arrived
from handlers.reports import receipt
from handlers.reports.actions import (
    Add,
    Added,
    HowToKeep,
    RefuseFile,
    Wish,
)
from handlers.reports.feature import OWN_CASE, not_covered, reports
from handlers.reports.screen import plain, shown
from storage.case_life import What
from storage.cases import Case, CaseEvent

EVIDENCE_STEPS = 5


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
    return [Open(adding(Added(said.case)))]


def adding(then: Added) -> Form:
    fields = (
        Field("words", say("reports.text"), required=False, long=True),
        Field("evidence", say("reports.evidence_field"), required=False),
    )
    return Form(say("reports.write_line"), fields, say("reports.save"), then)


@reports.on(Added, may=OWN_CASE, form=lambda _, said: adding(said))
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
