"""Forms: the guidance cards on the presser's screen, as neutral numbers."""

from bot.cards import CoverButton, CoverCard, CoverLine, CoverSteps
from bot.turn import Turn
from bot.words import Cover
from handlers.guidance import AFTER_CALL, Guidance, covert_today, for_calls
from handlers.help.actions import ChooseForm
from storage.help import HelpCall
from storage.help_life import Finish

ALL_FORMS = "all"


def form_card(turn: Turn, call: HelpCall) -> CoverCard:
    """The sentences to say: three calm lines at first, then the form that was chosen."""
    cover = Cover(call.site["cover"])
    forms, wanted = turn.content.all(Guidance), call.form or ""
    if call.finished_as is Finish.DONE and AFTER_CALL in forms:
        return one_form(turn, call, forms[AFTER_CALL], choices=False)
    if wanted == ALL_FORMS:
        return all_forms(turn, call, cover)
    if wanted in forms:  # content may have changed since it was chosen
        return one_form(turn, call, forms[wanted], choices=call.finished_at is None)
    first = CoverSteps(tuple(cover(f"first_{place}") for place in (1, 2, 3)))
    return CoverCard(cover("forms"), cover("preview"), (first,), likely(call, cover))


def one_form(turn: Turn, call: HelpCall, form: Guidance, choices: bool) -> CoverCard:
    cover = Cover(call.site["cover"])
    buttons = likely(call, cover, without=form.id) if choices else ()
    title, lines = cover("form", number=form.id), covert_today(turn, form, cover)
    return CoverCard(title, cover("preview"), lines, buttons)


def all_forms(turn: Turn, call: HelpCall, cover: Cover) -> CoverCard:
    cards = for_calls(turn.content)
    lines = [CoverLine(cover("form_line", number=card.id, hint=cover(card.hint))) for card in cards]
    buttons = tuple(form_button(call, cover, card.id) for card in cards)
    return CoverCard(cover("forms"), cover("preview"), tuple(lines), buttons)


def likely(call: HelpCall, cover: Cover, without: str = "") -> tuple[CoverButton, ...]:
    """The likely three first, and a way to the others."""
    if not call.open or call.finished_at is not None:
        return ()
    forms = [form for form in call.pressed_ladder["likely"] if form != without]
    more = CoverButton(cover("more_forms"), ChooseForm(call.number, ALL_FORMS))
    return (*(form_button(call, cover, form) for form in forms), more)


def form_button(call: HelpCall, cover: Cover, form: str) -> CoverButton:
    return CoverButton(cover("form", number=form), ChooseForm(call.number, form))
