"""Wishes: somebody wants to talk; the chosen one is asked at once, then others."""

from dataclasses import replace

from bot.cards import Button, Card, Note, Text, Tone
from bot.effects import Effects, Forget, Lane, Later, Show
from bot.features import CLOCK, Refused
from bot.turn import Turn
from bot.words import Words, say
from handlers.colleagues import discreet, name_of
from handlers.plans.pieces import cover_for, preview
from handlers.selfchecks.actions import CannotTalk, ChooseWhom, Phone, WaitOver
from handlers.selfchecks.feature import MINE, WISHED, self_checks, talkers
from storage import plain
from storage.cases import Case
from storage.people import people
from storage.selfchecks import SelfCheck, TalkWish, wish_of, wishes_after, wishes_to


@self_checks.on(ChooseWhom, may=MINE)
def choose_whom(turn: Turn, said: ChooseWhom) -> Effects:
    """The chosen one is asked at once, whatever the hour: the person asks, not the bot."""
    check = turn.get(SelfCheck, (said.case, turn.person.ref))
    wish = wish_of(turn.session, said.case, turn.person.ref)
    if wish is not None and wish.open:
        return wished(turn, wish)
    line = [one.ref for one in talkers(turn, turn.get(Case, said.case), turn.person.ref)]
    if said.person not in line:
        raise Refused(say("common.old_button"))
    others = [ref for ref in line if ref != said.person]
    wish = TalkWish(
        case=said.case,
        person=check.person,
        asked_at=turn.now,
        to=[],
        line=[said.person, *others],
    )
    wish.ask_next(turn.now)
    turn.keep(wish)
    return wished(turn, wish)


@self_checks.on(Phone, may=WISHED)
def phone(turn: Turn, said: Phone) -> Effects:
    wish = turn.get(TalkWish, said.wish)
    if wish.taken_by not in (None, turn.person.ref):
        raise Refused(say("selfchecks.first", name=name_of(turn, wish.taken_by)))
    wish.take(turn.person.ref, turn.now)
    return wished(turn, wish)


@self_checks.on(CannotTalk, may=WISHED)
def cannot_talk(turn: Turn, said: CannotTalk) -> Effects:
    """No reason is asked; the next one is, at once."""
    wish = turn.get(TalkWish, said.wish)
    if wish.open and turn.person.ref not in wish.declined:
        wish.decline(turn.person.ref)
        wish.ask_next(turn.now)
    return wished(turn, wish)


@self_checks.on(WaitOver, may=CLOCK)
def wait_over(turn: Turn, happened: WaitOver) -> Effects:
    wish = turn.get(TalkWish, happened.wish)
    if wish.open and wish.waits_until is not None and wish.waits_until <= turn.now:
        wish.ask_next(turn.now)
    return wished(turn, wish)


def wished(turn: Turn, wish: TalkWish) -> Effects:
    """What everybody sees of a wish to talk, and when the next one is asked."""
    key = f"wish:{wish.number}"
    again: Effects = [Forget(key)]
    if wish.waits_until is not None:
        again = [Later(key, wish.waits_until, WaitOver(wish.number))]
    return [*again, wisher(turn, wish), *(asked(turn, wish, ref) for ref in here(turn, wish))]


def again(turn: Turn, case: Case) -> Effects:
    """Every message of those who wanted to talk after a case."""
    wishes = wishes_after(turn.session, case.number)
    return [wisher(turn, one, number) for one in wishes for number in range(len(one.to) + 1)]


def asked_again(turn: Turn, ref: str) -> list[Show]:
    """Those whom they asked may know nothing else of the case."""
    wishes = wishes_to(turn.session, ref, turn.now - plain.FORTNIGHT)
    return [replace(asked(turn, wish, ref), only_again=True) for wish in wishes]


def here(turn: Turn, wish: TalkWish) -> list[str]:
    return [one.ref for one in people(turn.session, wish.to)]


def wisher(turn: Turn, wish: TalkWish, number: int | None = None) -> Show:
    """Nobody is said to phone before they have said so themselves. Each who is asked is news."""
    if number is None:
        number = len(wish.to) if wish.open else 0
    card = Card(wish_line(turn, wish), preview(turn, wish.person), (Note(say("selfchecks.acute")),))
    seen = discreet(turn, wish.person, cover_for(turn, wish.person), card)
    return Show(f"wish:{wish.number}:{wish.person}:{number}", wish.person, seen, Lane.ANSWER)


def wish_line(turn: Turn, wish: TalkWish) -> Words:
    if wish.taken_by is not None:
        return say("selfchecks.phones_you", name=name_of(turn, wish.taken_by))
    newest = name_of(turn, wish.to[-1])
    if len(wish.to) == 1:
        return say("selfchecks.asked", name=newest)
    if wish.waits_until is None:
        return say("selfchecks.nobody_yet")
    return say("selfchecks.asked_too", name=newest)


def asked(turn: Turn, wish: TalkWish, ref: str) -> Show:
    name, see = name_of(turn, wish.person), preview(turn, ref)
    if wish.taken_by == ref:
        card = Card(say("selfchecks.you_phone", name=name), see, tone=Tone.GOOD)
    elif wish.taken_by is not None:
        by = name_of(turn, wish.taken_by)
        card = Card(say("selfchecks.taken", by=by, name=name), see, tone=Tone.QUIET)
    else:
        buttons = [Button(say("selfchecks.i_phone"), Phone(wish.number), Tone.GOOD)]
        if ref not in wish.declined:
            buttons.append(Button(say("selfchecks.cannot"), CannotTalk(wish.number)))
        title = say(
            "selfchecks.declined" if ref in wish.declined else "selfchecks.wants", name=name
        )
        card = Card(title, see, (Text(say("selfchecks.listen")),), tuple(buttons))
    seen = discreet(turn, ref, cover_for(turn, ref), card)
    return Show(f"wish:{wish.number}:{ref}", ref, seen, Lane.ALERT)
