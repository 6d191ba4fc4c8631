"""Who: whose a step is, who is above them, who is on call, and who may never be asked."""

from collections.abc import Iterable

from bot.staff import RINGS, Instant, Site, local_day
from bot.turn import Turn
from bot.words import Words, say
from handlers.colleagues import once
from storage import nudges
from storage.case_life import Naming, Secrecy
from storage.cases import Case
from storage.people import Person, known, people, person, slots_around, with_role
from storage.plans import PlanStep, open_steps

ON_CALL = ("on_call", "manager", "upper_manager")
"""Who of a roster can be the manager on call."""

MAY_HOLD = ("manager", "upper_manager", "team_lead", "on_call", "security", "hr", "peer")
"""Who may be given a step."""


def case_of(turn: Turn, step: PlanStep) -> Case:
    """The case of a step, to read from: whatever changes a case gets it by `turn.get`."""
    found = turn.session.get(Case, step.case)
    if found is None:
        raise LookupError(step.case)
    return found


def holder(turn: Turn, case: Case, step: PlanStep) -> str:
    """Whose it is now: given by name or the owner's, or of whoever stands in for them."""
    return acting(turn, case, step.holder or case.owner)


def acting(turn: Turn, case: Case, ref: str) -> str:
    standing = nudges.stand_in(turn.session, ref, turn.now)
    return standing if standing and fit(turn, case, [standing]) else ref


def fit(turn: Turn, case: Case, refs: Iterable[str]) -> list[str]:
    """Those of them who work here, whom the bot reaches, and who may know of the case."""
    found = (person(turn.session, ref) for ref in dict.fromkeys(refs))
    return [one.ref for one in found if one is not None and may_know(turn, case, one)]


def may_know(turn: Turn, case: Case, one: Person) -> bool:
    """What is protected stays with the owner, the deputy and security (P3)."""
    near = one.ref in (case.owner, case.deputy) or "security" in one.roles
    open_to = case.secrecy < Secrecy.K3 or near
    return open_to and turn.reaches(one) and one.ref not in {*case.kept_from, case.exposed}


def nearest(turn: Turn, case: Case, *roles: str) -> list[str]:
    """Those with a role who may know of the case: of its unit first, then of its site."""
    found = [one for one in with_role(turn.session, *roles) if may_know(turn, case, one)]
    found.sort(key=lambda one: (one.unit != case.unit, one.site != case.site, one.ref))
    return [one.ref for one in found]


def above(turn: Turn, case: Case, below: str) -> list[str]:
    """Who is told when a step is not done: the next level up, or whoever is on call."""
    levels = (("upper_manager",), ("on_call",), ("manager",), ("admin",))
    for roles in levels:
        found = [ref for ref in nearest(turn, case, *roles) if ref not in (below, case.owner)]
        if found:
            return found[:1]
    return []


def on_call(turn: Turn, case: Case) -> str | None:
    """The manager on call: whom the roster of the hour names in ring 3, or who has the role."""
    slots = slots_around(turn.session, [case.site], turn.now, turn.after(seconds=1))
    rostered = [slot.person for slot in slots if slot.ring == RINGS[-1]]
    named = [one for one in people(turn.session, rostered) if {*one.roles} & {*ON_CALL}]
    found = [*(one.ref for one in named), *nearest(turn, case, "on_call")]
    return next(iter(fit(turn, case, found)), None)


def of_role(turn: Turn, case: Case, who: str) -> str | None:
    """The person of a step that is not the owner's; None leaves it to the owner."""
    roles = {"agency": "security", "upper": "upper_manager"}.get(who, who)
    return next(iter(nearest(turn, case, roles)), None)


def others(turn: Turn, case: Case, but: str | None) -> list[Person]:
    """To whom a step may be given: the deputy first, then those near who lead or support."""
    refs = once([case.deputy], nearest(turn, case, *MAY_HOLD))
    return people(turn.session, [ref for ref in fit(turn, case, refs) if ref != but])


def shift_end(turn: Turn, case: Case) -> Instant | None:
    """When the shift of the one it is about ends, by the roster of the day; None: not known."""
    whose = case.exposed or case.reporter
    site = turn.content.all(Site).get(case.site)
    day = local_day(site.zone if site else "UTC", turn.now)
    slots = slots_around(turn.session, [], *day, refs=[whose] if whose else [])
    now = (
        slot.ends for slot in slots if slot.person == whose and slot.starts <= turn.now < slot.ends
    )
    return max(now, default=None)


def name_of_exposed(turn: Turn, case: Case, reader: str) -> Words:
    """Whom it is about; where only the manager may know who reported, the owner alone reads it."""
    hidden = case.naming is Naming.MANAGER and case.exposed == case.reporter
    if hidden and reader != case.owner:
        return say("plans.somebody")
    found = known(turn.session, case.exposed) if case.exposed else None
    return found.name if found else say("plans.somebody")


def contact_by(turn: Turn, case: Case) -> str:
    """The seam for a receipt: who makes the first contact, in the evening whoever is on call."""
    left = open_steps(turn.session, case.number)
    contacts = (one for one in left if one.facts["does"] == "contact")
    return next((holder(turn, case, one) for one in contacts), case.owner)


def next_in_line(turn: Turn, case: Case, *but: str) -> str | None:
    """Who does it instead at once: the deputy, or else whoever leads nearest."""
    wanted = once([case.deputy, case.owner], nearest(turn, case, "manager", "team_lead", *ON_CALL))
    return next((ref for ref in fit(turn, case, wanted) if ref not in but), None)


def helpers(turn: Turn, case: Case, me: str) -> list[str]:
    """Who may be asked to help with a step: the deputy, the owner, and those above."""
    wanted = once([case.deputy, case.owner], above(turn, case, me))
    return [ref for ref in fit(turn, case, wanted) if ref != me]
