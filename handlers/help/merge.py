"""Merge: two presses about the same visitor. It is suggested to an owner, never done by itself."""

from bot.effects import Effects
from bot.features import Refused
from bot.turn import Gone, Turn
from bot.words import say
from handlers.help.actions import Merge
from handlers.help.answers import take_it as own
from handlers.help.feature import TOLD, for_owner, help_calls
from handlers.help.steps import shown
from handlers.help.twins import alike
from storage.help import HelpCall


@help_calls.on(Merge, may=TOLD)
def merge(turn: Turn, said: Merge) -> Effects:
    """Yes: whoever owns the one owns the other too. No: it is not asked again."""
    call = for_owner(turn, said)
    other = turn.get(HelpCall, said.other)
    if not alike(call, other):
        raise Gone(f"call {other.id}")
    if not other.open:
        raise Refused(say("common.too_late"))
    if not said.same:
        call.apart = [*call.apart, other.number]
        return shown(turn, call)
    if other.owner is None:
        own(turn, other)
    other.merged_into = call.number
    call.hear_owner(turn.now, seen=False)
    return [*shown(turn, call), *shown(turn, other)]
