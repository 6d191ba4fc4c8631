"""The keys with which people say that they are free, busy or at home, and what the page tells."""

from typing import Literal

from bot.actions import Action, action
from bot.cards import CoverBlock, CoverButton, CoverKeys, CoverNote
from bot.effects import Effects, Forget, Later
from bot.turn import Turn
from bot.words import Cover
from storage import availability
from storage.availability import CARE, OWN, PLACE, Availability, State

OURS = {
    OWN: (State.BUSY, State.LUNCH),
    CARE: (State.BREAK,),
    PLACE: (State.HOME,),
}
"""What this page can say; what a surface says is its own affair."""


@action("availability.say")
class SayState(Action):
    state: Literal["busy", "lunch", "home"]


@action("availability.free")
class Free(Action):
    """Neither busy nor at lunch nor on a break any more."""


@action("availability.back")
class Back(Action):
    """At one's place again."""


@action("availability.due")
class StateDue(Action):
    """Something that held of a person has ended, or may have changed."""

    person: str


def holding(turn: Turn, ref: str) -> dict[str, Availability]:
    """What holds of a person now, by who said it."""
    rows = availability.of(turn.session, ref, turn.now)
    return {row.source: row for row in rows if row.state in OURS.get(row.source, ())}


def keys(turn: Turn, ref: str, cover: Cover) -> tuple[CoverBlock, ...]:
    held = holding(turn, ref)
    said = [
        CoverNote(cover(f"now_{held[source].state}", time=held[source].until))
        for source in OURS
        if source in held
    ]
    buttons = (*free_keys(held, cover), place_key(held, cover))
    return (*said, CoverKeys(buttons))


def free_keys(held: dict[str, Availability], cover: Cover) -> tuple[CoverButton, ...]:
    if OWN in held or CARE in held:
        return (CoverButton(cover("free_again"), Free()),)
    return (
        CoverButton(cover("say_busy"), SayState("busy")),
        CoverButton(cover("say_lunch"), SayState("lunch")),
    )


def place_key(held: dict[str, Availability], cover: Cover) -> CoverButton:
    if PLACE in held:
        return CoverButton(cover("back_on_site"), Back())
    return CoverButton(cover("say_home"), SayState("home"))


def when_it_ends(turn: Turn, ref: str) -> Effects:
    """One timer a person, from the rows: the page is drawn anew when something has ended."""
    ends = [row.until for row in holding(turn, ref).values()]
    key = f"availability:{ref}"
    return [Later(key, min(ends), StateDue(ref))] if ends else [Forget(key)]


def look_again(turn: Turn, ref: str) -> Effects:
    """Something has changed for a person who may not be the one who acts now."""
    return [Later(f"availability:{ref}", turn.now, StateDue(ref))]
