"""Backups: that no copies of the store are made is told once to whoever keeps order, and when they
are made again, in the same message. Nobody else has to do with it, and every press is answered.
"""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action
from bot.cards import Card, Note, Text, Tone
from bot.effects import Effects
from bot.features import CLOCK, Feature, Lasting
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import say
from handlers import leaflets
from handlers.ready import whom
from storage.backups import BackupTrouble, trouble
from storage.people import Person

backup_news = Feature("backups")
backup_news.lasts(Lasting.NOBODY, BackupTrouble)


@action("backups.fail")
class BackupsFail(Action):
    """`since`: of when the last copy is."""

    since: Annotated[str, Field(min_length=1, max_length=40)]


@action("backups.work")
class BackupsWork(Action):
    pass


@backup_news.on(BackupsFail, may=CLOCK)
def fail(turn: Turn, happened: BackupsFail) -> Effects:
    """Once a failure, however often the bot is started meanwhile."""
    if trouble(turn.session) is not None:
        return []
    return told(turn, turn.keep(BackupTrouble(told_at=turn.now)), happened.since)


@backup_news.on(BackupsWork, may=CLOCK)
def work(turn: Turn, _: BackupsWork) -> Effects:
    row = trouble(turn.session)
    if row is None:
        return []
    turn.session.delete(row)
    return told(turn, row, "")


def told(turn: Turn, row: BackupTrouble, since: str) -> Effects:
    effects: Effects = []
    for ref in whom(turn):
        slot = f"backups:{row.told_at:%y%m%d%H%M%S}:{ref}"
        effects += leaflets.shown(turn, "backups", slot, ref, {"since": since})
    return effects


@leaflets.draws("backups")
def card(turn: Turn, whose: Person, about: leaflets.About) -> Card:
    preview = cover_of(turn.content, whose)("responder_preview")
    if not about["since"]:
        return Card(say("backups.work"), preview, tone=Tone.GOOD)
    title = say("backups.fail", time=turn.moment(about["since"]))
    body = (Text(say("backups.works_on")), Note(say("backups.repair")))
    return Card(title, preview, body)
