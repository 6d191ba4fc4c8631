"""What can happen to a plan: to one of its steps, to its reminders, to who stands in."""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


@action("plans.show")
class ShowStep(Action):
    step: Number


@action("plans.done")
class Done(Action):
    step: Number


@action("plans.promise")
class Promise(Action):
    """The manager phones before the time is up."""

    step: Number


@action("plans.safe")
class SaySafe(Action):
    step: Number
    safe: bool


@action("plans.need")
class Need(Action):
    step: Number
    need: str
    wanted: bool


@action("plans.needs_said")
class NeedsSaid(Action):
    step: Number


@action("plans.delegate")
class Delegate(Action):
    step: Number


@action("plans.offer")
class Offer(Action):
    """The form of a delegation: `person` stands in its inputs."""

    step: Number


@action("plans.accept")
class Accept(Action):
    step: Number
    yes: bool


@action("plans.later")
class PutOff(Action):
    step: Number


@action("plans.put_off")
class PutOffTo(Action):
    """The form of a delay: `reason` and `time` stand in its inputs.

    `snoozes` is how often it had been put off: the same form twice puts it off once.
    """

    step: Number
    snoozes: int


@action("plans.absent")
class Absent(Action):
    step: Number


@action("plans.help")
class NeedHelp(Action):
    step: Number


@action("plans.helping")
class Helping(Action):
    step: Number


@action("plans.take")
class TakeOver(Action):
    step: Number


@action("plans.remind")
class Remind(Action):
    step: Number


@action("plans.assign")
class Assign(Action):
    step: Number


@action("plans.assigned")
class Assigned(Action):
    """The form of an assignment: `person` stands in its inputs."""

    step: Number


@action("plans.due")
class StepDue(Action):
    step: Number


@action("plans.nudge")
class NudgeDue(Action):
    person: str


@action("plans.heard_due")
class HeardDue(Action):
    case: Number


@action("plans.heard")
class Heard(Action):
    case: Number
    yes: bool


@action("plans.choose")
class ChooseManager(Action):
    case: Number
    person: str


@action("plans.stand_in")
class SayStandIn(Action):
    case: Number
    yes: bool
