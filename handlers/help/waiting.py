"""Waiting: one list for everybody who was told of several calls, the most urgent first."""

from bot.cards import Button, Card, CoverCard, Steps, Text, Tone
from bot.effects import Effects, Lane, Show
from bot.turn import Turn
from bot.words import Cover, say
from handlers.help.actions import Take
from handlers.help.names import headline, presser_name
from storage import help_calls as calls
from storage import help_notices
from storage.help import HelpCall

LONGEST = 5
"""Lines of the list: whoever can be told of more reads the most urgent ones."""


def lists(turn: Turn, call: HelpCall) -> Effects:
    """The list of everybody who was told of this call, where there is one or must be one now."""
    people = help_notices.notices(turn.session, call.number)
    listed = any(notice.listed is not None for notice in people.values())
    if not listed and calls.alone(turn.session):
        return []  # nobody has a list, and nobody needs one
    pressing = calls.pressers(turn.session)
    known = help_notices.told_of(turn.session, people)
    waiting = calls.waiting(turn.session, {number for told in known.values() for number in told})
    effects: Effects = []
    for ref, told in known.items():
        waits = [number for number in waiting if number in told]
        before = {number: name for number, name in told.items() if name is not None}
        if before or len(waits) > 1:
            name = note(turn, call, ref, before, waits)
            card = listing(turn, call, waits, ref in pressing)
            effects.append(Show(f"help:list:{ref}:{name}", ref, card, Lane.ALERT))
    return effects


def note(turn: Turn, call: HelpCall, ref: str, before: dict[int, int], waits: list[int]) -> int:
    """Remember what stands on the list, and the name of the list: the call that began it.

    A list that was over stays where it is; the next one is a new message, lowest in the chat.
    """
    name = min(before.values(), default=call.number)
    after = dict.fromkeys(on_list(waits), name)
    for number in before.keys() | after.keys():
        if before.get(number) != after.get(number):
            help_notices.put_on_list(turn.session, number, ref, after.get(number))
    return name


def on_list(waiting: list[int]) -> list[int]:
    """A list of one is no list: then it only says that it is over."""
    return waiting[:LONGEST] if len(waiting) > 1 else []


def listing(turn: Turn, call: HelpCall, waiting: list[int], pressing: bool) -> Card | CoverCard:
    preview, shown = Cover(call.site["cover"])("responder_preview"), on_list(waiting)
    if pressing:
        return CoverCard(preview, preview)
    if not shown:
        return Card(say("help.list.over"), preview, tone=Tone.QUIET)
    rows = calls.whole(turn.session, shown)
    lines = Steps(tuple(headline(turn, one) for one in rows))
    more = len(waiting) - len(shown)
    rest = (Text(say("help.list.more", count=more)),) if more else ()
    buttons = tuple(take(turn, one) for one in rows)
    return Card(say("help.list.title", count=len(waiting)), preview, (lines, *rest), buttons)


def take(turn: Turn, call: HelpCall) -> Button:
    label = say("help.list.take", level=call.shown_level, name=presser_name(turn, call))
    return Button(label, Take(call.number))
