"""What colleagues see after a call: a question that rings, and in plain words what does good.

Also plain words are chosen so that they may be read by anybody: a colleague sits at a desk too.
"""

from dataclasses import replace

from bot.actions import Action
from bot.cards import Block, Button, Card, CoverCard, Facts, Steps, Text, Tone
from bot.effects import Effects, Lane, Show
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import Both, Cover, Words, say
from handlers import leaflets
from handlers.aftercare import company
from handlers.aftercare.actions import Cannot, Stay
from handlers.colleagues import discreet, name_of
from storage import help_calls
from storage.aftercare import Aftercare, AftercareAsked, Answer, Circle, asked_for
from storage.help import HelpCall
from storage.people import Person, known

WHAT_DOES_GOOD = 4
"""The end of card 19: what whoever stays does."""


def screen(turn: Turn, care: Aftercare) -> Effects:
    effects: Effects = reminder(turn, care)
    for ref, row in asked_for(turn.session, care.call).items():
        lane = Lane.ALERT if row.in_charge else Lane.ANSWER
        effects.append(Show(slot(care, ref, row.number), ref, seen(turn, care, ref, row), lane))
        if row.number > 1:
            moved = Card(say("aftercare.moved"), preview(turn, care), tone=Tone.QUIET)
            effects.append(
                Show(slot(care, ref, row.number - 1), ref, moved, lane, only_an_edit=True)
            )
    return effects


def slot(care: Aftercare, ref: str, number: int) -> str:
    return f"aftercare:{care.call}:{care.round}:{ref}:{number}"


def helper_slot(care: Aftercare) -> str:
    return f"aftercare:{care.call}:{care.round}:after:{care.helper}"


def dropped(turn: Turn, care: Aftercare) -> Effects:
    """Nothing but these messages is left of who was asked: the next round asks anew."""
    asked = asked_for(turn.session, care.call)
    places = {slot(care, ref, row.number): ref for ref, row in asked.items()}
    if care.helper is not None:
        places[helper_slot(care)] = care.helper
    effects: Effects = []
    for place, ref in places.items():
        for one in leaflets.shown(turn, "aftercare.dropped", place, ref, {"of": care.person}):
            effects += [replace(one, only_again=True)] if isinstance(one, Show) else []
    return effects


@leaflets.draws("aftercare.dropped")
def not_needed(turn: Turn, whose: Person, about: leaflets.About) -> Card:
    title = say("aftercare.dropped", name=name_of(turn, about["of"]))
    return Card(title, cover_of(turn.content, whose)("responder_preview"), tone=Tone.QUIET)


def reminder(turn: Turn, care: Aftercare) -> Effects:
    """Whoever was there hears what does good now, whatever the person answers."""
    if care.helper is None:
        return []
    slot = helper_slot(care)
    if care.helper not in company.reached(turn, care, [care.helper]):
        if care.helper not in help_calls.pressers(turn.session):
            return []
        cover = cover_words(turn, care)("responder_preview")
        return [Show(slot, care.helper, CoverCard(cover, cover), only_again=True)]
    how = "phone" if company.by_phone(turn, care, care.helper) else "near"
    title = say(f"aftercare.after.{how}", name=name_of(turn, care.person))
    told = Card(title, preview(turn, care), (good(),), tone=Tone.PLAIN)
    shown = quiet(turn, care, "dropped") if care.dropped_at else told
    return [Show(slot, care.helper, shown)]


def seen(turn: Turn, care: Aftercare, ref: str, row: AftercareAsked) -> Card | CoverCard:
    return discreet(turn, ref, cover_words(turn, care), card(turn, care, ref, row))


def card(turn: Turn, care: Aftercare, ref: str, row: AftercareAsked) -> Card:
    if care.dropped_at is not None:
        return quiet(turn, care, "dropped")
    if care.company_by == ref:
        return keeping(turn, care, ref)
    lines = what_is_so(turn, care) if row.in_charge else []
    if lines:
        return told(turn, care, ref, lines)
    if care.company_by is not None:
        who = name_of(turn, care.company_by)
        return quiet(turn, care, "taken", who=who)
    if not care.company_wanted:
        return quiet(turn, care, "ready")
    return declined(turn, care) if row.declined_at else asking(turn, care, ref)


def asking(turn: Turn, care: Aftercare, ref: str) -> Card:
    phone = company.by_phone(turn, care, ref)
    key = "needs" if care.answer is Answer.NO else "asks"
    title = say(f"aftercare.{key}", name=name_of(turn, care.person))
    how = say("aftercare.how.phone" if phone else "aftercare.how.near")
    yes = button("phone" if phone else "stay", Stay(care.call), Tone.GOOD)
    body = (Text(how), where(turn, care, phone))
    return Card(title, preview(turn, care), body, (yes, button("cannot", Cannot(care.call))))


def keeping(turn: Turn, care: Aftercare, ref: str) -> Card:
    phone = company.by_phone(turn, care, ref)
    name = name_of(turn, care.person)
    title = say("aftercare.you_phone" if phone else "aftercare.you_stay", name=name)
    leave = button("cannot_any_longer", Cannot(care.call))
    body = (where(turn, care, phone), good())
    return Card(title, preview(turn, care), body, (leave,), Tone.GOOD)


def told(turn: Turn, care: Aftercare, ref: str, lines: list[Words]) -> Card:
    """Those in charge: plainly what is so, and one button to say that one gets in touch."""
    phone = company.by_phone(turn, care, ref)
    title, *more = lines
    body: list[Block] = [*(Text(line) for line in more), where(turn, care, phone)]
    touch = (button("touch", Stay(care.call), Tone.GOOD),) if care.company_wanted else ()
    return Card(title, preview(turn, care), tuple(body), touch, Tone.URGENT)


def what_is_so(turn: Turn, care: Aftercare) -> list[Words]:
    """What those in charge must know, or nothing when it is seen to."""
    name = name_of(turn, care.person)
    lines: list[Words] = []
    if care.answer is Answer.NO:
        lines.append(say("aftercare.not_well", name=name))
    if care.company_wanted and care.circle == Circle.IN_CHARGE:
        lines.append(say("aftercare.nobody", name=name))
    if lines and care.company_by is not None:
        who = name_of(turn, care.company_by)
        lines.append(say("aftercare.with_them", who=who, name=name))
    return lines


def declined(turn: Turn, care: Aftercare) -> Card:
    again = button("after_all", Stay(care.call))
    return Card(say("aftercare.declined"), preview(turn, care), (), (again,))


def quiet(turn: Turn, care: Aftercare, key: str, **names: str) -> Card:
    title = say(f"aftercare.{key}", name=name_of(turn, care.person), **names)
    return Card(title, preview(turn, care), tone=Tone.QUIET)


def where(turn: Turn, care: Aftercare, phone: bool) -> Facts:
    """Where they sit, or the number for whoever is somewhere else."""
    call, whose = turn.get(HelpCall, care.call), known(turn.session, care.person)
    if not phone:
        return Facts(((say("aftercare.where"), Both(**call.place)),))
    own = whose.addresses.get("phone") if whose else None
    return Facts(((say("aftercare.number"), own or call.site["callback"]),))


def good() -> Steps:
    lines = range(1, WHAT_DOES_GOOD + 1)
    return Steps(tuple(say(f"aftercare.good.{line}") for line in lines))


def preview(turn: Turn, care: Aftercare) -> Words:
    return cover_words(turn, care)("responder_preview")


def cover_words(turn: Turn, care: Aftercare) -> Cover:
    return Cover(turn.get(HelpCall, care.call).site["cover"])


def button(key: str, action: Action, tone: Tone = Tone.PLAIN) -> Button:
    return Button(say(f"aftercare.{key}"), action, tone)
