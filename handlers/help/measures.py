"""Numbers of the help call for whoever operates the bot: how many, how soon, and nobody's name."""

from sqlmodel import Session

from bot.staff import Instant
from handlers.help.feature import help_calls
from storage import help_calls as calls
from storage.help import HelpCall
from storage.help_waits import longest
from storage.timers import Timer


@help_calls.measures("help_calls_open")
def open_now(session: Session, _: Instant) -> float:
    return float(len([*calls.brief(session)]))


@help_calls.measures("help_calls_unanswered")
def unanswered(session: Session, _: Instant) -> float:
    return float(len(calls.waiting(session)))


@help_calls.measures("help_claim_seconds")
def claim(session: Session, now: Instant) -> float:
    """From the press to the first "I take it", the median of the last day; 0 without any."""
    return calls.median_claim(session, now)


@help_calls.proves("calls")
def next_steps(session: Session, now: Instant) -> str | None:
    """Every open call has a next step, and soon; one without would be silence."""
    open_calls = calls.whole(session, calls.numbers(calls.brief(session)))
    lost = [call for call in open_calls if not is_set(session, call, now)]
    return f"without next_step: {len(lost)}" if lost else None


def is_set(session: Session, call: HelpCall, now: Instant) -> bool:
    """A step that lies further away than any that the ladder names is as good as none."""
    timer = session.get(Timer, f"help:{call.number}")
    return timer is not None and timer.due - now <= longest(call)
