"""Asking: the owner of a case asks whoever reported it, and hears back on the full hour."""

from bot.cards import Card, Field, Form, Text
from bot.effects import Effects, Later, Notice, Open, Show
from bot.features import CLOCK
from bot.turn import Turn
from bot.words import say
from handlers.anonymous.actions import AnswerDue, Asked, AskReporter, ForgetRelays, RelayDue
from handlers.anonymous.codes import relayed_to
from handlers.anonymous.feature import OWNS, anonymous_reports, shown
from storage.anonymous import CaseCode, CaseLine, relays_over
from storage.cases import Case
from storage.help_calls import pressers
from storage.people import person


@anonymous_reports.on(AskReporter, may=OWNS)
def ask(_turn: Turn, did: AskReporter) -> Effects:
    return [Open(question_form(did.case))]


@anonymous_reports.on(Asked, may=OWNS, form=lambda _, did: question_form(did.case))
def asked(turn: Turn, did: Asked) -> Effects:
    text = turn.inputs.get("text", "").strip()
    if not text:
        return [Open(question_form(did.case))]
    hour = turn.now.replace(minute=0, second=0, microsecond=0)
    turn.keep(CaseLine(case=did.case, hour=hour, by=turn.person.ref, text=text))
    told = Notice(say("anonymous.was_asked"))
    return [told, *shown(turn, turn.get(Case, did.case)), *relayed(turn, did.case)]


def question_form(case: int) -> Form:
    field = Field("text", say("anonymous.question_label"), long=True)
    return Form(say("anonymous.ask"), (field,), say("anonymous.send"), Asked(case))


@anonymous_reports.on(AnswerDue, may=CLOCK)
def answer_due(turn: Turn, did: AnswerDue) -> Effects:
    return shown(turn, turn.get(Case, did.case))


@anonymous_reports.on(RelayDue, may=CLOCK)
def relay_due(turn: Turn, did: RelayDue) -> Effects:
    return relayed(turn, did.case)


@anonymous_reports.on(ForgetRelays, may=CLOCK)
def forget_relays(turn: Turn, _: ForgetRelays) -> Effects:
    for code in relays_over(turn.session, turn.now):
        code.forget_relay()
    return []


def relayed(turn: Turn, case: int) -> Effects:
    """A card that nothing remembers. Whoever presses just then is told ten minutes later."""
    code = turn.find(CaseCode, case)
    over = code is None or code.relay_until is None or code.relay_until <= turn.now
    to = None if code is None or over else relayed_to(code)
    reader = person(turn.session, to) if to else None
    if reader is None:
        return []
    if reader.ref in pressers(turn.session):
        return [Later(f"anonymous_relay:{case}", turn.after(minutes=10), RelayDue(case))]
    text = Text(say("anonymous.relayed_how"))
    card = Card(say("anonymous.relayed"), say("anonymous.preview"), (text,), private=True)
    return [Show(f"relayed:{turn.secret(8).hex()}", reader.ref, card)]
