"""What colleagues see of a help call: plain words, the place, and one button that matters."""

from dataclasses import replace

from bot.actions import Action
from bot.cards import Block, Button, Card, CoverCard, Facts, Note, Text, Tone
from bot.effects import Effects, Lane, Show
from bot.turn import Turn
from bot.words import Both, Cover, Words, say
from handlers.guidance import Guidance, plain
from handlers.help_actions import LEVELS, AllWell, Check, Decline, Release, Take
from handlers.help_cover import covered, person_name
from storage import help as calls
from storage.help import Finish, HelpCall, HelpNotice, Status
from storage.people import Person


def screen(turn: Turn, call: HelpCall) -> Effects:
    """Everybody's newest notice in full; the one before it points down to it."""
    effects: Effects = []
    pressing = calls.pressers(turn.session)
    for ref, notice in calls.notices(turn.session, call.number).items():
        here = covered(call) if ref in pressing else card_for(turn, call, ref, notice)
        effects.append(show(call, notice, notice.number, here))
        if notice.number > 1:
            moved = Card(say("help.moved"), preview(call), tone=Tone.QUIET)
            effects.append(show(call, notice, notice.number - 1, moved))
    return effects


def show(call: HelpCall, notice: HelpNotice, number: int, card: Card | CoverCard) -> Show:
    slot = f"help:{call.number}:{notice.person}:{number}"
    return Show(slot, notice.person, card, Lane.ALERT)


def card_for(turn: Turn, call: HelpCall, ref: str, notice: HelpNotice) -> Card:
    match call.status:
        case Status.CLOSED:
            return closed(turn, call)
        case Status.OWNED if call.owner == ref:
            return owning(turn, call)
        case Status.OWNED:
            return standing_by(turn, call)
        case Status.RINGING | Status.EXHAUSTED:
            return declined(turn, call) if notice.declined_at else ringing(turn, call)


def ringing(turn: Turn, call: HelpCall) -> Card:
    if call.finished_at is not None and call.forced_at is None:
        look = say(f"help.look.{finished_as(call)}", name=presser(turn, call))
        buttons = (take(call, "look_in"), button("safe", Check(call.number)))
        return card(call, headline(turn, call), (Text(look), where(call)), buttons)
    lines: list[Block] = [Text(say(f"help.advice.{call.level}"))]
    if call.forced_at is not None:
        lines = [Text(say("help.look.forced", name=presser(turn, call)))]
    if call.status is Status.EXHAUSTED:
        lines.append(Text(say("help.nobody_yet")))
    if call.call_back_at:
        lines.append(Text(say("help.wants_call_back", number=call.site["callback"])))
    buttons = (take(call, "take"), Button(say("help.decline"), Decline(call.number)))
    return card(call, headline(turn, call), (*lines, where(call)), buttons, Tone.URGENT)


def owning(turn: Turn, call: HelpCall) -> Card:
    title = say("help.owning", headline=headline(turn, call))
    if call.finished_at is not None:
        ended = say(
            f"help.ended.{finished_as(call)}", name=presser(turn, call), at=call.finished_at
        )
        safe = Button(say("help.safe"), Check(call.number), Tone.GOOD)
        return card(call, title, (Text(ended), where(call)), (safe, let_go(call)))
    asked: list[Block] = [Text(say("help.under_control"))] if call.owner_asked_at else []
    if call.forced_at is not None:
        asked.insert(0, Text(say("help.look.forced", name=presser(turn, call))))
    body = (*asked, Text(what_now(turn, call)), where(call))
    well = [button("all_well", AllWell(call.number), Tone.GOOD)] if call.owner_asked_at else []
    met = Button(say("help.met_safe", name=presser(turn, call)), Check(call.number))
    shown = card(call, title, body, (*well, met, let_go(call)), Tone.GOOD)
    return replace(shown, more=reading(turn, call))


def standing_by(turn: Turn, call: HelpCall) -> Card:
    title = say("help.owned_by", name=person_name(turn, call.owner))
    return card(call, title, (Note(headline(turn, call)),))


def declined(turn: Turn, call: HelpCall) -> Card:
    note = Note(headline(turn, call))
    return card(call, say("help.declined"), (note,), (take(call, "take_after_all"),))


def closed(turn: Turn, call: HelpCall) -> Card:
    how = finished_as(call) if call.finished_as else "met"
    words = say(f"help.closed.{how}", name=person_name(turn, call.closed_by), time=call.closed_at)
    return card(call, words, (Note(headline(turn, call)),))


def card(
    call: HelpCall,
    title: Words,
    body: tuple[Block, ...],
    buttons: tuple[Button, ...] = (),
    tone: Tone = Tone.PLAIN,
) -> Card:
    return Card(title, preview(call), body, buttons, tone)


def preview(call: HelpCall) -> Words:
    """What a colleague's lock screen may show: a colleague may stand at a desk too."""
    return Cover(call.site["cover"])("responder_preview")


def headline(turn: Turn, call: HelpCall) -> Words:
    level = LEVELS[-1] if call.forced_at else call.level
    return say("help.headline", level=level, name=presser(turn, call), place=place(call))


def where(call: HelpCall) -> Facts:
    site = call.site
    return Facts(
        (
            (say("help.where"), say("help.seat", floor=both(site["floor"]), place=place(call))),
            (say("help.address"), say("help.at", site=both(site["name"]), address=site["address"])),
            (say("help.pressed_at"), say("help.to_the_second", time=call.started_at)),
        )
    )


def what_now(turn: Turn, call: HelpCall) -> Words:
    """What the owner does: go there or listen in, or phone when at another site."""
    owner = turn.session.get(Person, call.owner)
    if owner is not None and owner.site != call.site["ref"]:
        number = call.site["callback"]
        return say("help.phone_them", name=presser(turn, call), number=number)
    level = LEVELS[-1] if call.forced_at else call.level
    return say(f"help.now.{level}", name=presser(turn, call))


def reading(turn: Turn, call: HelpCall) -> tuple[Block, ...]:
    """The card that the presser is reading, by its real name, so that both read the same."""
    chosen = turn.content.all(Guidance).get(call.form or "")
    if chosen is None:
        return ()
    return (Note(say("help.reading", name=presser(turn, call))), *plain(chosen))


def take(call: HelpCall, key: str) -> Button:
    return button(key, Take(call.number), Tone.GOOD)


def let_go(call: HelpCall) -> Button:
    return button("release", Release(call.number))


def button(key: str, action: Action, tone: Tone = Tone.PLAIN) -> Button:
    return Button(say(f"help.{key}"), action, tone)


def finished_as(call: HelpCall) -> str:
    """How colleagues hear that it ended."""
    if call.forced_at is not None:
        return Finish.FORCED.value
    return (call.finished_as or Finish.DONE).value


def presser(turn: Turn, call: HelpCall) -> str:
    return person_name(turn, call.presser)


def place(call: HelpCall) -> Both:
    return both(call.place)


def both(text: dict[str, str]) -> Both:
    return Both(**text)
