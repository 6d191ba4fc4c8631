"""What can happen after a help call."""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action
from storage.aftercare import MOST_BREAKS, Answer

CallNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]
Breaks = Annotated[int, Field(ge=0, le=MOST_BREAKS)]


@action("aftercare.answer")
class SayHow(Action):
    call: CallNumber
    answer: Answer


@action("aftercare.ready")
class Ready(Action):
    call: CallNumber


@action("aftercare.rest")
class RestOn(Action):
    """A longer break. `breaks`: how often it was made longer when the button was drawn."""

    call: CallNumber
    breaks: Breaks


@action("aftercare.stay")
class Stay(Action):
    """I keep them company, or get in touch."""

    call: CallNumber


@action("aftercare.cannot")
class Cannot(Action):
    call: CallNumber


@action("aftercare.due")
class CareDue(Action):
    call: CallNumber
