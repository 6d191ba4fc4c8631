"""Manners: the few actions that the frame itself causes; features own them."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.actions import Action


@dataclass(frozen=True)
class Manners:
    """`opened`: somebody's own page is opened. `not_understood`: a typed line that no command
    knows. `speak`: somebody chose a language. `unreached`: a surface does not reach a person ("":
    anybody at all), and why; `reached`: it does again. `about`: somebody chose a message to
    report, of which we know where it stands (a link) and never what it says; without a feature for
    it the person is told kindly that it cannot be saved.
    """

    opened: Action
    not_understood: Action
    speak: Callable[[str], Action]
    unreached: Callable[[str, str, str], Action]
    reached: Callable[[str, str], Action]
    about: Callable[[str], Action] | None = None
