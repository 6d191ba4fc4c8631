"""Waiting: one list for everybody who was told of several calls, the most urgent first."""

from bot.cards import Button, Card, CoverCard, Steps, Text, Tone
from bot.effects import Effects, Lane, Show
from bot.turn import Turn
from bot.words import Cover, CoverPhrase, say
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
    open_now = calls.open_calls(turn.session)
    if len(open_now) < 2 and not any(notice.listed for notice in people.values()):
        return []  # nobody has a list, and nobody needs one
    before = help_notices.listed(turn.session, [*people])
    waiting = calls.waiting(turn.session)
    numbers = [call.number for call in waiting]
    told = help_notices.told_of(turn.session, numbers, [*people])
    pressing = calls.pressers(turn.session)
    effects: Effects = []
    for ref in people:
        waits = [call for call in waiting if call.number in told[ref]]
        if ref in before or len(waits) > 1:
            note(turn, ref, before.get(ref, []), waits)
            effects.append(one_list(turn, call, ref, waits, ref in pressing))
    return effects


def note(
    turn: Turn, ref: str, before: list[help_notices.HelpNotice], waiting: list[HelpCall]
) -> None:
    """Remember what stands on the list, so that it is taken off when it is answered."""
    numbers = {call.number for call in on_list(waiting)}
    for notice in before:
        notice.listed = notice.call in numbers
    for number in numbers - {notice.call for notice in before}:
        found = help_notices.notice(turn.session, number, ref)
        if found:
            found.listed = True


def on_list(waiting: list[HelpCall]) -> list[HelpCall]:
    """A list of one is no list: then it only says that it is over."""
    return waiting[:LONGEST] if len(waiting) > 1 else []


def one_list(turn: Turn, call: HelpCall, ref: str, waiting: list[HelpCall], pressing: bool) -> Show:
    preview = Cover(call.site["cover"])("responder_preview")
    card = CoverCard(preview, preview) if pressing else listing(turn, preview, waiting)
    return Show(f"help:list:{ref}", ref, card, Lane.ALERT)


def listing(turn: Turn, preview: CoverPhrase, waiting: list[HelpCall]) -> Card:
    shown = on_list(waiting)
    if not shown:
        return Card(say("help.list.over"), preview, tone=Tone.QUIET)
    lines = Steps(tuple(headline(turn, call) for call in shown))
    more = len(waiting) - len(shown)
    rest = (Text(say("help.list.more", count=more)),) if more else ()
    buttons = tuple(take(turn, call) for call in shown)
    title = say("help.list.title", count=len(waiting))
    return Card(title, preview, (lines, *rest), buttons)


def take(turn: Turn, call: HelpCall) -> Button:
    label = say("help.list.take", level=call.shown_level, name=presser_name(turn, call))
    return Button(label, Take(call.number))
