"""The classes of retention as content: what each covers and how long it is kept.

Source: `spec/non-functional.md` 4.4. No period stands in code, and each is the agency's own to
confirm.
"""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.features import Complaint
from bot.turn import Content
from bot.words import Both

CODES = tuple(f"R-{letter}" for letter in "ABCDEFGHIJ")
LAST = "R-I"
"""The audit: as long as the longest thing that it tells of."""

Period = Annotated[str, Field(pattern=r"^([1-9]\d{0,3} (days|months|years)|undecided|linked)$")]


class RetentionClass(BaseModel):
    """`period` counts from the end of the thing; `undecided` keeps it until the agency has said,
    `linked` goes with the last thing that it belongs to. `confirm`: the agency has not yet said
    that this is its period.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    name: Both
    period: Period
    confirm: bool


def check_classes(content: Content) -> Iterable[Complaint]:
    found = content.all(RetentionClass)
    for code in CODES:
        if code not in found:
            yield RetentionClass, "", (), f"the class {code} is missing"
    for code, one in found.items():
        if code not in CODES:
            yield RetentionClass, code, ("id",), f"there is no such class; there are {CODES}"
        elif one.period == "linked" and code != LAST:
            yield RetentionClass, code, ("period",), f"only {LAST} goes with something else"


def periods(content: Content) -> dict[str, str]:
    return {code: one.period for code, one in sorted(content.all(RetentionClass).items())}


def unconfirmed(content: Content) -> list[str]:
    return [code for code, one in sorted(content.all(RetentionClass).items()) if one.confirm]
