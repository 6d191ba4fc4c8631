"""Feedback: whoever reported hears of it four times, and has the last word.

The cards are here; what an answer leads to is `handlers/plans/outcome.py`. Where nobody may know
who reported, `lines` is what the dialogue by code shows, and the same answers come through it.
"""

from bot.cards import Block, Button, Card, Note, Text, Tone
from bot.effects import Effects, Forget, Lane, Later, Show
from bot.staff import Site
from bot.turn import Turn
from bot.words import Both, Words, say
from handlers.colleagues import discreet, name_of
from handlers.plans.feedback_actions import Became, FeedbackDue, SayBecame
from handlers.plans.pieces import cover_for, preview
from storage.cases import Case
from storage.feedback import ENOUGH, Feedback
from storage.people import person

ASK_DAYS, LAPSE_DAYS = 7, 14
"""Asked once more after a week; two weeks and two asks without an answer close a case (R08)."""

HOUR = 14
"""In the afternoon: a self-check may come in the morning, and one question is enough."""

ANSWERS: tuple[Became, ...] = ("yes", "partly", "no")


def received(turn: Turn, case: Case) -> Effects:
    """The first of four messages (fb.1)."""
    turn.keep(Feedback(case=case.number, received_at=case.received_at))
    return shown(turn, case)


def read(turn: Turn, case: Case) -> Effects:
    """The owner, or who acts in their place, has read it (fb.2). Said twice it is told once."""
    told = turn.find(Feedback, case.number)
    if told is None or told.read_at is not None:
        return []
    told.read_at, told.read_by = turn.now, turn.actor.ref if turn.actor else case.owner
    return shown(turn, case)


def propose(turn: Turn, case: Case) -> Effects:
    """Everything is done: did it become good (fb.4)?"""
    case.propose()
    told, site = turn.get(Feedback, case.number), turn.content.all(Site).get(case.site)
    zone = site.zone if site else "UTC"
    told.propose(
        turn.morning(zone, days=ASK_DAYS, hour=HOUR), turn.morning(zone, days=LAPSE_DAYS, hour=HOUR)
    )
    return shown(turn, case)


def shown(turn: Turn, case: Case) -> Effects:
    """What whoever reported sees: each news is a message of its own, which rings."""
    told = turn.get(Feedback, case.number)
    return [*when_next(told), *cards(turn, case, told)]


def when_next(told: Feedback) -> Effects:
    key, at = f"feedback:{told.case}", told.next_at
    return [Later(key, at, FeedbackDue(told.case))] if at else [Forget(key)]


def again(turn: Turn, case: Case) -> Effects:
    """Every news that was told, as it stands."""
    told = turn.find(Feedback, case.number)
    return cards(turn, case, told) if told else []


def cards(turn: Turn, case: Case, told: Feedback) -> Effects:
    whose = person(turn.session, case.reporter) if case.reporter else None
    if whose is None or not turn.reaches(whose):
        return []
    news = {name: moved(turn, case) for name in earlier(told)}
    news |= {"received": plain(turn, case, received_line(turn, case, told))}
    if told.read_at is not None:
        news["read"] = plain(turn, case, read_line(turn, case, told))
    if told.measure is not None:
        news[f"plan{told.told}"] = plain(turn, case, *plan_lines(told))
    asked = [f"asks{told.round}.{number}" for number in range(1, told.asked + 1)]
    for name in asked:
        news[name] = question(turn, case, told) if name == asked[-1] else moved(turn, case)
    cover = cover_for(turn, whose.ref)
    return [
        Show(
            f"feedback:{case.number}:{name}",
            whose.ref,
            discreet(turn, whose.ref, cover, card),
            Lane.NUDGE,
            only_an_edit=name in (*earlier(told), *asked[:-1]),
        )
        for name, card in news.items()
    ]


def earlier(told: Feedback) -> list[str]:
    """What was planned and asked before: each message points to the newer one."""
    plans = [f"plan{number}" for number in range(1, told.told)]
    asks = [f"asks{one}.{at}" for one in range(1, told.round) for at in range(1, ENOUGH + 1)]
    return [*plans, *asks]


def plain(turn: Turn, case: Case, title: Words, *more: Words) -> Card:
    body: tuple[Block, ...] = (*(Text(line) for line in more), number(case))
    return Card(title, preview(turn, str(case.reporter)), body)


def number(case: Case) -> Note:
    return Note(say("feedback.case", case=str(case.number)))


def received_line(turn: Turn, case: Case, told: Feedback) -> Words:
    return say("feedback.received", time=told.received_at, name=name_of(turn, case.owner))


def read_line(turn: Turn, case: Case, told: Feedback) -> Words:
    return say("feedback.read", name=name_of(turn, told.read_by or case.owner))


def plan_lines(told: Feedback) -> list[Words]:
    measure = Both(**told.measure) if told.measure else ""
    lines: list[Words] = [say("feedback.plan", measure=measure, time=told.by)]
    return [*lines, told.words] if told.words else lines


def question(turn: Turn, case: Case, told: Feedback) -> Card:
    if told.asks:
        buttons = tuple(
            Button(say(f"feedback.{one}"), SayBecame(case.number, told.round, one), tone)
            for one, tone in zip(ANSWERS, (Tone.GOOD, Tone.PLAIN, Tone.PLAIN), strict=True)
        )
        see = preview(turn, str(case.reporter))
        return Card(question_line(told), see, (Note(say("feedback.yours")), number(case)), buttons)
    return plain(turn, case, answer_line(told))


def question_line(told: Feedback) -> Words:
    return say("feedback.asks" if told.asked == 1 else "feedback.asks_again")


def answer_line(told: Feedback) -> Words:
    return say(f"feedback.thanks_{told.became}" if told.became else "feedback.lapsed")


def moved(turn: Turn, case: Case) -> Card:
    return Card(say("plans.moved"), preview(turn, str(case.reporter)), tone=Tone.QUIET)


def lines(turn: Turn, case: Case) -> list[Words]:
    """The same news in the same words, for the dialogue by code: oldest first."""
    told = turn.get(Feedback, case.number)
    found = [received_line(turn, case, told)]
    if told.read_at is not None:
        found.append(read_line(turn, case, told))
    if told.measure is not None:
        found += plan_lines(told)
    if told.round:
        found.append(question_line(told) if told.asks else answer_line(told))
    return found
