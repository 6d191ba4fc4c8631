"""Pieces that every colleague's card of a call is built from."""

from bot.actions import Action
from bot.cards import Block, Button, Card, Facts, Text, Tone
from bot.turn import Turn
from bot.words import Cover, Words, say
from handlers.help.board_texts import Sentence, SignalText
from handlers.help.names import both, person_name, place_of
from storage import help_lines
from storage.help import HelpCall
from storage.help_life import Finish
from storage.help_lines import HelpLine

RECENT = 5
"""Lines that are shown; older ones are answered or out of date."""


def card(
    call: HelpCall,
    title: Words,
    body: tuple[Block, ...],
    buttons: tuple[Button, ...] = (),
    tone: Tone = Tone.PLAIN,
) -> Card:
    return Card(title, preview(call), body, buttons, tone)


def button(key: str, action: Action, tone: Tone = Tone.PLAIN) -> Button:
    return Button(say(f"help.{key}"), action, tone)


def preview(call: HelpCall) -> Words:
    """What a colleague's lock screen may show: a colleague may stand at a desk too."""
    return Cover(call.site["cover"])("responder_preview")


def where(call: HelpCall) -> Facts:
    site = call.site
    pressed = (say("help.pressed_at"), say("help.to_the_second", time=call.started_at))
    if call.at_home:
        phone = (say("help.phone"), site["callback"])
        return Facts(((say("help.where"), say("help.at_home")), phone, pressed))
    seat = say("help.seat", floor=both(site["floor"]), place=place_of(call))
    address = say("help.at", site=both(site["name"]), address=site["address"])
    return Facts(((say("help.where"), seat), (say("help.address"), address), pressed))


def finished_as(call: HelpCall) -> str:
    """How colleagues hear that it ended."""
    if call.forced_at is not None:
        return Finish.FORCED.value
    return (call.finished_as or Finish.DONE).value


def said_so_far(turn: Turn, call: HelpCall, reader: str) -> tuple[Block, ...]:
    """The newest lines of presser and helpers, in order, and what 112 knows."""
    lines = help_lines.lines(turn.session, call.number)[-RECENT:]
    told: list[Block] = [Text(line_words(turn, call, line, reader)) for line in lines]
    if call.relayed_at is not None:
        name = person_name(turn, call.relayed_by)
        told.append(Text(say("help.relay.done", time=call.relayed_at, name=name)))
    return tuple(told)


def line_words(turn: Turn, call: HelpCall, line: HelpLine, reader: str) -> Words:
    """Who said what, when, and whether the other side has seen it."""
    if line.by == call.presser:
        signal = turn.content.all(SignalText).get(line.code)
        text: Words = signal.means if signal else line.code
    else:
        sentence = turn.content.all(Sentence).get(line.code)
        text = sentence.label if sentence else line.code
    seen = "seen" if line.seen_at else "sent"
    if line.by == reader:
        return say(f"help.line.own_{seen}", text=text, time=line.at)
    return say(f"help.line.{seen}", name=person_name(turn, line.by), text=text, time=line.at)
