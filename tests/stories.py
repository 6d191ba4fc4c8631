"""One story, several surfaces: the very stories of one test file, collected again elsewhere.

`globals().update(told_again(test_journeys, "test_j", MARK))` plays them with the `stage` fixture
of the file that says so; not one of them is copied.
"""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

Story = Callable[..., None]


def stories(module: ModuleType, begins: str) -> dict[str, Story]:
    return {name: one for name, one in vars(module).items() if name.startswith(begins)}


def told_again(
    module: ModuleType,
    begins: str,
    mark: pytest.MarkDecorator,
    then: Callable[[Any], None] = lambda _: None,
) -> dict[str, Story]:
    """The same stories with the same cast; and behind the scenes (`then`) nothing went wrong."""

    def again(story: Story) -> Story:
        def play(**cast: Any) -> None:
            story(**cast)
            then(cast["stage"])

        play.__signature__ = inspect.signature(story)  # type: ignore[attr-defined]
        play.__name__, play.__doc__ = story.__name__, story.__doc__
        marked: Story = mark(play)
        return marked

    return {name: again(one) for name, one in stories(module, begins).items()}
