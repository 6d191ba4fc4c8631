"""Unreached: whoever a surface does not reach is told of to the administrators, once a day.

And every call that asks for that person asks the next one, at once.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from bot.actions import Action, action
from bot.cards import Card, Note, Text, Tone
from bot.effects import Effects
from bot.features import CLOCK, Feature
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import Phrase, say
from handlers import leaflets
from handlers.colleagues import name_of
from handlers.help import steps
from storage.people import Person, known, with_role
from storage.unreached import Unreached, refused_since

unreached_people = Feature("unreached")

Why = Literal[
    "left",
    "unknown",
    "closed",
    "token",
    "removed",
    "permission",
    "owner",
    "part",
    "refused",
    "fading",
    "other",
]
PART = "part"
"""Not everybody: one of the places that the surface reaches is lost."""

REFUSED = "refused"
"""With a code that nobody here knows."""

FADING = "fading"
"""Everybody is reached still, and soon will not be."""

Surface = Annotated[str, Field(min_length=1, max_length=40)]


@action("unreached.noted")
class Noted(Action):
    """`person` is "" where the surface reaches nobody; `code` is that of an unknown refusal."""

    surface: Surface
    person: str
    why: Why
    code: Annotated[str, Field(max_length=60)] = ""


@action("unreached.over")
class Over(Action):
    surface: Surface
    person: str


@action("unreached.placeless")
class Placeless(Action):
    """`people` are the first of `count`, by ref, with a space between them."""

    surface: Surface
    people: Annotated[str, Field(max_length=2000)]
    count: int


@unreached_people.on(Noted, may=CLOCK)
def noted(turn: Turn, happened: Noted) -> Effects:
    """The next one is asked each time; whoever repairs it is told once a day."""
    jumped = steps.unreached(turn, happened.person) if happened.person else []
    happened = of_several(turn, happened)
    row = turn.find(Unreached, (happened.surface, happened.person))
    fresh = row is None or row.told_at <= turn.after(days=-1) or other(row, happened)
    if row is None:
        row = turn.keep(new(turn, happened))
    row.address, row.why = address(turn, happened), happened.why
    row.code = happened.code or None
    if not fresh:
        return jumped
    row.told_at = turn.now
    return [*jumped, *told(turn, row)]


def other(row: Unreached, happened: Noted) -> bool:
    """Something else than was told today: another code, or what was only coming has come."""
    come = row.why == FADING and happened.why != FADING
    return come or (row.code or "") != happened.code


def of_several(turn: Turn, happened: Noted) -> Noted:
    """A second person with the same unknown code: it is the surface, and is told once for all."""
    if not (happened.code and happened.person):
        return happened
    own = turn.find(Unreached, (happened.surface, happened.person))
    before = turn.after(days=-1)
    if own and own.code == happened.code and own.told_at > before:
        return happened
    if not refused_since(turn.session, happened.surface, happened.code, before):
        return happened
    return Noted(happened.surface, "", happened.why, happened.code)


@unreached_people.on(Over, may=CLOCK)
def over(turn: Turn, happened: Over) -> Effects:
    row = turn.find(Unreached, (happened.surface, happened.person))
    if row is None:
        return []
    turn.session.delete(row)
    of = {"surface": row.surface, "person": row.person}
    effects: Effects = []
    for admin, slot in places(turn, row):
        effects += leaflets.shown(turn, "unreached.again", slot, admin.ref, of)
    return effects


@unreached_people.on(Placeless, may=CLOCK)
def placeless(turn: Turn, found: Placeless) -> Effects:
    """Told to everybody who keeps the list, also to one whom it is about."""
    about = {"surface": found.surface, "people": found.people, "count": found.count}
    effects: Effects = []
    for admin in with_role(turn.session, "admin"):
        if turn.reaches(admin):
            slot = f"placeless:{found.surface}:{turn.now:%y%m%d}:{admin.ref}"
            effects += leaflets.shown(turn, "unreached.placeless", slot, admin.ref, about)
    return effects


@leaflets.draws("unreached.placeless")
def placeless_card(turn: Turn, whose: Person, about: leaflets.About) -> Card:
    refs = about["people"].split()
    names = Text(", ".join(name_of(turn, ref) for ref in refs))
    more = about["count"] - len(refs)
    rest = (Note(say("unreached.more", count=more)),) if more > 0 else ()
    title = say("unreached.placeless", count=about["count"], surface=called(about["surface"]))
    preview = cover_of(turn.content, whose)("responder_preview")
    return Card(title, preview, (names, *rest, Note(say("unreached.repair_placeless"))))


@leaflets.draws("unreached.again")
def again(turn: Turn, whose: Person, about: leaflets.About) -> Card:
    name, surface = name_of(turn, about["person"]), called(about["surface"])
    title = say("unreached.again", name=name, surface=surface)
    return Card(title, cover_of(turn.content, whose)("responder_preview"), tone=Tone.GOOD)


def new(turn: Turn, happened: Noted) -> Unreached:
    return Unreached(
        surface=happened.surface,
        person=happened.person,
        address="",
        why=happened.why,
        told_at=turn.now,
    )


def address(turn: Turn, happened: Noted) -> str:
    whose = known(turn.session, happened.person)
    return whose.addresses.get(happened.surface, "") if whose else ""


def called(surface: str) -> Phrase:
    return say(f"unreached.surface.{surface}")


def told(turn: Turn, row: Unreached) -> Effects:
    about = {"surface": row.surface, "person": row.person, "why": row.why, "code": row.code or ""}
    effects: Effects = []
    for admin, slot in places(turn, row):
        effects += leaflets.shown(turn, "unreached.told", slot, admin.ref, about)
    return effects


@leaflets.draws("unreached.told")
def card(turn: Turn, whose: Person, about: leaflets.About) -> Card:
    surface, why = called(about["surface"]), said(about, "why")
    preview = cover_of(turn.content, whose)("responder_preview")
    if about["person"]:
        name = name_of(turn, about["person"])
        title = say("unreached.person", name=name, surface=surface, why=why)
    elif about["why"] == FADING:
        title = say("unreached.soon", surface=surface, why=why)
    elif about["why"] in (PART, REFUSED):
        title = say("unreached.some", surface=surface, why=why)
    else:
        title = say("unreached.nobody", surface=surface, why=why)
    return Card(title, preview, (Note(said(about, "repair")),))


def said(about: leaflets.About, what: str) -> Phrase:
    key = f"unreached.{what}.{about['why']}"
    return say(key, code=about["code"]) if about["why"] == REFUSED else say(key)


def places(turn: Turn, row: Unreached) -> Iterator[tuple[Person, str]]:
    """Of every administrator, but for whom it is about: who is not reached is not reached."""
    slot = f"unreached:{row.surface}:{row.person}:{row.told_at:%y%m%d%H%M}"
    for admin in with_role(turn.session, "admin"):
        if admin.ref != row.person and turn.reaches(admin):
            yield admin, f"{slot}:{admin.ref}"
