"""What can happen around the reading of cases."""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action


@action("reads.who")
class WhoHasRead(Action):
    """Whom a case is about wants to see who has opened it."""

    case: Annotated[int, Field(ge=1, le=2**31 - 1)]


@action("reads.break")
class BreakGlass(Action):
    """Security must open a protected case."""


@action("reads.broken")
class GlassBroken(Action):
    """The form with the number of the case and the reason."""
