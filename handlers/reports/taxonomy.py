"""The taxonomy of events, as content: types, channels, factors, effects, and what goes elsewhere.

`spec/content.md` 2.1. Nothing here is known to the code by name; a new type is a new entry.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import BaseModel, Field

from bot.dialogs import Dialog, Option, gaps
from bot.features import Complaint
from bot.turn import Content
from bot.words import Both, Words
from handlers.guidance import Guidance

EVENT = "event"
"""The dialog of the guided report."""

GROUP, KIND, BOSS, WHERE, CHANNEL = "group", "kind", "boss", "where", "channel"
TIME, EFFECT, SAFE, FACTORS = "time", "effect", "safe", "factors"
"""The questions that mean something to the code: it makes a case of their answers."""

ASKED = (GROUP, KIND, BOSS, WHERE, CHANNEL, TIME, EFFECT, SAFE, FACTORS)
MOST_SEVERE = 5


class Kind(Option):
    """A type of event. `counted_as` is its group in statistics, for each answer it stands under."""

    under: tuple[str, ...]
    severity: int = Field(ge=0, le=MOST_SEVERE)
    secrecy: int = Field(default=1, ge=0, le=3)
    counted_as: dict[str, str]
    forms: tuple[str, ...] = ()
    usual: bool = False

    def counts_as(self, group: str | None) -> str:
        return self.counted_as.get(group or "", next(iter(self.counted_as.values())))


class Channel(Option):
    under: tuple[str, ...]
    forms: tuple[str, ...] = ()


class Factor(Option):
    """Something that was part of it; `but` are the types that hold it already."""

    first: bool = False
    raises: int = Field(default=0, ge=0, le=1)
    but: tuple[str, ...] = ()
    also: str | None = None
    secrecy: int = Field(default=0, ge=0, le=3)


class Felt(Option):
    """How it is for the person now, and what that does to the severity."""

    raises: int = Field(default=0, ge=0, le=1)
    least: int = Field(default=0, ge=0, le=MOST_SEVERE)
    most: int = Field(ge=0, le=MOST_SEVERE)
    safe: bool = False


class Elsewhere(Option):
    """What is not for us: the line says where it goes."""

    line: Both
    under: tuple[str, ...] = ("other",)


class Sighting(Option):
    """A risk that somebody saw, told with one tap."""

    kind: str
    factors: tuple[str, ...] = ()
    to: Literal["manager", "security"] = "manager"
    alone: bool = False


SHAPES: dict[str, type[BaseModel]] = {
    "kinds": Kind,
    "channels": Channel,
    "factors": Factor,
    "effects": Felt,
    "elsewhere": Elsewhere,
    "sightings": Sighting,
    "reports": Dialog,
}


def dialog(content: Content) -> Dialog:
    """The guided report, its questions filled from the taxonomy."""
    bare = content.all(Dialog)[EVENT]
    return bare.filled(
        {
            "kinds": [*under(content, Kind, GROUP), *under(content, Elsewhere, GROUP)],
            "channels": under(content, Channel, WHERE),
            "factors": plain(content.all(Factor).values()),
            "effects": plain(content.all(Felt).values()),
        }
    )


def under(
    content: Content, shape: type[Kind] | type[Channel] | type[Elsewhere], question: str
) -> list[Option]:
    """Its entries as answers that follow from an earlier one."""
    return [
        Option(id=one.id, label=one.label, says=one.says, when={question: one.under})
        for one in content.all(shape).values()
    ]


def plain(entries: Iterable[Option]) -> list[Option]:
    return [Option(id=one.id, label=one.label, says=one.says) for one in entries]


def usual(content: Content, group: str | None) -> Kind:
    """The type where only the first question was answered, or not even that."""
    kinds = list(content.all(Kind).values())
    named = (one for one in kinds if one.usual and (group is None or group in one.under))
    return next(named, kinds[-1])


def label(content: Content, shape: type[Option], id: str | None) -> Words:
    """What a code is called; the code itself where content no longer knows it."""
    found = content.all(shape).get(id or "")
    return found.label if found else id or "–"


def check(content: Content) -> Iterator[Complaint]:
    """What must hold across the files, so that every answer leads somewhere."""
    whole = dialog(content)
    for path, text in gaps(whole):
        yield Dialog, EVENT, path, text
    for name in {*ASKED} - {one.id for one in whole.questions}:
        yield Dialog, EVENT, ("questions",), f"the question “{name}” is missing"
    kinds = content.all(Kind)
    for id, sighting in content.all(Sighting).items():
        if sighting.kind not in kinds:
            yield Sighting, id, ("kind",), f"there is no type “{sighting.kind}”"
    for id, factor in content.all(Factor).items():
        if factor.also is not None and factor.also not in kinds:
            yield Factor, id, ("also",), f"there is no type “{factor.also}”"
    yield from _check_forms(content)


def _check_forms(content: Content) -> Iterator[Complaint]:
    entries: list[Kind | Channel] = [*content.all(Kind).values(), *content.all(Channel).values()]
    for one in entries:
        for at, form in enumerate(one.forms):
            if form not in content.all(Guidance):
                yield type(one), one.id, ("forms", at), f"there is no card “{form}”"
