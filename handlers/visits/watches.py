"""Watches and assessments, as content writes them: how long silence is well, and what is a risk."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.content import Seconds
from bot.features import Complaint
from bot.turn import Content
from bot.words import Both, CoverText
from storage.visit_life import Colour, Decision
from storage.visits import Kind, Visit

Duty = Literal["contact", "manager", "on_call", "security"]
Said = Literal["yes", "no", "unknown"]
Positive = Annotated[Seconds, Field(ge=1)]

RUNGS = ("late", "contact", "decision", "support", "forced")
CHOICES = ("point", "car", "silent")
LOOKS = (*(decision.value for decision in Decision), "taken")


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rung(Strict):
    """Whom to ask; after `patience` comes what follows, and then `again` are rung each `repeat`."""

    ask: tuple[Duty, ...] = Field(min_length=1)
    patience: Positive
    repeat: Seconds
    again: tuple[Duty, ...] = ()


class Choice(Strict):
    id: str
    text: CoverText


class Watch(Strict):
    """The policy of one kind of watch; the file's name is the kind. The first choice is usual."""

    silence: tuple[Positive, ...] = Field(min_length=1)
    grace: Positive
    more: Positive
    forget: Positive
    voice: Positive
    rungs: dict[str, Rung]
    look: dict[str, Positive]
    choices: dict[str, tuple[Choice, ...]]


class Question(Strict):
    """One tap; `points` also tells which answers are offered, in this order."""

    id: str
    ask: Both
    points: dict[Said, Annotated[int, Field(ge=0)]] = Field(min_length=2)


class Assessment(Strict):
    """A risk assessment: from how many points on it is yellow and red (card 29).

    When every question of `always_red` is a risk it is red whatever the sum; `lone` is the question
    that says whether one goes alone.
    """

    questions: tuple[Question, ...] = Field(min_length=1)
    yellow: int
    red: int
    always_red: tuple[str, ...]
    lone: str

    def next_question(self, answers: Mapping[str, str]) -> Question | None:
        """Only answers are kept; the question is computed."""
        return next((one for one in self.questions if not answered(one, answers)), None)

    def risks(self, answers: Mapping[str, str]) -> list[Question]:
        return [one for one in self.questions if points(one, answers) > 0]

    def colour(self, answers: Mapping[str, str]) -> Colour:
        """The rule of card 29."""
        found = sum(points(one, answers) for one in self.questions)
        risky = {one.id for one in self.risks(answers)}
        if found >= self.red or risky >= {*self.always_red}:
            return Colour.RED
        return Colour.YELLOW if found >= self.yellow else Colour.GREEN

    def goes_alone(self, answers: Mapping[str, str]) -> bool:
        return self.lone in {one.id for one in self.risks(answers)}


def answered(question: Question, answers: Mapping[str, str]) -> bool:
    return answers.get(question.id) in question.points


def points(question: Question, answers: Mapping[str, str]) -> int:
    """What was never answered counts as nobody knowing."""
    given = {str(said): worth for said, worth in question.points.items()}
    return given.get(answers.get(question.id, ""), max(given.values()))


def watch_of(content: Content, kind: Kind) -> dict[str, Any]:
    """The policy as the row keeps it."""
    return content.all(Watch)[kind.value].model_dump(mode="json")


def chosen(visit: Visit, what: str) -> CoverText:
    """What was chosen, as the row's own copy of the policy words it."""
    offers = visit.watch["choices"][what]
    found = next((one for one in offers if one["id"] == visit.choices.get(what)), offers[0])
    return Choice.model_validate(found).text


def next_choice(visit: Visit, what: str) -> str:
    """The one after the present one, round and round."""
    ids: list[str] = [one["id"] for one in visit.watch["choices"][what]]
    now = visit.choices.get(what, ids[0])
    return ids[(ids.index(now) + 1) % len(ids)] if now in ids else ids[0]


def check_watches(content: Content) -> Iterable[Complaint]:
    """What a running visit reads must be there, or it would fail when it matters."""
    found = content.all(Watch)
    for id, watch in found.items():
        if id not in {kind.value for kind in Kind}:
            yield Watch, id, (), "nothing is watched under this name; a watch is visit or alone"
        yield from check_names(id, watch)
        yield from check_rungs(id, watch)
    for kind in Kind:
        if found and kind.value not in found:
            yield Watch, next(iter(found)), (), f"the watch “{kind}” is missing"


def check_names(id: str, watch: Watch) -> Iterable[Complaint]:
    parts = ("rungs", RUNGS, watch.rungs), ("look", LOOKS, watch.look)
    for part, names, given in (*parts, ("choices", CHOICES, watch.choices)):
        for name in names:
            if not given.get(name):
                yield Watch, id, (part,), f"“{name}” is missing here"


def check_rungs(id: str, watch: Watch) -> Iterable[Complaint]:
    for name, rung in watch.rungs.items():
        if name in RUNGS[2:] and (rung.repeat < 1 or not rung.again):
            why = "this rung sounds until somebody acts; it needs “repeat” and “again”"
            yield Watch, id, ("rungs", name), why


def check_assessments(content: Content) -> Iterable[Complaint]:
    for id, one in content.all(Assessment).items():
        ids = [question.id for question in one.questions]
        for path, names in ((("always_red",), one.always_red), (("lone",), (one.lone,))):
            for name in names:
                if name not in ids:
                    yield Assessment, id, path, f"there is no question “{name}”"
        if not 0 < one.yellow < one.red:
            yield Assessment, id, ("yellow",), "yellow begins with fewer points than red"
