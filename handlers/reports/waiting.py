"""Waiting: the one kind line of the morning after, for a report that was begun and not sent."""

from dataclasses import replace

from bot.cards import Button, Card, Tone
from bot.effects import Effects, Forget, Lane, Show
from bot.turn import Turn
from bot.words import say
from handlers.reports.actions import Resume, Throw
from handlers.reports.screen import preview, told
from storage.drafts import Draft, drafts_of
from storage.people import Person


def waits(turn: Turn, whose: Person, draft: Draft) -> Show:
    go_on = Button(say("reports.go_on"), Resume(draft.number), Tone.GOOD)
    away = Button(say("reports.throw"), Throw(draft.number))
    card = Card(say("reports.waits"), preview(turn, whose), (), (go_on, away))
    return told(turn, whose, slot(draft), card, Lane.NUDGE)


def again(turn: Turn, whose: Person) -> Effects:
    """Where that line stands before them."""
    mine = drafts_of(turn.session, whose.ref)
    return [replace(waits(turn, whose, draft), only_again=True) for draft in mine]


def done_with(turn: Turn, draft: Draft) -> Effects:
    """Sent or thrown away: nobody is reminded, and the line points to what stands below."""
    moved = Card(say("aftercare.moved"), preview(turn, turn.person), tone=Tone.QUIET)
    show = told(turn, turn.person, slot(draft), moved, Lane.NUDGE)
    return [Forget(slot(draft)), replace(show, only_an_edit=True)]


def slot(draft: Draft) -> str:
    """Also what the timer is called."""
    return f"reports:draft:{draft.number}"
