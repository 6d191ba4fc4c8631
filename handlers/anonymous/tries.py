"""Tries: wrong codes are counted, slowed down and stopped, and who it was is known for a day."""

from bot.cards import Card, Text, Tone
from bot.effects import Effects
from bot.turn import Turn
from bot.words import say
from handlers import leaflets
from handlers.colleagues import anywhere
from storage import untraced
from storage.anonymous import WrongCode
from storage.people import Person

SLOW, LOCKED = 3, 6
"""From so many wrong codes on one waits an hour, and a day."""


def waits(turn: Turn) -> bool:
    row = _row(turn)
    return row is not None and row.until is not None and turn.now < row.until


def tried_wrong(turn: Turn) -> Effects:
    """One more. Security is told once that somebody guesses, and not who."""
    key = untraced.current(turn.session, turn.now)
    row = _row(turn) or WrongCode(who=untraced.pseudonym(key, turn.person.ref), key=key.id)
    row.count += 1
    if row.count >= SLOW:  # an untraced act knows the full hour alone: a wait is an hour at most
        row.until = turn.after(hours=24 if row.count >= LOCKED else 1)
    turn.keep(row)
    return told(turn) if row.count == LOCKED else []


def forgiven(turn: Turn) -> None:
    if row := _row(turn):
        turn.session.delete(row)


def told(turn: Turn) -> Effects:
    shows: Effects = []
    for ref in anywhere(turn, "security"):
        slot = f"anonymous_guess:{turn.now.timestamp():.0f}:{ref}"
        shows += leaflets.shown(turn, "anonymous.guess", slot, ref)
    return shows


@leaflets.draws("anonymous.guess")
def guessing(_: Turn, __: Person, ___: leaflets.About) -> Card:
    title, line = say("anonymous.guessing"), Text(say("anonymous.guessed"))
    return Card(title, say("anonymous.preview"), (line,), tone=Tone.URGENT)


def _row(turn: Turn) -> WrongCode | None:
    for key in untraced.keys(turn.session, turn.now):
        if row := turn.find(WrongCode, untraced.pseudonym(key, turn.person.ref)):
            return row
    return None
