"""Commands: what a person may type instead of pressing, as content."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict

from bot.actions import Action, Unknown, build
from bot.features import Complaint
from bot.turn import Content


class Command(BaseModel):
    """Words that stand for an action; `values` are the action's own.

    A line may go on after a phrase of `sv` or `en` ("gul tack"); one of `alone` is the whole line,
    because everyday sentences begin with it ("ett ögonblick"). `shortcut` is the cover word that
    names it as a shortcut of the platform, if it is one; `hold` asks for a deliberate press there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    action: str
    values: dict[str, str] = {}
    shortcut: str | None = None
    hold: bool = False
    sv: tuple[str, ...]
    en: tuple[str, ...]
    alone: tuple[str, ...] = ()


SHAPES: Mapping[str, type[BaseModel]] = {"commands": Command}


def understand(content: Content, text: str) -> Action | None:
    """The action that a typed line asks for: the longest phrase it begins with, in any language.

    "Pärm gul!", "/pärm gul" and "gul tack" all mean the same; None when nobody can tell.
    """
    line = f"{plain(text)} "
    found = [
        (len(phrase), command)
        for command in content.all(Command).values()
        for phrase in map(plain, (*command.sv, *command.en))
        if line.startswith(f"{phrase} ")
    ]
    found += [
        (len(phrase), command)
        for command in content.all(Command).values()
        for phrase in map(plain, command.alone)
        if line == f"{phrase} "
    ]
    command = max(found, key=lambda pair: pair[0])[1] if found else _of_other_letters(content, text)
    return build(command.action, command.values) if command else None


def _of_other_letters(content: Content, text: str) -> Command | None:
    """A whole line from a keyboard without our letters ("hjalp", "bla parm")."""
    line = bare(text)
    return next(
        (
            command
            for command in content.all(Command).values()
            for phrase in (*command.sv, *command.en, *command.alone)
            if bare(phrase) == line
        ),
        None,
    )


def shortcuts(content: Content) -> list[Command]:
    """The commands that the platform offers as shortcuts, in the order of the file."""
    return [command for command in content.all(Command).values() if command.shortcut]


def plain(text: str) -> str:
    """Lower case, without punctuation, except for a lone question mark."""
    letters = unicodedata.normalize("NFC", text)  # some keyboards send ä as two characters
    words = re.sub(r"[^\w\s]|_", " ", letters).split()
    return " ".join(words).casefold() or text.strip()


def bare(text: str) -> str:
    """The same without dots and rings over the letters."""
    parts = unicodedata.normalize("NFD", plain(text))
    return "".join(part for part in parts if not unicodedata.combining(part))


def check(content: Content) -> Iterable[Complaint]:
    for id, command in content.all(Command).items():
        try:
            build(command.action, command.values)
        except Unknown:
            why = f"the bot knows no action “{command.action}” with these values"
            yield Command, id, ("action",), why
        if command.shortcut and command.shortcut not in content.cover_words:
            why = f"there is no cover word “{command.shortcut}”"
            yield Command, id, ("shortcut",), why
