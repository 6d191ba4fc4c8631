"""What can happen in a help call."""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action
from storage.help import Finish

LEVELS = (1, 2, 3)
"""1: listen in and support me. 2: come to me now. 3: danger, act and call 112."""

Level = Annotated[int, Field(ge=LEVELS[0], le=LEVELS[-1])]


@action("help.press")
class Press(Action):
    level: Level


@action("help.raise")
class Raise(Action):
    call: int
    level: Level


@action("help.form")
class ChooseForm(Action):
    call: int
    form: str


@action("help.take")
class Take(Action):
    call: int


@action("help.decline")
class Decline(Action):
    call: int


@action("help.all_well")
class AllWell(Action):
    call: int


@action("help.release")
class Release(Action):
    call: int


@action("help.finish")
class FinishCall(Action):
    call: int
    how: Finish


@action("help.check")
class Check(Action):
    call: int


@action("help.call_back")
class CallBack(Action):
    call: int


@action("help.due")
class Due(Action):
    call: int
