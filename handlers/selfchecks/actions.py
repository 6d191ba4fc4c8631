"""What can happen to a self-check, and to a wish to talk."""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


@action("selfchecks.due")
class CheckDue(Action):
    case: Number
    person: str


@action("selfchecks.thanks")
class Thanks(Action):
    """Green or yellow: nobody can tell which."""

    case: Number
    number: Number


@action("selfchecks.talk")
class WantTalk(Action):
    case: Number
    number: Number


@action("selfchecks.whom")
class ChooseWhom(Action):
    case: Number
    person: str


@action("selfchecks.stop")
class Stop(Action):
    case: Number


@action("selfchecks.phone")
class Phone(Action):
    """Whoever was asked gets in touch."""

    wish: Number


@action("selfchecks.cannot")
class CannotTalk(Action):
    wish: Number


@action("selfchecks.wait_over")
class WaitOver(Action):
    wish: Number
