"""A hold: a case is kept with all that hangs on it, whatever its age, until somebody lifts it."""

from bot.cards import Field, Form
from bot.effects import Effects, Notice, Open
from bot.features import Refused
from bot.turn import Turn
from bot.words import say
from handlers.retention.actions import AskHold, Hold, Lift
from handlers.retention.feature import ARCHIVIST, retention
from storage.cases import Case
from storage.retention import LegalHold

SHORTEST = 10
"""Letters of a reason: enough for a reason and not for a full stop."""


def form() -> Form:
    number = Field("case", say("reads.number"))
    reason = Field("reason", say("retention.why"), long=True)
    return Form(say("retention.hold"), (number, reason), say("retention.keep"), Hold())


@retention.on(AskHold, may=ARCHIVIST)
def ask(_turn: Turn, _: AskHold) -> Effects:
    return [Open(form())]


@retention.on(Hold, may=ARCHIVIST, form=lambda *_: form())
def hold(turn: Turn, _: Hold) -> Effects:
    """Of a case nothing is told but that it is kept: the archivist reads none by this."""
    number, reason = turn.inputs.get("case", "").strip(), turn.inputs.get("reason", "").strip()
    case = turn.find(Case, int(number)) if number.isascii() and number.isdecimal() else None
    if case is None:
        raise Refused(say("reads.no_case"))
    if len(reason) < SHORTEST:
        raise Refused(say("retention.no_reason"))
    row = f"{Case.__tablename__}:{case.number}"
    if turn.find(LegalHold, row) is None:
        turn.keep(LegalHold(row=row, at=turn.now, by=turn.person.ref, reason=reason))
    return [Notice(say("retention.held", case=number))]


@retention.on(Lift, may=ARCHIVIST)
def lift(turn: Turn, lifted: Lift) -> Effects:
    found = turn.find(LegalHold, f"{Case.__tablename__}:{lifted.case}")
    if found is not None:
        turn.session.delete(found)
    return [Notice(say("retention.lifted", case=str(lifted.case)))]
