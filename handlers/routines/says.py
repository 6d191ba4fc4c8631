"""What people say of a checklist: done, not after all, skipped and why, a line of evidence."""

from bot.cards import Block, Button, Card, Field, Form, Text
from bot.effects import Effects, Lane, Notice, Open
from bot.features import ANYONE, Refused
from bot.staff import PERSONAL, cover_of
from bot.turn import Turn
from bot.words import Both, Words, say
from handlers import leaflets
from handlers.briefings.actions import ChooseLevel, LowerLevel, WriteNote
from handlers.routines.actions import (
    BeginList,
    ChooseList,
    OpenRoutines,
    Prove,
    Proved,
    ShowCoverage,
    Skip,
    Skipped,
    Tick,
)
from handlers.routines.coverage import COVERAGE
from handlers.routines.feature import ASKED, LEAD, LEADS, routines
from handlers.routines.lists import AGENCY, Checklist, lists, who
from handlers.routines.runs import REASONS, begin, button, shown
from storage.briefings import SiteLevel
from storage.checklists import ChecklistRun, ChecklistTick, RunStatus, runs_before, ticks
from storage.people import Person

LONGEST = 300
LEADING = frozenset({"team_lead", "manager", "security"})


@routines.on(OpenRoutines, may=ANYONE)
def open_routines(turn: Turn, _: OpenRoutines) -> Effects:
    """A card of its own each time, so that it is found at the end of the messages."""
    me, cover = turn.person.ref, cover_of(turn.content, turn.person)
    slot = f"routines:{me}:{turn.now.timestamp():.0f}"
    shows = leaflets.shown(turn, "routines.doors", slot, me, lane=Lane.ANSWER)
    return [*shows, Notice(cover("routines_below"))]


@leaflets.draws("routines.doors")
def doors(turn: Turn, whose: Person, _: leaflets.About) -> Card:
    runs = [one for one in runs_before(turn.session, whose.ref, turn.now) if one.open]
    body: tuple[Block, ...] = tuple(
        Text(say("checklists.open_line", title=Both(**run.title), time=run.deadline))
        for run in runs
    )
    keys: list[Button] = [button("choose", ChooseList())]
    if LEADS & {*whose.roles}:
        keys.append(button("coverage", ShowCoverage()))
    if LEADING & {*whose.roles}:
        keys.append(Button(say("briefings.note_key"), WriteNote()))
        level = turn.session.get(SiteLevel, whose.site)
        raised = level is not None and level.holds(turn.now)
        change = ("lower_level", LowerLevel()) if raised else ("raise_level", ChooseLevel())
        keys.append(Button(say(f"briefings.{change[0]}"), change[1]))
    nothing: tuple[Block, ...] = (Text(say("checklists.nothing_open")),)
    return Card(say("checklists.doors"), say("checklists.preview"), body or nothing, tuple(keys))


@routines.on(ChooseList, may=ANYONE)
def choose(turn: Turn, _: ChooseList) -> Effects:
    """Those meant for one's own roles first."""
    mine = {*turn.person.roles}
    found = sorted(lists(turn.content).items(), key=lambda pair: not mine & {*pair[1].roles})
    options = tuple((id, one.title) for id, one in found)
    field = Field("list", say("checklists.which"), options)
    return [Open(Form(say("checklists.choose"), (field,), say("checklists.begin"), BeginList()))]


@routines.on(BeginList, may=ANYONE)
def begin_list(turn: Turn, _: BeginList) -> Effects:
    """Whoever begins it has it too, with those it is meant for; a person's own is theirs alone."""
    id = turn.inputs.get("list", "")
    asked = lists(turn.content).get(id)
    if asked is None:
        raise Refused(say("common.old_button"))
    return begin(turn, id, site_of(turn, asked), shared(turn, asked))


def site_of(turn: Turn, asked: Checklist) -> str:
    return AGENCY if asked.per == "agency" else turn.person.site


def shared(turn: Turn, asked: Checklist) -> list[Person]:
    others = [] if asked.per == "person" else who(turn, asked, site_of(turn, asked))
    return [turn.person, *(one for one in others if one.ref != turn.person.ref)]


@routines.on(Tick, may=ASKED)
def tick(turn: Turn, said: Tick) -> Effects:
    """The first counts; the same once more changes nothing, whoever says it."""
    run = for_asked(turn, said.run, said.point)
    kept = ticks(turn.session, run.number).get(said.point)
    settled = kept is not None and kept.reason is None
    if settled == said.done:
        return shown(turn, run)
    if kept is not None:
        turn.session.delete(kept)
        turn.session.flush()
    if said.done:
        settle(turn, run, said.point)
    run.ticked(len(ticks(turn.session, run.number)), turn.now)
    return shown(turn, run)


def settle(turn: Turn, run: ChecklistRun, point: int, reason: str | None = None) -> None:
    me = turn.person.ref
    row = ChecklistTick(run=run.number, point=point, by=me, at=turn.now, reason=reason)
    turn.session.add(row)
    turn.session.flush()


def for_asked(turn: Turn, number: int, point: int = 0) -> ChecklistRun:
    run = turn.get(ChecklistRun, number)
    if run.status is RunStatus.LAPSED:
        raise Refused(say("checklists.lapsed", title=Both(**run.title)))
    if point >= len(run.points):
        raise Refused(say("common.old_button"))
    return run


@routines.on(Skip, may=ASKED)
def skip(turn: Turn, said: Skip) -> Effects:
    run = for_asked(turn, said.run)
    settled = ticks(turn.session, run.number)
    points: tuple[tuple[str, Words], ...] = tuple(
        (str(at), Both(**point)) for at, point in enumerate(run.points) if at not in settled
    )
    reasons: tuple[tuple[str, Words], ...] = tuple(
        (reason, say(f"checklists.reason.{reason}")) for reason in REASONS
    )
    fields = (
        Field("point", say("checklists.which_point"), points),
        Field("reason", say("checklists.why"), reasons),
        Field("words", say("checklists.own_reason"), required=False),
    )
    title, keep = say("checklists.skip"), say("checklists.keep")
    return [Open(Form(title, fields, keep, Skipped(run.number)))] if points else shown(turn, run)


@routines.on(Skipped, may=ASKED)
def skipped(turn: Turn, said: Skipped) -> Effects:
    """A reason in own words goes before the one that was chosen."""
    point = turn.inputs.get("point", "")
    chosen = turn.inputs.get("reason", REASONS[-1])
    reason = words(turn, "words") or (chosen if chosen in REASONS else REASONS[-1])
    run = for_asked(turn, said.run, int(point) if point.isdecimal() else len(REASONS) * 99)
    if int(point) not in ticks(turn.session, run.number):
        settle(turn, run, int(point), reason)
        run.ticked(len(ticks(turn.session, run.number)), turn.now)
    return shown(turn, run)


@routines.on(Prove, may=ASKED)
def prove(turn: Turn, said: Prove) -> Effects:
    run = for_asked(turn, said.run)
    label: Words = Both(**run.asks_evidence) if run.asks_evidence else say("checklists.prove")
    field = Field("text", label, long=True)
    title, keep = say("checklists.prove"), say("checklists.keep")
    return [Open(Form(title, (field,), keep, Proved(run.number)))]


@routines.on(Proved, may=ASKED)
def proved(turn: Turn, said: Proved) -> Effects:
    run, text = for_asked(turn, said.run), words(turn, "text")
    if text:
        run.prove(turn.person.ref, text, turn.now)
    return shown(turn, run)


def words(turn: Turn, name: str) -> str | None:
    text = " ".join(turn.inputs.get(name, "").split())[:LONGEST]
    if PERSONAL.search(text):
        raise Refused(say("checklists.no_identity"))
    return text or None


@routines.on(ShowCoverage, may=LEAD)
def show_coverage(turn: Turn, _: ShowCoverage) -> Effects:
    me = turn.person.ref
    slot = f"coverage:{me}:{turn.now.timestamp():.0f}"
    return leaflets.shown(turn, COVERAGE, slot, me, lane=Lane.ANSWER)
