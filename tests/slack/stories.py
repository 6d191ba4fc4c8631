"""Any story, told in Slack: the very tests of another file, with a stage that stands there.

In the file that shall tell them, one line, and every story runs as `[slack-sv]` and `[slack-en]`:

    globals().update(in_slack(test_reports, "test_r"))

The stories need nothing of Slack: they ask for `stage`, `language`, `t` and people (`lisa`, `bo`),
and speak the words that both stages know (`tests.stage`, `tests.slack.stage`: presses, sees, types,
hears, passes, restarts ...). After each one nothing may have gone wrong behind the scenes. With
`languages=["sv"]` a long story is told once.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

import pytest

from tests.slack.stage import SlackStage

Story = Callable[..., None]
BOTH = ("sv", "en")


def in_slack(
    stories: ModuleType, begins: str = "test_", languages: Sequence[str] = BOTH
) -> dict[str, Any]:
    """The tests of a module whose names begin so, and the fixtures that they need in Slack."""
    found = {
        name: told(one, languages) for name, one in vars(stories).items() if is_story(name, begins)
    }
    assert found, f"{stories.__name__} has no story that begins with {begins}"
    return {"stage": stage, "socket": socket, **found}


def is_story(name: str, begins: str) -> bool:
    return name.startswith("test_") and name.startswith(begins)


def told(story: Story, languages: Sequence[str] = BOTH) -> Story:
    """The same story with the same cast; and behind the scenes nothing went wrong."""

    def play(**cast: Any) -> None:
        story(**cast)
        nothing_went_wrong(cast["stage"])

    play.__signature__ = inspect.signature(story)  # type: ignore[attr-defined]
    play.__name__, play.__doc__ = story.__name__, story.__doc__
    marks = [mark for mark in getattr(story, "pytestmark", []) if not says_language(mark)]
    play.pytestmark = marks  # type: ignore[attr-defined]
    marked: Story = pytest.mark.parametrize(
        "language", languages, ids=[f"slack-{language}" for language in languages]
    )(play)
    return marked


def says_language(mark: Any) -> bool:
    return bool(mark.name == "parametrize" and mark.args[0] == "language")


@pytest.fixture
def socket() -> bool:
    return False


@pytest.fixture
def stage(language: str, socket: bool) -> Iterator[SlackStage]:
    stage = SlackStage(language, socket)
    yield stage
    stage.close()


def nothing_went_wrong(stage: SlackStage) -> None:
    """No double, no refusal, no limit met by our own making, and not one look-up."""
    memory = stage.slack.memory
    assert memory.doubles() == {}
    assert {call.answer for call in memory.calls} == {"ok"}
    assert memory.count("conversations.history") == memory.count("conversations.open") == 0
    assert stage.troubles == []
    assert {status for _, status in stage.hands.answers} <= {200}
