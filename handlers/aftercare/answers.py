"""What people say after a call: the one it is for, and those who were asked for company."""

from typing import assert_never

from bot.effects import Effects
from bot.features import Refused
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import say
from handlers import cues
from handlers.aftercare import company
from handlers.aftercare.actions import Cannot, Ready, RestOn, SayHow, Stay
from handlers.aftercare.feature import ASKED, FOR_ME, after_calls, shown
from handlers.aftercare.hooks import ready_again, rest, work_again
from handlers.availability_keys import look_again
from handlers.colleagues import name_of
from storage import help_calls
from storage.aftercare import Aftercare, AftercareAsked, Answer


@after_calls.on(SayHow, may=FOR_ME)
def say_how(turn: Turn, said: SayHow) -> Effects:
    """A later answer counts when it asks for more; nobody has to take an answer back."""
    care = for_me(turn, said.call)
    if care.say(said.answer, turn.now):
        follow(turn, care, said.answer)
    # Who is not okay is looked after first; the report waits until the break is over.
    offered = cues.offer_report(turn, care.call) if care.answer is not Answer.NO else []
    return [*shown(turn, care), *offered]


def follow(turn: Turn, care: Aftercare, answer: Answer) -> None:
    match answer:
        case Answer.YES:
            pass
        case Answer.COMPANY:
            care.want_company(turn.now)
            company.search(turn, care)
        case Answer.NO:
            if not care.company_wanted:
                care.want_company(turn.now)
            company.tell(turn, care, company.nearest_in_charge(turn, care))
            company.search(turn, care)
        case _:
            assert_never(answer)


@after_calls.on(Ready, may=FOR_ME)
def ready(turn: Turn, said: Ready) -> Effects:
    care = for_me(turn, said.call)
    care.be_ready(turn.now)
    return [*shown(turn, care), *ready_again(turn), *work_again(turn, care)]


@after_calls.on(RestOn, may=FOR_ME)
def rest_on(turn: Turn, said: RestOn) -> Effects:
    """The same press twice makes it longer once."""
    care = for_me(turn, said.call)
    if care.breaks == said.breaks:
        care.rest_on(turn.now)
        rest(turn, care)
    return [*shown(turn, care), *look_again(turn, care.person)]


def for_me(turn: Turn, call: int) -> Aftercare:
    care = turn.get(Aftercare, call)
    if care.dropped_at is not None:
        raise Refused(cover_of(turn.content, turn.person)("care_waits"))
    return care


@after_calls.on(Stay, may=ASKED)
def stay(turn: Turn, said: Stay) -> Effects:
    """The first yes counts."""
    care, asked = for_asked(turn, said.call)
    if care.company_by != turn.person.ref:
        still_wanted(turn, care)
        care.keep_company(turn.person.ref)
        asked.declined_at = None
    return shown(turn, care)


@after_calls.on(Cannot, may=ASKED)
def cannot(turn: Turn, said: Cannot) -> Effects:
    """No reason is asked; somebody else is, at once."""
    care, asked = for_asked(turn, said.call)
    if care.company_by == turn.person.ref:
        care.leave(turn.now)
        company.ask_again(turn, care, turn.person.ref)
    elif care.company_wanted and not asked.in_charge:
        asked.declined_at = asked.declined_at or turn.now
        company.search(turn, care)
    return shown(turn, care)


def for_asked(turn: Turn, call: int) -> tuple[Aftercare, AftercareAsked]:
    """Whoever presses now has something else to see to, and perhaps somebody at the desk."""
    me = turn.person.ref
    if help_calls.open_call_of(turn.session, me):
        raise Refused(cover_of(turn.content, turn.person)("own_first"))
    return turn.get(Aftercare, call), turn.get(AftercareAsked, (call, me))


def still_wanted(turn: Turn, care: Aftercare) -> None:
    if care.company_by is not None:
        raise Refused(say("aftercare.first", name=name_of(turn, care.company_by)))
    if not care.company_wanted:
        raise Refused(say("aftercare.not_needed", name=name_of(turn, care.person)))
