"""The presser's screen: two cards in cover words, whatever happens.

One holds the sentences to say. The other tells how it stands, truthfully: no line speaks of help
before a person has taken the call.
"""

from bot.cards import CoverBlock, CoverButton, CoverCard, CoverKeys, CoverLine, CoverNote
from bot.effects import Effects, Lane, Show
from bot.turn import Turn
from bot.words import Cover, CoverPhrase
from handlers.help.actions import LEVELS, CallBack, FinishCall, Okay, Raise, Read, Signal
from handlers.help.board_texts import Sentence, SignalText
from handlers.help.forms import form_card
from handlers.help.names import person_name
from handlers.help.pressed_anew import closed_by_time, searching_line
from storage import help_lines, help_notices
from storage.help import HelpCall
from storage.help_life import Finish, Status
from storage.help_lines import HelpLine
from storage.people import known

RECENT = 4
"""Lines that fit above the buttons and can be read in a glance."""


def screen(turn: Turn, call: HelpCall) -> Effects:
    slot = f"help:{call.number}:presser"
    # The status is sent last, so that it stands lowest, where the eye and the thumb are.
    return [
        Show(f"{slot}:form", call.presser, form_card(turn, call), Lane.ALERT),
        Show(slot, call.presser, status_card(turn, call), Lane.ALERT),
    ]


def status_card(turn: Turn, call: HelpCall) -> CoverCard:
    cover = Cover(call.site["cover"])
    line = status_line(turn, call, cover)
    body = running(turn, call, cover) if call.open and call.finished_at is None else ()
    return CoverCard(line, cover("preview"), body, buttons(turn, call, cover))


def status_line(turn: Turn, call: HelpCall, cover: Cover) -> CoverPhrase:
    """How it stands, in one line; one line for every state (L06)."""
    if call.finished_at is not None:
        return finished_line(turn, call, cover)
    if call.revived_at is not None and call.open and call.owner is None:
        return searching_line(turn, call, cover)
    return plain_line(turn, call, cover)


def plain_line(turn: Turn, call: HelpCall, cover: Cover) -> CoverPhrase:
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
            return busy_line(turn, call, cover) or cover(
                call.ladder["rungs"][call.rung - 1]["cover"]
            )


def busy_line(turn: Turn, call: HelpCall, cover: Cover) -> CoverPhrase | None:
    """Everybody who could be asked is busy: said at once, with who is free when if one said so."""
    asked = [
        notice
        for notice in help_notices.notices(turn.session, call.number).values()
        if notice.declined_at is None
    ]
    if not asked or any(not notice.busy and notice.later_at is None for notice in asked):
        return None
    later = [notice for notice in asked if notice.later_at is not None]
    if not later:
        return cover("all_busy")
    first = min(later, key=lambda notice: notice.later_at or turn.now)
    return cover("all_busy_until", name=person_name(turn, first.person), time=first.later_at)


def finished_line(turn: Turn, call: HelpCall, cover: Cover) -> CoverPhrase:
    """After "done" and "wrong": the owner stays, or somebody is asked to look in.

    One line until the call is closed, whatever the ladder does: it is true all the while, and
    "wrong" and its forced twin can never be told apart, not even by their times (I17).
    """
    who = call.stays or call.owner
    if call.finished_as is Finish.DONE and who:
        stays = cover("well_done_owned", name=person_name(turn, who))
        return stays if call.open else cover("well_done")
    return cover("checking" if call.open else "closed")


def owned_line(turn: Turn, call: HelpCall, cover: Cover) -> CoverPhrase:
    owner = known(turn.session, call.owner or "")
    here = owner is not None and owner.site == call.site["ref"] and not call.at_home
    return cover("taken" if here else "taken_remote", name=person_name(turn, call.owner))


def running(turn: Turn, call: HelpCall, cover: Cover) -> tuple[CoverBlock, ...]:
    """What was said, the keys to say more, and a question when nothing was heard."""
    lines = help_lines.lines(turn.session, call.number)
    if call.owner is None and not lines:
        return ()
    last = lines[-1].number if lines else 0
    return (
        *asked_okay(call, cover),
        *more_people(turn, call, cover),
        *(CoverLine(line_words(turn, call, line, cover)) for line in lines[-RECENT:]),
        *relayed(call, cover),
        *board(turn, call, cover, last, unread(call, lines)),
    )


def relayed(call: HelpCall, cover: Cover) -> list[CoverBlock]:
    at = call.relayed_again_at or call.relayed_at
    return [CoverLine(cover("relayed", time=at))] if at else []


def asked_okay(call: HelpCall, cover: Cover) -> tuple[CoverBlock, ...]:
    """Nothing was touched since the press: the same call asks, never a new one (J3)."""
    if not call.quiet:
        return ()
    yes = CoverButton(cover("yes"), Okay(call.number, okay=True))
    no = CoverButton(cover("no"), Okay(call.number, okay=False))
    return CoverLine(cover("okay")), CoverKeys((yes, no))


def more_people(turn: Turn, call: HelpCall, cover: Cover) -> tuple[CoverBlock, ...]:
    """Who comes besides the owner, and honestly whether more are still being looked for."""
    given = help_notices.notices(turn.session, call.number)
    names = tuple(person_name(turn, ref) for ref, notice in given.items() if notice.joined_at)
    found = [CoverLine(cover("coming_too", name=name)) for name in names]
    if call.lacking and call.short_at is not None:
        found.append(CoverLine(cover("too_few", count=call.lacking)))
    elif call.lacking:
        found.append(CoverLine(cover("asking_more")))
    return tuple(found)


def line_words(turn: Turn, call: HelpCall, line: HelpLine, cover: Cover) -> CoverPhrase:
    if line.by != call.presser:
        sentence = turn.content.all(Sentence).get(line.code)
        said = cover(sentence.said) if sentence else cover("line_gone")
        return cover("line_from", name=person_name(turn, line.by), text=said)
    signal = turn.content.all(SignalText).get(line.code)
    said = cover(signal.said) if signal and (call.owner or line.seen_at) else cover("line_waits")
    return cover("line_seen" if line.seen_at else "line_sent", code=line.code, text=said)


def unread(call: HelpCall, lines: list[HelpLine]) -> bool:
    return any(line.by != call.presser and line.seen_at is None for line in lines)


def board(
    turn: Turn, call: HelpCall, cover: Cover, last: int, unread: bool
) -> tuple[CoverBlock, ...]:
    """Eight letters, the same in every language, and what they stand for in small print."""
    signals = turn.content.all(SignalText)
    keys = [CoverButton(cover("letter", code=id), Signal(call.number, id, last)) for id in signals]
    read = [CoverKeys((CoverButton(cover("read"), Read(call.number, last)),))] if unread else []
    return (*read, CoverKeys(tuple(keys)), *legend(turn, cover))


def legend(turn: Turn, cover: Cover) -> list[CoverNote]:
    """Two letters a line, so that all eight are read without scrolling."""
    found = [
        cover("legend", code=id, text=cover(text.legend))
        for id, text in turn.content.all(SignalText).items()
    ]
    pairs = [found[at : at + 2] for at in range(0, len(found), 2)]
    return [
        CoverNote(cover("two", one=pair[0], other=pair[1]) if len(pair) == 2 else pair[0])
        for pair in pairs
    ]


def buttons(turn: Turn, call: HelpCall, cover: Cover) -> tuple[CoverButton, ...]:
    if not call.open or call.finished_at is not None:
        return ()
    number = call.number
    higher = [level for level in LEVELS if level > call.level]
    return (
        *call_back(turn, call, cover),
        CoverButton(cover("done"), FinishCall(number, Finish.DONE)),
        *(raise_button(call, cover, level) for level in higher),
        CoverButton(cover("wrong"), FinishCall(number, Finish.WRONG)),
        CoverButton(cover("wrong_thanks"), FinishCall(number, Finish.FORCED)),
    )


def raise_button(call: HelpCall, cover: Cover, level: int) -> CoverButton:
    highest = level == LEVELS[-1]
    return CoverButton(cover(f"level_{level}"), Raise(call.number, level), hold=highest)


def call_back(turn: Turn, call: HelpCall, cover: Cover) -> tuple[CoverButton, ...]:
    over = call.status is Status.EXHAUSTED
    if call.revived_at is not None:
        over = call.owner is None and closed_by_time(turn, call)
    if not over or not call.pressed_ladder["exhausted"]["call_back"] or call.call_back_at:
        return ()
    return (CoverButton(cover("call_back"), CallBack(call.number)),)


def covered(call: HelpCall) -> CoverCard:
    """Another's call on the screen of somebody who is a presser now: nothing to read in it."""
    cover = Cover(call.site["cover"])
    return CoverCard(cover("responder_preview"), cover("responder_preview"))
