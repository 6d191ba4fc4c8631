"""The feature of self-checks: who may say what, and with whom one may talk."""

from bot.features import Feature, May
from bot.turn import Turn
from handlers.colleagues import once
from handlers.plans import who
from handlers.selfchecks.actions import ChooseWhom, Stop, Thanks, WantTalk
from storage.cases import Case
from storage.people import Person, people
from storage.selfchecks import SelfCheck, TalkWish

self_checks = Feature("selfchecks")

MOST_CHOICES = 4


def _mine(turn: Turn, did: Thanks | WantTalk | ChooseWhom | Stop) -> bool:
    return turn.find(SelfCheck, (did.case, turn.person.ref)) is not None


MINE = May("their own", _mine)
WISHED = May("asked", lambda turn, did: turn.person.ref in turn.get(TalkWish, did.wish).to)


def talkers(turn: Turn, case: Case, me: str) -> list[Person]:
    """With whom one may talk: the manager, a peer, the deputy, and whoever is on call."""
    peers = who.nearest(turn, case, "peer")[:1]
    on_call = who.nearest(turn, case, "on_call")[:1]
    refs = once([case.owner], peers, [case.deputy], on_call)
    here = people(turn.session, [ref for ref in refs if ref != me and ref not in case.kept_from])
    return [one for one in here if turn.reaches(one)][:MOST_CHOICES]
