"""What can happen in a help call."""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action
from storage.help import Finish

LEVELS = (1, 2, 3)
"""1: listen in and support me. 2: come to me now. 3: danger, act and call 112."""

CallNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]
Level = Annotated[int, Field(ge=LEVELS[0], le=LEVELS[-1])]


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


@action("help.decline")
class Decline(Action):
    call: CallNumber


@action("help.all_well")
class AllWell(Action):
    call: CallNumber


@action("help.release")
class Release(Action):
    call: CallNumber


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


@action("help.due")
class Due(Action):
    call: CallNumber
