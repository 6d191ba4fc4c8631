"""The archivist looks at a list and says yes or no; what was erased is told when it is done."""

from collections.abc import Sequence

from bot.effects import Effects, Later, Notice
from bot.features import ANYONE, CLOCK, Feature, Refused, kept
from bot.turn import Turn
from bot.words import say
from handlers.retention.actions import Approve, AskMine, Drop, Look, OpenRetention
from handlers.retention.cards import shown
from handlers.retention.classes import periods
from handlers.retention.feature import ARCHIVIST, retention
from storage import erasing
from storage.people import person
from storage.retention import RetentionRun, RunStatus, open_run

LOOK_SECONDS = 60


def everything() -> Sequence[Feature]:
    """Every feature, this one among them: known only when all have been read."""
    from handlers import ALL

    return ALL


@retention.on(OpenRetention, may=ARCHIVIST)
def open_retention(turn: Turn, _: OpenRetention) -> Effects:
    """A new list; one that waits for a yes is made anew, so that nobody approves an old one."""
    run = open_run(turn.session)
    if run is not None and run.status is RunStatus.PLANNED:
        run.drop()
        run = None
    if run is None:
        rules, by = kept(everything()), turn.person.ref
        run = erasing.plan(turn.session, rules, periods(turn.content), turn.now, by)
    return shown(turn, run, turn.person)


@retention.on(Approve, may=ARCHIVIST)
def approve(turn: Turn, yes: Approve) -> Effects:
    run = turn.get(RetentionRun, yes.run)
    run.approve(turn.person.ref, turn.now)
    return [*shown(turn, run, turn.person), look_again(turn, run)]


@retention.on(Drop, may=ARCHIVIST)
def drop(turn: Turn, no: Drop) -> Effects:
    run = turn.get(RetentionRun, no.run)
    if run.status is not RunStatus.PLANNED:
        raise Refused(say("common.too_late"))
    run.drop()
    return [*shown(turn, run, turn.person), Notice(say("retention.dropped"))]


@retention.on(Look, may=CLOCK)
def look(turn: Turn, at: Look) -> Effects:
    run = turn.get(RetentionRun, at.run)
    whose = person(turn.session, run.approved_by or "")
    if run.status is not RunStatus.DONE:
        return [look_again(turn, run)]
    return shown(turn, run, whose) if whose else []


@retention.on(AskMine, may=ANYONE)
def mine(_turn: Turn, _: AskMine) -> Effects:
    """A file with everything cannot stand in a chat: how to get it is told to them alone."""
    return [Notice(say("retention.mine"))]


def look_again(turn: Turn, run: RetentionRun) -> Later:
    key = f"retention:{run.number}"
    return Later(key, turn.after(seconds=LOOK_SECONDS), Look(run.number))
