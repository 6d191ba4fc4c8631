"""What colleagues say of a visit: phoned in vain, decided, called 112, talked with them."""

from bot.effects import Effects
from bot.features import Refused
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import say
from handlers.colleagues import name_of
from handlers.visits.actions import CalledPolice, Decide, Met, NoAnswer, SeeTo, Talked
from handlers.visits.feature import DECIDES, TOLD, OfVisit, shown, visits
from handlers.visits.rungs import ring_for
from storage import help_calls
from storage.visit_life import Decision
from storage.visits import Visit


def of_colleague(turn: Turn, did: OfVisit) -> Visit:
    """Whoever presses for themselves now has something else to see to."""
    if help_calls.open_call_of(turn.session, turn.person.ref):
        raise Refused(cover_of(turn.content, turn.person)("own_first"))
    visit = turn.get(Visit, did.visit)
    if visit.closed_at is not None:
        name = name_of(turn, visit.closed_by)
        raise Refused(say("visits.closed_by", name=name, time=visit.closed_at))
    return visit


@visits.on(NoAnswer, may=TOLD)
def no_answer(turn: Turn, said: NoAnswer) -> Effects:
    """The next rung at once: nobody waits for a clock when somebody knows."""
    visit = of_colleague(turn, said)
    if visit.status is said.rung:
        visit.no_answer(turn.now)
        ring_for(turn, visit)
    return shown(turn, visit)


@visits.on(SeeTo, may=TOLD)
def see_to(turn: Turn, said: SeeTo) -> Effects:
    """The first counts; the same one twice is no mistake."""
    visit = of_colleague(turn, said)
    if visit.taken_by not in (None, turn.person.ref):
        raise Refused(say("visits.first", name=name_of(turn, visit.taken_by)))
    if visit.taken_by is None:
        visit.take(turn.person.ref)
    return shown(turn, visit)


@visits.on(Decide, may=DECIDES)
def decide(turn: Turn, said: Decide) -> Effects:
    visit = of_colleague(turn, said)
    visit.decide(said.what, turn.person.ref, turn.now)
    if said.what is Decision.POLICE:
        visit.log_police(turn.person.ref, turn.now)
    return shown(turn, visit)


@visits.on(CalledPolice, may=TOLD)
def called_police(turn: Turn, said: CalledPolice) -> Effects:
    visit = of_colleague(turn, said)
    visit.log_police(turn.person.ref, turn.now)
    return shown(turn, visit)


@visits.on(Talked, may=TOLD)
def talked(turn: Turn, said: Talked) -> Effects:
    visit = of_colleague(turn, said)
    visit.talk(turn.person.ref, turn.now)
    return shown(turn, visit)


@visits.on(Met, may=TOLD)
def met(turn: Turn, said: Met) -> Effects:
    visit = of_colleague(turn, said)
    visit.meet(turn.person.ref, turn.now)
    return shown(turn, visit)
