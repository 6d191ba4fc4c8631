"""The visitor's own screen on the way: cover words only, because a person stands beside them.

It is drawn from `screen`, which is what the visitor said last and never whether they were free to
say it: the polite word and the plain one give the same screen, byte for byte (I17).
"""

from bot.cards import CoverButton, CoverCard, CoverLine
from bot.effects import Effects, Show
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import Cover, CoverPhrase
from handlers.colleagues import name_of
from handlers.visits.actions import Arrived, Done, Fine, MoreTime, NamePlace, Support
from handlers.visits.reach import silent_place
from handlers.visits.watches import chosen
from storage.people import known
from storage.visits import Kind, Visit

ON_THE_WAY = ("started", "arrived")


def screen(turn: Turn, visit: Visit) -> Effects:
    """One card, and one more that rings for each time that the visitor is asked."""
    if visit.screen in ("planned", "dropped"):
        return []
    whose = known(turn.session, visit.visitor)
    if whose is None:
        return []
    cover, ref = cover_of(turn.content, whose), visit.visitor
    slots: Effects = [Show(slot(visit), ref, card(turn, visit, cover))]
    for number in range(max(1, visit.asked - 1), visit.asked + 1):
        slots.append(Show(asking_slot(visit, number), ref, question(visit, number, cover)))
    return slots


def slot(visit: Visit) -> str:
    return f"visit:{visit.number}"


def asking_slot(visit: Visit, number: int) -> str:
    return f"visit:{visit.number}:asked:{number}"


def asks_now(visit: Visit) -> bool:
    return visit.asked_at is not None and visit.screen in ON_THE_WAY


def card(turn: Turn, visit: Visit, cover: Cover) -> CoverCard:
    lines = tuple(CoverLine(line) for line in said(turn, visit, cover))
    keys = () if asks_now(visit) else buttons(visit, cover)
    return CoverCard(title(visit, cover), cover("visit_preview"), lines, keys)


def title(visit: Visit, cover: Cover) -> CoverPhrase:
    match visit.screen, visit.kind:
        case "done", _:
            return cover("visit_done")
        case "support", _:
            return cover("visit_support")
        case "arrived", Kind.VISIT:
            return cover("visit_arrived", time=visit.arrived_at)
        case _, Kind.ALONE:
            return cover("visit_alone", time=visit.until)
        case _:
            return cover("visit_under_way")


def said(turn: Turn, visit: Visit, cover: Cover) -> list[CoverPhrase]:
    match visit.screen:
        case "done":
            return [cover("visit_place_kept")] if visit.learned else []
        case "support":
            by = visit.taken_by
            return [cover("visit_phones", name=name_of(turn, by)) if by else cover("visit_asking")]
        case _ if visit.kind is Kind.ALONE:
            return [cover("visit_contact", name=name_of(turn, visit.contact))]
        case _:
            point = cover(chosen(visit, "point"))
            return [cover("visit_silence", time=visit.until), point]


def buttons(visit: Visit, cover: Cover) -> tuple[CoverButton, ...]:
    number = visit.number
    if visit.screen == "done":
        name = CoverButton(cover("visit_name_place"), NamePlace(number))
        return (name,) if silent_place(visit) and visit.place is None else ()
    done = (
        CoverButton(cover("visit_say_done"), Done(number, polite=False)),
        CoverButton(cover("visit_say_done_thanks"), Done(number, polite=True)),
    )
    if visit.screen == "support":
        return done
    more = CoverButton(cover("visit_more_time"), MoreTime(number))
    support = CoverButton(cover("visit_need_support"), Support(number))
    return (*first(visit, cover), *done, more, support)


def first(visit: Visit, cover: Cover) -> tuple[CoverButton, ...]:
    if visit.kind is Kind.ALONE:
        return (CoverButton(cover("visit_fine"), Fine(visit.number)),)
    if visit.screen == "started":
        return (CoverButton(cover("visit_say_arrived"), Arrived(visit.number)),)
    return ()


def question(visit: Visit, number: int, cover: Cover) -> CoverCard:
    """Asked once; what stands here later is edited in place and rings nobody."""
    preview = cover("visit_preview")
    if number < visit.asked or not asks_now(visit):
        return CoverCard(cover("visit_noted"), preview)
    asked = "visit_fine_question" if visit.kind is Kind.ALONE else "visit_done_question"
    done = (
        CoverButton(cover("visit_say_done"), Done(visit.number, polite=False)),
        CoverButton(cover("visit_say_done_thanks"), Done(visit.number, polite=True)),
    )
    fine = CoverButton(cover("visit_fine"), Fine(visit.number))
    usual = (fine,) if visit.kind is Kind.ALONE else ()
    more = CoverButton(cover("visit_more_time"), MoreTime(visit.number))
    support = CoverButton(cover("visit_need_support"), Support(visit.number))
    return CoverCard(cover(asked), preview, (), (*usual, *done, more, support))
