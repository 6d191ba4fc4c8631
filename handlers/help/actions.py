"""What can happen in a help call."""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action
from storage.help_life import Finish

LEVELS = (1, 2, 3)
"""1: listen in and support me. 2: come to me now. 3: danger, act and call 112."""

CallNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]
Level = Annotated[int, Field(ge=LEVELS[0], le=LEVELS[-1])]
More = Annotated[int, Field(ge=1, le=3)]
Code = Annotated[str, Field(min_length=1, max_length=8)]
After = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""The newest line that stood on the card when the button was drawn: what its presser has seen."""


@action("help.press")
class Press(Action):
    level: Level


@action("help.raise")
class Raise(Action):
    call: CallNumber
    level: Level


@action("help.form")
class ChooseForm(Action):
    call: CallNumber
    form: str


@action("help.take")
class Take(Action):
    call: CallNumber


@action("help.take_with")
class TakeWith(Action):
    """Taken, and more people are needed at once."""

    call: CallNumber
    more: More


@action("help.decline")
class Decline(Action):
    call: CallNumber


@action("help.later")
class AskLater(Action):
    """Not now: ask me again in two minutes."""

    call: CallNumber


@action("help.all_well")
class AllWell(Action):
    call: CallNumber


@action("help.phoned")
class Phoned(Action):
    """The owner has phoned a presser who works at home."""

    call: CallNumber


@action("help.release")
class Release(Action):
    call: CallNumber


@action("help.need")
class Need(Action):
    call: CallNumber
    more: More


@action("help.join")
class Join(Action):
    call: CallNumber


@action("help.leave")
class Leave(Action):
    """One of those who came in addition to the owner cannot go on."""

    call: CallNumber


@action("help.signal")
class Signal(Action):
    """The presser lets those who have the call know something."""

    call: CallNumber
    code: Code
    after: After


@action("help.signal_own")
class SignalOwn(Action):
    """The same, said in words: the call that is meant is one's own open one."""

    code: Code


@action("help.say")
class SayLine(Action):
    """Somebody who has the call lets the presser know something."""

    call: CallNumber
    code: Code
    after: After


@action("help.read")
class Read(Action):
    """What stood there has been read."""

    call: CallNumber
    after: After


@action("help.relayed")
class Relayed(Action):
    """112 has been called."""

    call: CallNumber
    after: After = 0


@action("help.okay")
class Okay(Action):
    """The presser answers whether they are okay."""

    call: CallNumber
    okay: bool


@action("help.merge")
class Merge(Action):
    """Is another call about the same event?"""

    call: CallNumber
    other: CallNumber
    same: bool


@action("help.finish")
class FinishCall(Action):
    call: CallNumber
    how: Finish


@action("help.finish_own")
class FinishOwn(Action):
    """The same, said in words: the call that is meant is one's own open one."""

    how: Finish


@action("help.check")
class Check(Action):
    call: CallNumber


@action("help.call_back")
class CallBack(Action):
    call: CallNumber


@action("help.line_due")
class LineDue(Action):
    """The presser's line changes by time alone."""

    call: CallNumber


@action("help.due")
class Due(Action):
    call: CallNumber
