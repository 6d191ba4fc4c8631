"""Where a help call meets its aftercare: it begins, it is taken back, it ends."""

from bot.effects import Effects
from bot.turn import Turn
from handlers import cues
from handlers.aftercare import colleagues
from handlers.aftercare.feature import shown
from handlers.availability_keys import look_again
from storage import availability
from storage.aftercare import BREAK, Aftercare, Answer, asked_for, breaks_of
from storage.availability import CARE, State
from storage.help import HelpCall


def begin(turn: Turn, call: HelpCall) -> Effects:
    """The call is over: a break at once and one question. Once a call, however often it is said."""
    before = turn.find(Aftercare, call.number)
    answered = before is not None and before.answer in (Answer.YES, Answer.COMPANY)
    offered = cues.offer_report(turn, call.number) if answered and not call.open else []
    if before is None or before.dropped_at is not None:
        care = turn.keep(begun(turn, call, before))
        rest(turn, care)
        return [*shown(turn, care), *look_again(turn, care.person)]
    if before.helper == helper_of(call):
        return offered
    before.helper = helper_of(call)  # somebody else has taken the call since
    return [*shown(turn, before), *offered]


def begun(turn: Turn, call: HelpCall, before: Aftercare | None) -> Aftercare:
    if before is not None:
        turn.session.delete(before)
        turn.session.flush()
    return Aftercare(
        call=call.number,
        round=before.round + 1 if before else 1,
        person=call.presser,
        helper=helper_of(call),
        site=call.site["ref"],
        at_home=call.at_home,
        started_at=turn.now,
        break_until=turn.now + BREAK,
    )


def helper_of(call: HelpCall) -> str | None:
    """Who was there: the owner, or whoever closed it."""
    found = call.owner or call.closed_by
    return None if found == call.presser else found


def rest(turn: Turn, care: Aftercare) -> None:
    """On a break one is not called to others."""
    if care.break_until is not None:
        availability.state(turn.session, care.person, CARE, State.BREAK, care.break_until)


def work_again(turn: Turn, care: Aftercare) -> Effects:
    availability.end(turn.session, care.person, CARE)
    return look_again(turn, care.person)


def cancel(turn: Turn, call: HelpCall) -> Effects:
    """The presser pressed again: what was asked is no longer needed, and says so."""
    care = turn.find(Aftercare, call.number)
    if care is None or care.dropped_at is not None:
        return []
    care.drop(turn.now)
    effects = [*shown(turn, care), *work_again(turn, care), *colleagues.dropped(turn, care)]
    for asked in asked_for(turn.session, care.call).values():
        turn.session.delete(asked)
    return effects


def ready_again(turn: Turn) -> Effects:
    """A person has said elsewhere that they are free: every break of theirs is over."""
    effects: Effects = []
    for care in breaks_of(turn.session, turn.person.ref):
        care.be_ready(turn.now)
        effects += shown(turn, care)
    return effects
