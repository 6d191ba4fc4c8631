"""What colleagues do with a call: take it, decline it, hand it back, look in."""

from bot.effects import Effect, Effects, Show
from bot.features import Refused
from bot.turn import Turn
from bot.words import say
from handlers import aftercare, cues, gaps, practice
from handlers.aftercare import forced
from handlers.help import rings
from handlers.help.actions import (
    AllWell,
    AskLater,
    Check,
    Decline,
    Phoned,
    Release,
    Take,
    TakeWith,
)
from handlers.help.feature import TOLD, for_owner, for_responder, help_calls
from handlers.help.names import person_name
from handlers.help.need import ask_more, replaced
from handlers.help.steps import engaged_shown, free, freed, jump, let_go, shown
from storage import help_calls as calls
from storage import help_notices
from storage.help import HelpCall
from storage.help_life import Finish


@help_calls.on(Take, may=TOLD)
def take(turn: Turn, pressed: Take) -> Effects:
    call = for_responder(turn, pressed)
    if call.owner == turn.person.ref:
        return shown(turn, call)
    own(turn, call)
    return [*shown(turn, call), *engaged_shown(turn, call), *replaced(turn, call)]


@help_calls.on(TakeWith, may=TOLD)
def take_with(turn: Turn, pressed: TakeWith) -> Effects:
    call = for_responder(turn, pressed)
    if call.owner != turn.person.ref:
        own(turn, call)
        ask_more(turn, call, pressed.more)
    return [*shown(turn, call), *engaged_shown(turn, call), *replaced(turn, call)]


def own(turn: Turn, call: HelpCall) -> None:
    """The first who takes it owns it; nobody owns two while somebody else is there to ask."""
    me = turn.person.ref
    if call.owner is not None:
        raise Refused(say("help.taken_first", name=person_name(turn, call.owner)))
    if me in rings.engaged(turn, call) and rings.somebody_asked(turn, call):
        raise Refused(say("help.one_at_a_time"))
    take_it(turn, call)


def take_it(turn: Turn, call: HelpCall) -> None:
    """Who has come to it already is its owner now, and no longer one of the others."""
    me = turn.person.ref
    came = help_notices.notice(turn.session, call.number, me)
    if came and came.joined_at:
        came.joined_at = None
        call.leave()
    call.take(me, turn.now)
    gaps.answered(turn, call)


@help_calls.on(Decline, may=TOLD)
def decline(turn: Turn, pressed: Decline) -> Effects:
    """No reason is asked; the next one is asked at once."""
    call = for_responder(turn, pressed)
    if call.owner == turn.person.ref:
        return shown(turn, call)  # an old button: who has it hands it back in so many words
    answered_no(turn, call)
    return shown(turn, call)


def answered_no(turn: Turn, call: HelpCall) -> None:
    wanted = help_notices.notice(turn.session, call.number, turn.person.ref)
    came, extra = bool(wanted and wanted.joined_at), bool(wanted and wanted.wanted_at)
    rings.decline(turn, call, turn.person.ref)
    if came:
        call.leave()
    if extra and call.owner:
        ask_more(turn, call, call.lacking, anew=came)
    else:
        jump(turn, call)


@help_calls.on(AskLater, may=TOLD)
def ask_later(turn: Turn, pressed: AskLater) -> Effects:
    """Busy just now: somebody else is asked at once, and this one again in two minutes."""
    call = for_responder(turn, pressed)
    notice = help_notices.notice(turn.session, call.number, turn.person.ref)
    if notice and call.owner is None:
        notice.later_at = turn.after(minutes=2)
        call.again_at = min(filter(None, (call.again_at, notice.later_at)))
        jump(turn, call)
    return shown(turn, call)


@help_calls.on(AllWell, may=TOLD)
def all_well(turn: Turn, pressed: AllWell) -> Effects:
    call = for_owner(turn, pressed)
    call.hear_owner(turn.now)
    return shown(turn, call)


@help_calls.on(Phoned, may=TOLD)
def phoned(turn: Turn, pressed: Phoned) -> Effects:
    call = for_owner(turn, pressed)
    call.phone(turn.now)
    return shown(turn, call)


@help_calls.on(Release, may=TOLD)
def release(turn: Turn, pressed: Release) -> Effects:
    call = for_owner(turn, pressed)
    let_go(turn, call, said=True)
    return shown(turn, call)


@help_calls.on(Check, may=TOLD)
def check(turn: Turn, pressed: Check) -> Effects:
    """A person has looked: the call closes, and with it those that were the same event.

    A call that has changed since (raised, forced, pressed again) is no part of it any more.
    """
    call = for_responder(turn, pressed)
    return [effect for one in same_event(turn, call) for effect in close(turn, one)]


def same_event(turn: Turn, call: HelpCall) -> list[HelpCall]:
    mine = [c for c in calls.owned_by(turn.session, turn.person.ref) if c.merged_into == call.id]
    return [call, *mine]


def shown_to_presser(effect: Effect, call: HelpCall) -> bool:
    """A presser who leads the site would read of a wrong press what a forced one would not."""
    return isinstance(effect, Show) and effect.to == call.presser


def close(turn: Turn, call: HelpCall) -> Effects:
    helped = [
        ref for ref, n in help_notices.notices(turn.session, call.number).items() if n.joined_at
    ]
    call.check(turn.person.ref, turn.now)
    wrong = call.finished_as is Finish.WRONG
    # A forced presser reads exactly what a mistaken one reads (I17): no question of ours follows.
    after = [] if wrong else aftercare.begin(turn, call)
    if wrong and call.forced_at is None:
        after = [show for show in practice.practise(turn, call) if not shown_to_presser(show, call)]
    after += forced.told(turn, call) if call.forced_at else []
    helped += [call.owner] if call.owner else []
    after += cues.look_again(turn, call.presser)
    return [*shown(turn, call), *free(turn, call), *freed(turn, call, helped), *after]
