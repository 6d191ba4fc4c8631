"""Need: more people than the owner are wanted; the nearest are asked, and a shortage is told."""

from bot.effects import Effects, Notice
from bot.features import Refused
from bot.turn import Turn
from bot.words import Cover, say
from handlers.help import rings, who
from handlers.help.actions import Join, Leave, Need
from handlers.help.feature import EITHER, TOLD, for_helper, for_presser, for_responder, help_calls
from handlers.help.steps import engaged_shown, jump, let_go, shown
from storage import help_notices
from storage.help import HelpCall
from storage.help_need import MOST_HELPERS
from storage.help_notices import HelpNotice


@help_calls.on(Need, may=EITHER)
def need(turn: Turn, asked: Need) -> Effects:
    call = turn.get(HelpCall, asked.call)
    if call.presser == turn.person.ref:
        for_presser(turn, asked.call)
    else:
        for_helper(turn, asked)
        if call.owner == turn.person.ref:
            call.hear_owner(turn.now, seen=False)
    ask_more(turn, call, asked.more)
    return [*shown(turn, call), *too_many(turn, call, asked.more)]


def too_many(turn: Turn, call: HelpCall, more: int) -> Effects:
    """More were asked for than come to one call: said, rather than quietly fewer."""
    if call.lacking >= more:
        return []
    own = call.presser == turn.person.ref
    cover = Cover(call.site["cover"])
    words = cover("enough", count=MOST_HELPERS) if own else say("help.crowd", count=MOST_HELPERS)
    return [Notice(words)]


def ask_more(turn: Turn, call: HelpCall, more: int, anew: bool = True) -> None:
    """Ask as many of the nearest as are missing; `anew`: the time for it starts now."""
    if anew:
        call.need(more, turn.now)
    if not ask_nearest(turn, call, call.lacking - len(being_asked(turn, call))):
        fall_short(turn, call)


def widen(turn: Turn, call: HelpCall) -> None:
    """Still too few: as many again, and all who were asked stay asked."""
    call.widen(turn.now)
    if not ask_nearest(turn, call, call.lacking):
        fall_short(turn, call)


def fall_short(turn: Turn, call: HelpCall) -> None:
    """Not enough: the owner and the presser are told, and everybody free at hand is asked."""
    if not call.lacking:
        return
    first = call.short_at is None
    call.fall_short(turn.now)
    ask(turn, call, nearest(turn, call))
    rings.tell(turn, call, [call.owner] if call.owner and first else [])


def ask_nearest(turn: Turn, call: HelpCall, wanted: int) -> bool:
    """Ask so many of the nearest free people; False when there are not so many."""
    found = nearest(turn, call)[: max(wanted, 0)]
    ask(turn, call, found)
    return len(found) >= wanted


def ask(turn: Turn, call: HelpCall, refs: list[str]) -> None:
    rings.tell(turn, call, refs)
    for ref in refs:
        notice = help_notices.notice(turn.session, call.number, ref)
        if notice:
            notice.wanted_at = turn.now


def nearest(turn: Turn, call: HelpCall) -> list[str]:
    """Who is free and was not asked to come yet, the nearest first."""
    given = help_notices.notices(turn.session, call.number)
    ordered = [one for _, ring in sorted(who.plan_for(turn, call).items()) for one in ring]
    return [
        one.ref
        for one in ordered
        if rings.fresh(one, [call.owner or "", call.presser]) and may_come(given.get(one.ref))
    ]


def may_come(notice: HelpNotice | None) -> bool:
    """Not asked yet, has not come, and has not said that they cannot."""
    return notice is None or (
        notice.wanted_at is None and notice.joined_at is None and notice.declined_at is None
    )


def being_asked(turn: Turn, call: HelpCall) -> list[str]:
    given = help_notices.notices(turn.session, call.number)
    others = {*rings.engaged(turn, call), call.owner}
    return [
        ref
        for ref, notice in given.items()
        if notice.wanted_at and not notice.joined_at and notice.asked and ref not in others
    ]


@help_calls.on(Join, may=TOLD)
def join(turn: Turn, pressed: Join) -> Effects:
    call = for_responder(turn, pressed)
    notice = help_notices.notice(turn.session, call.number, turn.person.ref)
    if notice is None or notice.joined_at or call.owner == turn.person.ref:
        return shown(turn, call)
    if not call.lacking:
        raise Refused(say("help.enough"))
    if turn.person.ref in rings.engaged(turn, call):
        raise Refused(say("help.one_at_a_time"))
    call.join()
    notice.join(turn.now)
    return [*shown(turn, call), *engaged_shown(turn, call), *replaced(turn, call)]


@help_calls.on(Leave, may=TOLD)
def leave(turn: Turn, pressed: Leave) -> Effects:
    call = for_helper(turn, pressed)
    if call.owner != turn.person.ref:
        gone(turn, call, turn.person.ref)
    return shown(turn, call)


def without(turn: Turn, ref: str) -> Effects:
    """Somebody does not work here any more: the calls that they had or came to go on without."""
    effects: Effects = []
    for call in help_notices.open_calls_told_to(turn.session, ref):
        notice = help_notices.notice(turn.session, call.number, ref)
        if call.owner == ref:
            let_go(turn, call, said=False)
        elif notice and notice.joined_at:
            gone(turn, call, ref)
        elif notice and notice.asked:
            notice.decline(turn.now)
            jump(turn, call)
        else:
            continue
        effects += shown(turn, call)
    return effects


def replaced(turn: Turn, call: HelpCall) -> Effects:
    """Whoever comes to this call had been asked to come to others: those ask somebody else now."""
    effects: Effects = []
    for other in help_notices.open_calls_told_to(turn.session, turn.person.ref):
        notice = help_notices.notice(turn.session, other.number, turn.person.ref)
        asked = notice and notice.wanted_at and not notice.joined_at
        if other.id != call.id and other.owner and other.lacking and asked:
            ask_more(turn, other, other.lacking, anew=False)
            effects += shown(turn, other)
    return effects


def leave_all(turn: Turn, ref: str) -> None:
    """Who presses themself is no helper any more."""
    for number in help_notices.helping(turn.session).get(ref, []):
        gone(turn, turn.get(HelpCall, number), ref)


def gone(turn: Turn, call: HelpCall, ref: str) -> None:
    """Somebody who came is gone: another one is asked in their place."""
    rings.decline(turn, call, ref)
    call.leave()
    ask_more(turn, call, call.lacking)
