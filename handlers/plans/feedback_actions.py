"""What can happen in the feedback to whoever reported."""

from typing import Annotated, Literal

from pydantic import Field

from bot.actions import Action, action

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Became = Literal["yes", "partly", "no"]


@action("feedback.plan")
class TellPlan(Action):
    """The owner says what is done."""

    case: Number


@action("feedback.planned")
class Planned(Action):
    """The form of it: `measure`, `time` and `words` stand in its inputs."""

    case: Number


@action("feedback.propose")
class Propose(Action):
    case: Number


@action("feedback.became")
class SayBecame(Action):
    """Did it become good? `round` is the question that it answers."""

    case: Number
    round: Annotated[int, Field(ge=1, le=10_000)]
    became: Became


@action("feedback.due")
class FeedbackDue(Action):
    case: Number
