"""What a presser does: press, raise, choose a form, finish, answer."""

from bot.effects import Effects, Notice, Show
from bot.features import ANYONE, Refused
from bot.staff import Site, cover_of
from bot.turn import Turn
from bot.words import Cover
from handlers import aftercare, cues
from handlers.guidance import Guidance
from handlers.help import responders
from handlers.help.actions import (
    LEVELS,
    CallBack,
    ChooseForm,
    FinishCall,
    FinishOwn,
    Okay,
    Press,
    Raise,
)
from handlers.help.feature import PRESSER, for_presser, help_calls
from handlers.help.forms import ALL_FORMS
from handlers.help.ladders import ladder_of
from handlers.help.names import presser_name
from handlers.help.need import leave_all
from handlers.help.steps import climb, let_go, others_shown, shown, tell_again
from storage import availability, help_notices, plain
from storage import help_calls as calls
from storage.availability import State
from storage.help import HelpCall
from storage.help_life import Finish
from storage.new import new


@help_calls.on(Press, may=ANYONE)
def press(turn: Turn, pressed: Press) -> Effects:
    running = calls.open_call_of(turn.session, turn.person.ref)
    if running:
        return press_again(turn, running, pressed.level)
    call = calls.add(turn.session, new_call(turn, pressed.level))
    climb(turn, call)
    handed = [*calls.owned_by(turn.session, turn.person.ref)]
    for owned in handed:
        let_go(turn, owned, said=True)
    leave_all(turn, turn.person.ref)
    cover = Cover(call.site["cover"])
    told = [Notice(cover("moved_on", name=presser_name(turn, owned))) for owned in handed]
    hidden = cues.look_again(turn, turn.person.ref)
    return [*shown(turn, call), *others_shown(turn, call, handed), *hidden, *told]


def new_call(turn: Turn, level: int) -> HelpCall:
    """The call with copies of all that it needs: no edit of content or people bends it later."""
    person = turn.person
    site = turn.content.all(Site)[person.site].model_dump(mode="json")
    states = availability.of(turn.session, person.ref, turn.now)
    at_home = any(row.state is State.HOME for row in states)
    if at_home and "phone" in person.addresses:
        site["callback"] = person.addresses["phone"]
    return new(
        HelpCall,
        presser=person.ref,
        level=level,
        area=None if at_home else person.area,
        at_home=at_home,
        site={"ref": person.site, **site, "floor": person.floor or site["floor"]},
        place=person.place,
        ladder=ladder_of(turn.content, level),
        started_at=turn.now,
        ladder_at=turn.now,
    )


def press_again(turn: Turn, call: HelpCall, level: int) -> Effects:
    """A press while a call is open shows the same call; a higher level raises it."""
    call.tap(turn.now)
    if level > call.level:
        return raise_level(turn, call, level)
    if call.finished_at is not None:
        return [*revive(turn, call), *shown(turn, call)]
    return [*shown(turn, call), Notice(Cover(call.site["cover"])("already"))]


def revive(turn: Turn, call: HelpCall) -> Effects:
    """It is not over."""
    call.revive(turn.now)
    tell_again(turn, call)
    return aftercare.cancel(turn, call)


@help_calls.on(Raise, may=PRESSER)
def raise_pressed(turn: Turn, pressed: Raise) -> Effects:
    call = for_presser(turn, pressed.call)
    if pressed.level <= call.level:
        return shown(turn, call)
    return raise_level(turn, call, pressed.level)


def raise_level(turn: Turn, call: HelpCall, level: int) -> Effects:
    """Everybody who knows is told anew, and an owner is asked whether they are still there."""
    dropped: Effects = []
    if call.finished_at is not None:
        call.revive(turn.now)
        dropped = aftercare.cancel(turn, call)
    pressed = ladder_of(turn.content, level)
    policy = ladder_of(turn.content, LEVELS[-1]) if call.forced_at else pressed
    call.raise_to(level, policy, pressed, turn.now)
    if call.owner:
        call.ask_owner(turn.now)
    tell_again(turn, call)
    cover = Cover(call.site["cover"])
    said = Notice(cover("raised", level=cover(f"level_{level}")))
    return [*dropped, *shown(turn, call), said]


@help_calls.on(ChooseForm, may=PRESSER)
def choose_form(turn: Turn, chosen: ChooseForm) -> Effects:
    call = for_presser(turn, chosen.call)
    if chosen.form in turn.content.all(Guidance) or chosen.form == ALL_FORMS:
        call.form = chosen.form
    return shown(turn, call)


@help_calls.on(Okay, may=PRESSER)
def okay(turn: Turn, said: Okay) -> Effects:
    """A presser who was silent answers: "no" means that it is worse than was pressed."""
    call = for_presser(turn, said.call)
    if said.okay:
        return shown(turn, call)
    return raise_level(turn, call, LEVELS[-1])


@help_calls.on(FinishCall, may=PRESSER)
def finish(turn: Turn, pressed: FinishCall) -> Effects:
    call = for_presser(turn, pressed.call)
    forced = pressed.how is Finish.FORCED
    if call.finished_at is not None:
        if forced and call.forced_at is None:
            call.force(turn.now)
            raise_the_alarm(turn, call)
        return shown(turn, call)
    call.finish(pressed.how, turn.now)
    if forced:
        raise_the_alarm(turn, call)
    begun: Effects = []
    if pressed.how is Finish.DONE and call.owner:
        begun = aftercare.begin(turn, call)
    return [*shown(turn, call), *begun]


def raise_the_alarm(turn: Turn, call: HelpCall) -> None:
    """The presser may be forced: level 3 for everybody else, and no sign of it to the presser."""
    call.alarm(ladder_of(turn.content, LEVELS[-1]), turn.now)
    if call.owner:
        call.ask_owner(turn.now)
    tell_again(turn, call)


@help_calls.on(FinishOwn, may=ANYONE)
def finish_own(turn: Turn, said: FinishOwn) -> Effects:
    return finish(turn, FinishCall(own_call(turn).number, said.how))


def own_call(turn: Turn) -> HelpCall:
    """The call that a typed word is about."""
    call = calls.open_call_of(turn.session, turn.person.ref)
    if call is None:
        raise Refused(cover_of(turn.content, turn.person)("not_understood"))
    return call


@help_calls.on(CallBack, may=PRESSER)
def call_back(turn: Turn, pressed: CallBack) -> Effects:
    call = for_presser(turn, pressed.call)
    call.wish_call_back(turn.now)
    return shown(turn, call)


@help_calls.redraws
def redraw(turn: Turn) -> Effects:
    """Everything of this feature that stands open before one person."""
    me = turn.person.ref
    mine = calls.open_call_of(turn.session, me)
    told = help_notices.open_calls_told_to(turn.session, me)
    effects = over(turn, me)
    effects += [effect for call in ([mine] if mine else []) + told for effect in shown(turn, call)]
    return [effect for effect in effects if isinstance(effect, Show) and effect.to == me]


def over(turn: Turn, ref: str) -> Effects:
    """What stands before whoever was told of calls that were closed of late."""
    closed = help_notices.closed_calls_told_to(turn.session, ref, turn.now - plain.LATELY)
    return [show for call in closed for show in responders.again(turn, call, ref)]
