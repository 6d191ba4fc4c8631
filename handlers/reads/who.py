"""Who has read: a card for those whom a case is about, with every opening and its right."""

from itertools import islice

from bot.cards import Block, Card, Facts, Note
from bot.effects import Effects, Show
from bot.features import May
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import say
from handlers.colleagues import discreet, name_of
from handlers.reads.actions import WhoHasRead
from handlers.reads.feature import case_reads
from handlers.rights import is_theirs
from storage.cases import Case
from storage.reads import reads_of

MOST = 20


def _theirs(turn: Turn, asked: WhoHasRead) -> bool:
    return is_theirs(turn.person, turn.get(Case, asked.case))


THEIRS = May("theirs", _theirs)


@case_reads.on(WhoHasRead, may=THEIRS)
def who_has_read(turn: Turn, asked: WhoHasRead) -> Effects:
    found, me = reads_of(turn.session, asked.case), turn.person
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
    card = Card(say("reads.title", case=str(asked.case)), say("reads.preview"), tuple(body))
    shown = discreet(turn, me.ref, cover_of(turn.content, me), card)
    return [Show(f"reads:{asked.case}:{me.ref}", me.ref, shown)]
