"""What those see who have a call: its owner, and who has come in addition."""

from dataclasses import replace

from bot.cards import Block, Button, Card, Keys, Note, Steps, Text, Tone
from bot.turn import Turn
from bot.words import Words, say
from handlers.guidance import Guidance, plain_today
from handlers.help.actions import (
    AllWell,
    Check,
    Leave,
    Merge,
    Need,
    Phoned,
    Read,
    Relayed,
    Release,
    SayLine,
    Take,
)
from handlers.help.board_texts import Sentence
from handlers.help.names import headline, person_name, presser_name
from handlers.help.pieces import button, card, finished_as, said_so_far, where
from handlers.help.script import script
from handlers.help.twins import twin_of
from storage import help_lines, help_notices
from storage.help import HelpCall
from storage.help_notices import HelpNotice
from storage.people import known


def owning(turn: Turn, call: HelpCall, notice: HelpNotice) -> Card:
    title = say("help.owning", headline=headline(turn, call))
    if call.finished_at is not None:
        return ended(turn, call, title)
    twin = twin_of(turn, call)
    body = (
        *asked(turn, call),
        *said_so_far(turn, call, notice.person),
        *relay_now(turn, call, notice.person),
        Text(what_now(turn, call)),
        *who_comes(turn, call),
        *(same_event(turn, call, twin) if twin else ()),
        where(call),
    )
    buttons = (*signs(turn, call), *well(call), met(turn, call), let_go(call))
    found = card(call, title, body, buttons, Tone.GOOD)
    ready = relay_ready(turn, call, notice.person)
    return replace(found, more=(*tools(turn, call), *ready, *reading(turn, call)))


def joined(turn: Turn, call: HelpCall, notice: HelpNotice) -> Card:
    """Somebody who came when more were wanted."""
    title = say("help.joined", headline=headline(turn, call))
    who = say("help.owned_by_short", name=person_name(turn, call.owner))
    body = (
        *changed(turn, call),
        *said_so_far(turn, call, notice.person),
        *relay_now(turn, call, notice.person),
        *((Note(who),) if call.owner else ()),
        where(call),
    )
    take = [button("take", Take(call.number), Tone.GOOD)] if call.owner is None else []
    buttons = (*take, *signs(turn, call), button("leave", Leave(call.number)))
    found = card(call, title, body, buttons, Tone.GOOD)
    ready = relay_ready(turn, call, notice.person)
    return replace(found, more=(sentences(turn, call), *ready, *reading(turn, call)))


def ended(turn: Turn, call: HelpCall, title: Words) -> Card:
    how, name = finished_as(call), presser_name(turn, call)
    words = say(f"help.ended.{how}", name=name, at=call.finished_at)
    safe = Button(say("help.safe"), Check(call.number), Tone.GOOD)
    if call.forced_at is None:
        return card(call, title, (Text(words), where(call)), (safe, let_go(call)))
    coming = [button("on_my_way", AllWell(call.number), Tone.GOOD)] if call.owner_asked_at else []
    buttons = (*coming, *signs(turn, call), safe, let_go(call))
    found = card(call, title, (Text(words), where(call)), buttons)
    return replace(found, more=relay_ready(turn, call, call.owner or ""))


def changed(turn: Turn, call: HelpCall) -> list[Block]:
    """What the presser has said since: that it is over, or that they may be forced."""
    name = presser_name(turn, call)
    if call.forced_at is not None:
        return [Text(say("help.look.forced", name=name))]
    if call.finished_at is None:
        return []
    return [Text(say(f"help.ended.{finished_as(call)}", name=name, at=call.finished_at))]


def asked(turn: Turn, call: HelpCall) -> list[Block]:
    """What must be answered first."""
    found: list[Block] = []
    name, number = presser_name(turn, call), call.site["callback"]
    if call.forced_at is not None:
        found.append(Text(say("help.look.forced", name=name)))
    if call.quiet:
        quiet = "help.quiet_home" if call.at_home else "help.quiet"
        found.append(Text(say(quiet, name=name, number=number)))
    if call.owner_asked_at is not None:
        found.append(Text(say("help.under_control")))
    return found


def who_comes(turn: Turn, call: HelpCall) -> list[Block]:
    """Who has come, and how many are still missing, told as it is."""
    given = help_notices.notices(turn.session, call.number)
    came = [ref for ref, notice in given.items() if notice.joined_at]
    found: list[Block] = [Text(say("help.more.comes", name=person_name(turn, ref))) for ref in came]
    if call.lacking and call.short_at is not None:
        found.append(Text(say("help.more.short", count=call.lacking)))
    elif call.lacking:
        found.append(Text(say("help.more.asked", count=call.lacking)))
    return found


def relay_now(turn: Turn, call: HelpCall, helper: str) -> tuple[Block, ...]:
    """The presser wants 112 to be called: what to say stands first, word by word."""
    if not call.relay_wanted:
        return ()
    return Text(say("help.relay.now")), Steps(script(turn, call, helper))


def relay_ready(turn: Turn, call: HelpCall, helper: str) -> tuple[Block, ...]:
    """The same below the buttons, for a helper who sees for themself that 112 is needed."""
    if call.relay_wanted or call.relayed_at is not None:
        return ()
    return Note(say("help.relay.ready")), Steps(script(turn, call, helper))


def signs(turn: Turn, call: HelpCall) -> list[Button]:
    """One tap to say "I have seen it", and one to log 112."""
    lines = help_lines.lines(turn.session, call.number)
    fresh = [line for line in lines if line.by == call.presser and line.seen_at is None]
    found = []
    if fresh:
        found.append(button("seen", Read(call.number, lines[-1].number), Tone.GOOD))
    if call.relayed_at is None or call.relay_wanted:
        last = lines[-1].number if lines else 0
        found.append(button("relayed", Relayed(call.number, last)))
    return found


def well(call: HelpCall) -> list[Button]:
    """The answer to what was asked."""
    number, found = call.number, []
    if call.at_home and call.phoned_at is None:
        found.append(button("phoned", Phoned(number), Tone.GOOD))
    elif call.quiet:
        found.append(button("have_seen", AllWell(number), Tone.GOOD))
    elif call.owner_asked_at is not None:
        found.append(button("all_well", AllWell(number), Tone.GOOD))
    if call.owner_asked_at is not None:
        found.append(button("need_more", Need(number, 1)))
    return found


def let_go(call: HelpCall) -> Button:
    return button("release", Release(call.number))


def met(turn: Turn, call: HelpCall) -> Button:
    key = "help.talked_safe" if call.at_home else "help.met_safe"
    return Button(say(key, name=presser_name(turn, call)), Check(call.number))


def what_now(turn: Turn, call: HelpCall) -> Words:
    """What the owner does: go there or listen in, or phone when one of the two is elsewhere."""
    owner = known(turn.session, call.owner or "")
    name, number = presser_name(turn, call), call.site["callback"]
    if call.at_home:
        return say("help.phone_home", name=name, number=number)
    if owner is not None and owner.site != call.site["ref"]:
        return say("help.phone_them", name=name, number=number)
    return say(f"help.now.{call.shown_level}", name=name)


def same_event(turn: Turn, call: HelpCall, twin: HelpCall) -> tuple[Block, ...]:
    yes, no = (Merge(call.number, twin.number, same) for same in (True, False))
    keys = Keys((button("same_yes", yes), button("same_no", no)))
    return Text(say("help.same_event", headline=headline(turn, twin))), keys


def tools(turn: Turn, call: HelpCall) -> tuple[Block, ...]:
    """Below the buttons: sentences to send, and more people to ask for."""
    people = Keys(tuple(button(f"more.{count}", Need(call.number, count)) for count in (1, 2, 3)))
    return sentences_title(turn, call), sentences(turn, call), Note(say("help.more.title")), people


def sentences_title(turn: Turn, call: HelpCall) -> Note:
    return Note(say("help.say_to", name=presser_name(turn, call)))


def sentences(turn: Turn, call: HelpCall) -> Keys:
    lines = help_lines.lines(turn.session, call.number)
    last = lines[-1].number if lines else 0
    texts = turn.content.all(Sentence)
    return Keys(
        tuple(Button(text.label, SayLine(call.number, id, last)) for id, text in texts.items())
    )


def reading(turn: Turn, call: HelpCall) -> tuple[Block, ...]:
    """The card that the presser is reading, by its real name, so that both read the same."""
    chosen = turn.content.all(Guidance).get(call.form or "")
    if chosen is None:
        return ()
    return (Note(say("help.reading", name=presser_name(turn, call))), *plain_today(turn, chosen))
