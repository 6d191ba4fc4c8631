"""Rights: every role and act, every level, and that a conflict beats them all."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import rights
from handlers.rights import (
    FIELDS,
    NOTICE_FIELDS,
    TABLE,
    Act,
    Grant,
    listed,
    may,
    noticed,
    reads,
    sees,
)
from storage.case_life import Naming, Secrecy
from storage.cases import Case
from storage.people import ROLES

TABLE_FILE = Path(__file__).parent / "data" / "rights.txt"
CELLS = {"-": "-", "yes": "y", "unit": "u", "owned": "o", "3+": "s", "site": "p", "consent": "c",
         "glass": "g", "reads": "r"}  # fmt: skip


@dataclass
class Who:
    ref: str
    roles: list[str]
    site: str = "ostersund"
    unit: str = "Kundcenter"


@dataclass
class What:
    secrecy: int = Secrecy.K1
    severity: int = 2
    site: str = "ostersund"
    unit: str = "Kundcenter"
    reporter: str | None = "lisa"
    exposed: str | None = "lisa"
    owner: str = "cia"
    deputy: str = "anna"
    kept_from: list[str] = field(default_factory=list)
    naming: Naming = Naming.NAMED


def written() -> Iterator[tuple[str, Act, str]]:
    lines = [line for line in TABLE_FILE.read_text("utf-8").splitlines() if line[:1] != "#"]
    acts = [Act(name) for name in lines[0].split()]
    for line in lines[1:]:
        role, *cells = line.split()
        yield from ((role, act, CELLS[one]) for act, one in zip(acts, cells, strict=True))


MATRIX = list(written())


def test_the_table_has_every_role_and_twenty_acts() -> None:
    assert tuple(TABLE) == ROLES and len(Act) == 20
    assert len(MATRIX) == 300 and all(len(row) == len(Act) for row in TABLE.values())


@pytest.mark.parametrize("role", ROLES)
def test_each_cell_is_as_it_was_written_down_and_does_what_it_says(role: str) -> None:
    """Near and far, owned and not, light and serious, with consent and with a broken glass."""
    for act, want in ((act, want) for of, act, want in MATRIX if of == role):
        assert rights.cell(role, act) == want, (role, act)
        for owned in (False, True):
            for near, severity in ((True, 2), (False, 2), (False, 3)):
                for grant in (Grant(), Grant(consent=True), Grant(glass=True)):
                    who = Who("x", [role], unit="Kundcenter" if near else "Tillsyn")
                    case = What(severity=severity, owner="x" if owned else "cia")
                    if act in (Act.READ_OWN, Act.RAISE):
                        continue
                    given = {
                        "-": False, "y": True, "u": near or owned, "o": owned, "p": True,
                        "s": owned or severity >= 3, "c": grant.consent, "g": owned or grant.glass,
                    }[want]  # fmt: skip
                    if role == "admin" and act in rights.OFFICIAL:
                        given = False
                    assert may(who, act, case, grant) == given, (role, act, owned, near, severity)


@pytest.mark.parametrize("role", ROLES)
def test_everybody_reads_and_raises_their_own_and_nobody_elses_by_that(role: str) -> None:
    lisa, stranger = Who("lisa", [role]), Who("x", [role], "elsewhere", "Other")
    assert may(lisa, Act.READ_OWN, What()) and may(lisa, Act.RAISE, What())
    assert not may(stranger, Act.READ_OWN, What()) and not may(stranger, Act.RAISE, What())


@pytest.mark.parametrize(
    ("secrecy", "readers"),
    [
        (Secrecy.K0, {"manager"}), (Secrecy.K1, {"manager"}), (Secrecy.K2, set()),
        (Secrecy.K3, set()),
    ],
)  # fmt: skip
def test_who_of_the_unit_reads_a_light_case_by_role_alone(
    secrecy: Secrecy, readers: set[str]
) -> None:
    case = What(secrecy=secrecy)
    assert {role for role in ROLES if reads(Who("x", [role]), case)} == readers


@pytest.mark.parametrize(
    ("secrecy", "readers"),
    [
        (Secrecy.K1, {"team_lead", "manager", "upper_manager", "on_call", "security", "hr"}),
        (Secrecy.K2, {"manager", "upper_manager", "on_call", "security", "hr"}),
        (Secrecy.K3, {"manager", "upper_manager", "security"}),
    ],
)
def test_who_reads_a_case_that_they_own(secrecy: Secrecy, readers: set[str]) -> None:
    case = What(secrecy=secrecy, owner="x")
    assert {role for role in ROLES if reads(Who("x", [role]), case)} == readers


def test_security_reads_from_severity_three_and_a_protected_case_by_breaking_the_glass() -> None:
    farid = Who("farid", ["security"], "sundsvall", "Säkerhet")
    assert not reads(farid, What(severity=2)) and reads(farid, What(severity=3))
    protected = What(secrecy=Secrecy.K3, severity=5)
    assert not reads(farid, protected) and reads(farid, protected, Grant(glass=True))
    assert not reads(Who("eva", ["on_call"]), protected, Grant(glass=True))


def test_a_safety_representative_reads_with_consent_and_is_told_without_a_name() -> None:
    gun = Who("gun", ["safety_rep"])
    assert not reads(gun, What()) and reads(gun, What(), Grant(consent=True))
    assert noticed(gun, What()) and not noticed(Who("gun", ["safety_rep"], "sundsvall"), What())
    assert {name for name in FIELDS if sees(gun, What(), name)} == NOTICE_FIELDS


def test_a_protected_case_stands_on_no_list_and_nobody_is_told_of_it() -> None:
    protected = What(secrecy=Secrecy.K3, owner="x", severity=5)
    for role in ROLES:
        assert not listed(Who("x", [role]), protected)
        assert not noticed(Who("x", [role]), protected)
    assert not listed(Who("lisa", ["handler"]), protected), "not even on the reporter's own"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("secrecy", list(Secrecy))
def test_whom_it_is_about_sees_nothing_whatever_they_are(role: str, secrecy: Secrecy) -> None:
    """Also as the owner, as the reporter, and with everything that could open it."""
    everything = Grant(consent=True, glass=True)
    case = What(secrecy, 5, owner="x", reporter="x", exposed="x", kept_from=["x"])
    for roles in ([role], list(ROLES)):
        who = Who("x", roles)
        assert not reads(who, case, everything) and not listed(who, case)
        assert not any(sees(who, case, name, everything) for name in FIELDS)
        assert not any(may(who, act, case, everything) for act in rights.OFFICIAL | {Act.RAISE})


def test_a_manager_to_whom_it_happened_reads_it_and_decides_nothing() -> None:
    cia = Who("cia", ["manager"])
    case = What(reporter="cia", exposed="cia", owner="dag")
    assert reads(cia, case) and may(cia, Act.RAISE, case)
    for act in (Act.PLAN, Act.LOWER, Act.DECIDE, Act.CARE):
        assert not may(cia, act, case)


@pytest.mark.parametrize("others", [[], ["manager"], ["security"], list(ROLES)])
def test_whoever_keeps_the_system_in_order_reads_no_case_by_any_role(others: list[str]) -> None:
    admin = Who("x", ["admin", *others])
    for secrecy in Secrecy:
        case = What(secrecy, 5, owner="x", deputy="x")
        assert not reads(admin, case, Grant(consent=True, glass=True))
    assert reads(admin, What(reporter="x")), "but what they reported themselves they do"


def test_who_reported_is_known_to_whom_they_chose() -> None:
    cia, dag, lisa = Who("cia", ["manager"]), Who("dag", ["security"]), Who("lisa", ["handler"])
    for only in ("reporter", "exposed"):
        case = What(severity=4, naming=Naming.MANAGER)
        assert sees(cia, case, only) and sees(lisa, case, only) and not sees(dag, case, only)
        assert sees(dag, replace(case, naming=Naming.NAMED), only)
        assert not sees(cia, replace(case, naming=Naming.ANONYMOUS), "reporter")


def test_hr_reads_no_details_of_the_threat_and_security_none_of_the_care() -> None:
    hr, security = Who("x", ["hr", "handler"]), Who("x", ["security"])
    case = What(owner="x", severity=4)
    assert sees(hr, case, "care") and not sees(hr, case, "evidence") and sees(hr, case, "words")
    assert sees(security, case, "evidence") and not sees(security, case, "care")


def test_a_field_that_nobody_decided_about_is_seen_by_nobody() -> None:
    assert not sees(Who("cia", ["manager"]), What(), "shoe_size")
    undecided = {*Case.model_fields} - FIELDS
    assert undecided == set(), "a new column of a case: decide who sees it"


refs = st.sampled_from(["a", "b", "c", "d"])
whos = st.builds(Who, refs, st.lists(st.sampled_from(ROLES), min_size=1, max_size=4, unique=True),
                 st.sampled_from(["s1", "s2"]), st.sampled_from(["u1", "u2"]))  # fmt: skip
cases = st.builds(
    What, st.sampled_from(list(Secrecy)), st.integers(0, 5), st.sampled_from(["s1", "s2"]),
    st.sampled_from(["u1", "u2", ""]), st.none() | refs, st.none() | refs, refs, refs,
    st.lists(refs, max_size=2), st.sampled_from(list(Naming)),
)  # fmt: skip


@given(whos, cases, st.builds(Grant, st.booleans(), st.booleans()))
@settings(max_examples=150)
def test_no_field_above_the_level_is_ever_seen(who: Who, case: What, grant: Grant) -> None:
    seen = {name for name in FIELDS if sees(who, case, name, grant)}
    if not reads(who, case, grant):
        assert seen <= NOTICE_FIELDS
        assert not seen or (
            case.secrecy < Secrecy.K3 and {"safety_rep", "security", "upper_manager"} & {*who.roles}
        )
    if who.ref in case.kept_from:
        assert not seen
    if case.secrecy == Secrecy.K3 and seen:
        theirs = who.ref in (case.reporter, case.exposed)
        assert (
            theirs
            or who.ref in (case.owner, case.deputy)
            or (grant.glass and "security" in who.roles)
        )
    if case.naming is Naming.ANONYMOUS:
        assert "reporter" not in seen
    if listed(who, case):
        assert reads(who, case) and case.secrecy < Secrecy.K3
