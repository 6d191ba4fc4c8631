"""Who has read: a card for those whom a case is about, with every opening and its right."""

from itertools import islice

from bot.cards import Block, Card, Facts, Note
from bot.effects import Effects, Lane
from bot.features import May
from bot.turn import Turn
from bot.words import say
from handlers import leaflets
from handlers.colleagues import name_of
from handlers.reads.actions import WhoHasRead
from handlers.reads.feature import case_reads
from handlers.rights import is_theirs
from storage.cases import Case
from storage.people import Person
from storage.reads import reads_of

MOST = 20


def _theirs(turn: Turn, asked: WhoHasRead) -> bool:
    return is_theirs(turn.person, turn.get(Case, asked.case))


THEIRS = May("theirs", _theirs)


@case_reads.on(WhoHasRead, may=THEIRS)
def who_has_read(turn: Turn, asked: WhoHasRead) -> Effects:
    me = turn.person.ref
    slot = f"reads:{asked.case}:{me}"
    return leaflets.shown(turn, "reads.who", slot, me, {"case": asked.case}, Lane.ANSWER)


@leaflets.draws("reads.who")
def readers(turn: Turn, _: Person, about: leaflets.About) -> Card | None:
    if turn.find(Case, about["case"]) is None:
        return None
    found = reads_of(turn.session, about["case"])
    pairs = tuple(
        (
            say("reads.reader", name=name_of(turn, one.person), time=one.at),
            say(f"reads.why.{one.why}"),
        )
        for one in islice(found, MOST)
    )
    body: list[Block] = [Facts(pairs)] if pairs else [Note(say("reads.nobody"))]
    if len(found) > MOST:
        body.append(Note(say("reads.more", count=len(found) - MOST)))
    return Card(say("reads.title", case=str(about["case"])), say("reads.preview"), tuple(body))
