"""The relay of 112: a helper phones, and logs it with one tap."""

from bot.effects import Effects
from bot.turn import Turn
from handlers.help.actions import Relayed
from handlers.help.board import heard, read_until
from handlers.help.feature import TOLD, for_helper, help_calls
from handlers.help.steps import shown


@help_calls.on(Relayed, may=TOLD)
def relayed(turn: Turn, pressed: Relayed) -> Effects:
    """The first log counts; who logs it has given a sign of life."""
    call = for_helper(turn, pressed)
    read_until(turn, call, pressed.after)
    if call.relayed_at is None or call.relay_wanted:
        call.relay(turn.person.ref, turn.now)
    heard(turn, call)
    return shown(turn, call)
