"""What can happen with a case once it is received."""

from typing import Annotated, Literal

from pydantic import Field

from bot.actions import Action, action

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Level = Annotated[int, Field(ge=0, le=5)]
Page = Annotated[int, Field(ge=0, le=10_000)]


@action("cases.show")
class ShowCase(Action):
    """The page of a case, for whoever may read it."""

    case: Number


@action("cases.list")
class ListCases(Action):
    """The cases of the person or of the unit, filtered by buttons."""

    which: Literal["mine", "all"] = "mine"
    status: Literal["open", "new", "closed"] = "open"
    serious: bool = False
    page: Page = 0


@action("cases.read")
class Begin(Action):
    """Read, and begun: whoever reported sees it."""

    case: Number


@action("cases.raise")
class RaiseSeverity(Action):
    case: Number
    level: Level


@action("cases.lower")
class LowerSeverity(Action):
    """Asks for the reason."""

    case: Number
    level: Level


@action("cases.lowered")
class Lowered(Action):
    case: Number
    level: Level


@action("cases.give")
class Give(Action):
    """To the deputy, who then owns it."""

    case: Number


@action("cases.follow")
class Follow(Action):
    case: Number


@action("cases.ask_owner")
class AskOwner(Action):
    """The safety representative asks the manager about a case."""

    case: Number


@action("cases.want_more")
class WantMore(Action):
    """The safety representative asks to read it, if the person it is about agrees."""

    case: Number


@action("cases.consent")
class Consent(Action):
    case: Number
    to: Annotated[str, Field(min_length=1, max_length=100)]
    yes: bool
