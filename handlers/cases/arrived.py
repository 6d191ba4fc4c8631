"""A case has arrived: who must know now, each in the words that they may read."""

from collections.abc import Iterator

from bot.cards import Button, Card, Facts, Text, Tone
from bot.effects import Effects, Lane, Show
from bot.turn import Turn
from bot.words import Words, say
from handlers import leaflets, triage
from handlers.cases import access, fields, watching
from handlers.cases.actions import Begin, ShowCase
from handlers.cases.telling import card, slot, told
from handlers.colleagues import name_of
from storage.case_life import Naming, Status
from storage.cases import Case
from storage.people import Person, people, with_role

GUARDS, HIGHER, REPS = 3, 4, 2
"""The severities from which security is told, a higher manager is told, and the safety
representative is; with the last the five legal questions begin (`spec/content.md` 2.1 and 2.3).
That the manager phones within half an hour is the first step of the plan."""


def tell(turn: Turn, case: Case) -> Effects:
    effects: Effects = [arrival(turn, case, one) for one in chain(turn, case)]
    if case.severity >= REPS:
        effects += [*watching.tell(turn, case), *triage.begin(turn, case)]
    return [*effects, *tell_exposed(turn, case)]


def chain(turn: Turn, case: Case) -> list[Person]:
    """The owner; security and a higher manager where it is serious; never whom it is about.

    A higher manager who does not own it knows that it happened, and to nobody by name.
    """
    refs = [case.owner]
    if case.severity >= GUARDS:
        refs += [one.ref for one in with_role(turn.session, "security")]
    if case.severity >= HIGHER:
        refs += [one.ref for one in with_role(turn.session, "upper_manager")]
    without = {case.reporter, case.exposed}
    return [
        one
        for one in people(turn.session, refs)
        if one.ref not in without and access.fields(turn, one, case)
    ]


def arrival(turn: Turn, case: Case, whose: Person, number: int = 0) -> Show:
    """One card for each; the owner's has the button that says: read, and begun."""
    owns = whose.ref == case.owner
    may = access.fields(turn, whose, case)
    begins = owns and case.status is Status.RECEIVED
    begin = (Button(say("cases.begin"), Begin(case.number), Tone.GOOD),) if begins else ()
    reads = access.may_read(turn, whose, case)
    buttons = (*begin, Button(say("cases.show"), ShowCase(case.number))) if reads else ()
    facts = Facts(tuple(fields.pairs(turn, case, may & fields.SHORT)))
    told_more = tuple(Text(line) for line in wishes(case)) if owns else ()
    title = new_event(turn, case)
    tone = Tone.URGENT if owns and case.status is Status.RECEIVED else Tone.PLAIN
    shown = card(turn, whose, title, (facts, *told_more), buttons, tone)
    return told(turn, whose, slot(case, whose.ref, number), shown, Lane.ANSWER)


def new_event(turn: Turn, case: Case) -> Words:
    key = "new" if case.status is Status.RECEIVED else "known"
    return say(f"cases.{key}", number=case.number, what=fields.what(turn, case))


def wishes(case: Case) -> Iterator[Words]:
    for one in case.wishes:
        yield say(f"cases.wish_{one}")


def tell_exposed(turn: Turn, case: Case) -> Effects:
    """Whoever was exposed is told when somebody else reported it."""
    if case.exposed is None or case.exposed == case.reporter:
        return []
    title = say("reports.told_exposed_nameless")
    if case.reporter is not None and case.naming is Naming.NAMED:
        title = say("reports.told_exposed", name=name_of(turn, case.reporter))
    line = Text(say("reports.told_exposed_line", owner=name_of(turn, case.owner)))
    show = Button(say("cases.show"), ShowCase(case.number))
    return [
        told(turn, one, slot(case, one.ref), card(turn, one, title, (line,), (show,)))
        for one in people(turn.session, [case.exposed])
    ]


def again(turn: Turn, case: Case) -> Effects:
    """Every card of it, also those of each wish and of whoever has handed it on."""
    before = people(turn.session, [case.owner, case.deputy])
    owners = [one for one in before if one.ref == case.owner]
    wished = range(1, len(case.wishes) + 1)
    return [
        *(arrival(turn, case, one) for one in (*before, *chain(turn, case))),
        *(arrival(turn, case, one, number) for number in wished for one in owners),
        *tell_exposed(turn, case),
    ]


def shown_again(turn: Turn, case: Case, rings: bool = False) -> Effects:
    """What stands before the chain, as it is now; a new message where it must be noticed."""
    number = len(case.wishes) if rings else 0
    effects: Effects = [arrival(turn, case, one) for one in chain(turn, case)]
    if rings:
        owners = people(turn.session, [case.owner])
        effects += [arrival(turn, case, one, number or 1) for one in owners]
    return effects


def let_go(turn: Turn, case: Case, before: list[Person]) -> Effects:
    """It is less serious: who was told from afar reads so, and is told no more of it."""
    still, effects = {one.ref for one in chain(turn, case)}, Effects()
    for one in before:
        if one.ref not in still:
            place, of = slot(case, one.ref), {"case": case.number}
            effects += leaflets.shown(turn, "cases.let_go", place, one.ref, of, Lane.ANSWER)
    return effects


@leaflets.draws("cases.let_go")
def less(turn: Turn, whose: Person, about: leaflets.About) -> Card | None:
    case = turn.find(Case, about["case"])
    if case is None:
        return None
    pairs = tuple(fields.pairs(turn, case, access.fields(turn, whose, case) & fields.SHORT))
    return card(turn, whose, new_event(turn, case), (Facts(pairs),) if pairs else ())


def taken_back(turn: Turn, case: Case) -> Effects:
    """It was a slip: what stood there says so."""
    effects: Effects = []
    for one in chain(turn, case):
        place = slot(case, one.ref)
        effects += leaflets.shown(turn, "cases.undone", place, one.ref, lane=Lane.ANSWER)
    return effects


@leaflets.draws("cases.undone")
def undone(turn: Turn, whose: Person, _: leaflets.About) -> Card:
    return card(turn, whose, say("cases.undone"), tone=Tone.QUIET)
