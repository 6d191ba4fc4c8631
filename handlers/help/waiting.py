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
from storage.help_notices import HelpNotice

LONGEST = 5
"""Lines of the list: whoever can be told of more reads the most urgent ones."""


def lists(turn: Turn, call: HelpCall) -> Effects:
    """The list of everybody who was told of this call, where there is one or must be one now."""
    people = help_notices.notices(turn.session, call.number)
    alone = len([*calls.brief(turn.session)]) < 2
    if alone and not any(notice.listed is not None for notice in people.values()):
        return []  # nobody has a list, and nobody needs one
    before = help_notices.listed(turn.session, [*people])
    waiting = calls.waiting(turn.session)
    told = help_notices.told_of(turn.session, waiting, [*people])
    pressing = calls.pressers(turn.session)
    effects: Effects = []
    for ref in people:
        waits = [number for number in waiting if number in told[ref]]
        if ref in before or len(waits) > 1:
            name = note(turn, call, ref, before.get(ref, []), waits)
            card = listing(turn, call, waits, ref in pressing)
            effects.append(Show(f"help:list:{ref}:{name}", ref, card, Lane.ALERT))
    return effects


def note(turn: Turn, call: HelpCall, ref: str, before: list[HelpNotice], waiting: list[int]) -> int:
    """Remember what stands on the list, and the name of the list: the call that began it.

    A list that was over stays where it is; the next one is a new message, lowest in the chat.
    """
    name = min((notice.listed for notice in before if notice.listed), default=call.number)
    numbers = {*on_list(waiting)}
    for notice in before:
        notice.listed = name if notice.call in numbers else None
    for number in numbers - {notice.call for notice in before}:
        found = help_notices.notice(turn.session, number, ref)
        if found:
            found.listed = name
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
