"""The feature of help calls: what it reads, who may do what, and which call is meant."""

from typing import Protocol

from bot.features import Feature, May, Refused
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import Cover, Words, say
from handlers.help.board_texts import Sentence, SignalText, check_board
from handlers.help.ladders import Ladder, check_ladders
from handlers.help.names import person_name
from storage import help_calls as calls
from storage import help_notices
from storage.help import HelpCall

help_calls = Feature("help")
help_calls.reads("ladders", Ladder)
help_calls.reads("signals", SignalText)
help_calls.reads("sentences", Sentence)
help_calls.checks(lambda content: [*check_ladders(content), *check_board(content)])


class OfCall(Protocol):
    """Anything that names a call."""

    @property
    def call(self) -> int: ...


def _presses(turn: Turn, did: OfCall) -> bool:
    return turn.get(HelpCall, did.call).presser == turn.person.ref


def _told(turn: Turn, did: OfCall) -> bool:
    return help_notices.was_told(turn.session, did.call, turn.person.ref)


PRESSER = May("presser", _presses)
TOLD = May("told", _told)
EITHER = May("either", lambda turn, did: _presses(turn, did) or _told(turn, did))


def for_presser(turn: Turn, number: int) -> HelpCall:
    """The presser's own open call, which they have touched now; on a closed one nothing changes."""
    call = turn.get(HelpCall, number)
    if not call.open:
        name = person_name(turn, call.closed_by)
        raise Refused(Cover(call.site["cover"])("closed_by_helper", name=name))
    call.tap(turn.now)
    return call


def for_responder(turn: Turn, did: OfCall) -> HelpCall:
    """The open call; on a closed one nothing changes, and one hears who closed it (I4).

    Who has a call of their own open is no responder until it is closed.
    """
    call = turn.get(HelpCall, did.call)
    if not call.open:
        raise Refused(closed_by(turn, call))
    if calls.open_call_of(turn.session, turn.person.ref):
        raise Refused(cover_of(turn.content, turn.person)("own_first"))
    return call


def for_owner(turn: Turn, did: OfCall) -> HelpCall:
    call = for_responder(turn, did)
    if call.owner != turn.person.ref:
        raise Refused(say("help.not_owner"))
    return call


def for_helper(turn: Turn, did: OfCall) -> HelpCall:
    """The call, if this person owns it or has come to it."""
    call = for_responder(turn, did)
    notice = help_notices.notice(turn.session, call.number, turn.person.ref)
    if call.owner != turn.person.ref and not (notice and notice.joined_at):
        raise Refused(say("help.not_owner"))
    return call


def closed_by(turn: Turn, call: HelpCall) -> Words:
    return say("help.closed_by", name=person_name(turn, call.closed_by), time=call.closed_at)
