"""A report is made, tap by tap: every answer is kept at once, for as long as it takes."""

from bot.cards import Card, Field, Form, Tone
from bot.dialogs import NoSuchAnswer
from bot.effects import Effects, Later, Open
from bot.features import ANYONE, CLOCK, Refused
from bot.turn import Turn
from bot.words import Words, say
from handlers.help.actions import Press
from handlers.help.presses import press
from handlers.reports import asking, closing, facts
from handlers.reports.actions import (
    AskAgain,
    Choose,
    DraftDue,
    FinishDraft,
    MoreFactors,
    NewReport,
    Onward,
    Park,
    Picked,
    Resume,
    Throw,
    WhichToCorrect,
    Write,
    Wrote,
)
from handlers.reports.facts import ABOUT, MORE, SOURCE
from handlers.reports.feature import OWN_DRAFT, draft_of, not_covered, reports
from handlers.reports.screen import next_number, opened, plain, shown
from handlers.reports.taxonomy import BOSS, EVENT, SAFE, TIME, Elsewhere, dialog
from handlers.reports.waiting import done_with, waits
from storage import help_calls
from storage.drafts import Draft, drafts_of
from storage.people import person as find_person

DAYS = 14
"""So many days back can be picked; what is older is the last of them."""

HELP_LEVEL = 2
"""Who says that they are not safe needs somebody to come now."""

REMIND_HOUR = 9
NOON = 12


@reports.on(NewReport, may=ANYONE)
def new_report(turn: Turn, _: NewReport) -> Effects:
    """An empty draft is used again; one with answers waits in the list of its own."""
    not_covered(turn)
    return opened(turn, asking.card(turn, empty_draft(turn)))


def empty_draft(turn: Turn) -> Draft:
    mine = drafts_of(turn.session, turn.person.ref)
    unused = next((one for one in mine if not one.answers and one.call is None), None)
    if unused is None:
        return new_draft(turn)
    unused.touched_at = turn.now
    return unused


def new_draft(turn: Turn) -> Draft:
    return turn.keep(
        Draft(
            person=turn.person.ref,
            dialog=EVENT,
            window=next_number(turn),
            begun_at=turn.now,
            touched_at=turn.now,
        )
    )


@reports.on(Choose, may=OWN_DRAFT)
def choose(turn: Turn, chosen: Choose) -> Effects:
    draft, whole = draft_of(turn, chosen), dialog(turn.content)
    if gone := turn.content.all(Elsewhere).get(chosen.option):
        return shown(turn, elsewhere(turn, draft, gone.line))
    if (chosen.question, chosen.option) == (TIME, "picked"):
        return [Open(time_form(turn, draft))]
    try:
        question = whole.question(chosen.question)
        answer = whole.toggle if question.several else whole.choose
        answers = answer(draft.answers, chosen.question, chosen.option)
    except NoSuchAnswer:
        raise Refused(say("common.old_button")) from None
    draft.answer(answers, chosen.question if question.several else None, turn.now)
    return [*follow(turn, draft, chosen), *shown(turn, asking.card(turn, draft))]


def follow(turn: Turn, draft: Draft, chosen: Choose) -> Effects:
    """What an answer means beside itself."""
    match chosen.question:
        case question if question == TIME:
            said_when(turn, draft, chosen.option)
        case question if question == BOSS:
            boss = [facts.received_by(turn, draft).owner] if chosen.option == "yes" else []
            draft.answer({**draft.answers, ABOUT: boss}, draft.at, turn.now)
        case question if question == SAFE and chosen.option == "no":
            return call_somebody(turn, draft)
    return []


def call_somebody(turn: Turn, draft: Draft) -> Effects:
    """Help first: the report waits, covered, and goes on when the call is over."""
    effects = press(turn, Press(HELP_LEVEL))
    running = help_calls.open_call_of(turn.session, turn.person.ref)
    draft.call = running.number if running and draft.call is None else draft.call
    return effects


def said_when(turn: Turn, draft: Draft, option: str) -> None:
    """The day is sure, the hour only where it was just now."""
    zone, draft.exact = turn.person.zone, option == "now"
    match option:
        case "now":
            draft.happened_at = turn.now
        case "today":
            draft.happened_at = min(turn.morning(zone, days=0, hour=NOON), turn.now)
        case "yesterday":
            draft.happened_at = turn.morning(zone, days=-1, hour=NOON)


def elsewhere(turn: Turn, draft: Draft, line: Words) -> Card:
    """One line says where it goes; what was answered before stays."""
    standing = asking.card(turn, draft)
    return plain(turn, line, (), standing.buttons, standing.more)


@reports.on(Onward, may=OWN_DRAFT)
def onward(turn: Turn, said: Onward) -> Effects:
    draft, whole = draft_of(turn, said), dialog(turn.content)
    asked = whole.next(draft.answers, draft.at)
    if asked and asked.id == said.question and asked.several:
        chosen = draft.answers.get(asked.id, [])
        draft.answer({**draft.answers, asked.id: chosen}, None, turn.now)
    return shown(turn, asking.card(turn, draft))


@reports.on(MoreFactors, may=OWN_DRAFT)
def more_factors(turn: Turn, said: MoreFactors) -> Effects:
    draft = draft_of(turn, said)
    draft.answer({**draft.answers, MORE: True}, draft.at, turn.now)
    return shown(turn, asking.card(turn, draft))


@reports.on(AskAgain, may=OWN_DRAFT)
def ask_again(turn: Turn, said: AskAgain) -> Effects:
    """The answer stays until there is another: looking loses nothing."""
    draft = draft_of(turn, said)
    draft.answer(draft.answers, said.question, turn.now)
    return shown(turn, asking.card(turn, draft))


@reports.on(WhichToCorrect, may=OWN_DRAFT)
def which_to_correct(turn: Turn, said: WhichToCorrect) -> Effects:
    return shown(turn, closing.which(turn, draft_of(turn, said)))


@reports.on(Picked, may=OWN_DRAFT)
def picked(turn: Turn, said: Picked) -> Effects:
    draft, zone = draft_of(turn, said), turn.person.zone
    day, hour = number(turn.inputs.get("day"), DAYS), turn.inputs.get("hour", "")
    draft.exact = hour != ""
    wanted = turn.morning(zone, days=-day, hour=number(hour, 23) if draft.exact else NOON)
    draft.happened_at = min(wanted, turn.now)
    answers = dialog(turn.content).choose(draft.answers, TIME, "picked")
    draft.answer(answers, None, turn.now)
    return shown(turn, asking.card(turn, draft))


def number(text: str | None, most: int) -> int:
    """What a form sent is never trusted."""
    return min(int(text), most) if text and text.isdecimal() and len(text) < 4 else 0


def time_form(turn: Turn, draft: Draft) -> Form:
    """Two choices and nothing to type."""
    zone = turn.person.zone
    days = tuple(
        (str(ago), say("reports.a_day", time=turn.morning(zone, days=-ago, hour=NOON)))
        for ago in range(DAYS + 1)
    )
    hours = tuple((str(hour), say("reports.clock", hour=f"{hour:02}")) for hour in range(24))
    return Form(
        say("reports.pick_time"),
        (
            Field("day", say("reports.day"), days),
            Field("hour", say("reports.hour"), hours, required=False),
        ),
        say("reports.choose"),
        Picked(draft.number),
    )


@reports.on(Park, may=OWN_DRAFT)
def park(turn: Turn, said: Park) -> Effects:
    """Kept already; the person hears so, and is reminded once the next morning."""
    draft = draft_of(turn, said)
    tomorrow = turn.morning(turn.person.zone, days=1, hour=REMIND_HOUR)
    remind = Later(f"reports:draft:{draft.number}", tomorrow, DraftDue(draft.number))
    return [*shown(turn, closing.parked(turn, draft)), remind]


@reports.on(Resume, may=OWN_DRAFT)
def resume(turn: Turn, said: Resume) -> Effects:
    """On whatever surface, after whatever time: the same question."""
    return opened(turn, asking.card(turn, draft_of(turn, said)))


@reports.on(FinishDraft, may=OWN_DRAFT)
def finish_draft(turn: Turn, said: FinishDraft) -> Effects:
    return shown(turn, closing.card(turn, draft_of(turn, said)))


@reports.on(Throw, may=OWN_DRAFT)
def throw(turn: Turn, said: Throw) -> Effects:
    draft = draft_of(turn, said)
    turn.session.delete(draft)
    gone = plain(turn, say("reports.thrown"), tone=Tone.QUIET)
    return [*shown(turn, gone), *done_with(turn, draft)]


@reports.on(Write, may=OWN_DRAFT)
def write(turn: Turn, said: Write) -> Effects:
    draft_of(turn, said)
    return [Open(writing(Wrote(said.draft)))]


def writing(then: Wrote) -> Form:
    fields = (
        Field("words", say("reports.text"), required=False, long=True),
        Field("source", say("reports.source_field"), required=False),
        Field("evidence", say("reports.evidence_field"), required=False),
    )
    return Form(say("reports.write_line"), fields, say("reports.save"), then)


@reports.on(Wrote, may=OWN_DRAFT, form=lambda _, said: writing(said))
def wrote(turn: Turn, said: Wrote) -> Effects:
    """Only what was filled in: an empty field takes back nothing."""
    draft, given = draft_of(turn, said), turn.inputs
    draft.words = given.get("words", "").strip() or draft.words
    draft.evidence = given.get("evidence", "").strip() or draft.evidence
    if source := given.get("source", "").strip():
        draft.answer({**draft.answers, SOURCE: source}, draft.at, turn.now)
    return shown(turn, asking.card(turn, draft))


@reports.on(DraftDue, may=CLOCK)
def draft_due(turn: Turn, due: DraftDue) -> Effects:
    """One kind line the morning after, and no other: a draft is nobody's duty."""
    draft = turn.find(Draft, due.draft)
    whose = find_person(turn.session, draft.person) if draft else None
    if draft is None or whose is None:
        return []
    return [waits(turn, whose, draft)]
