"""Manners: the few actions that the frame itself causes; features own them."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.actions import Action


@dataclass(frozen=True)
class Manners:
    """`opened`: somebody's own page is opened. `not_understood`: a typed line that no command
    knows. `speak`: somebody chose a language. `unreached`: a surface does not reach a person ("":
    anybody at all), and why; `reached`: it does again. `reported`: somebody chose to report a
    message, which is named by a neutral reference and never by its words.
    """

    opened: Action
    not_understood: Action
    speak: Callable[[str], Action]
    unreached: Callable[[str, str, str], Action]
    reached: Callable[[str, str], Action]
    reported: Callable[[str], Action]
