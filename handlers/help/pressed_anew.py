"""Pressed anew: what a presser reads who pressed again after saying that it was over.

The line follows the ladder of the pressed level and the time, and never what really rings: that
may be another ladder, because the presser was forced, and nothing may show it (I17).
"""

from bot.turn import Turn
from bot.words import Cover, CoverPhrase
from handlers.help.names import person_name
from storage.help import HelpCall


def searching_line(turn: Turn, call: HelpCall, cover: Cover) -> CoverPhrase:
    """After a second press: what the ladder of the pressed level says at this time.

    The real one may be another, because the presser was forced; nothing may show that (I17).
    """
    ladder = call.pressed_ladder
    if closed_by_time(turn, call):
        return cover("call_back_asked" if call.call_back_at else ladder["exhausted"]["cover"])
    if call.released:
        return cover("helper_changed", name=person_name(turn, call.released))
    passed = since_revival(turn, call)
    return cover([rung["cover"] for rung in ladder["rungs"] if rung["after"] <= passed][-1])


def since_revival(turn: Turn, call: HelpCall) -> float:
    """Seconds since the presser pressed anew; none where the clock has been set back meanwhile."""
    return max(0.0, (turn.now - (call.revived_at or turn.now)).total_seconds())


def closed_by_time(turn: Turn, call: HelpCall) -> bool:
    after: int = call.pressed_ladder["exhausted"]["after"]
    return since_revival(turn, call) >= after


def next_line_in(turn: Turn, call: HelpCall) -> float | None:
    """Seconds until the line of a revived call changes by time alone."""
    if call.revived_at is None or not call.open or call.owner or call.finished_at:
        return None
    ladder, passed = call.pressed_ladder, since_revival(turn, call)
    times = [*(rung["after"] for rung in ladder["rungs"]), ladder["exhausted"]["after"]]
    return min((after - passed for after in times if after > passed), default=None)
