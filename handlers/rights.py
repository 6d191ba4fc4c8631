"""Rights: who may do what with which case, and who sees which field of it. Pure.

Source: `spec/non-functional.md` 4.3 (P3, the levels K0 to K3) and 4.5 (roles), R10 and G07. Every
way to a case goes through `may` and `sees`; nothing else decides.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from storage.case_life import Naming, Secrecy


class Act(StrEnum):
    """What the roles differ in; the columns of the table, in this order."""

    PRESS = "press"
    ANSWER = "answer"
    LOG_112 = "log_112"
    REPORT = "report"
    READ_OWN = "read_own"
    READ_UNIT = "read_unit"
    READ_NAMED = "read_named"
    READ_PROTECTED = "read_protected"
    PLAN = "plan"
    RAISE = "raise"
    LOWER = "lower"
    DECIDE = "decide"
    NOTICE = "notice"
    COUNT = "count"
    ASSESS = "assess"
    CARE = "care"
    ROSTER = "roster"
    DRILL = "drill"
    EXPORT = "export"
    VERIFY = "verify"


TABLE = {
    "handler":       "y--yy----r---u------",
    "responder":     "yyyyy----r---u------",
    "team_lead":     "yyyyyo--or---u--uu--",
    "manager":       "yyyyyuoouruu-y-uuu--",
    "upper_manager": "yyyyyoooorooyy-o----",
    "on_call":       "yyyyyoo-or-o-u------",
    "security":      "yyyyyssgsr-syyy--y--",
    "safety_rep":    "y--yycc--r--py------",
    "hr":            "y--yyoo-or-o-y-y----",
    "peer":          "y--yy----r---u------",
    "admin":         "y--yy----r---u--y---",
    "registrar":     "y--yy----r---u----y-",
    "auditor":       "y--yy----r---y-----y",
    "elected":       "y--yy----r---u------",
    "contact":       "y--yy----r----------",
}  # fmt: skip
"""A role's row: `-` no, `y` yes; where a case is asked about, `u` of the own unit (or owned),
`p` of the own site, `o` owned (or as the deputy), `s` of severity 3 and more (or owned), `c` with
the person's consent, `g` owned, or by breaking the glass, `r` whoever may read it."""

SERIOUS = 3
"""From this severity on the security function reads a case (4.5)."""

READING = {
    Secrecy.K0: Act.READ_UNIT,
    Secrecy.K1: Act.READ_UNIT,
    Secrecy.K2: Act.READ_NAMED,
    Secrecy.K3: Act.READ_PROTECTED,
}

OFFICIAL = frozenset({
    Act.READ_UNIT, Act.READ_NAMED, Act.READ_PROTECTED, Act.PLAN, Act.LOWER, Act.DECIDE, Act.NOTICE,
    Act.ASSESS, Act.CARE, Act.EXPORT,
})  # fmt: skip
"""What somebody does with a case because of a role: a conflict takes all of it away."""


class Somebody(Protocol):
    ref: str
    roles: list[str]
    site: str
    unit: str


class CaseLike(Protocol):
    """What the rules look at; `storage.cases.Case` has it all."""

    secrecy: int
    severity: int
    site: str
    unit: str
    reporter: str | None
    exposed: str | None
    owner: str
    deputy: str
    kept_from: list[str]
    naming: Naming


@dataclass(frozen=True, slots=True)
class Grant:
    """What opens a case for once: the person's consent, or a broken glass with its reason."""

    consent: bool = False
    glass: bool = False


NONE = Grant()


def cell(role: str, act: Act) -> str:
    return TABLE[role][list(Act).index(act)]


def may(who: Somebody, act: Act, case: CaseLike | None = None, grant: Grant = NONE) -> bool:
    """May this person do this (to this case)? The most that any of their roles gives.

    A conflict beats every role. Whoever keeps the system in order reads no case by any role.
    """
    if case is None:
        return any(cell(role, act) != "-" for role in known(who))
    if act is Act.READ_OWN:
        return is_theirs(who, case)
    if act is Act.RAISE:
        return reads(who, case, grant)
    if act in OFFICIAL and (in_conflict(who, case) or "admin" in who.roles):
        return False
    return any(as_role(role, who, act, case, grant) for role in known(who))


def as_role(role: str, who: Somebody, act: Act, case: CaseLike, grant: Grant = NONE) -> bool:
    """Does this one role give it? Conflicts are not looked at here."""
    return _holds(cell(role, act), who, case, grant)


def reads(who: Somebody, case: CaseLike, grant: Grant = NONE) -> bool:
    """May this person open the case at all?"""
    return is_theirs(who, case) or may(who, reading(case), case, grant)


def reading(case: CaseLike) -> Act:
    """The act that opens a case of its level."""
    return READING[Secrecy(case.secrecy)]


def is_theirs(who: Somebody, case: CaseLike) -> bool:
    """They reported it, or it happened to them; and it is not about them."""
    return who.ref in (case.reporter, case.exposed) and who.ref not in case.kept_from


def in_conflict(who: Somebody, case: CaseLike) -> bool:
    """It is about them, it happened to them, or they reported it: others decide (J9)."""
    return who.ref in case.kept_from or who.ref in (case.reporter, case.exposed)


def listed(who: Somebody, case: CaseLike) -> bool:
    """May it stand on a list of this person's? A protected case stands on none (P3)."""
    return case.secrecy < Secrecy.K3 and reads(who, case)


def noticed(who: Somebody, case: CaseLike) -> bool:
    """Are they told that something happened, without a name? Never of a protected case."""
    return case.secrecy < Secrecy.K3 and may(who, Act.NOTICE, case)


def known(who: Somebody) -> list[str]:
    return [role for role in who.roles if role in TABLE]


def _holds(right: str, who: Somebody, case: CaseLike, grant: Grant) -> bool:
    owned = who.ref in (case.owner, case.deputy)
    near = who.site == case.site and who.unit == case.unit
    given = {
        "y": True,
        "u": owned or near,
        "p": who.site == case.site,
        "o": owned,
        "s": owned or case.severity >= SERIOUS,
        "g": owned or grant.glass,
        "c": grant.consent,
        "r": False,
        "-": False,
    }
    return given[right]


# Fields

NOTICE_FIELDS = frozenset({
    "id", "kind", "counted_as", "also", "channel", "severity", "site", "unit", "status",
    "received_at", "closed_at",
})  # fmt: skip
"""What tells of a case without telling of anybody (R09)."""

OWN_FIELDS = frozenset({
    "effect", "factors", "wishes", "proposed", "secrecy", "place", "happened_at", "exact",
    "exposed", "on_behalf", "naming", "owner", "deputy", "call", "helper", "called_112", "words",
    "read_at", "source", "evidence",
})  # fmt: skip
"""What whoever may open the case reads beside that."""

THREAT_FIELDS = frozenset({"source", "evidence", "assessment"})
"""Not for HR (4.5)."""

CARE_FIELDS = frozenset({"care"})
"""HR's own notes; not for security (4.5)."""

FIELDS = NOTICE_FIELDS | OWN_FIELDS | THREAT_FIELDS | CARE_FIELDS | {"reporter", "kept_from"}


def sees(who: Somebody, case: CaseLike, field: str, grant: Grant = NONE) -> bool:
    """May this field of the case stand on a card of this person's? What is unknown may not."""
    if field in NOTICE_FIELDS:
        return reads(who, case, grant) or noticed(who, case)
    if field not in FIELDS or not reads(who, case, grant):
        return False
    if field == "reporter" or (field == "exposed" and case.exposed == case.reporter):
        return sees_reporter(who, case)
    if is_theirs(who, case):
        return field not in CARE_FIELDS | {"kept_from", "assessment"}
    if field in CARE_FIELDS:
        return may(who, Act.CARE, case, grant)
    if field in THREAT_FIELDS:
        others = (role for role in known(who) if role != "hr")
        return any(as_role(role, who, reading(case), case, grant) for role in others)
    return True


def sees_reporter(who: Somebody, case: CaseLike) -> bool:
    """Nobody knows who reported without a name; where it was for the manager, the owner alone."""
    match case.naming:
        case Naming.ANONYMOUS:
            return False
        case Naming.MANAGER:
            return who.ref in (case.owner, case.reporter)
        case Naming.NAMED:
            return True
