"""Heartbeat: a trial card goes the whole way every few minutes, while some site is open (A2).

It is one neutral line on the own page of one who keeps the system in order: a page rings nobody,
and nothing of it is a call or a case. When it does not arrive twice in a row, those who keep the
system in order and those who lead a site are told to use the other way, on every surface that
still works.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from bot.actions import Action, action
from bot.cards import Card, Text, Tone
from bot.content import Seconds
from bot.effects import HOME, Effects, Lane, Later, Show
from bot.features import CLOCK, Feature, Lasting
from bot.holidays import open_now
from bot.staff import Instant, Site
from bot.turn import Turn
from bot.words import say
from handlers import leaflets
from handlers.home import page
from storage.heartbeats import Heartbeat, arrived, beats, silent
from storage.people import Person, with_role

heartbeat = Feature("heartbeat")

RULES = "heartbeat"
TOLD = ("admin", "team_lead", "manager")


class Rules(BaseModel):
    """How often it beats, how soon it must have arrived, and how many misses are too many."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    every: Annotated[Seconds, Field(ge=60)]
    within: Annotated[Seconds, Field(ge=10)]
    misses: Annotated[int, Field(ge=1, le=10)]


heartbeat.reads("heartbeat", Rules)


@action("heartbeat.beat")
class Beat(Action):
    pass


@action("heartbeat.check")
class Check(Action):
    pass


heartbeat.begins(Beat())
heartbeat.lasts(Lasting.NOBODY, Heartbeat)


@heartbeat.on(Beat, may=CLOCK)
def beat(turn: Turn, _: Beat) -> Effects:
    """A card to each surface, while anybody is at work who could need it."""
    rules = turn.content.all(Rules)[RULES]
    again = Later("heartbeat:beat", turn.after(seconds=rules.every), Beat())
    sites = turn.content.all(Site).values()
    if not any(open_now(turn.content, site, turn.now) for site in sites):
        for row in beats(turn.session):
            row.misses = 0  # the night says nothing of the morning
        return [again]
    shown = [show for surface in sorted(turn.surfaces) for show in tried(turn, surface)]
    check = Later("heartbeat:check", turn.after(seconds=rules.within), Check())
    return [*shown, check, again]


def tried(turn: Turn, surface: str) -> list[Show]:
    """The page of the first admin whom this surface reaches, with the time of the trial."""
    whose = next(
        (one for one in with_role(turn.session, "admin") if surface in one.addresses), None
    )
    if whose is None:
        return []
    row = turn.find(Heartbeat, surface)
    slot = f"{HOME}{whose.ref}"
    if row is None:
        turn.keep(Heartbeat(surface=surface, slot=slot, at=turn.now))
    else:
        row.slot, row.at = slot, turn.now
    return [page(turn, whose, tried_at=turn.now)]


@heartbeat.on(Check, may=CLOCK)
def check(turn: Turn, _: Check) -> Effects:
    rules = turn.content.all(Rules)[RULES]
    effects: Effects = []
    for row in beats(turn.session):
        if row.surface not in turn.surfaces:
            turn.session.delete(row)  # taken away for good: nobody waits for it
            continue
        row.misses = 0 if arrived(turn.session, row) else row.misses + 1
        if row.misses >= rules.misses and row.told_at is None:
            row.told_at = turn.now
            effects += told(turn, row, Lane.ALERT, silent=True)
        elif row.misses == 0 and row.told_at is not None:
            effects += told(turn, row, Lane.ANSWER, silent=False)
            row.told_at = None
    return effects


def told(turn: Turn, row: Heartbeat, lane: Lane, silent: bool) -> Effects:
    """One message an outage, which rings; that it is over is written into the same."""
    slot = f"heartbeat:{row.surface}:" + (f"{row.told_at:%Y%m%d%H%M%S}" if row.told_at else "")
    effects: Effects = []
    for one in with_role(turn.session, *TOLD):
        of = {"surface": row.surface, "silent": silent}
        effects += leaflets.shown(turn, "heartbeat", f"{slot}:{one.ref}", one.ref, of, lane)
    return effects


@leaflets.draws("heartbeat")
def card(_: Turn, __: Person, about: leaflets.About) -> Card:
    silent = about["silent"]
    what = say("heartbeat.silent" if silent else "heartbeat.back", surface=about["surface"])
    advice = (Text(say("heartbeat.other_way")),) if silent else ()
    tone = Tone.URGENT if silent else Tone.GOOD
    return Card(what, say("heartbeat.preview"), advice, tone=tone)


@heartbeat.proves("heartbeat")
def proof(session: Session, _: Instant) -> str | None:
    """Why a press might not arrive, for operators; None when all is well."""
    lost = silent(session)
    return f"silent: {', '.join(lost)}" if lost else None


@heartbeat.measures("heartbeats_missed")
def missed(session: Session, _: Instant) -> float:
    return float(max((one.misses for one in beats(session)), default=0))
