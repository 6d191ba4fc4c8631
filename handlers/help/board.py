"""The board: signals of the presser and sentences of the helpers, one tap each, in order.

Every button carries the newest line that stood on its card. So a press proves what its presser
has seen (I8), and the same press sent twice says a thing once.
"""

from bot.effects import Effects
from bot.features import ANYONE
from bot.turn import Gone, Turn
from handlers.help import rings
from handlers.help.actions import Read, SayLine, Signal, SignalOwn
from handlers.help.board_texts import Sentence, SignalText
from handlers.help.feature import EITHER, PRESSER, TOLD, for_helper, for_presser, help_calls
from handlers.help.need import ask_more
from handlers.help.presses import own_call
from handlers.help.steps import shown
from storage import help_lines, help_notices
from storage.help import HelpCall
from storage.help_lines import HelpLine


@help_calls.on(Signal, may=PRESSER)
def signal(turn: Turn, pressed: Signal) -> Effects:
    call = for_presser(turn, pressed.call)
    read_until(turn, call, pressed.after)
    return send(turn, call, pressed.code, pressed.after)


@help_calls.on(SignalOwn, may=ANYONE)
def signal_own(turn: Turn, said: SignalOwn) -> Effects:
    """A typed letter proves nothing of what stood on the screen."""
    call = for_presser(turn, own_call(turn).number)
    last = max((line.number for line in help_lines.lines(turn.session, call.number)), default=0)
    return send(turn, call, said.code, last)


def send(turn: Turn, call: HelpCall, code: str, after: int) -> Effects:
    text = turn.content.all(SignalText).get(code)
    if text is None:
        raise Gone(code)
    if call.finished_at is None and add(turn, call, code, after):
        start(turn, call, text)
        rings.tell(turn, call, listeners(turn, call, text))
    return shown(turn, call)


def start(turn: Turn, call: HelpCall, text: SignalText) -> None:
    if text.starts == "relay":
        call.ask_relay(turn.now)
    if text.starts == "more":
        ask_more(turn, call, call.lacking + 1)


def listeners(turn: Turn, call: HelpCall, text: SignalText) -> list[str]:
    """Who must be woken: those who have the call, or for 112 whoever knows of it."""
    if call.owner:
        return [call.owner, *joined(turn, call)]
    return rings.told(turn, call) if text.starts == "relay" else joined(turn, call)


def joined(turn: Turn, call: HelpCall) -> list[str]:
    given = help_notices.notices(turn.session, call.number)
    return [ref for ref, notice in given.items() if notice.joined_at]


@help_calls.on(SayLine, may=TOLD)
def say_line(turn: Turn, pressed: SayLine) -> Effects:
    """The presser's screen is edited in place: nothing sounds there."""
    call = for_helper(turn, pressed)
    if pressed.code not in turn.content.all(Sentence):
        raise Gone(pressed.code)
    heard(turn, call)
    read_until(turn, call, pressed.after)
    add(turn, call, pressed.code, pressed.after)
    return shown(turn, call)


@help_calls.on(Read, may=EITHER)
def read(turn: Turn, pressed: Read) -> Effects:
    call = turn.get(HelpCall, pressed.call)
    if call.presser == turn.person.ref:
        for_presser(turn, pressed.call)
    else:
        for_helper(turn, pressed)
        heard(turn, call)
    read_until(turn, call, pressed.after)
    return shown(turn, call)


def heard(turn: Turn, call: HelpCall) -> None:
    """Any press of the owner is a sign of life, but no answer to whether all is under control."""
    if call.owner == turn.person.ref:
        call.hear_press(turn.now)


def read_until(turn: Turn, call: HelpCall, after: int) -> None:
    """What stood on the card of this press was seen: the lines of the other side."""
    me = turn.person.ref
    for line in help_lines.lines(turn.session, call.number):
        from_presser = line.by == call.presser
        other_side = from_presser != (me == call.presser)
        if line.number <= after and other_side and line.seen_at is None:
            line.seen_at, line.seen_by = turn.now, me


def add(turn: Turn, call: HelpCall, code: str, after: int) -> bool:
    """One more line; False when the same press was heard before."""
    me = turn.person.ref
    known = help_lines.lines(turn.session, call.number)
    if any(line.by == me and line.code == code and line.number > after for line in known):
        return False
    help_lines.add(turn.session, HelpLine(call=call.number, by=me, code=code, at=turn.now))
    return True
