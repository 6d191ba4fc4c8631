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
    before = {notice.person for notice in help_notices.listed(turn.session, [*people])}
    pressing = calls.pressers(turn.session)
    effects: Effects = []
    for ref in people:
        waits = waiting_for(turn, ref)
        if ref in before or len(waits) > 1:
            effects += one_list(turn, call, ref, waits, ref in pressing)
    return effects


def waiting_for(turn: Turn, ref: str) -> list[HelpCall]:
    """The calls without an owner that somebody was told of, the most urgent first."""
    found = calls.waiting(turn.session)
    return [call for call in found if help_notices.was_told(turn.session, call.number, ref)]


def one_list(
    turn: Turn, call: HelpCall, ref: str, waiting: list[HelpCall], pressing: bool
) -> Effects:
    """A list of one is no list: then it only says that it is over."""
    shown = waiting[:LONGEST] if len(waiting) > 1 else []
    note(turn, ref, shown)
    cover = Cover(call.site["cover"])
    preview = cover("responder_preview")
    covered = CoverCard(preview, preview)
    card = covered if pressing else listing(turn, preview, waiting, shown)
    return [Show(f"help:list:{ref}", ref, card, Lane.ALERT)]


def note(turn: Turn, ref: str, shown: list[HelpCall]) -> None:
    """Remember what stands on the list, so that it is taken off when it is answered."""
    numbers = {call.number for call in shown}
    for notice in help_notices.listed(turn.session, [ref]):
        notice.listed = notice.call in numbers
    for number in numbers:
        found = help_notices.notice(turn.session, number, ref)
        if found:
            found.listed = True


def listing(
    turn: Turn, preview: CoverPhrase, waiting: list[HelpCall], shown: list[HelpCall]
) -> Card:
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
