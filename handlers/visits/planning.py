"""The plan of a visit: seven taps, then one card with sensible defaults and a start button."""

from bot.actions import Action
from bot.cards import Block, Button, Card, Facts, Keys, Note, Text, Tone
from bot.effects import Effects, Lane, Show
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import Both, Words, say
from handlers import leaflets
from handlers.colleagues import discreet, name_of
from handlers.visits.actions import (
    AskPermit,
    Assess,
    AssessAgain,
    Choose,
    DropVisit,
    OwnWords,
    Permit,
    SilentFor,
    StartVisit,
    Together,
    What,
)
from handlers.visits.duty import first_number
from handlers.visits.watches import Assessment, Question, chosen
from storage.people import Person, known
from storage.visit_life import Colour, Status
from storage.visits import Kind, Visit

CHANGES: tuple[What, ...] = ("contact", "point", "car", "silent", "coverage")


def assessment(turn: Turn) -> Assessment:
    return turn.content.all(Assessment)["visit"]


def needs_permit(turn: Turn, visit: Visit) -> bool:
    """Red and alone: no visit, but with a named manager's yes."""
    red = visit.colour is Colour.RED
    return red and assessment(turn).goes_alone(visit.answers) and not visit.permitted


def screen(turn: Turn, visit: Visit) -> Effects:
    whose = known(turn.session, visit.visitor)
    if whose is None or visit.kind is Kind.ALONE:
        return []
    cover, slot = cover_of(turn.content, whose), f"visit:{visit.number}:plan"
    if visit.status is Status.PLANNED:
        mine = discreet(turn, whose.ref, cover, card(turn, visit))
        return [Show(slot, whose.ref, mine), *permit_screen(turn, visit)]
    line = "visits.dropped" if visit.status is Status.DROPPED else "visits.went"
    quiet = Card(say(line), cover("visit_preview"), tone=Tone.QUIET)
    return [Show(slot, whose.ref, discreet(turn, whose.ref, cover, quiet))]


def card(turn: Turn, visit: Visit) -> Card:
    asked = assessment(turn)
    question = asked.next_question(visit.answers)
    return plan(turn, visit) if question is None else asking(turn, visit, asked, question)


def asking(turn: Turn, visit: Visit, asked: Assessment, question: Question) -> Card:
    """One question, one tap."""
    place = asked.questions.index(question) + 1
    title = say("visits.question", place=place, of=len(asked.questions))
    answers = tuple(
        _button(f"answer.{said}", Assess(visit.number, question.id, said))
        for said in question.points
    )
    back = (_button("again", AssessAgain(visit.number)),) if visit.answers else ()
    drop = _button("drop", DropVisit(visit.number))
    body: tuple[Block, ...] = (Text(question.ask),)
    return Card(title, preview(turn, visit), body, (*answers, *back, drop))


def plan(turn: Turn, visit: Visit) -> Card:
    colour = visit.colour or Colour.RED
    tone = Tone.URGENT if colour is Colour.RED else Tone.PLAIN
    times = tuple(
        Button(
            say("visits.until", time=turn.after(seconds=length)), SilentFor(visit.number, length)
        )
        for length in visit.watch["silence"]
    )
    changes = tuple(_button(f"change.{what}", Choose(visit.number, what)) for what in CHANGES)
    words = _button("own_words", OwnWords(visit.number))
    body: list[Block] = [*(Text(line) for line in verdict(turn, visit)), facts(turn, visit)]
    body += [Note(say("visits.tap_to_change")), Keys(times), Keys((*changes, words))]
    title = say(f"visits.colour.{colour}")
    return Card(title, preview(turn, visit), tuple(body), decide(turn, visit), tone)


def verdict(turn: Turn, visit: Visit) -> list[Words]:
    """What the colour means here, and how far the manager's word has come."""
    boss = name_of(turn, visit.manager)
    if visit.colour is Colour.YELLOW:
        return [say("visits.tells", name=boss)]
    if visit.colour is not Colour.RED:
        return []
    if visit.permitted:
        return [say("visits.permitted", name=boss)]
    if visit.permit_denied_at is not None:
        return [say("visits.denied", name=boss)]
    if visit.permit_asked_at is not None:
        return [say("visits.permit_waits", name=boss)]
    alone = assessment(turn).goes_alone(visit.answers)
    return [say("visits.red_alone" if alone else "visits.red_together", name=boss)]


def facts(turn: Turn, visit: Visit) -> Facts:
    """What the contact will read too, in the same words."""
    if visit.kind is Kind.ALONE:
        return lone_facts(turn, visit)
    point: Words = visit.route or chosen(visit, "point")
    pairs: list[tuple[Words, Words]] = [
        (say("visits.fact.until"), say("visits.fact.until_value", time=visit.until)),
        (say("visits.fact.contact"), name_of(turn, visit.contact)),
        (say("visits.fact.point"), point),
        (say("visits.fact.car"), visit.car or chosen(visit, "car")),
        (say("visits.fact.first"), first_number(turn, visit) or say("visits.fact.none")),
        (say("visits.fact.second"), visit.second or say("visits.fact.none")),
        (say("visits.fact.silent"), chosen(visit, "silent")),
    ]
    if visit.place:
        pairs.append((say("visits.fact.place"), visit.place))
    covered = say("visits.covered.yes" if visit.covered else "visits.covered.no")
    return Facts((*pairs, (say("visits.fact.coverage"), covered)))


def lone_facts(turn: Turn, visit: Visit) -> Facts:
    """Of somebody who is alone at work: where they sit, their number, and what to do."""
    whose, number = known(turn.session, visit.visitor), first_number(turn, visit)
    pairs: list[tuple[Words, Words]] = []
    if whose is not None:
        pairs.append((say("visits.fact.where"), Both(**whose.place)))
    if number:
        pairs.append((say("visits.fact.first"), number))
    return Facts((*pairs, (say("visits.fact.silent"), chosen(visit, "silent"))))


def decide(turn: Turn, visit: Visit) -> tuple[Button, ...]:
    start = _button("start", StartVisit(visit.number), Tone.GOOD)
    again, drop = (
        _button("again", AssessAgain(visit.number)),
        _button("drop", DropVisit(visit.number)),
    )
    if not needs_permit(turn, visit):
        return start, again, drop
    asked = visit.permit_asked_at is not None
    boss = name_of(turn, visit.manager)
    ask = Button(say("visits.ask_permit", name=boss), AskPermit(visit.number))
    other = _button("change.manager", Choose(visit.number, "manager"))
    together = _button("together", Together(visit.number), Tone.GOOD)
    waiting = asked and visit.permit_denied_at is None
    return (together, *(() if waiting else (ask,)), other, again, drop)


def permit_screen(turn: Turn, visit: Visit) -> Effects:
    """The question to the one named manager, with the reasons, answered in one tap."""
    if visit.permit_asked_at is None or visit.manager is None:
        return []
    boss = known(turn.session, visit.manager)
    if boss is None:
        return []
    slot = f"visit:{visit.number}:permit:{boss.ref}:{visit.permit_asked_at.timestamp():.0f}"
    of = {"visit": visit.number}
    return leaflets.shown(turn, "visits.permit", slot, boss.ref, of, Lane.ALERT)


@leaflets.draws("visits.permit")
def permit_asked(turn: Turn, _: Person, about: leaflets.About) -> Card | None:
    visit = turn.find(Visit, about["visit"])
    return permit_card(turn, visit) if visit else None


def permit_card(turn: Turn, visit: Visit) -> Card:
    name = name_of(turn, visit.visitor)
    title = say("visits.permit.asks", name=name)
    reasons = [
        Text(say("visits.permit.reason", question=one.ask, answer=_answered(visit, one)))
        for one in assessment(turn).risks(visit.answers)
    ]
    if visit.permitted or visit.permit_denied_at is not None:
        key = "visits.permit.yes_said" if visit.permitted else "visits.permit.no_said"
        return Card(say(key, name=name), preview(turn, visit), tuple(reasons), tone=Tone.QUIET)
    number = first_number(turn, visit)
    phone = (Facts(((say("visits.fact.first"), number),)),) if number else ()
    no = _button("permit.no", Permit(visit.number, allowed=False), Tone.GOOD)
    yes = _button("permit.yes", Permit(visit.number, allowed=True), Tone.URGENT)
    body: tuple[Block, ...] = (*reasons, Note(say("visits.permit.think")), *phone)
    return Card(title, preview(turn, visit), body, (no, yes), Tone.URGENT)


def _answered(visit: Visit, question: Question) -> Words:
    match visit.answers.get(question.id):
        case "yes":
            return say("visits.answer.yes")
        case "no":
            return say("visits.answer.no")
        case _:
            return say("visits.answer.unknown")


def preview(turn: Turn, visit: Visit) -> Words:
    whose = known(turn.session, visit.visitor)
    return cover_of(turn.content, whose)("visit_preview") if whose else ""


def _button(key: str, action: Action, tone: Tone = Tone.PLAIN) -> Button:
    return Button(say(f"visits.{key}"), action, tone)


def answered(turn: Turn, visit: Visit) -> Effects:
    """The manager's word rings at the visitor, who waits for it; what it is stands in the plan."""
    slot = f"visit:{visit.number}:word:{turn.now.timestamp():.0f}"
    of = {"visit": visit.number, "by": visit.manager}
    return leaflets.shown(turn, "visits.answered", slot, visit.visitor, of, Lane.ANSWER)


@leaflets.draws("visits.answered")
def word(turn: Turn, _: Person, about: leaflets.About) -> Card | None:
    visit = turn.find(Visit, about["visit"])
    if visit is None:
        return None
    return Card(say("visits.answered", name=name_of(turn, about["by"])), preview(turn, visit))
