"""Dialogs: questions asked one at a time, from content.

Only answers are kept, and the next question is always worked out from them: so a dialog that is
under way survives a new question, a removed one, a corrected answer and a restart. Everything here
is pure; a feature keeps the answers in a row of its own and draws the question as it likes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.words import Both, Joined, Words

Answers = Mapping[str, Any]
"""A code by question, or a list of codes where several may be chosen."""

When = Mapping[str, tuple[str, ...]]
"""What must have been answered: every question named, with one of its codes."""


class NoSuchAnswer(Exception):
    """The dialog has no such question now, or the question no such answer."""


class Option(BaseModel):
    """One answer. `says` is a line about it that stands on the card."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    label: Both
    says: Both | None = None
    when: dict[str, tuple[str, ...]] = {}


class Question(BaseModel):
    """One question. `several`: more than one answer, or none, which `none` puts into words.

    Its answers are written here, or they are the list `of` a feature (a taxonomy).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    ask: Both
    short: Both
    several: bool = False
    none: Both | None = None
    of: str | None = None
    options: tuple[Option, ...] = ()
    when: dict[str, tuple[str, ...]] = {}

    def open_to(self, answers: Answers) -> tuple[Option, ...]:
        """The answers that make sense after those given."""
        return tuple(option for option in self.options if applies(option.when, answers))


class Dialog(BaseModel):
    """Questions in the order in which they are asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    title: Both
    questions: tuple[Question, ...]

    def filled(self, lists: Mapping[str, Sequence[Option]]) -> "Dialog":
        """The same dialog with the lists that its questions name."""
        every = (
            one.model_copy(update={"options": (*one.options, *lists.get(one.of or "", ()))})
            for one in self.questions
        )
        return self.model_copy(update={"questions": tuple(every)})

    def question(self, id: str) -> Question:
        for one in self.questions:
            if one.id == id:
                return one
        raise NoSuchAnswer(id)

    def asked(self, answers: Answers) -> Iterator[Question]:
        """Every question that these answers lead to and that leaves a choice."""
        known = self.known(answers)
        for one in self.questions:
            if applies(one.when, known) and (one.several or len(one.open_to(known)) > 1):
                yield one

    def next(self, answers: Answers, at: str | None = None) -> Question | None:
        """The question that stands open (`at`), or the first without an answer; None at the end."""
        asked = list(self.asked(answers))
        standing = (one for one in asked if one.id == at)
        return next(standing, next((one for one in asked if one.id not in answers), None))

    def known(self, answers: Answers) -> dict[str, Any]:
        """The answers, with those that go without saying: a question that leaves one choice."""
        found = dict(answers)
        for one in self.questions:
            options = one.open_to(found)
            only = len(options) == 1 and not one.several
            if only and one.id not in found and applies(one.when, found):
                found[one.id] = options[0].id
        return found

    def choose(self, answers: Answers, question: str, option: str) -> dict[str, Any]:
        """The answers with this one; what no longer follows from them is dropped."""
        self._check(answers, question, option)
        return self.sound({**answers, question: option})

    def toggle(self, answers: Answers, question: str, option: str) -> dict[str, Any]:
        """One of several answers more, or one less."""
        self._check(answers, question, option)
        chosen: list[str] = list(answers.get(question, ()))
        others = [code for code in chosen if code != option]
        return self.sound({**answers, question: others if option in chosen else [*chosen, option]})

    def sound(self, answers: Answers) -> dict[str, Any]:
        """Only what still makes sense; what belongs to no question is left alone."""
        kept = dict(answers)
        for one in self.questions:
            if one.id not in kept:
                continue
            known = self.known(kept)
            open = {option.id for option in one.open_to(known)} if applies(one.when, known) else {}
            if one.several:
                kept[one.id] = [code for code in kept[one.id] if code in open]
            if (not one.several and kept[one.id] not in open) or not open:
                del kept[one.id]
        return kept

    def told(self, answers: Answers) -> tuple[tuple[Words, Words], ...]:
        """The answers in words, question by question."""
        known = self.known(answers)
        return tuple(
            (one.short, words)
            for one in self.questions
            if one.id in known and (words := said(one, known[one.id]))
        )

    def _check(self, answers: Answers, question: str, option: str) -> None:
        """What a client sends is never trusted: it must be an answer that was offered."""
        known = self.known(answers)
        one = self.question(question)
        offered = (each.id for each in one.open_to(known))
        if not applies(one.when, known) or option not in offered:
            raise NoSuchAnswer(f"{question}: {option}")


def applies(when: When, answers: Answers) -> bool:
    return all({*codes(answers.get(name))} & {*wanted} for name, wanted in when.items())


def codes(answer: object) -> Sequence[str]:
    """One answer or several, always as several."""
    if answer is None:
        return ()
    return (answer,) if isinstance(answer, str) else tuple(map(str, answer))  # type: ignore[call-overload]


def said(question: Question, answer: object) -> Words | None:
    """The answer in words; None where nobody knows it any more."""
    labels = {option.id: option.label for option in question.options}
    found = tuple(labels[code] for code in codes(answer) if code in labels)
    if not found:
        return question.none if question.several and not codes(answer) else None
    return found[0] if len(found) == 1 else Joined(found)


def gaps(dialog: Dialog) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Mistakes in a dialog whose lists are filled: the path in the file, and what is wrong."""
    seen: dict[str, set[str]] = {}
    for at, one in enumerate(dialog.questions):
        if one.id in seen:
            yield ("questions", at, "id"), f"“{one.id}” is asked twice"
        if not one.options:
            yield ("questions", at, "options"), "nobody can answer this question"
        if one.several and one.none is None:
            yield ("questions", at, "none"), "say what it is called when nothing was chosen"
        yield from _conditions(("questions", at, "when"), one.when, seen)
        own = dialog.questions[at].options
        for place, option in enumerate(own):
            yield from _conditions(("questions", at, "options", place, "when"), option.when, seen)
        seen[one.id] = {option.id for option in own}


def _conditions(
    path: tuple[str | int, ...], when: When, seen: Mapping[str, set[str]]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for name, wanted in when.items():
        if name not in seen:
            yield path, f"no question before this one is called “{name}”"
        for code in wanted:
            if name in seen and code not in seen[name]:
                yield path, f"“{code}” is no answer to “{name}”"
