"""What a draft says in the terms of a case: codes with their facts, a place, a severity."""

from dataclasses import dataclass

from bot.turn import Turn
from handlers.reports import severity
from handlers.reports.receivers import Receivers, in_line, receivers
from handlers.reports.taxonomy import (
    BOSS,
    CHANNEL,
    EFFECT,
    FACTORS,
    GROUP,
    KIND,
    Factor,
    Kind,
    dialog,
    usual,
)
from storage import cases
from storage.case_life import Behalf
from storage.drafts import Draft
from storage.people import Person, known

BEHALF, WHO, ABOUT, RECEIVER = "behalf", "exposed", "about", "receiver"
MORE, DONE, SOURCE = "more", "done", "source"
HELPER, CALLED = "helper", "called"
"""What a draft knows beside the answers to its questions."""

MOST_ALSO = 2


@dataclass(frozen=True, slots=True)
class Facts:
    kind: Kind
    also: tuple[str, ...]
    counted_as: str
    channel: str | None
    effect: str | None
    factors: tuple[str, ...]
    severity: int
    secrecy: int
    behalf: Behalf
    exposed: str | None


def facts(turn: Turn, draft: Draft) -> Facts:
    """Everything that follows from the answers so far; nothing of it is ever missing."""
    answers = dialog(turn.content).known(draft.answers)
    kinds = turn.content.all(Kind)
    group = answers.get(GROUP)
    kind = kinds.get(answers.get(KIND, "")) or usual(turn.content, group)
    factors = tuple(code for code in answers.get(FACTORS, ()) if code in turn.content.all(Factor))
    effect = answers.get(EFFECT)
    return Facts(
        kind=kind,
        also=also(turn, kind, factors),
        counted_as=kind.counts_as(group),
        channel=answers.get(CHANNEL),
        effect=effect,
        factors=factors,
        severity=severity.proposed(turn.content, kind, factors, effect, series(turn, draft)),
        secrecy=severity.secrecy(turn.content, kind, factors),
        behalf=Behalf(answers.get(BEHALF, Behalf.SELF)),
        exposed=exposed(draft),
    )


def also(turn: Turn, kind: Kind, factors: tuple[str, ...]) -> tuple[str, ...]:
    known = turn.content.all(Factor)
    more = (known[code].also for code in factors)
    return tuple(dict.fromkeys(one for one in more if one and one != kind.id))[:MOST_ALSO]


def series(turn: Turn, draft: Draft) -> bool:
    """Is this the third event of the same source within the days that count?"""
    source = draft.answers.get(SOURCE)
    since = turn.after(days=-severity.SERIES_DAYS)
    before = cases.same_source(turn.session, source, since) if source else []
    return len(before) >= severity.SERIES - 1


def exposed(draft: Draft) -> str | None:
    """Whom it happened to: the person themselves, unless they said as whom they report."""
    if draft.answers.get(BEHALF, Behalf.SELF) in (Behalf.SELF, Behalf.ELECTED):
        return draft.person
    found = draft.answers.get(WHO)
    return str(found) if found else None


def about(draft: Draft) -> tuple[str, ...]:
    return tuple(draft.answers.get(ABOUT, ()))


def received_by(turn: Turn, draft: Draft) -> Receivers:
    """Who would receive it as it is now.

    A manager who reports for one of their own stays the owner; who is exposed never owns. An
    elected representative's events go past the line of the staff.
    """
    whose = place_of(turn, draft)
    me = draft.person
    own = draft.answers.get(BEHALF) == Behalf.MANAGER
    without = {ref for ref in (exposed(draft), None if own else me) if ref}
    chosen = draft.answers.get(RECEIVER)
    if draft.answers.get(BEHALF) == Behalf.ELECTED:
        return receivers(turn, whose, without, (*about(draft), *in_line(turn, whose)), chosen)
    return receivers(turn, whose, without, about(draft), chosen)


def place_of(turn: Turn, draft: Draft) -> Person:
    """Whose unit and site it is: of whom it happened to, or of who reports."""
    ref = exposed(draft) or draft.person
    return known(turn.session, ref) or turn.get(Person, draft.person)


def asks_about_boss(draft: Draft) -> bool:
    return draft.answers.get(BOSS) == "yes"
