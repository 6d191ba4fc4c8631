"""One story, several surfaces: the very stories of one test file, told again in Slack and Teams.

In the file that shall tell them, one line; they run as `[slack-sv]`, `[teams-sv]`:

    globals().update(told_on([SLACK, TEAMS], test_reports, "test_j9", languages=["sv"]))

The stories need nothing of a platform: they ask for `stage`, `language`, `t` and people (`lisa`,
`bo`, and those whom their own file brings), and speak the words that every stage knows (presses,
sees, types, hears, passes, restarts ...). After each one nothing may have gone wrong behind the
scenes. A test of a file's own asks for a surface with `@on([TEAMS])`.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from tests.loopback import LoopbackStage
from tests.slack.stage import SlackStage
from tests.teams.stage import TeamsStage

Story = Callable[..., None]
BOTH = ("sv", "en")


@dataclass(frozen=True)
class Surface:
    """`stage` builds one in a language."""

    name: str
    stage: Callable[[str], LoopbackStage]


SLACK, TEAMS = Surface("slack", SlackStage), Surface("teams", TeamsStage)


def told_on(
    surfaces: Sequence[Surface],
    module: ModuleType,
    *begins: str,
    languages: Sequence[str] = BOTH,
    name: str = "{}",
) -> dict[str, Any]:
    """The tests of a module whose names begin so, and the people whom that file brings.

    `name`: what they are called here, where one story is told twice.
    """
    people = {one: what for one, what in vars(module).items() if isinstance(what, type(stage))}
    found = [what for one in begins for what in stories(module, one).values()]
    again = {name.format(one.__name__): on(surfaces, languages)(told(one)) for one in found}
    return {**people, **again, "stage": stage}


def stories(module: ModuleType, begins: str) -> dict[str, Story]:
    found = {name: one for name, one in vars(module).items() if name.startswith(begins)}
    assert found, f"{module.__name__} has no story that begins with {begins}"
    return found


def on(surfaces: Sequence[Surface], languages: Sequence[str] = BOTH) -> pytest.MarkDecorator:
    """On each of these surfaces, in each of these languages."""
    cases = [
        pytest.param(surface, language, id=f"{surface.name}-{language}")
        for surface in surfaces
        for language in languages
    ]
    return pytest.mark.parametrize(("surface", "language"), cases)


def told(story: Story) -> Story:
    """The same story with the same cast; and behind the scenes nothing went wrong."""

    def play(stage: LoopbackStage, **cast: Any) -> None:
        story(**cast, **({"stage": stage} if "stage" in wanted else {}))
        stage.nothing_went_wrong()

    wanted = inspect.signature(story).parameters
    asked = wanted if "stage" in wanted else {**wanted, "stage": STAGE}
    play.__signature__ = inspect.Signature([*asked.values()])  # type: ignore[attr-defined]
    play.__name__, play.__doc__ = story.__name__, story.__doc__
    marks = [mark for mark in getattr(story, "pytestmark", []) if not says_language(mark)]
    play.pytestmark = marks  # type: ignore[attr-defined]
    return play


STAGE = inspect.Parameter("stage", inspect.Parameter.POSITIONAL_OR_KEYWORD)


def says_language(mark: Any) -> bool:
    return bool(mark.name == "parametrize" and mark.args[0] == "language")


@pytest.fixture
def stage(surface: Surface, language: str) -> Iterator[LoopbackStage]:
    stage = surface.stage(language)
    yield stage
    stage.close()
