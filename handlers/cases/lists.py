"""The cases of a person, and those of a unit, with filters that are buttons."""

from dataclasses import replace
from typing import Literal

from bot.cards import Block, Button, Card, Keys, Text, Tone
from bot.effects import Effects
from bot.features import ANYONE
from bot.turn import Turn
from bot.words import Words, say
from handlers.cases import access, fields
from handlers.cases.actions import ListCases, ShowCase
from handlers.cases.feature import incident_cases
from handlers.reports import screen
from handlers.reports.feature import not_covered
from storage import cases
from storage.case_life import Secrecy, Status
from storage.cases import Case

EACH = 5
"""Cases on one card: each has a button, and one more decision fits beside them."""

SERIOUS = 3


@incident_cases.on(ListCases, may=ANYONE)
def list_cases(turn: Turn, said: ListCases) -> Effects:
    not_covered(turn)
    return screen.shown(turn, listed(turn, said))


def listed(turn: Turn, said: ListCases) -> Card:
    found = [one for one in readable(turn, said) if wanted(one, said)]
    start = said.page * EACH
    here = found[start : start + EACH]
    title = say(f"cases.list_{said.which}", count=len(found))
    lines = tuple(Text(line(turn, one)) for one in here) or (Text(say("cases.none")),)
    buttons = tuple(
        Button(say("cases.open", number=one.number), ShowCase(one.number)) for one in here
    )
    more = filters(said, len(found) > start + EACH)
    return screen.plain(turn, title, lines, buttons, more)


def readable(turn: Turn, said: ListCases) -> list[Case]:
    """What one answers for, or all that one may read; what is protected stands on no list."""
    me = turn.person
    if said.which == "mine" and said.status != "closed":
        return cases.answered_for(turn.session, me.ref)
    every = [
        one
        for one in cases.every_case(turn.session)
        if one.secrecy < Secrecy.K3 and access.may_read(turn, me, one)
    ]
    return [one for one in every if said.which == "all" or me.ref in (one.owner, one.deputy)]


def wanted(case: Case, said: ListCases) -> bool:
    status = {
        "open": case.open,
        "new": case.status is Status.RECEIVED,
        "closed": not case.open,
    }[said.status]
    return status and (case.severity >= SERIOUS or not said.serious)


def line(turn: Turn, case: Case) -> Words:
    """Number, what, level and how far it has come: no name."""
    return say(
        "cases.list_line",
        number=case.number,
        what=fields.what(turn, case),
        level=case.severity,
        status=fields.status(turn, case),
    )


def filters(said: ListCases, more: bool) -> tuple[Block, ...]:
    """Each button is a filter; the one that holds has a tick."""
    first = replace(said, page=0)
    by_status = tuple(
        ticked(say(f"cases.only_{status}"), replace(first, status=status), said.status == status)
        for status in ("open", "new", "closed")
    )
    serious = ticked(
        say("cases.only_serious"), replace(first, serious=not said.serious), said.serious
    )
    other: Literal["mine", "all"] = "all" if said.which == "mine" else "mine"
    switch = Button(say(f"cases.to_{other}"), ListCases(which=other))
    onward = (Button(say("cases.more"), replace(said, page=said.page + 1)),) if more else ()
    return Keys((*by_status, serious)), Keys((switch, *onward))


def ticked(label: Words, action: ListCases, holds: bool) -> Button:
    tone = Tone.GOOD if holds else Tone.PLAIN
    return Button(say("reports.chosen", label=label) if holds else label, action, tone)


def answers_for(turn: Turn) -> int:
    return len(cases.answered_for(turn.session, turn.person.ref))
