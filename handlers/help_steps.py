"""How a call moves: up the ladder, back from an owner, onto everybody's screens."""

from bot.effects import Effects, Forget, Later
from bot.turn import Turn
from handlers import help_cover, help_responders, help_rings
from handlers.help_actions import Due
from storage import help as calls
from storage.help import HelpCall


def climb(turn: Turn, call: HelpCall) -> None:
    """The next rung; one where nobody new can be told gives way to the one after it at once."""
    call.climb(turn.now)
    while not help_rings.tell_rung(turn, call) and not call.last_rung:
        call.climb(turn.now)


def tell_again(turn: Turn, call: HelpCall) -> None:
    """The call has changed: the owner is told anew, or else the ladder starts over, aloud."""
    if call.owner:
        help_rings.tell(turn, call, [call.owner])
        return
    known = help_rings.told(turn, call)
    help_rings.tell(turn, call, known)
    if known:
        call.climb(turn.now)  # those who know count as asked, so the next ring keeps its time
        help_rings.tell_rung(turn, call)
    else:
        climb(turn, call)


def let_go(turn: Turn, call: HelpCall) -> None:
    """The owner cannot go on: those who stand by are told again, and the next ring too."""
    call.release(turn.now)
    again = [ref for ref in help_rings.told(turn, call) if ref != call.released]
    help_rings.tell(turn, call, again)
    if not call.last_rung:
        climb(turn, call)


def shown(turn: Turn, call: HelpCall) -> Effects:
    """What everybody sees of the call now, and when it must be looked at again."""
    return [
        *help_cover.screen(turn, call),
        *help_responders.screen(turn, call),
        *next_step(call),
    ]


def others_shown(turn: Turn, call: HelpCall) -> Effects:
    """The other calls that this presser was told of: they are covered while one's own is open."""
    others = calls.open_calls_told_to(turn.session, call.presser)
    return [effect for other in others for effect in shown(turn, other)]


def next_step(call: HelpCall) -> Effects:
    at = call.next_step_at()
    key = f"help:{call.number}"
    return [Later(key, at, Due(call.number))] if at else [Forget(key)]
