"""What a visitor does before a visit: assess, plan, ask a manager, start or drop it."""

from bot.cards import Field, Form
from bot.effects import Effects, Notice, Open
from bot.features import ANYONE, Refused
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import say
from handlers.routines.runs import again_before, triggered
from handlers.visits import planning
from handlers.visits.actions import (
    AskPermit,
    Assess,
    AssessAgain,
    Choose,
    DropVisit,
    KeepWords,
    OpenVisit,
    OwnWords,
    Permit,
    SilentFor,
    StartVisit,
    Together,
)
from handlers.visits.duty import after, contacts, managers, on_duty
from handlers.visits.feature import NAMED, VISITOR, shown, visits
from handlers.visits.watches import next_choice, watch_of
from handlers.visits.words import own_words, place_words
from storage.people import Person
from storage.visit_life import Colour, Status
from storage.visit_told import last_visit_of, open_visit_of, quiet_places, ring
from storage.visits import Kind, Visit


@visits.on(OpenVisit, may=ANYONE)
def open_visit(turn: Turn, _: OpenVisit) -> Effects:
    """The one that goes on, or a new one with everything that is usual chosen already."""
    running = open_visit_of(turn.session, turn.person.ref)
    below = Notice(cover_of(turn.content, turn.person)("visit_below"))
    visit = running or turn.keep(new_visit(turn, turn.person, Kind.VISIT))
    me = turn.person
    lists = [] if running else triggered(turn, "visit", me.site, [me])
    return [*lists, *shown(turn, visit), below]


def new_visit(turn: Turn, who: Person, kind: Kind) -> Visit:
    watch = watch_of(turn.content, kind)
    stand_by = contacts(turn, who)
    before = last_visit_of(turn.session, who.ref)
    if not stand_by:
        raise Refused(cover_of(turn.content, who)("visit_nobody"))
    kept = before.contact if before and before.contact in stand_by else stand_by[0]
    usual = watch["silence"][1 % len(watch["silence"])]
    return Visit(
        kind=kind,
        visitor=who.ref,
        contact=kept,
        manager=next(iter(managers(turn, who)), None),
        site=who.site,
        watch=watch,
        planned_at=turn.now,
        until=turn.after(seconds=usual),
        second=before.second if before else None,
        choices=dict(before.choices) if before else {},
    )


@visits.on(Assess, may=VISITOR)
def assess(turn: Turn, said: Assess) -> Effects:
    visit, asked = turn.get(Visit, said.visit), planning.assessment(turn)
    question = next((one for one in asked.questions if one.id == said.question), None)
    if question is None or said.answer not in question.points:
        raise Refused(say("common.old_button"))
    answers = {**visit.answers, said.question: said.answer}
    whole = asked.next_question(answers) is None
    visit.assess(said.question, said.answer, asked.colour(answers) if whole else None)
    return shown(turn, visit)


@visits.on(AssessAgain, may=VISITOR)
def assess_again(turn: Turn, said: AssessAgain) -> Effects:
    visit = turn.get(Visit, said.visit)
    visit.plan(answers={}, colour=None, permit_asked_at=None, permit_at=None, permit_denied_at=None)
    return shown(turn, visit)


@visits.on(Together, may=VISITOR)
def together(turn: Turn, said: Together) -> Effects:
    """Two go: the answer changes, and the colour with it."""
    return assess(turn, Assess(said.visit, planning.assessment(turn).lone, "no"))


@visits.on(SilentFor, may=VISITOR)
def silent_for(turn: Turn, said: SilentFor) -> Effects:
    visit = turn.get(Visit, said.visit)
    if said.seconds not in visit.watch["silence"]:
        raise Refused(say("common.old_button"))
    visit.plan(until=turn.after(seconds=said.seconds))
    return shown(turn, visit)


@visits.on(Choose, may=VISITOR)
def choose(turn: Turn, said: Choose) -> Effects:
    visit, me = turn.get(Visit, said.visit), turn.person
    match said.what:
        case "contact":
            visit.plan(contact=after(contacts(turn, me), visit.contact))
        case "manager":
            visit.plan(manager=after(managers(turn, me), visit.manager), permit_asked_at=None)
            visit.plan(permit_at=None, permit_denied_at=None)
        case "coverage":
            visit.plan(covered=not visit.covered)
        case "place":
            choose_place(turn, visit, after(quiet_places(turn.session, visit.site), visit.place))
        case "point" | "car" | "silent":
            visit.plan(choices={**visit.choices, said.what: next_choice(visit, said.what)})
    return shown(turn, visit)


def choose_place(turn: Turn, visit: Visit, name: str | None) -> None:
    """Where phones were silent before, silence is planned for."""
    known = name in quiet_places(turn.session, visit.site)
    visit.plan(place=name, covered=visit.covered and not known)


@visits.on(OwnWords, may=VISITOR)
def write(_: Turn, said: OwnWords) -> Effects:
    return [Open(words_form(KeepWords(said.visit)))]


def words_form(keep: KeepWords) -> Form:
    fields = tuple(
        Field(name, say(f"visits.form.{name}"), required=False)
        for name in ("second", "route", "car", "place")
    )
    return Form(say("visits.form.title"), fields, say("visits.form.keep"), keep)


@visits.on(KeepWords, may=VISITOR, form=lambda _, said: words_form(said), phones=("second",))
def keep_words(turn: Turn, said: KeepWords) -> Effects:
    """What was left empty stays as it is."""
    visit = turn.get(Visit, said.visit)
    found = {name: own_words(turn, name) for name in ("second", "route", "car")}
    visit.plan(**{name: text for name, text in found.items() if text})
    if place := place_words(turn, "place"):
        choose_place(turn, visit, place)
    return shown(turn, visit)


@visits.on(AskPermit, may=VISITOR)
def ask_permit(turn: Turn, said: AskPermit) -> Effects:
    visit = turn.get(Visit, said.visit)
    if visit.manager is None or not planning.needs_permit(turn, visit):
        raise Refused(say("common.old_button"))
    visit.ask_permit(visit.manager, turn.now)
    return shown(turn, visit)


@visits.on(Permit, may=NAMED)
def permit(turn: Turn, said: Permit) -> Effects:
    """The visitor is told in a message of its own: they wait for it."""
    visit = turn.get(Visit, said.visit)
    visit.permit(said.allowed, turn.now)
    return [*shown(turn, visit), *planning.answered(turn, visit)]


@visits.on(StartVisit, may=VISITOR)
def start(turn: Turn, said: StartVisit) -> Effects:
    visit = turn.get(Visit, said.visit)
    if visit.colour is None or planning.needs_permit(turn, visit):
        raise Refused(say("visits.not_alone"))
    if visit.until <= turn.now and visit.status is Status.PLANNED:
        raise Refused(say("visits.time_passed"))
    return started(turn, visit)


def started(turn: Turn, visit: Visit) -> Effects:
    """The contact knows from now on, and of a visit that is not green the manager too."""
    visit.start(turn.now)
    knows = ["contact"] if visit.colour in (None, Colour.GREEN) else ["contact", "manager"]
    for ref in on_duty(turn, visit, knows):
        ring(turn.session, visit.number, ref, turn.now)
    return [*shown(turn, visit), *again_before(turn, visit.visitor)]


@visits.on(DropVisit, may=VISITOR)
def drop(turn: Turn, said: DropVisit) -> Effects:
    visit = turn.get(Visit, said.visit)
    visit.drop()
    return shown(turn, visit)
