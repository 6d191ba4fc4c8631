"""Gaps: a press that nobody answered in time is asked about the next day, without blame.

Those in charge read when it was, how long it took and how many were free: never who said no, and
never who pressed. The safety representative reads a number.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from bot.actions import Action, action
from bot.cards import Block, Button, Card, Facts, Note, Text, Tone
from bot.effects import Effects, Lane, Later, Show
from bot.features import CLOCK, Feature, May, Refused
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import Cover, Phrase, Words, say
from handlers import leaflets
from handlers.colleagues import anywhere, discreet, leading, name_of, once
from handlers.practice import practise
from storage.gaps import Gap, Reason, asked_since, count_since
from storage.help import HelpCall
from storage.people import Person

__all__ = ["answered", "gap_cases", "open_gap", "practise"]

gap_cases = Feature("gaps")

MORNING = 9
"""The hour at which those in charge are asked: rested, and with the roster at hand."""

MONTH = 30

COUNTS = ("asked", "free", "busy", "lunch", "away", "snoozed", "off", "unreached")
"""What is told of how people were: numbers, and of those that are nought only the first two."""

LONG = 600
"""Seconds from which a wait is told in minutes."""


@action("gaps.say")
class SayWhy(Action):
    call: Annotated[int, Field(ge=1, le=2**31 - 1)]
    reason: Reason


@action("gaps.due")
class GapDue(Action):
    call: Annotated[int, Field(ge=1, le=2**31 - 1)]


def in_charge(turn: Turn, said: SayWhy) -> bool:
    here = turn.person.site == turn.get(Gap, said.call).site
    roles = {*turn.person.roles}
    return "security" in roles or (here and bool(roles & {"team_lead", "manager"}))


IN_CHARGE = May("in charge", in_charge)


def open_gap(turn: Turn, call: HelpCall, counts: Mapping[str, int]) -> Effects:
    """Nobody has answered: why is asked on the next morning of the site. Once a call."""
    if turn.find(Gap, call.number) is not None:
        return []
    gap = Gap(
        call=call.number,
        site=call.site["ref"],
        pressed_at=call.started_at,
        facts={name: counts[name] for name in COUNTS if name in counts},
    )
    turn.keep(gap)
    later = not_yet(turn, gap, call)
    return [later] if later else []


def not_yet(turn: Turn, gap: Gap, call: HelpCall) -> Later | None:
    """On the morning after the day of the press, but never while the call is open."""
    zone = call.site["zone"]
    today = gap.pressed_at >= turn.morning(zone, days=0, hour=0)
    when = turn.morning(zone, days=int(today), hour=MORNING)
    if when <= turn.now:
        when = turn.after(hours=1) if call.open else turn.now
    return Later(f"gap:{gap.call}", when, GapDue(gap.call)) if when > turn.now else None


def answered(turn: Turn, call: HelpCall) -> None:
    """Somebody has taken it after all: the first time counts."""
    gap = turn.find(Gap, call.number)
    if gap is not None and gap.answered_after is None:
        first = call.answered_at or turn.now
        gap.answered_after = int((first - call.started_at).total_seconds())


@gap_cases.on(GapDue, may=CLOCK)
def gap_due(turn: Turn, happened: GapDue) -> Effects:
    """While the call is open nobody is asked why; it is looked at again an hour later."""
    gap, call = turn.get(Gap, happened.call), turn.get(HelpCall, happened.call)
    if later := not_yet(turn, gap, call):
        return [later]
    gap.asked_at = gap.asked_at or turn.now
    return [*shown(turn, gap), *numbers(turn, call)]


@gap_cases.on(SayWhy, may=IN_CHARGE)
def say_why(turn: Turn, said: SayWhy) -> Effects:
    """The first answer counts, and everybody who was asked sees it."""
    gap = turn.get(Gap, said.call)
    if gap.reason is not None and (gap.said_by, gap.reason) != (turn.person.ref, said.reason):
        raise Refused(because(turn, gap, gap.reason))
    gap.say(said.reason, turn.person.ref, turn.now)
    return shown(turn, gap)


def shown(turn: Turn, gap: Gap) -> Effects:
    cover = Cover(turn.get(HelpCall, gap.call).site["cover"])
    here = leading(turn, gap.site, "team_lead", "manager")
    card = question(turn, gap, cover)
    return [
        Show(f"gap:{gap.call}:{ref}", ref, discreet(turn, ref, cover, card), Lane.NUDGE)
        for ref in once(here, anywhere(turn, "security"))
    ]


def question(turn: Turn, gap: Gap, cover: Cover) -> Card:
    preview = cover("responder_preview")
    body: list[Block] = [Note(say("gaps.day", time=gap.pressed_at))]
    if pairs := tuple(counted(gap)):
        body.append(Facts(pairs))
    if gap.reason is not None:
        reply = Text(because(turn, gap, gap.reason))
        return Card(title(gap, "told"), preview, (reply, *body), tone=Tone.GOOD)
    buttons = (Button(say(f"gaps.reason.{one}"), SayWhy(gap.call, one)) for one in Reason)
    return Card(title(gap, "why"), preview, tuple(body), tuple(buttons))


def title(gap: Gap, kind: str) -> Words:
    if gap.answered_after is None:
        return say(f"gaps.{kind}.never", time=gap.pressed_at)
    return say(f"gaps.{kind}.late", time=gap.pressed_at, after=waited(gap.answered_after))


def waited(seconds: int) -> Phrase:
    if seconds < LONG:
        return say("gaps.seconds", count=seconds)
    return say("gaps.minutes", count=seconds // 60)


def because(turn: Turn, gap: Gap, reason: Reason) -> Words:
    why = say(f"gaps.because.{reason}")
    return say("gaps.said", name=name_of(turn, gap.said_by), why=why)


def counted(gap: Gap) -> Iterator[tuple[Words, Words]]:
    for name in COUNTS:
        count = gap.facts.get(name)
        if count or (count == 0 and name in COUNTS[:2]):
            yield say(f"gaps.count.{name}"), str(count)


def numbers(turn: Turn, call: HelpCall) -> Effects:
    """The safety representatives of the site: how many, and nothing else."""
    site = call.site["ref"]
    refs = leading(turn, site, "safety_rep")
    told = [leaflets.shown(turn, "gaps", f"gaps:{site}:{ref}", ref, {"site": site}) for ref in refs]
    return [one for shows in told for one in shows]


@leaflets.draws("gaps")
def number(turn: Turn, whose: Person, about: leaflets.About) -> Card:
    count = count_since(turn.session, about["site"], turn.after(days=-MONTH))
    counted_on = Note(say("gaps.counted", time=turn.now))
    preview = cover_of(turn.content, whose)("responder_preview")
    return Card(say("gaps.number", days=MONTH, count=count), preview, (counted_on,))


@gap_cases.redraws
def redraw(turn: Turn) -> Effects:
    """What stands before one person since last week."""
    week = asked_since(turn.session, turn.after(days=-7))
    every = [show for gap in week for show in shown(turn, gap)]
    return [one for one in every if isinstance(one, Show) and one.to == turn.person.ref]
