"""What can happen in the triage of a case."""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action
from storage.triage import Did

CaseNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]
Id = Annotated[str, Field(min_length=1, max_length=20)]


@action("triage.answer")
class Reply(Action):
    case: CaseNumber
    duty: Id
    option: Id


@action("triage.change")
class Change(Action):
    """Ask one question again."""

    case: CaseNumber
    duty: Id


@action("triage.decide")
class Decide(Action):
    case: CaseNumber
    duty: Id
    did: Did


@action("triage.red")
class RedDue(Action):
    case: CaseNumber
