"""The safety representative: told within the minute, without a name, and asked for nothing.

Who wants to know more asks the manager, or asks to read it; the person it is about says yes or no.
"""

from bot.cards import Block, Button, Card, Facts, Text, Tone
from bot.effects import Effects, Lane
from bot.features import Refused
from bot.turn import Turn
from bot.words import Words, say
from handlers.cases import fields
from handlers.cases.actions import AskOwner, Consent, Follow, ShowCase, WantMore
from handlers.cases.feature import ABOUT_ME, WATCHES, incident_cases
from handlers.cases.telling import card, slot, told
from handlers.colleagues import name_of
from handlers.rights import noticed
from storage import cases
from storage.case_life import What
from storage.cases import Case, CaseEvent, CaseWatch
from storage.people import Person, people, with_role

REP = "safety_rep"


def tell(turn: Turn, case: Case) -> Effects:
    """Everybody who stands for safety at the site; where nobody does, those of the agency."""
    known = {one.person for one in cases.watchers(turn.session, case.number, REP)}
    for one in representatives(turn, case):
        if one.ref not in known:
            turn.keep(CaseWatch(case=case.number, person=one.ref, role=REP, told_at=turn.now))
    if not known:
        turn.keep(CaseEvent(case=case.number, at=turn.now, what=What.INFORMED, after=REP))
    return shown(turn, case)


def representatives(turn: Turn, case: Case) -> list[Person]:
    every = with_role(turn.session, REP)
    near = [one for one in every if one.site == case.site] or every
    without = {case.reporter, case.exposed, case.owner, *case.kept_from}
    fit = [one for one in near if one.ref not in without and turn.reaches(one)]
    return [one for one in fit if noticed(one, case)]


def shown(turn: Turn, case: Case) -> Effects:
    """What stands before them: it follows the case while they follow it."""
    rows = {one.person: one for one in cases.watchers(turn.session, case.number, REP)}
    return [
        told(turn, one, f"{slot(case, one.ref)}:rep", notice(turn, case, one, rows[one.ref]), LANE)
        for one in people(turn.session, rows)
        if noticed(one, case)
    ]


def again(turn: Turn, case: Case) -> Effects:
    """What stands before them, before the owner whom they asked, and before whom it is about."""
    rows = cases.watchers(turn.session, case.number, REP)
    asked_by = sorted((one for one in rows if one.asked_at), key=lambda one: str(one.asked_at))
    return [
        *shown(turn, case),
        *(one for row in asked_by[-1:] for one in asked(turn, case, row)),
        *(one for row in rows if row.wants_at for one in question(turn, case, row)),
    ]


LANE = Lane.ANSWER

NOTICE = frozenset({"kind", "channel", "site", "unit", "severity", "status"})
"""What tells of a case without telling of anybody (R09)."""


def notice(turn: Turn, case: Case, whose: Person, row: CaseWatch) -> Card:
    """Type, unit and level, and not a word of who (R09); how far it has come, for who follows."""
    may = NOTICE if row.follows else NOTICE - {"status"}
    facts = Facts(tuple(fields.pairs(turn, case, may)))
    title = say("cases.rep_title", level=case.severity)
    body: tuple[Block, ...] = (facts, *(Text(line) for line in so_far(turn, case, row)))
    return card(turn, whose, title, body, choices(case, row))


def so_far(turn: Turn, case: Case, row: CaseWatch) -> list[Words]:
    lines: list[Words] = []
    if row.asked_at:
        lines.append(say("cases.rep_asked", name=name_of(turn, case.owner)))
    if row.wants_at:
        key = {None: "rep_waits", True: "rep_may", False: "rep_may_not"}[row.consent]
        lines.append(say(f"cases.{key}"))
    return lines


def choices(case: Case, row: CaseWatch) -> tuple[Button, ...]:
    found = []
    if not row.follows:
        found.append(Button(say("cases.rep_follow"), Follow(case.number)))
    if row.asked_at is None:
        found.append(Button(say("cases.rep_ask"), AskOwner(case.number)))
    if row.wants_at is None and (case.exposed or case.reporter):
        found.append(Button(say("cases.rep_more"), WantMore(case.number)))
    if row.consent:
        found.append(Button(say("cases.show"), ShowCase(case.number)))
    return tuple(found)


@incident_cases.on(Follow, may=WATCHES)
def follow(turn: Turn, said: Follow) -> Effects:
    case, row = watched(turn, said)
    row.follows = True
    return shown(turn, case)


@incident_cases.on(AskOwner, may=WATCHES)
def ask_owner(turn: Turn, said: AskOwner) -> Effects:
    """The manager is told who asks; what they answer they say in person."""
    case, row = watched(turn, said)
    row.asked_at = row.asked_at or turn.now
    return [*shown(turn, case), *asked(turn, case, row)]


def asked(turn: Turn, case: Case, row: CaseWatch) -> Effects:
    title = say("cases.rep_asks", name=name_of(turn, row.person), number=case.number)
    show = Button(say("cases.show"), ShowCase(case.number))
    return [
        told(turn, one, f"{slot(case, one.ref)}:asked", card(turn, one, title, (), (show,)))
        for one in people(turn.session, [case.owner])
    ]


@incident_cases.on(WantMore, may=WATCHES)
def want_more(turn: Turn, said: WantMore) -> Effects:
    case, row = watched(turn, said)
    row.wants_at = row.wants_at or turn.now
    return [*shown(turn, case), *question(turn, case, row)]


def question(turn: Turn, case: Case, row: CaseWatch) -> Effects:
    """The person it is about decides, and may change their mind."""
    name, refs = name_of(turn, row.person), [ref for ref in (case.exposed or case.reporter,) if ref]
    title = say("cases.consent_title", name=name, number=case.number)
    yes = Button(say("cases.consent_yes"), Consent(case.number, row.person, True), Tone.GOOD)
    no = Button(say("cases.consent_no"), Consent(case.number, row.person, False))
    line = {
        None: say("cases.consent_line"),
        True: say("cases.consented", name=name),
        False: say("cases.not_consented", name=name),
    }[row.consent]
    buttons = {None: (yes, no), True: (no,), False: (yes,)}[row.consent]
    return [
        told(
            turn,
            one,
            f"{slot(case, one.ref)}:consent:{row.person}",
            card(turn, one, title, (Text(line),), buttons),
        )
        for one in people(turn.session, refs)
    ]


@incident_cases.on(Consent, may=ABOUT_ME)
def consent(turn: Turn, said: Consent) -> Effects:
    case = turn.get(Case, said.case)
    row = turn.get(CaseWatch, (said.case, said.to))
    if row.wants_at is None:
        raise Refused(say("common.old_button"))
    row.consent = said.yes
    return [*shown(turn, case), *question(turn, case, row)]


def watched(turn: Turn, did: Follow | AskOwner | WantMore) -> tuple[Case, CaseWatch]:
    return turn.get(Case, did.case), turn.get(CaseWatch, (did.case, turn.person.ref))
