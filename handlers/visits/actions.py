"""What can happen on a visit."""

from typing import Annotated, Literal

from pydantic import Field

from bot.actions import Action, action
from storage.visit_life import Decision, Status

What = Literal["point", "car", "silent", "contact", "manager", "coverage", "place"]
"""What a tap changes in a plan."""

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Name = Annotated[str, Field(min_length=1, max_length=40)]
Silence = Annotated[int, Field(ge=60, le=24 * 3600)]


@action("visits.open")
class OpenVisit(Action):
    """The door on one's own page: a new visit, or the one that goes on."""


@action("visits.answer")
class Assess(Action):
    visit: Number
    question: Name
    answer: Literal["yes", "no", "unknown"]


@action("visits.again")
class AssessAgain(Action):
    visit: Number


@action("visits.together")
class Together(Action):
    """Somebody comes along."""

    visit: Number


@action("visits.until")
class SilentFor(Action):
    """The planned silence; seconds from now."""

    visit: Number
    seconds: Silence


@action("visits.choose")
class Choose(Action):
    """The next of what is offered."""

    visit: Number
    what: What


@action("visits.words")
class OwnWords(Action):
    """A form for what no tap can say; nothing in it is needed."""

    visit: Number


@action("visits.words_kept")
class KeepWords(Action):
    visit: Number


@action("visits.ask_permit")
class AskPermit(Action):
    visit: Number


@action("visits.permit")
class Permit(Action):
    """A named manager's word on a red visit alone."""

    visit: Number
    allowed: bool


@action("visits.start")
class StartVisit(Action):
    visit: Number


@action("visits.drop")
class DropVisit(Action):
    visit: Number


@action("visits.arrived")
class Arrived(Action):
    visit: Number


@action("visits.done")
class Done(Action):
    """`polite`: the word that was agreed for being forced."""

    visit: Number
    polite: bool


@action("visits.done_own")
class DoneOwn(Action):
    """The same, said in words: what is meant is one's own open visit, or one's own call."""

    polite: bool


@action("visits.more_time")
class MoreTime(Action):
    visit: Number


@action("visits.fine")
class Fine(Action):
    visit: Number


@action("visits.support")
class Support(Action):
    visit: Number


@action("visits.place")
class NamePlace(Action):
    """A form for the name of a place where the phone was silent."""

    visit: Number


@action("visits.place_kept")
class KeepPlace(Action):
    visit: Number


@action("visits.take")
class SeeTo(Action):
    """I phone them, or I lead."""

    visit: Number


@action("visits.no_answer")
class NoAnswer(Action):
    """Phoned in vain. `rung`: what was asked when the button was drawn, so that it climbs once."""

    visit: Number
    rung: Status


@action("visits.decide")
class Decide(Action):
    visit: Number
    what: Decision


@action("visits.police")
class CalledPolice(Action):
    visit: Number


@action("visits.talked")
class Talked(Action):
    """I have heard their voice."""

    visit: Number


@action("visits.met")
class Met(Action):
    visit: Number


@action("visits.due")
class VisitDue(Action):
    visit: Number
