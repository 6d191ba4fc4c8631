"""Answers: each tap is kept at once, and the card shows what comes next."""

from bot.effects import Effects
from bot.features import CLOCK
from bot.turn import Gone, Turn
from handlers import plans
from handlers.triage.actions import Change, Decide, RedDue, Reply
from handlers.triage.feature import DECIDES, cards, legal_triage, shown, urgent, when_red
from handlers.triage.rules import DutyText
from storage.cases import Case
from storage.triage import Did, Duty, undecided


@legal_triage.on(Reply, may=DECIDES)
def reply(turn: Turn, said: Reply) -> Effects:
    """A plain no is the decision itself, with its reason: it is not covered."""
    row, text = turn.get(Duty, (said.case, said.duty)), turn.content.all(DutyText).get(said.duty)
    option = text.option(said.option) if text else None
    if option is None:
        raise Gone(f"no option {said.option} of {said.duty}")
    if row.answer != option.id:
        row.reply(option.id, option.advice)
    if option.advice == "none" and row.did is None:
        row.decide(Did.NOT_COVERED, turn.person.ref, turn.now)
    return [*shown(turn, turn.get(Case, said.case)), *in_plan(turn, row)]


@legal_triage.on(Change, may=DECIDES)
def change(turn: Turn, said: Change) -> Effects:
    turn.get(Duty, (said.case, said.duty)).reopen()
    return shown(turn, turn.get(Case, said.case))


@legal_triage.on(Decide, may=DECIDES)
def decide(turn: Turn, said: Decide) -> Effects:
    row = turn.get(Duty, (said.case, said.duty))
    if row.answer is None:
        raise Gone("unanswered")
    if row.did != said.did:
        row.decide(said.did, turn.person.ref, turn.now)
    return [*shown(turn, turn.get(Case, said.case)), *in_plan(turn, row)]


def in_plan(turn: Turn, row: Duty) -> Effects:
    """What the law asks is a step of the follow-up too: decided here, it is done there."""
    return plans.decided(turn, turn.get(Case, row.case), row.duty) if row.did else []


@legal_triage.on(RedDue, may=CLOCK)
def red_due(turn: Turn, happened: RedDue) -> Effects:
    """The owner is told, once for each that has become late."""
    case = turn.get(Case, happened.case)
    late = [row for row in undecided(turn.session, case.number) if row.red_at <= turn.now]
    if not late:
        return [when_red(turn, case)]
    told = (urgent(one, case) for one in cards(turn, case, f"triage_red{len(late)}"))
    return [*told, when_red(turn, case)]
