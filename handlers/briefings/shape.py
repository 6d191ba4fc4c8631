"""The shift's briefing as content: when it comes, and today's questions."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.content import Seconds
from bot.features import Complaint
from bot.schedules import readable
from bot.turn import Content
from bot.words import Both

SHIFT = "shift"


class ShiftBriefing(BaseModel):
    """`when` says when a shift begins, `before` how long before that everybody has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: Both
    when: tuple[Annotated[str, AfterValidator(readable)], ...] = Field(min_length=1)
    before: Seconds
    questions: tuple[Both, ...] = Field(min_length=1)


def shape_of(content: Content) -> ShiftBriefing:
    return content.all(ShiftBriefing)[SHIFT]


def check_briefings(content: Content) -> Iterable[Complaint]:
    for id in content.all(ShiftBriefing):
        if id != SHIFT:
            yield ShiftBriefing, id, (), "only “shift” is read here; change shift.yaml"
