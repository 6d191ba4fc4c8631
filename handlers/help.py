"""The help call: one press, a ladder of colleagues, the first who takes it owns it.

The row decides what everybody sees: a handler lets the row take one step and then shows the
whole call again (`shown`); what stands there already costs nothing. The row also says when the
call's next step is due, and that is the call's only timer.
"""

from typing import assert_never

from bot.effects import Effects, Notice, Show
from bot.features import ANYONE, CLOCK, Feature, May, Refused
from bot.staff import Site, cover_of
from bot.turn import Turn
from bot.words import Cover, Words, say
from handlers import help_cover, help_rings
from handlers.guidance import Guidance
from handlers.help_actions import (
    LEVELS,
    AllWell,
    CallBack,
    Check,
    ChooseForm,
    Decline,
    Due,
    FinishCall,
    FinishOwn,
    Press,
    Raise,
    Release,
    Take,
)
from handlers.help_cover import person_name
from handlers.help_ladders import Ladder, check_ladders, ladder_of
from handlers.help_steps import (
    climb,
    free,
    let_go,
    move_on,
    next_step,
    others_shown,
    shown,
    tell_again,
)
from storage import help as calls
from storage.help import Finish, HelpCall, Status
from storage.people import person as find_person

help_calls = Feature("help")

help_calls.reads("ladders", Ladder)
help_calls.checks(check_ladders)

PRESSER = May(
    "presser", lambda turn, pressed: turn.get(HelpCall, pressed.call).presser == turn.person.ref
)
TOLD = May("told", lambda turn, did: calls.was_told(turn.session, did.call, turn.person.ref))


@help_calls.on(Press, may=ANYONE)
def press(turn: Turn, pressed: Press) -> Effects:
    level = pressed.level
    running = calls.open_call_of(turn.session, turn.person.ref)
    if running:
        return press_again(turn, running, level)
    site = turn.content.all(Site)[turn.person.site]
    call = turn.keep(
        HelpCall(
            presser=turn.person.ref,
            level=level,
            site={"ref": turn.person.site, **site.model_dump(mode="json")},
            place=turn.person.place,
            ladder=ladder_of(turn.content, level),
            started_at=turn.now,
            ladder_at=turn.now,
        )
    )
    climb(turn, call)
    freed = calls.owned_by(turn.session, turn.person.ref)
    for owned in freed:
        let_go(turn, owned, said=True)
    return [*shown(turn, call), *others_shown(turn, call)]


def press_again(turn: Turn, call: HelpCall, level: int) -> Effects:
    """A press while a call is open shows the same call; a higher level raises it."""
    if level > call.level:
        return raise_level(turn, call, level)
    if call.finished_at is not None:
        call.revive(turn.now)
        tell_again(turn, call)
        return shown(turn, call)
    return [*shown(turn, call), Notice(Cover(call.site["cover"])("already"))]


@help_calls.on(Raise, may=PRESSER)
def raise_pressed(turn: Turn, pressed: Raise) -> Effects:
    call = for_presser(turn, pressed.call)
    if pressed.level <= call.level:
        return shown(turn, call)
    return raise_level(turn, call, pressed.level)


def raise_level(turn: Turn, call: HelpCall, level: int) -> Effects:
    """Everybody who knows is told anew, and an owner is asked whether they are still there."""
    if call.finished_at is not None:
        call.revive(turn.now)
    policy = LEVELS[-1] if call.forced_at else level
    call.raise_to(level, ladder_of(turn.content, policy), turn.now)
    if call.owner:
        call.ask_owner(turn.now)
    tell_again(turn, call)
    cover = Cover(call.site["cover"])
    return [*shown(turn, call), Notice(cover("raised", level=cover(f"level_{level}")))]


@help_calls.on(ChooseForm, may=PRESSER)
def choose_form(turn: Turn, chosen: ChooseForm) -> Effects:
    call = for_presser(turn, chosen.call)
    if chosen.form in turn.content.all(Guidance) or chosen.form == help_cover.ALL_FORMS:
        call.form = chosen.form
    return shown(turn, call)


@help_calls.on(Take, may=TOLD)
def take(turn: Turn, pressed: Take) -> Effects:
    call = for_responder(turn, pressed)
    if call.owner == turn.person.ref:
        return shown(turn, call)
    if call.owner is not None:
        raise Refused(say("help.taken_first", name=person_name(turn, call.owner)))
    call.take(turn.person.ref, turn.now)
    return shown(turn, call)


@help_calls.on(Decline, may=TOLD)
def decline(turn: Turn, pressed: Decline) -> Effects:
    """No reason is asked; when nobody of those told is left, the next ring starts at once."""
    call = for_responder(turn, pressed)
    help_rings.decline(turn, call, turn.person.ref)
    if call.status is Status.RINGING and not help_rings.somebody_asked(turn, call):
        move_on(turn, call)
    return shown(turn, call)


@help_calls.on(AllWell, may=TOLD)
def all_well(turn: Turn, pressed: AllWell) -> Effects:
    call = for_owner(turn, pressed)
    call.hear_owner(turn.now)
    return shown(turn, call)


@help_calls.on(Release, may=TOLD)
def release(turn: Turn, pressed: Release) -> Effects:
    call = for_owner(turn, pressed)
    let_go(turn, call, said=True)
    return shown(turn, call)


@help_calls.on(FinishCall, may=PRESSER)
def finish(turn: Turn, pressed: FinishCall) -> Effects:
    call = for_presser(turn, pressed.call)
    if call.finished_at is None:
        call.finish(pressed.how, turn.now)
        if pressed.how is Finish.FORCED:
            raise_the_alarm(turn, call)
    return shown(turn, call)


def raise_the_alarm(turn: Turn, call: HelpCall) -> None:
    """The presser may be forced: level 3 for everybody else, and no sign of it to the presser."""
    call.alarm(ladder_of(turn.content, LEVELS[-1]), turn.now)
    if call.owner:
        call.ask_owner(turn.now)
    tell_again(turn, call)


@help_calls.on(FinishOwn, may=ANYONE)
def finish_own(turn: Turn, said: FinishOwn) -> Effects:
    call = calls.open_call_of(turn.session, turn.person.ref)
    if call is None:
        raise Refused(cover_of(turn.content, turn.person)("not_understood"))
    return finish(turn, FinishCall(call.number, said.how))


@help_calls.on(Check, may=TOLD)
def check(turn: Turn, pressed: Check) -> Effects:
    """A person has looked: the call closes."""
    call = for_responder(turn, pressed)
    call.check(turn.person.ref, turn.now)
    return [*shown(turn, call), *free(turn, call)]


@help_calls.on(CallBack, may=PRESSER)
def call_back(turn: Turn, pressed: CallBack) -> Effects:
    call = for_presser(turn, pressed.call)
    call.wish_call_back(turn.now)
    return shown(turn, call)


@help_calls.on(Due, may=CLOCK)
def due(turn: Turn, happened: Due) -> Effects:
    """The call's next step is due: climb, sound the exhaustion, ask the owner or let go."""
    call = turn.get(HelpCall, happened.call)
    if call.owner and find_person(turn.session, call.owner) is None:
        let_go(turn, call, said=False)  # the owner does not work here any more
        return shown(turn, call)
    at = call.next_step_at()
    if at is None or at > turn.now:
        return next_step(call)
    match call.status:
        case Status.RINGING:
            move_on(turn, call)
        case Status.EXHAUSTED:
            call.repeat(turn.now)
            help_rings.tell_everybody(turn, call)
        case Status.OWNED if call.owner_asked_at is None and call.owner:
            call.ask_owner(turn.now)
            help_rings.tell(turn, call, [call.owner])
        case Status.OWNED:
            let_go(turn, call, said=False)
        case Status.CLOSED:
            pass
        case _:
            assert_never(call.status)
    return shown(turn, call)


@help_calls.redraws
def redraw(turn: Turn) -> Effects:
    """Everything of this feature that stands open before one person."""
    me = turn.person.ref
    mine = calls.open_call_of(turn.session, me)
    told = calls.open_calls_told_to(turn.session, me)
    effects = [effect for call in ([mine] if mine else []) + told for effect in shown(turn, call)]
    return [effect for effect in effects if isinstance(effect, Show) and effect.to == me]


def for_presser(turn: Turn, number: int) -> HelpCall:
    """The presser's own open call; on a closed one nothing can change."""
    call = turn.get(HelpCall, number)
    if not call.open:
        name = person_name(turn, call.closed_by)
        raise Refused(Cover(call.site["cover"])("closed_by_helper", name=name))
    return call


def for_responder(turn: Turn, pressed: Take | Decline | AllWell | Release | Check) -> HelpCall:
    """The open call; on a closed one nothing changes, and one hears who closed it (I4).

    Who has a call of their own open is no responder until it is closed.
    """
    call = turn.get(HelpCall, pressed.call)
    if not call.open:
        raise Refused(closed_by(turn, call))
    if calls.open_call_of(turn.session, turn.person.ref):
        raise Refused(cover_of(turn.content, turn.person)("own_first"))
    return call


def for_owner(turn: Turn, pressed: AllWell | Release) -> HelpCall:
    call = for_responder(turn, pressed)
    if call.owner != turn.person.ref:
        raise Refused(say("help.not_owner"))
    return call


def closed_by(turn: Turn, call: HelpCall) -> Words:
    return say("help.closed_by", name=person_name(turn, call.closed_by), time=call.closed_at)
