"""What can happen around a report without a name."""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action

CaseNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]


@action("anonymous.enter")
class EnterCode(Action):
    """Somebody has a code and wants to read or answer."""


@action("anonymous.code")
class GiveCode(Action):
    """The form with the code."""


@action("anonymous.answer")
class AnswerByCode(Action):
    """The form with the answer; the code is what lets it in."""

    code: Annotated[str, Field(min_length=16, max_length=40)]


@action("anonymous.ask")
class AskReporter(Action):
    """The owner wants to ask whoever reported."""

    case: CaseNumber


@action("anonymous.asked")
class Asked(Action):
    """The form with the question."""

    case: CaseNumber


@action("anonymous.due")
class AnswerDue(Action):
    """On the full hour the owner is shown what was said."""

    case: CaseNumber


@action("anonymous.relay")
class RelayDue(Action):
    """Whoever asked for it is told that there is a question."""

    case: CaseNumber


@action("anonymous.forget")
class ForgetRelays(Action):
    """Thirty days are over."""
