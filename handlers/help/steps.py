"""How a call moves: up the ladder, back from an owner, onto everybody's screens."""

from collections.abc import Iterable

from bot.effects import Effects, Forget, Later, Show
from bot.turn import Turn
from handlers import gaps
from handlers.help import cover, pressed_anew, responders, rings, waiting, who
from handlers.help.actions import Due, LineDue
from storage import help_calls as calls
from storage import help_notices
from storage.help import HelpCall
from storage.help_life import Status
from storage.help_waits import next_step


def move_on(turn: Turn, call: HelpCall) -> None:
    """The next rung, or the sounding of the exhaustion when there is none."""
    if call.last_rung:
        exhaust(turn, call)
    else:
        climb(turn, call)


def climb(turn: Turn, call: HelpCall) -> None:
    """The next rung; one that brings too few gives way to the one after it at once.

    When the top is reached and nobody free is being asked, the busy ones are asked aloud; and
    when there is nobody at all, waiting would only be silence.
    """
    plan = who.plan_for(turn, call)
    call.climb(turn.now)
    while not rings.tell_rung(turn, call, plan) and not call.last_rung:
        call.climb(turn.now)
    if not rings.somebody_asked(turn, call):
        rings.tell_the_busy(turn, call)
    if not rings.somebody_asked(turn, call):
        exhaust(turn, call)


def exhaust(turn: Turn, call: HelpCall) -> None:
    call.exhaust(turn.now)
    rings.tell_everybody(turn, call)


def jump(turn: Turn, call: HelpCall) -> None:
    """Somebody cannot: the nearest free person who does not know yet is asked at once."""
    if call.status is not Status.RINGING:
        return
    asked = rings.tell_next(turn, call) or rings.somebody_asked(turn, call)
    if not asked:
        move_on(turn, call)


def tell_again(turn: Turn, call: HelpCall) -> None:
    """The call has changed: all who know are told anew; without an owner the ladder starts over."""
    rings.tell(turn, call, rings.told(turn, call))
    if call.owner:
        return
    if rings.somebody_asked(turn, call):
        call.climb(turn.now)  # those who know count as asked, so the next ring keeps its time
        rings.tell_rung(turn, call, who.plan_for(turn, call))
    else:
        climb(turn, call)


def let_go(turn: Turn, call: HelpCall, said: bool) -> None:
    """The owner is gone (`said`: by their own word): who stands by and the next ring are told."""
    left = call.owner or ""
    call.release(turn.now, said)
    rings.tell(turn, call, [ref for ref in rings.told(turn, call) if ref != left])
    if said:  # a silent one has not declined, and is not thanked for an answer
        rings.decline(turn, call, left)
    if not call.last_rung or not rings.somebody_asked(turn, call):
        move_on(turn, call)


def shown(turn: Turn, call: HelpCall) -> Effects:
    """What everybody sees of the call now, and when it must be looked at again."""
    return [
        *cover.screen(turn, call),
        *responders.screen(turn, call),
        *waiting.lists(turn, call),
        *when_next(call),
        *when_line_changes(turn, call),
        *what_went_wrong(turn, call),
    ]


def what_went_wrong(turn: Turn, call: HelpCall) -> Effects:
    """A call that nobody has answered by now is asked about the next day."""
    if call.exhausted_at != turn.now or call.answered_at is not None:
        return []
    return gaps.open_gap(turn, call, rings.counts(turn, call))


def others_shown(turn: Turn, call: HelpCall, handed: Iterable[HelpCall] = ()) -> Effects:
    """The other calls that this presser was told of: they are covered while one's own is open.

    Those that were closed meanwhile are shown once more too, so that their end is seen; and those
    `handed` on, of which the presser need not have been told (joined ones are owned untold).
    """
    told = help_notices.calls_told_since(turn.session, call.presser, call.started_at)
    others = {other.number: other for other in (*told, *handed)}
    return [e for other in others.values() if other.id != call.id for e in went_on(turn, other)]


def went_on(turn: Turn, call: HelpCall) -> Effects:
    """One of those asked is free no more: the next nearest is asked in their place."""
    jump(turn, call)
    return shown(turn, call)


def engaged_shown(turn: Turn, call: HelpCall) -> Effects:
    """Somebody has come to this call: the others that they were told of look for somebody else."""
    effects: Effects = []
    for other in help_notices.open_calls_told_to(turn.session, turn.person.ref):
        if other.id != call.id and other.status in (Status.RINGING, Status.EXHAUSTED):
            effects += went_on(turn, other)
    return effects


def free(turn: Turn, call: HelpCall) -> Effects:
    """The presser's own call is closed: what was kept from them, or waits for them, comes now.

    Others may be free with them, who hear of a call that this presser is never told of.
    """
    here = [
        other
        for other in calls.whole(turn.session, sorted(calls.waiting(turn.session)))
        if other.site["ref"] == call.site["ref"]
    ]
    late = [other for other in here if rings.tell_late(turn, other)]
    return [*others_shown(turn, call), *(e for other in late for e in shown(turn, other))]


def freed(turn: Turn, call: HelpCall, refs: list[str]) -> Effects:
    """Those who helped in a call that is closed may be asked for the calls that still ring."""
    effects: Effects = []
    for ref in refs:
        for other in help_notices.open_calls_told_to(turn.session, ref):
            if other.id != call.id and other.owner is None:
                effects += [e for e in shown(turn, other) if isinstance(e, Show) and e.to == ref]
    return effects


def when_line_changes(turn: Turn, call: HelpCall) -> Effects:
    """The presser's line of a call that was pressed anew follows a time of its own."""
    if call.revived_at is None:
        return []
    key, seconds = f"help:{call.number}:line", pressed_anew.next_line_in(turn, call)
    return [Forget(key)] if seconds is None else [later_line(turn, key, call, seconds)]


def later_line(turn: Turn, key: str, call: HelpCall, seconds: float) -> Later:
    return Later(key, turn.after(seconds=seconds), LineDue(call.number))


def when_next(call: HelpCall) -> Effects:
    found = next_step(call)
    key = f"help:{call.number}"
    return [Later(key, found[0], Due(call.number))] if found else [Forget(key)]


def unreached(turn: Turn, ref: str) -> Effects:
    """Nothing reaches this person any more: every call that asks them asks the next one."""
    effects: Effects = []
    for call in help_notices.open_calls_told_to(turn.session, ref):
        notice = help_notices.notice(turn.session, call.number, ref)
        if call.owner is None and notice and notice.asked:
            notice.decline(turn.now)
            jump(turn, call)
            effects += shown(turn, call)
    return effects
