"""The window: the one message in which a person reports, edited in place.

A new one is opened where somebody comes through a door, so that it stands lowest; the older one
then points to it. Nothing plain stands in it while its reader has a help call of their own open.
"""

from dataclasses import replace

from bot.cards import Block, Button, Card, Keys, Note, Text, Tone
from bot.effects import Effects, Lane, Show
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import Words, say
from handlers.colleagues import discreet
from storage.drafts import Window
from storage.people import Person


def shown(turn: Turn, card: Card) -> Effects:
    """Let this card stand in the window of whoever acts; the first one opens it."""
    window = turn.find(Window, turn.person.ref)
    if window is None:
        return opened(turn, card)
    return [in_window(turn, turn.person, window.number, card)]


def next_number(turn: Turn) -> int:
    """Of the message that a door will open for whoever acts."""
    window = turn.find(Window, turn.person.ref)
    return window.number + 1 if window else 1


def opened(turn: Turn, card: Card) -> Effects:
    """The same in a new message, which rings."""
    me = turn.person
    window = turn.find(Window, me.ref)
    if window is None:
        window = turn.keep(Window(person=me.ref))
        return [in_window(turn, me, window.number, card)]
    window.number += 1
    moved = Card(say("aftercare.moved"), preview(turn, me), tone=Tone.QUIET)
    return [
        replace(in_window(turn, me, window.number - 1, moved), only_an_edit=True),
        in_window(turn, me, window.number, card),
    ]


def in_window(turn: Turn, whose: Person, number: int, card: Card) -> Show:
    return told(turn, whose, f"reports:{whose.ref}:{number}", card)


def told(turn: Turn, whose: Person, slot: str, card: Card, lane: Lane = Lane.ANSWER) -> Show:
    """A plain card, and a discreet one for somebody who may have a visitor at the desk."""
    cover = cover_of(turn.content, whose)
    return Show(slot, whose.ref, discreet(turn, whose.ref, cover, card), lane)


def preview(turn: Turn, whose: Person) -> Words:
    """What a lock screen shows."""
    return cover_of(turn.content, whose)("preview")


def plain(
    turn: Turn,
    title: Words,
    body: tuple[Block, ...] = (),
    buttons: tuple[Button, ...] = (),
    more: tuple[Block, ...] = (),
    tone: Tone = Tone.PLAIN,
) -> Card:
    """A card of this feature for whoever acts."""
    return Card(title, preview(turn, turn.person), body, buttons, tone, more)


def lines(*words: Words) -> tuple[Block, ...]:
    return tuple(Text(one) for one in words)


def notes(*words: Words) -> tuple[Block, ...]:
    return tuple(Note(one) for one in words)


def keys(*buttons: Button) -> tuple[Block, ...]:
    return (Keys(buttons),) if buttons else ()
