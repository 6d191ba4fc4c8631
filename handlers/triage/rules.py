"""Rules: what each answer means, as content; pure.

Source: `spec/content.md` 2.2 and card 35. Every rule is marked [C]: an agency confirms it.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.features import Complaint
from bot.turn import Content
from bot.words import Both

Advice = Literal["now", "report", "likely", "ask", "none"]
"""112 first; report today; probably; ask HR or security today; do not report."""

QUESTIONS = ("work_environment", "injury", "police", "child", "data_breach")


class Option(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str = Field(min_length=1, max_length=20)
    label: Both
    advice: Advice


class DutyText(BaseModel):
    """One duty: its question, what each answer advises, where to report, and the text to copy.

    `likely` are the types of a case where the answer is usually yes; `red_hours` after which the
    decision is late; `text` names nobody.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: Literal["work_environment", "injury", "police", "child", "data_breach"]
    place: int
    version: int
    owner: str
    confirm: bool
    sources: tuple[str, ...] = Field(min_length=1)
    question: Both
    likely: tuple[str, ...] = ()
    options: tuple[Option, ...] = Field(min_length=2, max_length=7)
    where: Both
    red_hours: Annotated[int, Field(ge=1, le=24 * 30)]
    note: Both
    text: Both

    def option(self, id: str | None) -> Option | None:
        return next((one for one in self.options if one.id == id), None)


def in_order(content: Content) -> list[DutyText]:
    return sorted(content.all(DutyText).values(), key=lambda one: one.place)


def decisions(answers: Mapping[str, str], duties: Iterable[DutyText]) -> dict[str, Advice]:
    """What the answers (duty id to option id) advise; what is not answered is not in it."""
    chosen = {duty.id: duty.option(answers.get(duty.id)) for duty in duties}
    return {id: option.advice for id, option in chosen.items() if option}


def check_duties(content: Content) -> Iterable[Complaint]:
    places = [duty.place for duty in content.all(DutyText).values()]
    for id, duty in content.all(DutyText).items():
        if places.count(duty.place) > 1:
            yield DutyText, id, ("place",), "another duty has this place"
        ids = [one.id for one in duty.options]
        for place, one in enumerate(duty.options):
            if ids.count(one.id) > 1:
                yield DutyText, id, ("options", place, "id"), "another option has this id"
        if not duty.confirm:
            yield DutyText, id, ("confirm",), "the law is never sure: write true"
        if not any(one.advice == "none" for one in duty.options):
            yield DutyText, id, ("options",), "one option must advise “none”"
