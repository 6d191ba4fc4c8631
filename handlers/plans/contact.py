"""Contact: the short dialog of a manager after the first contact (`spec/content.md` 2.8).

Three taps: have you talked, is the person safe, what is needed today. How the person feels is
asked by a human and written down by nobody.
"""

from bot.effects import Effects
from bot.features import Refused
from bot.plans import When
from bot.turn import Turn
from bot.words import say
from handlers.plans import who
from handlers.plans.actions import Need, NeedsSaid, SaySafe
from handlers.plans.dates import date
from handlers.plans.falls_due import begin
from handlers.plans.feature import DOER, follow_up, found, shown, tell
from handlers.plans.shapes import PlanShape, Step
from handlers.plans.steps import add, counted, policy
from storage.cases import Case
from storage.plan_life import As
from storage.plans import PlanStep

TODAY = When(same_day="shift_end", at_least=1800, off="keep")
"""What is needed today is seen to before the person goes home."""

REMIND = 1800


@follow_up.on(SaySafe, may=DOER)
def say_safe(turn: Turn, said: SaySafe) -> Effects:
    """Not safe: security is asked at once to look at it with the manager, and those above too."""
    step, case = found(turn, said.step)
    if "safe" in step.answers:
        return shown(turn, step)
    step.answers = {**step.answers, "safe": said.safe}
    effects = [] if said.safe else unsafe(turn, case)
    return [*effects, *shown(turn, step)]


def unsafe(turn: Turn, case: Case) -> Effects:
    plan, me = policy(turn, case), turn.person.ref
    step = add_step(turn, case, plan, plan.unsafe)
    others = [ref for ref in who.above(turn, case, me) if ref != step.holder]
    if step.holder in (None, me) and others:
        step.holder = others.pop(0)
    for ref in others:
        tell(turn, step, ref, As.ASKED)
    return begin(turn, case, [step])


def add_step(turn: Turn, case: Case, plan: PlanShape, step: Step) -> PlanStep:
    start = counted(turn, case, plan)
    return add(turn, case, date(plan, step, start), start)


@follow_up.on(Need, may=DOER)
def need(turn: Turn, said: Need) -> Effects:
    step, case = found(turn, said.step)
    known = {one.id for one in policy(turn, case).needs}
    if said.need not in known or step.answers.get("said"):
        raise Refused(say("common.old_button"))
    wanted = [one for one in step.answers.get("needs", []) if one != said.need]
    step.answers = {**step.answers, "needs": [*wanted, said.need] if said.wanted else wanted}
    return shown(turn, step)


@follow_up.on(NeedsSaid, may=DOER)
def needs_said(turn: Turn, pressed: NeedsSaid) -> Effects:
    """What is needed becomes steps of today, for whoever was in touch."""
    step, case = found(turn, pressed.step)
    if step.answers.get("said"):
        return shown(turn, step)
    step.answers = {**step.answers, "said": True}
    plan, wanted = policy(turn, case), step.answers.get("needs", [])
    new = [need_step(turn, case, plan, one.id) for one in plan.needs if one.id in wanted]
    return [*begin(turn, case, new), *shown(turn, step)]


def need_step(turn: Turn, case: Case, plan: PlanShape, id: str) -> PlanStep:
    text = next(one.text for one in plan.needs if one.id == id)
    asked = Step(
        id=f"need-{id}",
        who="manager",
        severity=0,
        text=text,
        when=TODAY,
        remind=REMIND,
        person=True,
    )
    row = add_step(turn, case, plan, asked)
    row.holder = None if turn.person.ref == case.owner else turn.person.ref
    return row
