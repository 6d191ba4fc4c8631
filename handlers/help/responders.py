"""What colleagues see of a help call: plain words, the place, and one button that matters."""

from dataclasses import replace

from bot.cards import Block, Button, Card, CoverCard, Note, Text, Tone
from bot.effects import Effects, Lane, Show
from bot.turn import Turn
from bot.words import Words, say
from handlers.help import owner
from handlers.help.actions import AskLater, Check, Decline, Join, Take, TakeWith
from handlers.help.cover import covered
from handlers.help.names import headline, person_name, place_of, presser_name
from handlers.help.pieces import button, card, finished_as, preview, said_so_far, where
from handlers.help.rings import engaged, somebody_asked
from storage import help_calls as calls
from storage import help_notices
from storage.help import HelpCall
from storage.help_life import Status
from storage.help_notices import HelpNotice


def screen(turn: Turn, call: HelpCall) -> Effects:
    """Everybody's newest notice in full; the one before it points down to it."""
    effects: Effects = []
    pressing = calls.pressers(turn.session)
    busy = engaged(turn, call)
    for ref, notice in help_notices.notices(turn.session, call.number).items():
        here = covered(call) if ref in pressing else card_for(turn, call, notice, ref in busy)
        effects.append(show(call, notice, notice.number, here))
        if notice.number > 1:
            moved = Card(say("help.moved"), preview(call), tone=Tone.QUIET)
            before = show(call, notice, notice.number - 1, moved)
            effects.append(replace(before, only_an_edit=True))
    return effects


def again(turn: Turn, call: HelpCall, ref: str) -> Effects:
    """What one person was told of a call that is over, as it stands before them."""
    notice = help_notices.notice(turn.session, call.number, ref)
    if notice is None:
        return []
    here = covered(call) if ref in calls.pressers(turn.session) else closed(turn, call)
    return [replace(show(call, notice, notice.number, here), only_again=True)]


def show(call: HelpCall, notice: HelpNotice, number: int, card: Card | CoverCard) -> Show:
    slot = f"help:{call.number}:{notice.person}:{number}"
    return Show(slot, notice.person, card, Lane.ALERT)


def card_for(turn: Turn, call: HelpCall, notice: HelpNotice, busy: bool) -> Card:
    """`busy`: this person has another call, or helps in one."""
    match call.status:
        case Status.CLOSED:
            return closed(turn, call)
        case _ if notice.joined_at is not None and call.owner != notice.person:
            return owner.joined(turn, call, notice)
        case Status.OWNED if call.owner == notice.person:
            return owner.owning(turn, call, notice)
        case Status.OWNED:
            return beside(turn, call, notice, busy)
        case Status.RINGING | Status.EXHAUSTED if busy and somebody_asked(turn, call):
            return card(call, say("help.others_asked"), (Note(headline(turn, call)),))
        case Status.RINGING | Status.EXHAUSTED:
            return declined(turn, call, notice) if not notice.asked else ringing(turn, call, notice)


def ringing(turn: Turn, call: HelpCall, notice: HelpNotice) -> Card:
    if call.finished_at is not None and call.forced_at is None:
        look = say(f"help.look.{finished_as(call)}", name=presser_name(turn, call))
        buttons = (take(call, "look_in"), button("safe", Check(call.number)))
        return card(call, headline(turn, call), (Text(look), where(call)), buttons)
    lines = (*advice(turn, call), *said_so_far(turn, call, notice.person), where(call))
    ways = (take(call, "take"), *answers(call, notice))
    tone = Tone.PLAIN if notice.silent else Tone.URGENT
    return card(call, headline(turn, call), lines, ways, tone)


def answers(call: HelpCall, notice: HelpNotice) -> tuple[Button, ...]:
    """Who is busy may ask for two minutes; who is free may say that one person is too few."""
    no = button("decline", Decline(call.number))
    if notice.busy:
        return button("later", AskLater(call.number)), no
    return button("take_two", TakeWith(call.number, 1)), no


def advice(turn: Turn, call: HelpCall) -> list[Block]:
    name = presser_name(turn, call)
    lines: list[Block] = [Text(say(f"help.advice.{call.level}"))]
    if call.forced_at is not None:
        lines = [Text(say("help.look.forced", name=name))]
    elif call.at_home:
        lines = [Text(say("help.advice.home", name=name, number=call.site["callback"]))]
    if call.status is Status.EXHAUSTED:
        lines.append(Text(say("help.nobody_yet")))
    if call.call_back_at:
        lines.append(Text(say("help.wants_call_back", number=call.site["callback"])))
    return lines


def beside(turn: Turn, call: HelpCall, notice: HelpNotice, busy: bool) -> Card:
    """Somebody else owns it: stand by, come too if more are wanted, look in if all is quiet."""
    wanted = notice.wanted_at is not None and notice.asked and not busy
    if wanted and call.lacking and call.finished_at is None:
        more = Text(say("help.more.wanted", count=call.lacking, name=presser_name(turn, call)))
        buttons = (
            button("join", Join(call.number), Tone.GOOD),
            button("decline", Decline(call.number)),
        )
        warned = owner.changed(turn, call) if call.forced_at else []
        body = (*warned, more, where(call))
        return card(call, headline(turn, call), body, buttons, Tone.URGENT)
    lines: list[Block] = [Note(headline(turn, call))]
    if call.forced_at is not None:
        forced = say("help.look.forced", name=presser_name(turn, call))
        lines = [Text(forced), Note(headline(turn, call)), where(call)]
    if notice.wanted_at is not None and not call.lacking:
        lines.append(Note(say("help.enough")))
    if call.quiet and call.look_at is not None and notice.at >= call.look_at:
        lines = [Text(look_at(turn, call)), where(call)]
    title = say("help.owned_by", name=person_name(turn, call.owner))
    return card(call, title, tuple(lines))


def look_at(turn: Turn, call: HelpCall) -> Words:
    name = presser_name(turn, call)
    if call.at_home:
        return say("help.look_at_home", name=name, number=call.site["callback"])
    return say("help.look_at_place", name=name, place=place_of(call))


def declined(turn: Turn, call: HelpCall, notice: HelpNotice) -> Card:
    note = Note(headline(turn, call))
    title = say("help.declined")
    if notice.later_at is not None:
        title = say("help.asked_later", time=notice.later_at)
    return card(call, title, (note,), (take(call, "take_after_all"),))


def closed(turn: Turn, call: HelpCall) -> Card:
    how = finished_as(call) if call.finished_as else "met"
    words = say(f"help.closed.{how}", name=person_name(turn, call.closed_by), time=call.closed_at)
    return card(call, words, (Note(headline(turn, call)),))


def take(call: HelpCall, key: str) -> Button:
    return button(key, Take(call.number), Tone.GOOD)
