"""Dialogue cards: a staff meeting draws a case, talks, and saves one decision (card 28).

No case comes twice to a unit before all have come once. Nobody is named: a meeting is of a unit.
"""

import re
from typing import Annotated, Literal
from zlib import crc32

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Bound
from sqlmodel import col

from bot.actions import Action, action
from bot.cards import Block, Button, Card, Facts, Field, Form, Note, Steps, Text, Tone
from bot.effects import Effects, Lane, Open
from bot.features import ANYONE, Feature, May, Refused
from bot.staff import Site, cover_of
from bot.turn import Turn
from bot.words import Both, Words, say
from handlers import leaflets
from storage.dialogues import Dialogue, drawn, shares
from storage.erasing import Kept
from storage.people import Person

dialogues = Feature("dialogues")
dialogues.keeps(Kept("R-H", Dialogue, col(Dialogue.drawn_at)))

DIALOGUE_CARD = "28"
LONGEST = 140
"""Characters of a decision: one line."""

PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:\d{2})?\d{6}[-+ ]?\d{4}(?!\d)")
YEAR = 365

Number = Annotated[int, Bound(ge=1, le=2**31 - 1)]
Minutes = Literal[15, 30]


class Case(BaseModel):
    """One case to talk about."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    title: Both
    case: Both


dialogues.reads("dialogues", Case)


@action("dialogue.draw")
class Draw(Action):
    minutes: Minutes


@action("dialogue.another")
class Another(Action):
    dialogue: Number


@action("dialogue.write")
class WriteDecision(Action):
    dialogue: Number


@action("dialogue.decide")
class Decide(Action):
    dialogue: Number


def _same_unit(turn: Turn, said: Another | WriteDecision | Decide) -> bool:
    meeting = turn.get(Dialogue, said.dialogue)
    return (meeting.site, meeting.unit) == (turn.person.site, turn.person.unit)


SAME_UNIT = May("same unit", _same_unit)


def draw_buttons() -> tuple[Button, ...]:
    return Button(say("dialogue.draw_15"), Draw(15)), Button(say("dialogue.draw_30"), Draw(30))


@dialogues.on(Draw, may=ANYONE)
def draw(turn: Turn, wanted: Draw) -> Effects:
    person = turn.person
    case = next_case(turn, person.site, person.unit, without="")
    meeting = Dialogue(
        site=person.site,
        unit=person.unit,
        case=case,
        minutes=wanted.minutes,
        drawn_at=turn.now,
    )
    return shown(turn, turn.keep(meeting))


@dialogues.on(Another, may=SAME_UNIT)
def another(turn: Turn, wanted: Another) -> Effects:
    """The one that is laid back comes again another time."""
    meeting = turn.get(Dialogue, wanted.dialogue)
    if meeting.decision is None:
        meeting.case = next_case(turn, meeting.site, meeting.unit, without=meeting.case)
    return shown(turn, meeting)


@dialogues.on(WriteDecision, may=SAME_UNIT)
def write_decision(turn: Turn, wanted: WriteDecision) -> Effects:
    meeting = turn.get(Dialogue, wanted.dialogue)
    field = Field("decision", say("dialogue.no_names"))
    form = Form(say("dialogue.decide"), (field,), say("dialogue.save"), Decide(meeting.number))
    return [Open(form)]


@dialogues.on(Decide, may=SAME_UNIT)
def decide(turn: Turn, said: Decide) -> Effects:
    decision = " ".join(turn.inputs.get("decision", "").split())
    if not 0 < len(decision) <= LONGEST:
        raise Refused(say("dialogue.one_line", most=LONGEST))
    if PERSONAL_NUMBER.search(decision):
        raise Refused(say("dialogue.no_numbers"))
    meeting = turn.get(Dialogue, said.dialogue)
    meeting.decide(decision, turn.now)
    return shown(turn, meeting)


def next_case(turn: Turn, site: str, unit: str, without: str) -> str:
    """Of those that the unit has drawn least often, one that looks like chance."""
    before = drawn(turn.session, site, unit)
    cases = [id for id in turn.content.all(Case) if id != without]
    if not cases:
        return without

    def place(id: str) -> tuple[int, int]:
        return before[id], crc32(f"{site}/{unit}/{before[id]}/{id}".encode())

    return min(cases, key=place)


def shown(turn: Turn, meeting: Dialogue) -> Effects:
    ref, number = turn.person.ref, meeting.number
    return leaflets.shown(
        turn, "dialogue", f"dialogue:{number}:{ref}", ref, {"meeting": number}, Lane.ANSWER
    )


@leaflets.draws("dialogue")
def meeting_card(turn: Turn, whose: Person, about: leaflets.About) -> Card | None:
    meeting = turn.find(Dialogue, about["meeting"])
    if meeting is None:
        return None
    case = turn.content.all(Case).get(meeting.case)
    title: Words = say("dialogue.title", case=case.title) if case else say("library.title")
    questions = tuple(say(f"dialogue.{key}") for key in ("seconds", "who_comes", "routine"))
    body: list[Block] = [Text(case.case)] if case else []
    body += [Steps(questions), Note(say(f"dialogue.plan_{meeting.minutes}"))]
    body.append(Note(say("dialogue.support")))
    if meeting.decision is not None:
        body.insert(0, Text(say("dialogue.decided", decision=meeting.decision)))
    preview = cover_of(turn.content, whose)("preview")
    tone = Tone.PLAIN if meeting.decision is None else Tone.GOOD
    return Card(title, preview, tuple(body), meeting_buttons(meeting), tone)


def meeting_buttons(meeting: Dialogue) -> tuple[Button, ...]:
    if meeting.decision is not None:
        return (Button(say("dialogue.change"), WriteDecision(meeting.number)),)
    decide = Button(say("dialogue.decide"), WriteDecision(meeting.number), Tone.GOOD)
    return decide, Button(say("dialogue.another"), Another(meeting.number))


@dialogues.views("dialogues", say("dialogue.view"))
def decisions(turn: Turn) -> Card:
    """The share of meetings with a decision, by unit: what was decided stands nowhere here."""
    found = shares(turn.session, turn.after(days=-YEAR))
    pairs = tuple((_unit(turn, site, unit), _share(*counts)) for site, unit, *counts in found)
    body: tuple[Block, ...] = (Text(say("dialogue.none")),)
    if pairs:
        body = (Note(say("dialogue.view_about")), Facts(pairs))
    return Card(say("dialogue.view"), say("library.title"), body)


def _unit(turn: Turn, site: str, unit: str) -> Words:
    named = turn.content.all(Site).get(site)
    return say("dialogue.unit", site=named.name if named else site, unit=unit)


def _share(count: int, decided: int) -> Words:
    return say("dialogue.share", decided=decided, count=count, percent=100 * decided // count)
