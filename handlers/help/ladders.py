"""Ladders: the policy of each level, as content. A call keeps a copy of its own."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.content import Seconds
from bot.features import Complaint
from bot.turn import Content
from handlers.guidance import Guidance
from handlers.help.actions import LEVELS

SHORTEST = 5
"""Seconds between two things that ring: shorter would be a storm."""


class Rung(BaseModel):
    """`after` counts from the start of the ladder; `cover` is what the presser reads then."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    after: Seconds
    ring: Annotated[int, Field(ge=1, le=3)]
    cover: str


class Exhausted(BaseModel):
    """When nobody answered: everybody at the site is told, again and again."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    after: Seconds
    repeat: Annotated[Seconds, Field(ge=SHORTEST)]
    cover: str
    call_back: bool = False


class Silence(BaseModel):
    """How long an owner may be silent before being asked, and after that before being replaced."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    silent: Annotated[Seconds, Field(ge=SHORTEST)]
    lapse: Annotated[Seconds, Field(ge=SHORTEST)]


class More(BaseModel):
    """More people are wanted: when still more are asked, and when a shortage is told (L05)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    widen: Seconds
    short: Annotated[Seconds, Field(le=20)]


class Quiet(BaseModel):
    """The presser has touched nothing since the press: the owner is told, then others look (J3)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    told: Annotated[Seconds, Field(ge=30)]
    look: Annotated[Seconds, Field(ge=60)]


class Ladder(BaseModel):
    """The policy of one level (times T6-T9 of `spec/non-functional.md`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    level: int
    rungs: tuple[Rung, ...]
    exhausted: Exhausted
    owner: Silence
    more: More
    quiet: Quiet
    likely: tuple[str, ...]


def ladder_of(content: Content, level: int) -> dict[str, object]:
    """The level's policy as the row keeps it."""
    ladders = content.all(Ladder).values()
    return next(ladder.model_dump(mode="json") for ladder in ladders if ladder.level == level)


def check_ladders(content: Content) -> Iterable[Complaint]:
    ladders = content.all(Ladder)
    levels = [ladder.level for ladder in ladders.values()]
    for id, ladder in ladders.items():
        if missing := sorted(set(LEVELS) - set(levels)):
            why = f"no ladder has level {missing[0]}; each of 1, 2 and 3 needs one"
            yield Ladder, id, ("level",), why
        if levels.count(ladder.level) > 1:
            yield Ladder, id, ("level",), f"two ladders have level {ladder.level}"
        yield from _check_times(id, ladder)
        yield from _check_names(id, ladder, content)


def _check_times(id: str, ladder: Ladder) -> Iterable[Complaint]:
    times = [rung.after for rung in ladder.rungs] + [ladder.exhausted.after]
    if len(times) < 2 or times[0] != 0 or times != sorted(set(times)):
        why = "the first rung starts after 0s, each later one and the exhaustion later"
        yield Ladder, id, ("rungs",), why
    if ladder.more.widen >= ladder.more.short:
        yield Ladder, id, ("more",), "more people are asked before the shortage is told"
    if ladder.quiet.told >= ladder.quiet.look:
        yield Ladder, id, ("quiet",), "the owner is told before others look"


def _check_names(id: str, ladder: Ladder, content: Content) -> Iterable[Complaint]:
    """What a ladder names must be there, or a press would fail."""
    for place, form in enumerate(ladder.likely):
        if form not in content.all(Guidance):
            yield Ladder, id, ("likely", place), f"there is no guidance card {form}"
    covers: list[tuple[tuple[str | int, ...], str]] = [
        *((("rungs", place, "cover"), rung.cover) for place, rung in enumerate(ladder.rungs)),
        (("exhausted", "cover"), ladder.exhausted.cover),
    ]
    for path, key in covers:
        if key not in content.cover_words:
            yield Ladder, id, path, f"there is no cover word “{key}”"
