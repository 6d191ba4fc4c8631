"""Without a name: the honest limits first, then a case that leads back to nobody, and its code.

`handlers.anonymous` takes everything off the case and blanks what the draft left behind; here the
report meets it. Nothing that is kept afterwards joins the person and the case.
"""

from dataclasses import replace

from bot.cards import Button, Card, Tone
from bot.effects import Effects, Erase, Forget
from bot.turn import Turn
from bot.words import say
from handlers import plans
from handlers.anonymous import seal_off, too_few
from handlers.cases import arrived
from handlers.colleagues import name_of
from handlers.reports import asking, facts
from handlers.reports.actions import FinishDraft, Nameless, SendNameless
from handlers.reports.facts import received_by
from handlers.reports.feature import OWN_DRAFT, draft_of, reports
from handlers.reports.screen import in_window, lines, notes, plain, shown
from handlers.reports.sending import case_of
from storage.case_life import Naming, What
from storage.cases import Case, CaseEvent
from storage.drafts import Draft, Window


@reports.on(Nameless, may=OWN_DRAFT)
def nameless(turn: Turn, said: Nameless) -> Effects:
    """What can be promised, and what cannot."""
    draft = draft_of(turn, said)
    place = facts.place_of(turn, draft)
    small = too_few(turn, place.site, place.unit)
    limits = notes(say("reports.whole_office")) if small else ()
    buttons = (
        Button(say("reports.send_nameless"), SendNameless(draft.number), Tone.GOOD),
        Button(say("reports.back"), FinishDraft(draft.number)),
    )
    body = (*limits, *lines(say("reports.code_comes")), *asking.danger(turn))
    return shown(turn, plain(turn, say("anonymous.honest"), body, buttons))


@reports.on(SendNameless, may=OWN_DRAFT, untraced=True)
def send_nameless(turn: Turn, said: SendNameless) -> Effects:
    draft = draft_of(turn, said)
    case = turn.keep(case_of(turn, draft, received_by(turn, draft), Naming.ANONYMOUS))
    if too_few(turn, case.site, case.unit):
        case.unit = ""
    window = turn.find(Window, draft.person)
    gone = seal_off(turn, case, slots(draft, window), rows(draft))
    gone.append(Erase(tried=("reports.",), by=draft.person))
    turn.keep(CaseEvent(case=case.number, at=case.received_at, what=What.RECEIVED))
    last = windows(turn, draft, window, thanks(turn, case)) if window else []
    for row in (draft, window):
        if row is not None:
            turn.session.delete(row)
    forget = Forget(f"reports:draft:{draft.number}")
    return [*gone, *last, *arrived.tell(turn, case), *plans.start(turn, case), forget]


def slots(draft: Draft, window: Window | None) -> list[str]:
    """What stood before the person, but the messages of the draft, which are shown once more."""
    older = range(1, draft.window) if window else ()
    offered = [f"report-offer:{draft.call}"] if draft.call else []
    windows = [f"reports:{draft.person}:{number}" for number in older]
    return [*windows, *offered, f"reports:draft:{draft.number}"]


def windows(turn: Turn, draft: Draft, window: Window, last: Card) -> Effects:
    """The last card, and nothing any more in the earlier messages of the draft; all forgotten."""
    empty = replace(last, title=say("reports.gone"), body=(), tone=Tone.QUIET)
    earlier = range(draft.window, window.number)
    return [
        *(in_window(turn, turn.person, number, empty) for number in earlier),
        in_window(turn, turn.person, window.number, last),
    ]


def rows(draft: Draft) -> list[str]:
    return [f"report_draft:{draft.number}", f"report_window:{draft.person}"]


def thanks(turn: Turn, case: Case) -> Card:
    """The code itself is only told in the line beside it, and never written down."""
    title = say("reports.saved_anonymous", name=name_of(turn, case.owner))
    body = lines(say("reports.code_above"))
    return replace(plain(turn, title, body, tone=Tone.GOOD), private=True)
