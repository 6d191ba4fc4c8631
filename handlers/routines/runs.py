"""Runs: a list begins, and stands before everybody who shares it, ticked in place by all."""

from bot.actions import Action
from bot.cards import Block, Button, Card, CoverCard, Item, Note, Text, Tone
from bot.cards import Checklist as Ticks
from bot.effects import Effects, Forget, Lane, Later, Show
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import Both, Words, say
from handlers.colleagues import discreet, name_of
from handlers.routines.actions import Prove, RunDue, Skip, Tick
from handlers.routines.lists import Checklist, lists, who
from storage.checklists import (
    ChecklistAsked,
    ChecklistRun,
    ChecklistTick,
    RunStatus,
    asked_of,
    open_run,
    runs_before,
    ticks,
)
from storage.people import Person, known
from storage.visit_told import open_visit_of

SOON_SECONDS = 12 * 3600
"""A deadline so near is told by the hour alone."""


def begin(
    turn: Turn, id: str, site: str, people: list[Person], about: Both | None = None
) -> Effects:
    """A new run for these people; one that nobody would see is not begun."""
    asked = lists(turn.content)[id]
    if not people:
        return []
    run = turn.keep(
        ChecklistRun(
            checklist=id,
            site=site,
            title=asked.title.model_dump(),
            about=about.model_dump() if about else None,
            points=[point.model_dump() for point in asked.points],
            asks_evidence=asked.evidence.model_dump() if asked.evidence else None,
            begun_at=turn.now,
            deadline=turn.after(seconds=asked.deadline),
        )
    )
    for one in people:
        turn.session.add(ChecklistAsked(run=run.number, person=one.ref, unit=one.unit))
    turn.session.flush()
    return shown(turn, run)


def begin_for(turn: Turn, id: str, site: str) -> Effects:
    """By schedule: an open run of the same list is taken off first, with what was left undone."""
    asked = lists(turn.content)[id]
    people = who(turn, asked, site)
    if asked.per == "person":
        return [effect for one in people for effect in begin(turn, id, site, [one])]
    effects: Effects = []
    if before := open_run(turn.session, id, site):
        if before.status is RunStatus.OPEN:
            before.fall_late()
        before.lapse()
        effects = shown(turn, before)
    return [*effects, *begin(turn, id, site, people)]


def triggered(
    turn: Turn, trigger: str, site: str, people: list[Person], about: Both | None = None
) -> Effects:
    """Every list that this begins; for `people`, or for those who share it at the site."""
    effects: Effects = []
    for id, asked in lists(turn.content).items():
        if asked.trigger == trigger and (not asked.sites or site in asked.sites):
            effects += begin(turn, id, site, people or who(turn, asked, site), about)
    return effects


def shown(turn: Turn, run: ChecklistRun) -> Effects:
    """What everybody sees of it now, and when the clock looks again."""
    settled, effects = ticks(turn.session, run.number), list[Show]()
    for ref, row in asked_of(turn.session, run.number).items():
        whose = known(turn.session, ref)
        if whose is None:
            continue
        seen = before(turn, whose, card(turn, run, settled, row.deputy))
        effects.append(Show(f"checklist:{run.number}:{ref}", ref, seen, Lane.NUDGE))
    key, look = f"checklist:{run.number}", run.next_look()
    timer = Later(key, look, RunDue(run.number)) if look else Forget(key)
    return [*effects, timer]


def before(turn: Turn, whose: Person, shown: Card) -> Card | CoverCard:
    """On a visit a person stands beside the phone: a list waits until one is back."""
    cover = cover_of(turn.content, whose)
    visit = open_visit_of(turn.session, whose.ref)
    if visit is not None and visit.away:
        return CoverCard(cover("routine_waits"), cover("visit_preview"))
    return discreet(turn, whose.ref, cover, shown)


def again_before(turn: Turn, ref: str) -> Effects:
    """Somebody sets off or is back: their open lists are covered, or stand there again."""
    found = (shown(turn, run) for run in runs_before(turn.session, ref, turn.now) if run.open)
    return [one for every in found for one in every if isinstance(one, Show) and one.to == ref]


def card(turn: Turn, run: ChecklistRun, settled: dict[int, ChecklistTick], deputy: bool) -> Card:
    number, title = run.number, Both(**run.title)
    if run.about:
        heading: Words = say("checklists.about", title=title, about=Both(**run.about))
    else:
        heading = title
    preview = say("checklists.preview")
    if run.status is RunStatus.LAPSED:
        return Card(say("checklists.lapsed", title=title), preview, tone=Tone.QUIET)
    done = {at for at, tick in settled.items() if tick.reason is None}
    items = tuple(
        Item(Both(**point), at in done, Tick(number, at, at not in done))
        for at, point in enumerate(run.points)
    )
    body: list[Block] = [Text(line) for line in head(turn, run, len(settled), deputy)]
    body += [Ticks(items), *notes(turn, run, settled)]
    return Card(heading, preview, tuple(body), keys(run, settled), tone(run))


def head(turn: Turn, run: ChecklistRun, settled: int, deputy: bool) -> list[Words]:
    if run.status is RunStatus.DONE:
        return [say("checklists.done", time=run.finished_at)]
    late = run.status is RunStatus.OVERDUE
    told = say("checklists.deputy") if deputy else say("checklists.late")
    soon = run.deadline <= turn.earlier(run.begun_at, -SOON_SECONDS)
    until = say("checklists.until_soon" if soon else "checklists.until", time=run.deadline)
    return [told if late else until, say("checklists.settled", done=settled, of=len(run.points))]


def notes(turn: Turn, run: ChecklistRun, settled: dict[int, ChecklistTick]) -> list[Note]:
    skipped = [
        Note(say("checklists.skipped", point=Both(**run.points[at]), why=why(tick.reason)))
        for at, tick in settled.items()
        if tick.reason is not None and at < len(run.points)
    ]
    proofs = [
        Note(say("checklists.evidence", name=name_of(turn, str(line["by"])), text=line["text"]))
        for line in run.evidence
    ]
    return [*skipped, *proofs]


REASONS = ("not_here", "no_time", "missing", "other")


def why(reason: str) -> Words:
    return say(f"checklists.reason.{reason}") if reason in REASONS else reason


def keys(run: ChecklistRun, settled: dict[int, ChecklistTick]) -> tuple[Button, ...]:
    found: list[Button] = []
    if run.open and len(settled) < len(run.points):
        found.append(button("skip", Skip(run.number)))
    if run.asks_evidence:
        found.append(button("prove", Prove(run.number)))
    return tuple(found)


def tone(run: ChecklistRun) -> Tone:
    match run.status:
        case RunStatus.DONE:
            return Tone.GOOD
        case RunStatus.OVERDUE:
            return Tone.URGENT
        case _:
            return Tone.PLAIN


def button(key: str, action: Action, tone: Tone = Tone.PLAIN) -> Button:
    return Button(say(f"checklists.{key}"), action, tone)


__all__ = ["REASONS", "Checklist", "begin", "begin_for", "button", "shown", "triggered"]
