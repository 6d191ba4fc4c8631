"""Answers: whoever has the code reads what was asked, answers, and alone decides about the name."""

from bot.cards import Field, Form
from bot.effects import Effects, Later, Notice, Open
from bot.features import ANYONE
from bot.turn import Turn
from bot.words import Words, say
from handlers.anonymous.actions import AnswerByCode, AnswerDue, EnterCode, ForgetRelays, GiveCode
from handlers.anonymous.codes import digits_of, find, grouped, relay
from handlers.anonymous.feature import anonymous_reports
from handlers.anonymous.tries import forgiven, tried_wrong, waits
from handlers.colleagues import name_of
from storage.anonymous import CaseCode, CaseLine, said
from storage.case_life import Naming, What
from storage.cases import Case, CaseEvent

DAYS = 30
"""So long the bot remembers where to tell somebody of a question."""

RELAY, SILENT, SHOW_NAME = "relay", "silent", "name"


@anonymous_reports.on(EnterCode, may=ANYONE, untraced=True)
def enter(_turn: Turn, _: EnterCode) -> Effects:
    return [Open(code_form())]


@anonymous_reports.on(GiveCode, may=ANYONE, form=lambda *_: code_form(), untraced=True)
def give(turn: Turn, _: GiveCode) -> Effects:
    code = opened(turn, written := turn.inputs.get("code", ""))
    if not isinstance(code, CaseCode):
        return code
    return [Open(answer_form(turn, code, grouped(digits_of(written) or "")))]


@anonymous_reports.on(
    AnswerByCode, may=ANYONE, form=lambda _, did: plain_form(did.code), untraced=True
)
def answer(turn: Turn, did: AnswerByCode) -> Effects:
    """What is written reaches the owner on the full hour, when many things happen."""
    code = opened(turn, did.code)
    if not isinstance(code, CaseCode):
        return code
    case, text = turn.get(Case, code.case), turn.inputs.get("text", "").strip()
    if text:
        turn.keep(CaseLine(case=code.case, hour=turn.now, text=text))
    wish = wished(turn, code, case, turn.inputs.get("wish", ""))
    due = Later(f"anonymous:{code.case}", turn.after(hours=1), AnswerDue(code.case))
    thanks = [Notice(say("anonymous.thanks"))] if text else []
    return [*([due] if text or case.reporter else []), *thanks, *wish]


def opened(turn: Turn, written: str) -> CaseCode | Effects:
    """The case of the code, or what is said instead. A refusal would undo the count of tries."""
    if waits(turn):
        return [Notice(say("anonymous.wait"))]
    code = find(turn, written)
    if code is None:
        return [Notice(say("anonymous.wrong")), *tried_wrong(turn)]
    forgiven(turn)
    return code


def wished(turn: Turn, code: CaseCode, case: Case, wish: str) -> Effects:
    match wish:
        case "relay":
            code.relay, code.relay_until = relay(turn, code, turn.person.ref), turn.after(days=DAYS)
            forget = Later("anonymous_relays", turn.after(days=DAYS), ForgetRelays())
            return [Notice(say("anonymous.relay", days=DAYS)), forget]
        case "silent":
            code.forget_relay()
            return [Notice(say("anonymous.silent"))]
        case "name" if case.anonymous:
            return unmask(turn, code, case)
        case _:
            return []


def unmask(turn: Turn, code: CaseCode, case: Case) -> Effects:
    """Only here does a name come to an anonymous case: from whoever has its code (I14)."""
    case.reporter, case.naming = turn.person.ref, Naming.MANAGER
    code.forget_relay()
    event = CaseEvent(case=case.number, at=turn.now, what=What.UNMASKED, by=turn.person.ref)
    turn.keep(event)
    return [Notice(say("anonymous.unmasked", name=name_of(turn, case.owner)))]


def code_form() -> Form:
    field = Field("code", say("anonymous.code_label"))
    return Form(say("anonymous.enter"), (field,), say("anonymous.open"), GiveCode())


def plain_form(code: str, wishes: tuple[tuple[str, Words], ...] = ()) -> Form:
    text = Field("text", say("anonymous.answer_label"), required=False, long=True)
    wish = Field("wish", say("anonymous.wish"), wishes, required=False)
    fields = (text, wish) if wishes else (text,)
    return Form(say("anonymous.yours"), fields, say("anonymous.send"), AnswerByCode(code))


def answer_form(turn: Turn, code: CaseCode, written: str) -> Form:
    case = turn.get(Case, code.case)
    hear = (SILENT, say("anonymous.be_silent")) if code.relay else (RELAY, say("anonymous.tell_me"))
    name = (SHOW_NAME, say("anonymous.show_name", name=name_of(turn, case.owner)))
    form = plain_form(written, (hear, name) if case.anonymous else (hear,))
    return Form(form.title, form.fields, form.submit, form.action, note=newest(turn, code))


def newest(turn: Turn, code: CaseCode) -> Words:
    """The last thing that the owner said, or that there is nothing yet."""
    asked = [line for line in said(turn.session, code.case) if line.by]
    if not asked:
        return say("anonymous.nothing")
    line = asked[-1]
    return say("anonymous.question", name=name_of(turn, line.by), text=line.text)
