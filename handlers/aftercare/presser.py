"""The screen of the one it is for: cover words only, because they may still sit at the desk."""

from typing import assert_never

from bot.cards import CoverButton, CoverCard, CoverLine
from bot.effects import Effects, Show
from bot.turn import Turn
from bot.words import Cover, CoverPhrase, Joined
from handlers.aftercare import company
from handlers.aftercare.actions import Ready, RestOn, SayHow
from handlers.colleagues import name_of
from storage.aftercare import Aftercare, Answer, Circle
from storage.help import HelpCall


def screen(turn: Turn, care: Aftercare) -> Effects:
    """One card, and one more that rings when the break is over."""
    cover = cover_words(turn, care)
    slot = f"aftercare:{care.call}:{care.round}"
    effects: Effects = [Show(slot, care.person, card(turn, care, cover))]
    if care.asked_ready_at is not None:
        effects.append(Show(f"{slot}:over", care.person, over(care, cover)))
    return effects


def cover_words(turn: Turn, care: Aftercare) -> Cover:
    return Cover(turn.get(HelpCall, care.call).site["cover"])


def card(turn: Turn, care: Aftercare, cover: Cover) -> CoverCard:
    if care.dropped_at is not None:
        return CoverCard(cover("care_waits"), cover("preview"))
    lines = [*company_lines(turn, care, cover), *pause_line(care, cover)]
    body = tuple(CoverLine(line) for line in lines)
    return CoverCard(title(care, cover), cover("preview"), body, buttons(care, cover))


def title(care: Aftercare, cover: Cover) -> CoverPhrase:
    match care.answer:
        case None:
            return cover("okay")
        case Answer.YES:
            return cover("care_good")
        case Answer.COMPANY:
            return cover("care_thanks")
        case Answer.NO:
            return cover("care_sorry")
        case _:
            assert_never(care.answer)


def pause_line(care: Aftercare, cover: Cover) -> list[CoverPhrase]:
    if care.asked_ready_at is not None:
        return []  # the newer card tells it
    return [pause(care, cover)]


def pause(care: Aftercare, cover: Cover) -> CoverPhrase:
    if care.break_until is not None:
        return cover("care_break", time=care.break_until)
    return cover("care_back" if care.ready_at else "care_over")


def company_lines(turn: Turn, care: Aftercare, cover: Cover) -> list[CoverPhrase]:
    """Nobody is said to come before they have said so themselves."""
    told = Joined(tuple(name_of(turn, ref) for ref in company.told_of(turn, care)))
    written = [cover("care_told", names=told)] if told.parts else []
    if care.company_by is not None:
        how = "care_phones" if company.by_phone(turn, care, care.company_by) else "care_comes"
        return [cover(how, name=name_of(turn, care.company_by))]
    if not care.company_wanted:
        return []
    if care.circle == Circle.IN_CHARGE:
        return [cover("care_nobody"), *(written or [cover("care_call_somebody")])]
    asking = [cover("care_asking_home" if care.at_home else "care_asking")]
    left = [cover("care_left", name=name_of(turn, care.company_left))] if care.company_left else []
    return [*left, *asking, *written]


def buttons(care: Aftercare, cover: Cover) -> tuple[CoverButton, ...]:
    company_key = "care_company_home" if care.at_home else "care_company"
    wish = CoverButton(cover(company_key), SayHow(care.call, Answer.COMPANY))
    if care.answer is None:
        yes = CoverButton(cover("yes"), SayHow(care.call, Answer.YES))
        no = CoverButton(cover("no"), SayHow(care.call, Answer.NO))
        return yes, wish, no
    rest = pause_buttons(care, cover) if care.asked_ready_at is None else ()
    return (*rest, wish) if care.answer is Answer.YES else rest


def pause_buttons(care: Aftercare, cover: Cover) -> tuple[CoverButton, ...]:
    if care.ready_at is not None:
        return ()
    ready = CoverButton(cover("care_ready"), Ready(care.call))
    longer = CoverButton(cover("care_longer"), RestOn(care.call, care.breaks))
    return (ready, longer) if care.more_breaks else (ready,)


def over(care: Aftercare, cover: Cover) -> CoverCard:
    """Asked once. What stands here later is edited in place and rings nobody."""
    if care.dropped_at is not None:
        return CoverCard(cover("care_waits"), cover("preview"))
    asks = care.break_until is None and care.ready_at is None
    line = cover("care_over_ready") if asks else pause(care, cover)
    return CoverCard(line, cover("preview"), (), pause_buttons(care, cover))
