"""My events: what I have begun, what I have reported, what I answer for."""

from bot.cards import Button, Card, Keys, Text, Tone
from bot.effects import Effects
from bot.features import ANYONE
from bot.turn import Turn
from bot.words import Words, say
from handlers.cases.actions import ListCases, ShowCase
from handlers.reads.actions import BreakGlass
from handlers.reports import taxonomy
from handlers.reports.actions import Mine, NewReport, Resume
from handlers.reports.feature import not_covered, reports
from handlers.reports.screen import lines, plain, shown
from handlers.reports.taxonomy import GROUP, Kind, dialog
from storage import cases
from storage.drafts import Draft, drafts_of

MOST = 5
"""Of each: what is older is found by the filters of the list of cases."""


@reports.on(Mine, may=ANYONE)
def mine(turn: Turn, _: Mine) -> Effects:
    not_covered(turn)
    return shown(turn, card(turn))


def card(turn: Turn) -> Card:
    me = turn.person.ref
    begun = [one for one in drafts_of(turn.session, me) if one.answers][:MOST]
    sent = cases.cases_of(turn.session, me)[:MOST]
    told = [
        *(draft_line(turn, one) for one in begun),
        *(case_line(turn, one.number) for one in sent),
    ]
    body = lines(*told) or (Text(say("reports.no_events")),)
    going_on = tuple(Button(say("reports.go_on"), Resume(one.number), Tone.GOOD) for one in begun)
    opening = tuple(
        Button(say("cases.open", number=one.number), ShowCase(one.number)) for one in sent
    )
    return plain(turn, say("reports.mine"), body, (*going_on, *opening), (Keys(doors(turn)),))


def draft_line(turn: Turn, draft: Draft) -> Words:
    whole = dialog(turn.content)
    said = dict(whole.told(draft.answers))
    what = said.get(whole.question(GROUP).short, say("reports.draft_empty"))
    return say("reports.draft_line", what=what)


def case_line(turn: Turn, number: int) -> Words:
    case = turn.get(cases.Case, number)
    return say(
        "cases.list_line",
        number=number,
        what=taxonomy.label(turn.content, Kind, case.kind),
        level=case.severity,
        status=say(f"cases.status.{case.status.value}"),
    )


def doors(turn: Turn) -> tuple[Button, ...]:
    """A new event, and the list of cases for whoever answers for some."""
    own = cases.answered_for(turn.session, turn.person.ref)
    reads = {"manager", "upper_manager", "security", "hr"} & {*turn.person.roles}
    answered = (
        (Button(say("reports.answered_for", count=len(own)), ListCases()),) if own or reads else ()
    )
    glass = (Button(say("reads.break"), BreakGlass()),) if "security" in reads else ()
    return (Button(say("reports.new"), NewReport()), *answered, *glass)
