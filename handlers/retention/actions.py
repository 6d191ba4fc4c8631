"""What can happen around the erasing of what is old."""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


@action("retention.open")
class OpenRetention(Action):
    """Somebody wants to see what could be erased."""


@action("retention.approve")
class Approve(Action):
    run: Number


@action("retention.drop")
class Drop(Action):
    run: Number


@action("retention.look")
class Look(Action):
    """The clock looks whether a run is done, and tells whoever approved it."""

    run: Number


@action("retention.mine")
class AskMine(Action):
    """Somebody wants what is kept of them."""


@action("retention.hold")
class AskHold(Action):
    """A case is to be kept, whatever its age."""


@action("retention.held")
class Hold(Action):
    """The form with the number of the case and the reason."""


@action("retention.lift")
class Lift(Action):
    case: Number
