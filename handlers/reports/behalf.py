"""For somebody else: as a colleague, a witness, a manager or an elected representative."""

from bot.cards import Button, Field, Form
from bot.effects import Effects, Open
from bot.features import Refused
from bot.turn import Turn
from bot.words import say
from handlers.reports import asking
from handlers.reports.actions import About, As, ChooseReceiver, Exposed, ForWhom
from handlers.reports.facts import ABOUT, BEHALF, RECEIVER, WHO, about, received_by
from handlers.reports.feature import OWN_DRAFT, draft_of, reports
from handlers.reports.screen import plain, shown
from storage.case_life import Behalf
from storage.drafts import Draft
from storage.people import at_site, person, with_role

MOST_NAMES = 100
"""As many as a list of choices holds on every surface."""

ROLES = {Behalf.MANAGER: {"manager", "upper_manager"}, Behalf.ELECTED: {"elected"}}
"""What one must be to report so."""


@reports.on(ForWhom, may=OWN_DRAFT)
def for_whom(turn: Turn, said: ForWhom) -> Effects:
    draft = draft_of(turn, said)
    buttons = tuple(
        Button(say(f"reports.as_{behalf.value}"), As(draft.number, behalf))
        for behalf in Behalf
        if behalf is not Behalf.SELF and allowed(turn, behalf)
    )
    return shown(turn, plain(turn, say("reports.for_whom"), (), buttons))


def allowed(turn: Turn, behalf: Behalf) -> bool:
    return behalf not in ROLES or bool(ROLES[behalf] & {*turn.person.roles})


@reports.on(As, may=OWN_DRAFT)
def report_as(turn: Turn, said: As) -> Effects:
    """A witness names nobody, an elected representative was exposed themselves."""
    draft = draft_of(turn, said)
    if not allowed(turn, said.behalf):
        raise Refused(say("common.not_yours"))
    if said.behalf in (Behalf.OTHER, Behalf.MANAGER):
        return [Open(who_form(turn, draft, said.behalf))]
    answers = {**draft.answers, BEHALF: said.behalf.value}
    if said.behalf is Behalf.ELECTED:
        answers |= past_the_line(turn)
    draft.answer(answers, draft.at, turn.now)
    return shown(turn, asking.card(turn, draft))


def past_the_line(turn: Turn) -> dict[str, str]:
    """An elected representative is no staff: security receives it, not a manager."""
    guards = with_role(turn.session, "security")
    return {RECEIVER: guards[0].ref} if guards else {}


def who_form(turn: Turn, draft: Draft, behalf: Behalf) -> Form:
    here = [one for one in at_site(turn.session, turn.person.site) if one.ref != turn.person.ref]
    near = sorted(here, key=lambda one: (one.unit != turn.person.unit, one.name))
    names = tuple((one.ref, one.name) for one in near[:MOST_NAMES])
    field = Field("who", say("reports.who_exposed"), names)
    return Form(
        say("reports.exposed"), (field,), say("reports.choose"), Exposed(draft.number, behalf)
    )


@reports.on(Exposed, may=OWN_DRAFT)
def exposed(turn: Turn, said: Exposed) -> Effects:
    draft = draft_of(turn, said)
    found = person(turn.session, turn.inputs.get("who", ""))
    if found is None or not allowed(turn, said.behalf):
        raise Refused(say("common.old_button"))
    chosen = {BEHALF: said.behalf.value, WHO: found.ref}
    draft.answer({**draft.answers, **chosen}, draft.at, turn.now)
    return shown(turn, asking.card(turn, draft))


@reports.on(About, may=OWN_DRAFT)
def it_is_about(turn: Turn, said: About) -> Effects:
    """Whoever would have received it: passed over from now on, without a trace before them."""
    draft = draft_of(turn, said)
    if received_by(turn, draft).owner == said.person:
        answers = {**draft.answers, ABOUT: [*about(draft), said.person]}
        draft.answer(answers, draft.at, turn.now)
    return shown(turn, asking.card(turn, draft))


@reports.on(ChooseReceiver, may=OWN_DRAFT)
def choose_receiver(turn: Turn, said: ChooseReceiver) -> Effects:
    draft = draft_of(turn, said)
    if said.person in received_by(turn, draft).choices:
        draft.answer({**draft.answers, RECEIVER: said.person}, draft.at, turn.now)
    return shown(turn, asking.card(turn, draft))
