"""The feature of triage: who decides, what they see, and when it is late."""

from dataclasses import replace
from typing import Protocol

from bot.cards import Card, Tone
from bot.effects import Effects, Forget, Lane, Later, Show
from bot.features import Feature, May
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import say
from handlers.colleagues import discreet
from handlers.rights import Act, may
from handlers.triage.actions import RedDue
from handlers.triage.card import card
from handlers.triage.rules import DutyText, check_duties, in_order
from storage.cases import Case, answered_for
from storage.people import known
from storage.triage import Duty, duties_of, undecided

legal_triage = Feature("triage")
legal_triage.reads("triage", DutyText)
legal_triage.checks(check_duties)


class OfCase(Protocol):
    @property
    def case(self) -> int: ...


def _decides(turn: Turn, did: OfCase) -> bool:
    return may(turn.person, Act.DECIDE, turn.get(Case, did.case))


DECIDES = May("decides", _decides)


def begin(turn: Turn, case: Case) -> Effects:
    """The seam: ask the owner of a case the five questions. Again costs nothing."""
    kept = {row.duty for row in duties_of(turn.session, case.number)}
    for text in in_order(turn.content):
        if text.id not in kept:
            red = turn.after(hours=text.red_hours)
            turn.keep(Duty(case=case.number, duty=text.id, red_at=red))
    return shown(turn, case)


def shown(turn: Turn, case: Case) -> Effects:
    return [*cards(turn, case, "triage"), when_red(turn, case)]


def cards(turn: Turn, case: Case, slot: str, ref: str | None = None) -> list[Show]:
    """The owner's card, or that of `ref` who owned it before. Who may not read the case (a
    conflict) is shown nothing."""
    owner = known(turn.session, ref or case.owner)
    if owner is None or not owner.here or not may(owner, Act.DECIDE, case):
        return []
    cover = cover_of(turn.content, owner)
    shown = card(turn, case, duties_of(turn.session, case.number))
    safe = discreet(turn, owner.ref, cover, shown)
    return [Show(f"{slot}:{case.number}:{owner.ref}", owner.ref, safe, Lane.NUDGE)]


def when_red(turn: Turn, case: Case) -> Later | Forget:
    """The next moment at which something that is not decided becomes late."""
    key = f"triage:{case.number}"
    times = [row.red_at for row in undecided(turn.session, case.number) if row.red_at > turn.now]
    return Later(key, min(times), RedDue(case.number)) if times else Forget(key)


@legal_triage.redraws
def redraw(turn: Turn) -> Effects:
    mine = [case for case in answered_for(turn.session, turn.person.ref) if case.secrecy < 3]
    mine = [case for case in mine if duties_of(turn.session, case.number)]
    every = [show for case in mine for show in (*standing(turn, case), *late(turn, case))]
    return [one for one in every if isinstance(one, Show) and one.to == turn.person.ref]


def standing(turn: Turn, case: Case) -> list[Show]:
    """Also before whoever has handed it on, where it stands."""
    shows = cards(turn, case, "triage", turn.person.ref)
    return [replace(one, only_again=one.to != case.owner) for one in shows]


def late(turn: Turn, case: Case) -> Effects:
    """Every message that told the owner that something is late, where one did."""
    most = len(duties_of(turn.session, case.number))
    return [
        replace(urgent(show, case), only_again=True)
        for count in range(1, most + 1)
        for show in cards(turn, case, f"triage_red{count}", turn.person.ref)
    ]


def urgent(show: Show, case: Case) -> Show:
    """Late: in a place of its own, because an edit wakes nobody."""
    if not isinstance(show.card, Card):
        return show
    title = say("triage.late", case=str(case.number))
    return replace(show, card=replace(show.card, title=title, tone=Tone.URGENT))
