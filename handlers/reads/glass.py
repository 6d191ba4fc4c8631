"""Glass: security opens a protected case with a reason, and a second person knows at once."""

from bot.cards import Card, Field, Form, Text, Tone
from bot.effects import Effects, Lane, Notice, Open
from bot.features import May, Refused
from bot.turn import Turn
from bot.words import say
from handlers import leaflets
from handlers.colleagues import anywhere, name_of
from handlers.reads.actions import BreakGlass, GlassBroken
from handlers.reads.feature import case_reads
from handlers.rights import Act, Grant, may
from storage.case_life import Secrecy
from storage.cases import Case
from storage.people import Person, person
from storage.reads import BrokenGlass

HOURS = 1
"""How long a broken glass lets somebody read."""

SHORTEST = 10
"""Letters of a reason: enough for a reason and not for a full stop."""


def _security(turn: Turn, _: object) -> bool:
    return "security" in turn.person.roles and "admin" not in turn.person.roles


SECURITY = May("security", _security)


@case_reads.on(BreakGlass, may=SECURITY)
def break_glass(_turn: Turn, _: BreakGlass) -> Effects:
    return [Open(form())]


@case_reads.on(GlassBroken, may=SECURITY, form=lambda *_: form())
def broken(turn: Turn, _: GlassBroken) -> Effects:
    """Without a reason, or a second person who can be told, it stays whole."""
    case, reason = asked_for(turn), turn.inputs.get("reason", "").strip()
    if len(reason) < SHORTEST:
        raise Refused(say("reads.no_reason"))
    second = witness(turn, case)
    until = turn.after(hours=HOURS)
    kept = BrokenGlass(
        case=case.number, person=turn.person.ref, at=turn.now, until=until, told=second.ref,
        reason=reason,
    )  # fmt: skip
    number = turn.keep(kept).id
    told = Notice(say("reads.opened", name=second.name, time=until))
    slot = f"glass:{number}:{second.ref}"
    return [
        told,
        *leaflets.shown(turn, "reads.glass", slot, second.ref, {"glass": number}, Lane.ALERT),
    ]


def asked_for(turn: Turn) -> Case:
    """The protected case of that number. Whether there is another one is not told."""
    number = turn.inputs.get("case", "").strip()
    case = turn.find(Case, int(number)) if number.isascii() and number.isdecimal() else None
    opens = case is not None and may(turn.person, Act.READ_PROTECTED, case, Grant(glass=True))
    if case is None or case.secrecy < Secrecy.K3 or not opens:
        raise Refused(say("reads.no_case"))
    return case


def witness(turn: Turn, case: Case) -> Person:
    """The owner, the deputy, else a manager above; never whom it is about, nor who breaks it."""
    for ref in (case.owner, case.deputy, *anywhere(turn, "upper_manager")):
        found = person(turn.session, ref)
        barred = {turn.person.ref, *case.kept_from, case.reporter, case.exposed}
        if found and ref not in barred and turn.reaches(found):
            return found
    raise Refused(say("reads.no_witness"))


@leaflets.draws("reads.glass")
def notice(turn: Turn, _: Person, about: leaflets.About) -> Card | None:
    glass = turn.find(BrokenGlass, about["glass"])
    if glass is None:
        return None
    who = say("reads.broken", name=name_of(turn, glass.person), case=str(glass.case))
    return Card(who, say("reads.preview"), (Text(say("reads.ask_why")),), tone=Tone.URGENT)


def form() -> Form:
    number = Field("case", say("reads.number"))
    reason = Field("reason", say("reads.reason"), long=True)
    return Form(say("reads.break"), (number, reason), say("reads.open"), GlassBroken())
