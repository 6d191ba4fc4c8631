"""Manners: the few actions that the frame itself causes; features own them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.actions import Action


@dataclass(frozen=True)
class Manners:
    """`opened`: somebody's own page is opened. `not_understood`: a typed line that no command
    knows. `speak`: somebody chose a language. `follow`: that of their account is another.
    `unreached`: a surface does not reach a person ("": anybody at all), and why; `reached`: it does
    again. `outsiders`: somebody (so many, with these addresses) is in a unit of a site and not on
    the list. `unseen`: a unit of a site cannot be read any more; `seen_again`: it can. `placeless`:
    so many people have an address that does not say where it holds. `copies`: no copies of the
    store are made, and of when the last one is, or (None) they are made again. `about`: somebody
    chose a message to report, of which we know where it stands (a link) and never what it says;
    without a feature for it the person is told kindly that it cannot be saved.
    """

    opened: Action
    not_understood: Action
    speak: Callable[[str], Action]
    follow: Callable[[str], Action]
    unreached: Callable[[str, str, str, str], Action]
    reached: Callable[[str, str], Action]
    outsiders: Callable[[str, str, str, int], Action]
    unseen: Callable[[str, str, str], Action]
    seen_again: Callable[[str, str, str], Action]
    placeless: Callable[[str, str, int], Action]
    copies: Callable[[datetime | None], Action]
    about: Callable[[str], Action] | None = None

    def language_changes(self, what: str) -> bool:
        """Is somebody written to in another language after this (a wire name)?"""
        return what in {does("sv").wire_name for does in (self.speak, self.follow)}
