"""A case is one page: what happened, what has been done, who owns it, what comes next."""

from bot.cards import Block, Button, Card, Facts, Keys, Note, Text, Tone
from bot.effects import Effects
from bot.turn import Turn
from bot.words import Words, say
from handlers.anonymous.actions import AskReporter
from handlers.cases import access, fields
from handlers.cases.actions import (
    Begin,
    Give,
    ListCases,
    LowerSeverity,
    RaiseSeverity,
    ShowCase,
)
from handlers.cases.feature import LOWERS, READS, case_of, incident_cases, owns
from handlers.colleagues import name_of
from handlers.reads import open_case
from handlers.reads.actions import WhoHasRead
from handlers.reports import receipt, screen
from handlers.reports.actions import Add, HowToKeep
from storage import cases
from storage.case_life import Status, What
from storage.cases import LEAST, MOST, Case, CaseEvent

REASONS = ("milder", "other_kind", "double", "other")
"""Why a severity is lowered: what can be chosen."""

MOST_LINES = 12
"""The newest lines of the timeline; a page is read in a glance."""


@incident_cases.on(ShowCase, may=READS)
def show_case(turn: Turn, said: ShowCase) -> Effects:
    return opened(turn, case_of(turn, said))


def opened(turn: Turn, case: Case) -> Effects:
    """The one way to a page: every opening is in the read log before anything is shown."""
    open_case(turn, case)
    return screen.shown(turn, page(turn, case))


def page(turn: Turn, case: Case) -> Card:
    """For whoever acts, with the fields that they may see."""
    may = access.fields(turn, turn.person, case)
    title = say("cases.title", number=case.number, what=fields.what(turn, case))
    facts = Facts(tuple(fields.pairs(turn, case, may)))
    body: tuple[Block, ...] = (facts, Text(comes_next(turn, case)))
    if "timeline" in may:
        body += tuple(history(turn, case, may))
    return screen.plain(turn, title, body, buttons(turn, case), ways(turn, case))


def comes_next(turn: Turn, case: Case) -> Words:
    """A case never stands without a next step, and everybody may know whose it is."""
    return say(f"cases.next.{case.status.value}", name=name_of(turn, case.owner))


def history(turn: Turn, case: Case, may: frozenset[str]) -> list[Block]:
    lines = cases.timeline(turn.session, case.number)[-MOST_LINES:]
    return [Note(line(turn, case, one, may)) for one in lines]


def line(turn: Turn, case: Case, one: CaseEvent, may: frozenset[str]) -> Words:
    """One line, without the name of who reported where that may not be seen."""
    hidden = one.by == case.reporter and "reporter" not in may
    name = say("cases.somebody") if hidden or one.by is None else name_of(turn, one.by)
    told = say(
        f"cases.event.{one.what.value}",
        name=name,
        before=side(turn, one, one.before),
        after=side(turn, one, one.after),
        reason=reason(one),
    )
    return say("cases.line", time=one.at, what=told)


def reason(one: CaseEvent) -> Words:
    """What was chosen, and what was written to it."""
    chosen, _, more = (one.reason or "").partition(": ")
    known = say(f"cases.reasons.{chosen}") if chosen in REASONS else chosen or "–"
    return say("reports.example", label=known, says=more) if more else known


def side(turn: Turn, one: CaseEvent, value: str | None) -> Words:
    """What changed: a person by name, anything else as it is."""
    return name_of(turn, value) if one.what is What.GIVEN else value or "–"


def buttons(turn: Turn, case: Case) -> tuple[Button, ...]:
    me, found = turn.person.ref, []
    if owns(turn.person, case) and case.open:
        if case.status is Status.RECEIVED:
            found.append(Button(say("cases.begin"), Begin(case.number), Tone.GOOD))
        if me == case.owner and case.deputy != me:
            label = say("cases.give", name=name_of(turn, case.deputy))
            found.append(Button(label, Give(case.number)))
        if case.anonymous:
            found.append(Button(say("anonymous.ask"), AskReporter(case.number)))
    if me in (case.reporter, case.exposed):
        found.append(Button(say("reports.write_line"), Add(case.number)))
        found.append(Button(say("reports.keep_evidence"), HowToKeep(case.number)))
        found.append(Button(say("cases.who_read"), WhoHasRead(case.number)))
        found += [receipt.wish(case, one) for one in receipt.WISHES if one not in case.wishes]
    return tuple(found)


def ways(turn: Turn, case: Case) -> tuple[Block, ...]:
    """Another severity: anybody who reads it may raise it, a manager may lower it."""
    levels = []
    if case.open and case.severity < MOST:
        label = say("cases.raise", level=case.severity + 1)
        levels.append(Button(label, RaiseSeverity(case.number, case.severity + 1)))
    lower = LowerSeverity(case.number, max(case.severity - 1, LEAST))
    if case.open and case.severity > LEAST and LOWERS.holds(turn, lower):
        levels.append(Button(say("cases.lower", level=case.severity - 1), lower))
    back = Button(say("cases.back"), ListCases())
    return (Keys((*levels, back)),)
