"""Which fields of a case a person may see: the rights table, asked for the fields of a page."""

from bot.turn import Turn
from handlers import rights
from handlers.reads import grant
from handlers.rights import Act
from storage.cases import Case
from storage.people import Person

NAMES = {
    "kind": "kind",
    "channel": "channel",
    "when": "happened_at",
    "site": "site",
    "unit": "unit",
    "place": "place",
    "severity": "severity",
    "status": "status",
    "owner": "owner",
    "reporter": "reporter",
    "exposed": "exposed",
    "effect": "effect",
    "factors": "factors",
    "words": "words",
    "evidence": "evidence",
    "source": "source",
    "helper": "helper",
    "called": "called_112",
    "timeline": "read_at",
}
"""Every field that a page can show, and the field of the case whose right it needs."""


def may_read(turn: Turn, who: Person, case: Case) -> bool:
    return rights.reads(who, case, grant(turn, who, case))


def may(turn: Turn, act: Act, case: Case) -> bool:
    return rights.may(turn.person, act, case, grant(turn, turn.person, case))


def fields(turn: Turn, who: Person, case: Case) -> frozenset[str]:
    """What this person may see of this case on any card."""
    given = grant(turn, who, case)
    return frozenset(name for name, right in NAMES.items() if rights.sees(who, case, right, given))
