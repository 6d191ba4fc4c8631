"""From a help call to a report: what the call knows is filled in, and one tap begins the rest.

Offered once the call is over and the person has said how they are, or their break has passed; never
after a wrong press, behind which somebody forced may stand.
"""

from bot.cards import CoverButton, CoverCard, CoverLine
from bot.effects import Effects, Show
from bot.features import CLOCK, May
from bot.turn import Turn
from bot.words import Cover
from handlers.cues import OfferDue
from handlers.reports import asking
from handlers.reports.actions import FromCall, NotNow
from handlers.reports.facts import CALLED, HELPER
from handlers.reports.feature import not_covered, reports
from handlers.reports.screen import next_number, opened
from handlers.reports.taxonomy import CHANNEL, EVENT, GROUP, KIND, TIME, WHERE, Channel, Kind
from storage import cases
from storage.drafts import Draft, draft_of_call
from storage.help import HelpCall
from storage.help_life import Finish

FIELDS = (KIND, "severity", CHANNEL, TIME, "place", HELPER, CALLED, "effect", "factors")
"""The nine fields of a report (`spec/journeys.md` J0): the last two only the person can tell."""


@reports.on(OfferDue, may=CLOCK)
def offer(turn: Turn, due: OfferDue) -> Effects:
    """The question, in words that anybody may read: the desk may not be empty yet."""
    call = turn.get(HelpCall, due.call)
    wrong = call.finished_as is Finish.WRONG
    if call.open or wrong or cases.of_call(turn.session, call.number):
        return []
    if draft := draft_of_call(turn.session, call.presser, call.number):
        draft.answer({**knows(turn, call), **draft.answers}, draft.at, turn.now)
        return []
    cover, known = Cover(call.site["cover"]), filled(turn, call)
    yes = CoverButton(cover("report_yes"), FromCall(call.number))
    no = CoverButton(cover("report_not_now"), NotNow(call.number))
    title = cover("report_offer", count=len({*FIELDS} & {*known}), all=len(FIELDS))
    return [placed(call, CoverCard(title, cover("preview"), (), (yes, no)))]


def placed(call: HelpCall, card: CoverCard) -> Show:
    return Show(f"report-offer:{call.number}", call.presser, card)


def _pressed(turn: Turn, did: FromCall | NotNow) -> bool:
    return turn.get(HelpCall, did.call).presser == turn.person.ref


PRESSED = May("presser", _pressed)


@reports.on(FromCall, may=PRESSED)
def from_call(turn: Turn, said: FromCall) -> Effects:
    """Again is the same: the draft of the call goes on where it was."""
    not_covered(turn)
    call = turn.get(HelpCall, said.call)
    draft = draft_of_call(turn.session, call.presser, call.number) or begun(turn, call)
    told = quiet(call, "report_begun")
    return [*opened(turn, asking.card(turn, draft)), told]


@reports.on(NotNow, may=PRESSED)
def not_now(turn: Turn, said: NotNow) -> Effects:
    """It is kept as a draft all the same: nothing that the call knew is lost."""
    call = turn.get(HelpCall, said.call)
    if not draft_of_call(turn.session, call.presser, call.number):
        begun(turn, call)
    return [quiet(call, "report_later")]


def quiet(call: HelpCall, key: str) -> Show:
    cover = Cover(call.site["cover"])
    body = (CoverLine(cover("report_where")),) if key == "report_later" else ()
    return placed(call, CoverCard(cover(key), cover("preview"), body))


def begun(turn: Turn, call: HelpCall) -> Draft:
    kept = {TIME: "picked", **knows(turn, call)}
    return turn.keep(
        Draft(
            person=call.presser,
            dialog=EVENT,
            answers=kept,
            call=call.number,
            window=next_number(turn),
            happened_at=call.started_at,
            exact=True,
            begun_at=turn.now,
            touched_at=turn.now,
        )
    )


def filled(turn: Turn, call: HelpCall) -> dict[str, object]:
    """What the call knows: of the nine fields as many as can be told without asking."""
    known = knows(turn, call)
    severity = {"severity": known[KIND]} if KIND in known else {}
    return {TIME: call.started_at, "place": call.place, **severity, **known}


def knows(turn: Turn, call: HelpCall) -> dict[str, object]:
    """The answers that the call gives: who helped, 112, and by its form what it was, and where."""
    found: dict[str, object] = {CALLED: call.relayed_at is not None}
    helper = call.owner or call.closed_by
    if helper and helper != call.presser:
        found[HELPER] = helper
    for kind in turn.content.all(Kind).values():
        if call.form in kind.forms:
            found |= {KIND: kind.id, GROUP: kind.under[0]}
            break
    for channel in turn.content.all(Channel).values():
        if call.form in channel.forms:
            found |= {CHANNEL: channel.id, WHERE: channel.under[0]}
            break
    return found
