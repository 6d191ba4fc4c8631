"""The feature of reports without a name: who may ask, and what the owner sees of the dialogue."""

from collections.abc import Sequence

from bot.cards import Block, Button, Card, Note, Text
from bot.effects import Effects, Lane, Show
from bot.features import Feature, May
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import say
from handlers.anonymous.actions import Asked, AskReporter
from handlers.colleagues import discreet, name_of
from handlers.rights import Act, may
from storage.anonymous import CaseLine, said
from storage.cases import Case
from storage.people import known

anonymous_reports = Feature("anonymous")


def _owns(turn: Turn, did: AskReporter | Asked) -> bool:
    case = turn.get(Case, did.case)
    return case.anonymous and case.open and may(turn.person, Act.PLAN, case)


OWNS = May("owns", _owns)


def again(turn: Turn, case: Case) -> Effects:
    """Every message in which the dialogue stands: each goes on until whoever reported says more."""
    lines = said(turn.session, case.number)
    ends = [at for at, line in enumerate(lines) if not line.by]
    return [one for end in (*ends, len(lines)) if end for one in shown(turn, case, lines[:end])]


def shown(turn: Turn, case: Case, lines: Sequence[CaseLine] = ()) -> Effects:
    """The dialogue as the owner sees it, in a slot of its own: a new line wakes them."""
    owner = known(turn.session, case.owner)
    lines = lines or said(turn.session, case.number)
    if owner is None or not owner.here or not may(owner, Act.PLAN, case):
        return []
    body: list[Block] = []
    for line in lines:
        who = name_of(turn, line.by) if line.by else say("anonymous.reporter")
        body.append(Note(say("anonymous.by", who=who, time=line.hour)))
        body.append(Text(line.text))
    number = str(case.number)
    ask = Button(say("anonymous.ask"), AskReporter(case.number))
    card = Card(
        say("anonymous.dialogue", case=number), say("anonymous.preview"), tuple(body), (ask,)
    )
    safe = discreet(turn, owner.ref, cover_of(turn.content, owner), card)
    theirs = sum(line.by is None for line in lines)
    return [Show(f"anonymous:{number}:{owner.ref}:{theirs}", owner.ref, safe, Lane.NUDGE)]
