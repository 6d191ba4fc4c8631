"""Ownership: a case always has an owner and a deputy, also when one of them leaves (I13)."""

from bot.cards import Card, Note
from bot.effects import Effects
from bot.turn import Turn
from bot.words import say
from handlers import leaflets, today
from handlers.colleagues import name_of, once
from handlers.plans import feedback, who
from handlers.plans.feature import shown, tell
from handlers.plans.pieces import preview
from storage.case_life import What
from storage.cases import Case, CaseEvent, answered_for
from storage.feedback import Feedback
from storage.nudges import StandIn
from storage.people import Person, known, with_role
from storage.plan_life import As
from storage.plans import PlanStep, given_to, open_steps, told_of

LEADING = ("manager", "upper_manager", "team_lead", "on_call", "admin")


def without(turn: Turn, gone: str) -> Effects:
    """Somebody has left: their cases and steps move now."""
    effects: Effects = []
    for case in answered_for(turn.session, gone):
        effects += moved(turn, case, gone)
    for step in given_to(turn.session, gone):
        effects += let_go(turn, step, gone)
    standing = turn.find(StandIn, gone)
    if standing is not None:
        turn.session.delete(standing)
    return effects


def moved(turn: Turn, case: Case, gone: str) -> Effects:
    """The deputy becomes the owner, and somebody else the deputy."""
    owner = case.owner if case.owner != gone else heir(turn, case, [case.deputy], gone)
    wanted = case.deputy if case.deputy not in (gone, owner) else deputy_of(turn, case, owner, gone)
    return give(turn, case, owner, wanted)


def let_go(turn: Turn, step: PlanStep, gone: str) -> Effects:
    """A step that was theirs by name goes back to the owner; a question to them is withdrawn."""
    case = turn.get(Case, step.case)
    if step.holder != gone:
        step.withdraw()
        return shown(turn, step)
    step.give(None)
    tell(turn, step, who.holder(turn, case, step), As.HOLDER)
    return shown(turn, step)


def heir(turn: Turn, case: Case, first: list[str], *but: str) -> str:
    """Somebody who may have the case: those first, then whoever leads nearest. Never nobody."""
    wanted = once(first, who.nearest(turn, case, *LEADING))
    found = [ref for ref in who.fit(turn, case, wanted) if ref not in but]
    anybody = [one.ref for one in with_role(turn.session, *LEADING) if one.ref not in but]
    return next(iter([*found, *anybody]), case.owner)


def deputy_of(turn: Turn, case: Case, owner: str, *but: str) -> str:
    """The owner's own deputy, if they may know of the case."""
    whose = known(turn.session, owner)
    own = [whose.deputy] if whose and whose.deputy else []
    return heir(turn, case, own, owner, *but)


def give(turn: Turn, case: Case, owner: str, deputy: str) -> Effects:
    """The seam for every change of owner: the plan follows, and both are told."""
    before = case.owner
    case.give(owner, deputy)
    by = turn.actor.ref if turn.actor else None
    event = CaseEvent(case=case.number, at=turn.now, what=What.GIVEN, by=by)
    event.before, event.after = before, owner
    turn.keep(event)
    return [*followed(turn, case, before), *both_told(turn, case), *to_reporter(turn, case)]


def followed(turn: Turn, case: Case, before: str) -> Effects:
    """The owner's steps are the new owner's; what rang for the old one rings for the new."""
    effects: Effects = []
    for step in open_steps(turn.session, case.number):
        if step.holder is None and before != case.owner:
            if before in told_of(turn.session, step.number):
                tell(turn, step, who.holder(turn, case, step), As.HOLDER)
            effects += shown(turn, step)
    return [*effects, *today.refresh(turn, [before, case.owner, case.deputy])]


def both_told(turn: Turn, case: Case) -> Effects:
    roles = {case.owner: "owner", case.deputy: "deputy"}
    effects: Effects = []
    for ref, role in roles.items():
        other = case.deputy if role == "owner" else case.owner
        effects += note_to(turn, case, ref, role=role, other=other)
    return effects


def note_to(turn: Turn, case: Case, ref: str, role: str, other: str) -> Effects:
    if not who.fit(turn, case, [ref]):
        return []
    slot = f"owner:{case.number}:{ref}:{turn.now:%y%m%d%H%M%S}"
    told = {"case": case.number, "role": role, "other": other}
    return leaflets.shown(turn, "plans.role", slot, ref, told)


@leaflets.draws("plans.role")
def role_note(turn: Turn, whose: Person, about: leaflets.About) -> Card:
    """As it was told on that day: somebody else may have it since."""
    name, case = name_of(turn, about["other"]), str(about["case"])
    title = say(f"plans.you_are_{about['role']}", case=case, name=name)
    return Card(title, preview(turn, whose.ref), (Note(say("plans.in_your_day")),))


def to_reporter(turn: Turn, case: Case) -> Effects:
    """Whoever reported reads the new name where the old one stood; it rings nobody."""
    told = turn.find(Feedback, case.number)
    return feedback.cards(turn, case, told) if told else []
