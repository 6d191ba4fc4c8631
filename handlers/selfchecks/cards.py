"""What is seen of a self-check: the question, a thank-you, and with whom one may talk."""

from dataclasses import replace

from bot.cards import Button, Card, Note, Text, Tone
from bot.effects import Effects, Lane, Show
from bot.turn import Turn
from bot.words import say
from handlers.colleagues import discreet
from handlers.plans.pieces import cover_for, preview
from handlers.selfchecks.actions import ChooseWhom, Stop, Thanks, WantTalk
from handlers.selfchecks.feature import talkers
from storage.cases import Case
from storage.selfchecks import SelfCheck


def shown(turn: Turn, check: SelfCheck) -> Effects:
    return [show(turn, check, check.number, question(turn, check))]


def show(turn: Turn, check: SelfCheck, number: int, card: Card) -> Show:
    seen = discreet(turn, check.person, cover_for(turn, check.person), card)
    return Show(f"check:{check.case}:{check.person}:{number}", check.person, seen, Lane.NUDGE)


def again(turn: Turn, check: SelfCheck) -> Effects:
    """Every question of late as it was asked: what was answered is known to nobody."""
    card = stopped(turn, check) if check.stopped_at else question(turn, check)
    shows = [show(turn, check, number, card) for number in range(1, max(check.number, 1) + 1)]
    return [replace(one, only_again=True) for one in shows]


def question(turn: Turn, check: SelfCheck) -> Card:
    thanks = Thanks(check.case, check.number)
    buttons = (
        Button(say("selfchecks.green"), thanks),
        Button(say("selfchecks.yellow"), thanks),
        Button(say("selfchecks.talk"), WantTalk(check.case, check.number), Tone.GOOD),
        Button(say("selfchecks.no_more"), Stop(check.case)),
    )
    note = Note(say("selfchecks.nothing_kept"))
    return Card(say("selfchecks.how"), preview(turn, check.person), (note,), buttons)


def thanked(turn: Turn, check: SelfCheck, number: int) -> Card:
    buttons = (
        Button(say("selfchecks.talk"), WantTalk(check.case, number), Tone.GOOD),
        Button(say("selfchecks.no_more"), Stop(check.case)),
    )
    note = Note(say("selfchecks.nothing_kept"))
    return Card(say("selfchecks.thanks"), preview(turn, check.person), (note,), buttons)


def whom(turn: Turn, check: SelfCheck) -> Card:
    case = turn.get(Case, check.case)
    buttons = tuple(
        Button(one.name, ChooseWhom(check.case, one.ref))
        for one in talkers(turn, case, check.person)
    )
    lines = (Text(say("selfchecks.reach")), Note(say("selfchecks.acute")))
    return Card(say("selfchecks.whom"), preview(turn, check.person), lines, buttons)


def stopped(turn: Turn, check: SelfCheck) -> Card:
    door = (Note(say("selfchecks.door")),)
    return Card(say("selfchecks.stopped"), preview(turn, check.person), door)
