"""What people say to a briefing: read, a question, or that they work alone today."""

from bot.cards import Card, Field, Form, Text
from bot.effects import Effects, Notice, Open
from bot.features import Refused
from bot.staff import PERSONAL
from bot.turn import Turn
from bot.words import say
from handlers import leaflets
from handlers.briefings import cards
from handlers.briefings.actions import (
    AloneToday,
    AskBriefing,
    AskedBriefing,
    KeepNote,
    ReadBriefing,
    WriteNote,
)
from handlers.briefings.feature import BRIEFED, LEADS, briefings
from handlers.colleagues import leading, name_of
from handlers.routines.runs import triggered
from handlers.visits.lone import watch_alone
from storage.briefings import Briefing, BriefingReceipt, SiteNote, receipt
from storage.people import Person

LONGEST = 200
NOTE_HOURS = 24


@briefings.on(ReadBriefing, may=BRIEFED)
def read(turn: Turn, said: ReadBriefing) -> Effects:
    briefing = turn.get(Briefing, said.briefing)
    acknowledged(turn, briefing)
    return shown(turn, briefing)


def acknowledged(turn: Turn, briefing: Briefing) -> BriefingReceipt:
    """The first time counts; whoever asks or works alone has read it too."""
    mine = receipt(turn.session, briefing.number, turn.person.ref)
    if mine is not None:
        return mine
    me = turn.person.ref
    return turn.keep(BriefingReceipt(briefing=briefing.number, person=me, read_at=turn.now))


def shown(turn: Turn, briefing: Briefing) -> Effects:
    me = turn.person.ref
    return [*cards.to_person(turn, briefing, me), *cards.count(turn, briefing)]


@briefings.on(AskBriefing, may=BRIEFED)
def ask(_: Turn, said: AskBriefing) -> Effects:
    field = Field("question", say("briefings.your_question"), long=True)
    title, send = say("briefings.ask"), say("briefings.send")
    return [Open(Form(title, (field,), send, AskedBriefing(said.briefing)))]


@briefings.on(AskedBriefing, may=BRIEFED)
def asked(turn: Turn, said: AskedBriefing) -> Effects:
    """It comes before those who lead, with the name of whoever asks: they want an answer."""
    briefing, text = turn.get(Briefing, said.briefing), words(turn, "question")
    if text is None:
        return shown(turn, briefing)
    acknowledged(turn, briefing).question = text
    me, effects = turn.person.ref, shown(turn, briefing)
    for ref in briefing.leads or leading(turn, briefing.site, "team_lead", "manager"):
        if ref != me:
            slot = f"briefing:{briefing.number}:asks:{me}:{ref}"
            of = {"briefing": briefing.number, "by": me}
            effects += leaflets.shown(turn, "briefings.asks", slot, ref, of)
    return [*effects, Notice(say("briefings.question_sent"))]


@leaflets.draws("briefings.asks")
def question(turn: Turn, _: Person, about: leaflets.About) -> Card | None:
    theirs = receipt(turn.session, about["briefing"], about["by"])
    if theirs is None or theirs.question is None:
        return None
    title = say("briefings.asks", name=name_of(turn, about["by"]))
    return Card(title, say("briefings.preview"), (Text(theirs.question),))


@briefings.on(AloneToday, may=BRIEFED)
def alone(turn: Turn, said: AloneToday) -> Effects:
    """The watch of a lone day begins, and the list that belongs to it."""
    briefing = turn.get(Briefing, said.briefing)
    mine = acknowledged(turn, briefing)
    fresh = mine.alone_at is None
    mine.alone_at = mine.alone_at or turn.now
    me = turn.person
    lists = triggered(turn, "alone", me.site, [me]) if fresh else []
    return [*shown(turn, briefing), *watch_alone(turn), *lists]


@briefings.on(WriteNote, may=LEADS)
def write_note(turn: Turn, _: WriteNote) -> Effects:
    fields = tuple(
        Field(name, say(f"briefings.note.{name}"), required=False) for name in ("know", "alarm")
    )
    title, keep = say("briefings.note.title"), say("briefings.send")
    return [Open(Form(title, fields, keep, KeepNote()))] if turn.person.site else []


@briefings.on(KeepNote, may=LEADS)
def keep_note(turn: Turn, _: KeepNote) -> Effects:
    """For a day; an empty form takes back what stood there."""
    site, until = turn.person.site, turn.after(hours=NOTE_HOURS)
    note = turn.session.get(SiteNote, site) or turn.keep(SiteNote(site=site, until=until))
    note.know, note.alarm, note.until = words(turn, "know"), words(turn, "alarm"), until
    return [Notice(say("briefings.noted"))]


def words(turn: Turn, name: str) -> str | None:
    text = " ".join(turn.inputs.get(name, "").split())[:LONGEST]
    if PERSONAL.search(text):
        raise Refused(say("briefings.no_identity"))
    return text or None
