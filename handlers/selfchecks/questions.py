"""Questions: asked on their days, once; answered by a press of which nothing is kept."""

from bot.effects import Effects, Forget, Later
from bot.features import CLOCK
from bot.holidays import calendar_of
from bot.plans import When, Working, dated
from bot.turn import Turn
from handlers.colleagues import once
from handlers.selfchecks.actions import CheckDue, Stop, Thanks, WantTalk
from handlers.selfchecks.cards import again, show, shown, stopped, thanked, whom
from handlers.selfchecks.feature import MINE, self_checks
from handlers.selfchecks.wishes import asked_again
from storage import plain
from storage.cases import Case
from storage.people import person
from storage.selfchecks import SelfCheck, checks_of

HOUR = "10:00"
APART_HOURS = 20
"""Somebody who was in two cases is asked once and not twice on one day."""


def begin(turn: Turn, case: Case, days: list[int]) -> Effects:
    """Whoever was exposed and whoever helped, each for themselves."""
    effects: Effects = []
    for ref in once(one for one in (case.exposed, case.helper) if one):
        if turn.find(SelfCheck, (case.number, ref)) is None and days:
            check = SelfCheck(case=case.number, person=ref, started_at=turn.now, days=days)
            effects += [*next_question(turn, turn.keep(check))]
    return effects


def next_question(turn: Turn, check: SelfCheck) -> Effects:
    """On the next of its days, in the morning where the person is; a day off waits."""
    key, whose = f"check:{check.case}:{check.person}", person(turn.session, check.person)
    if whose is None or not check.days or check.stopped_at is not None:
        check.next_at = None
        return [Forget(key)]
    working = Working(whose.zone, (), calendar_of(turn.content))
    check.next_at = dated(When(days=check.days[0], at=HOUR), check.started_at, working)
    return [Later(key, check.next_at, CheckDue(check.case, check.person))]


@self_checks.on(CheckDue, may=CLOCK)
def check_due(turn: Turn, happened: CheckDue) -> Effects:
    """However long nothing could be sent, it is one question."""
    check = turn.get(SelfCheck, (happened.case, happened.person))
    if check.next_at is None or check.next_at > turn.now:
        return next_question(turn, check)
    asked = asked_lately(turn, check)
    while check.next_at is not None and check.next_at <= turn.now:
        check.days = check.days[1:]
        effects = next_question(turn, check)
    if asked:
        return effects
    check.ask(turn.now)
    return [*effects, *shown(turn, check)]


def asked_lately(turn: Turn, check: SelfCheck) -> bool:
    since = turn.after(hours=-APART_HOURS)
    others = (one.asked_at for one in checks_of(turn.session, check.person))
    return any(at is not None and at > since for at in others)


@self_checks.on(Thanks, may=MINE)
def thanks(turn: Turn, said: Thanks) -> Effects:
    """Nothing is kept of it, so the card stays as it is but for a thank-you."""
    check = turn.get(SelfCheck, (said.case, turn.person.ref))
    return [show(turn, check, said.number, thanked(turn, check, said.number))]


@self_checks.on(WantTalk, may=MINE)
def want_talk(turn: Turn, said: WantTalk) -> Effects:
    check = turn.get(SelfCheck, (said.case, turn.person.ref))
    return [show(turn, check, said.number, whom(turn, check))]


@self_checks.on(Stop, may=MINE)
def stop(turn: Turn, said: Stop) -> Effects:
    """One tap, no questions, and a way back."""
    check = turn.get(SelfCheck, (said.case, turn.person.ref))
    check.stop(turn.now)
    key, number = f"check:{check.case}:{check.person}", check.number or 1
    return [Forget(key), show(turn, check, number, stopped(turn, check))]


@self_checks.redraws
def redraw(turn: Turn) -> Effects:
    """Before one person of late."""
    since = turn.now - plain.FORTNIGHT
    checks = checks_of(turn.session, turn.person.ref)
    asked = [one for one in checks if one.asked_at is not None and one.asked_at > since]
    mine = [show for one in asked for show in again(turn, one)]
    return [*mine, *asked_again(turn, turn.person.ref)]
