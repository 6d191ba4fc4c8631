"""The presser's screen: two cards in cover words, whatever happens.

One holds the sentences to say. The other tells how it stands, truthfully: no line speaks of help
before a person has taken the call.
"""

from bot.actions import Action
from bot.cards import CoverButton, CoverCard, CoverLine, CoverSteps
from bot.effects import Effects, Lane, Show
from bot.turn import Turn
from bot.words import Cover, CoverPhrase
from handlers.guidance import AFTER_CALL, Guidance, covert, for_calls
from handlers.help_actions import LEVELS, CallBack, ChooseForm, FinishCall, Raise
from storage.help import Finish, HelpCall, Status
from storage.people import Person

ALL_FORMS = "all"


def screen(turn: Turn, call: HelpCall) -> Effects:
    slot = f"help:{call.number}:presser"
    # The status is sent last, so that it stands lowest, where the eye and the thumb are.
    return [
        Show(f"{slot}:form", call.presser, form_card(turn, call), Lane.ALERT),
        Show(slot, call.presser, status_card(turn, call), Lane.ALERT),
    ]


def status_card(turn: Turn, call: HelpCall) -> CoverCard:
    cover = Cover(call.site["cover"])
    return CoverCard(status_line(turn, call, cover), cover("preview"), (), buttons(call, cover))


def status_line(turn: Turn, call: HelpCall, cover: Cover) -> CoverPhrase:
    """How it stands, in one line; one line for every state (L06)."""
    if call.finished_at is not None:
        return finished_line(turn, call, cover)
    match call.status:
        case Status.OWNED:
            return owned_line(turn, call, cover)
        case Status.EXHAUSTED if call.call_back_at:
            return cover("call_back_asked")
        case Status.EXHAUSTED:
            return cover(call.ladder["exhausted"]["cover"])
        case Status.CLOSED:
            return cover("closed_by_helper", name=person_name(turn, call.closed_by))
        case Status.RINGING if call.released:
            return cover("helper_changed", name=person_name(turn, call.released))
        case Status.RINGING:
            return cover(call.ladder["rungs"][call.rung - 1]["cover"])


def finished_line(turn: Turn, call: HelpCall, cover: Cover) -> CoverPhrase:
    """After "done" and "wrong": the owner stays, or somebody is asked to look in.

    One line until the call is closed, whatever the ladder does: it is true all the while, and
    "wrong" and its forced twin can never be told apart, not even by their times (I17).
    """
    if call.finished_as is Finish.DONE and call.owner:
        stays = cover("well_done_owned", name=person_name(turn, call.owner))
        return stays if call.open else cover("well_done")
    return cover("checking" if call.open else "closed")


def owned_line(turn: Turn, call: HelpCall, cover: Cover) -> CoverPhrase:
    owner = turn.session.get(Person, call.owner)
    here = owner is not None and owner.site == call.site["ref"]
    return cover("taken" if here else "taken_remote", name=person_name(turn, call.owner))


def buttons(call: HelpCall, cover: Cover) -> tuple[CoverButton, ...]:
    if not call.open or call.finished_at is not None:
        return ()
    number = call.number
    found: list[tuple[CoverPhrase, Action]] = [
        (cover("done"), FinishCall(number, Finish.DONE)),
        *(
            (cover(f"level_{level}"), Raise(number, level))
            for level in LEVELS
            if level > call.level
        ),
        (cover("wrong"), FinishCall(number, Finish.WRONG)),
        (cover("wrong_thanks"), FinishCall(number, Finish.FORCED)),
    ]
    offered = call.status is Status.EXHAUSTED and call.ladder["exhausted"]["call_back"]
    if offered and not call.call_back_at:
        found.insert(0, (cover("call_back"), CallBack(number)))
    return tuple(CoverButton(label, action) for label, action in found)


def form_card(turn: Turn, call: HelpCall) -> CoverCard:
    """The sentences to say: three calm lines at first, then the form that was chosen."""
    cover = Cover(call.site["cover"])
    forms, wanted = turn.content.all(Guidance), call.form or ""
    if call.finished_as is Finish.DONE and AFTER_CALL in forms:
        return one_form(call, cover, forms[AFTER_CALL], choices=False)
    if wanted == ALL_FORMS:
        return all_forms(turn, call, cover)
    if wanted in forms:  # content may have changed since it was chosen
        return one_form(call, cover, forms[wanted], choices=call.finished_at is None)
    first = CoverSteps(tuple(cover(f"first_{place}") for place in (1, 2, 3)))
    return CoverCard(cover("forms"), cover("preview"), (first,), likely(call, cover))


def one_form(call: HelpCall, cover: Cover, form: Guidance, choices: bool) -> CoverCard:
    buttons = likely(call, cover, without=form.id) if choices else ()
    return CoverCard(cover("form", number=form.id), cover("preview"), covert(form, cover), buttons)


def all_forms(turn: Turn, call: HelpCall, cover: Cover) -> CoverCard:
    cards = for_calls(turn.content)
    lines = [CoverLine(cover("form_line", number=card.id, hint=cover(card.hint))) for card in cards]
    buttons = tuple(form_button(call, cover, card.id) for card in cards)
    return CoverCard(cover("forms"), cover("preview"), tuple(lines), buttons)


def likely(call: HelpCall, cover: Cover, without: str = "") -> tuple[CoverButton, ...]:
    """The likely three first, and a way to the others."""
    if not call.open or call.finished_at is not None:
        return ()
    forms = [form for form in call.ladder["likely"] if form != without]
    more = CoverButton(cover("more_forms"), ChooseForm(call.number, ALL_FORMS))
    return (*(form_button(call, cover, form) for form in forms), more)


def form_button(call: HelpCall, cover: Cover, form: str) -> CoverButton:
    return CoverButton(cover("form", number=form), ChooseForm(call.number, form))


def covered(call: HelpCall) -> CoverCard:
    """Another's call on the screen of somebody who is a presser now: nothing to read in it."""
    cover = Cover(call.site["cover"])
    return CoverCard(cover("responder_preview"), cover("responder_preview"))


def person_name(turn: Turn, ref: str | None) -> str:
    found = turn.session.get(Person, ref) if ref else None
    return found.name if found else "–"
