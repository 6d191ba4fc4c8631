"""How a call moves: up the ladder, back from an owner, onto everybody's screens."""

from bot.effects import Effects, Forget, Later
from bot.turn import Turn
from handlers import help_cover, help_responders, help_rings
from handlers.help_actions import Due
from storage import help as calls
from storage.help import HelpCall


def move_on(turn: Turn, call: HelpCall) -> None:
    """The next rung, or the sounding of the exhaustion when there is none."""
    if call.last_rung:
        exhaust(turn, call)
    else:
        climb(turn, call)


def climb(turn: Turn, call: HelpCall) -> None:
    """The next rung; one that brings nobody new gives way to the one after it at once.

    When the top is reached and nobody at all is being asked, waiting would only be silence.
    """
    call.climb(turn.now)
    while not help_rings.tell_rung(turn, call) and not call.last_rung:
        call.climb(turn.now)
    if not help_rings.somebody_asked(turn, call):
        exhaust(turn, call)


def exhaust(turn: Turn, call: HelpCall) -> None:
    call.exhaust(turn.now)
    help_rings.tell_everybody(turn, call)


def tell_again(turn: Turn, call: HelpCall) -> None:
    """The call has changed: all who know are told anew; without an owner the ladder starts over."""
    help_rings.tell(turn, call, help_rings.told(turn, call))
    if call.owner:
        return
    if help_rings.somebody_asked(turn, call):
        call.climb(turn.now)  # those who know count as asked, so the next ring keeps its time
        help_rings.tell_rung(turn, call)
    else:
        climb(turn, call)


def let_go(turn: Turn, call: HelpCall, said: bool) -> None:
    """The owner is gone (`said`: by their own word): who stands by and the next ring are told."""
    left = call.owner or ""
    call.release(turn.now, said)
    help_rings.tell(turn, call, [ref for ref in help_rings.told(turn, call) if ref != left])
    if said:  # a silent one has not declined, and is not thanked for an answer
        help_rings.decline(turn, call, left)
    if not call.last_rung or not help_rings.somebody_asked(turn, call):
        move_on(turn, call)


def shown(turn: Turn, call: HelpCall) -> Effects:
    """What everybody sees of the call now, and when it must be looked at again."""
    return [
        *help_cover.screen(turn, call),
        *help_responders.screen(turn, call),
        *next_step(call),
    ]


def others_shown(turn: Turn, call: HelpCall) -> Effects:
    """The other calls that this presser was told of: they are covered while one's own is open.

    Those that were closed meanwhile are shown once more too, so that their end is seen.
    """
    others = calls.calls_told_since(turn.session, call.presser, call.started_at)
    return [effect for other in others if other.id != call.id for effect in shown(turn, other)]


def free(turn: Turn, call: HelpCall) -> Effects:
    """The presser's own call is closed: what was kept from them, or waits for them, comes now."""
    for other in calls.open_calls(turn.session):
        if other.owner is None and other.site["ref"] == call.site["ref"]:
            help_rings.tell_late(turn, other)
    return others_shown(turn, call)


def next_step(call: HelpCall) -> Effects:
    at = call.next_step_at()
    key = f"help:{call.number}"
    return [Later(key, at, Due(call.number))] if at else [Forget(key)]
