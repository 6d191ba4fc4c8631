"""What those who stand by a visitor see: first the line, then the numbers, then what to press."""

from bot.actions import Action
from bot.cards import Block, Button, Card, CoverCard, Steps, Text, Tone
from bot.effects import Effects, Lane, Show
from bot.staff import Site, cover_of
from bot.turn import Turn
from bot.words import Both, Cover, Words, say
from handlers.colleagues import discreet, name_of
from handlers.visits.actions import CalledPolice, Decide, Met, NoAnswer, SeeTo, Talked
from handlers.visits.duty import decides
from handlers.visits.planning import facts
from handlers.visits.reach import LATE_SECONDS, without_signal
from storage.people import known
from storage.visit_life import Decision, Status
from storage.visit_told import told
from storage.visits import Kind, Visit

AID = ("place", "near", "centre")


def screen(turn: Turn, visit: Visit) -> Effects:
    effects: Effects = []
    lane = Lane.ALERT if visit.loud else Lane.ANSWER
    for ref, row in told(turn.session, visit.number).items():
        whose = known(turn.session, ref)
        if whose is None:
            continue
        cover = cover_of(turn.content, whose)
        effects.append(Show(slot(visit, ref, row.number), ref, seen(turn, visit, ref, cover), lane))
        if row.number > 1:
            moved = Card(say("visits.moved"), cover("responder_preview"), tone=Tone.QUIET)
            effects.append(
                Show(slot(visit, ref, row.number - 1), ref, moved, lane, only_an_edit=True)
            )
    return effects


def slot(visit: Visit, ref: str, number: int) -> str:
    return f"visit:{visit.number}:told:{ref}:{number}"


def seen(turn: Turn, visit: Visit, ref: str, cover: Cover) -> Card | CoverCard:
    script_first = visit.status is Status.FORCED
    said, plan = script(turn, visit, ref), more(turn, visit)
    rest = (*said, *plan) if script_first else (*plan, *said)
    body = (*(Text(line) for line in lines(turn, visit)), *rest)
    card = Card(
        title(turn, visit),
        cover("responder_preview"),
        body,
        buttons(turn, visit, ref),
        tone(visit),
    )
    return discreet(turn, ref, cover, card)


def tone(visit: Visit) -> Tone:
    if visit.loud:
        return Tone.URGENT
    return Tone.GOOD if visit.status in (Status.DONE, Status.CLOSED) else Tone.PLAIN


def title(turn: Turn, visit: Visit) -> Words:
    name = name_of(turn, visit.visitor)
    match visit.status:
        case Status.LATE:
            minutes = max(1, int((turn.now - visit.until).total_seconds() // 60))
            how = "quiet" if without_signal(turn, visit) else "silent"
            key = f"visits.late.{how}"
            both = say("visits.call_both" if visit.second else "visits.call_one")
            return say(key, name=name, count=minutes, call=both)
        case Status.CONTACT:
            return say(f"visits.contact.{visit.kind}", name=name)
        case Status.DECISION if visit.decision is None:
            return say("visits.decision", name=name)
        case Status.DONE | Status.SAID_DONE | Status.CLOSED:
            return ended(turn, visit, name)
        case _:
            return say(f"visits.title.{visit.status}.{visit.kind}", name=name, time=visit.until)


def ended(turn: Turn, visit: Visit, name: str) -> Words:
    """The visitor's own time, which may be earlier than the message."""
    if visit.status is Status.CLOSED:
        by, key = name_of(turn, visit.closed_by), "forced" if visit.forced_at else "talked"
        return say(f"visits.closed.{key}", name=name, by=by, time=visit.closed_at)
    key = "closed" if visit.late_at else "done"
    return say(f"visits.ended.{key}", name=name, time=visit.done_at)


def lines(turn: Turn, visit: Visit) -> list[Words]:
    """What has happened, in few words."""
    found: list[Words] = []
    name = name_of(turn, visit.visitor)
    if visit.arrived_at:
        found.append(say("visits.arrived", time=visit.arrived_at))
    if visit.done_at and visit.done_heard_at and came_late(visit) and not visit.forced_at:
        found.append(say("visits.came_late", time=visit.done_heard_at))
    if visit.taken_by:
        found.append(say("visits.sees_to_it", name=name_of(turn, visit.taken_by)))
    if visit.decision and visit.decided_at:
        by, key = name_of(turn, visit.decided_by), f"visits.decided.{visit.decision}"
        found.append(say(key, name=by, time=visit.decided_at))
    if visit.relayed_at:
        by = name_of(turn, visit.relayed_by)
        found.append(say("visits.relayed", name=by, time=visit.relayed_at))
    if visit.status is Status.SAID_DONE:
        found.append(say("visits.voice", name=name))
    if visit.learned and visit.place:
        found.append(say("visits.place_kept", place=visit.place))
    return found


def came_late(visit: Visit) -> bool:
    at, heard = visit.done_at, visit.done_heard_at
    return bool(at and heard and (heard - at).total_seconds() >= LATE_SECONDS)


def more(turn: Turn, visit: Visit) -> tuple[Block, ...]:
    """The plan, as long as anybody may need it; and what helps to decide."""
    if visit.status in (Status.DONE, Status.CLOSED):
        return ()
    aid = visit.status in (Status.CONTACT, Status.DECISION) and visit.kind is Kind.VISIT
    helps = (Steps(tuple(say(f"visits.aid.{line}") for line in AID)),) if aid else ()
    return (*helps, facts(turn, visit))


def script(turn: Turn, visit: Visit, ref: str) -> tuple[Block, ...]:
    """What to say to 112, where it may be needed now."""
    wanted = visit.status is Status.FORCED or visit.decision is Decision.POLICE
    if not wanted and visit.status is not Status.DECISION:
        return ()
    site = turn.content.all(Site).get(visit.site)
    if site is None:
        return ()
    agency: Both = site.agency
    said = (
        say("visits.script.who", helper=name_of(turn, ref), agency=agency),
        say("visits.script.what.forced" if visit.forced_at else "visits.script.what.silent"),
        say("visits.script.where"),
        say("visits.script.since", time=visit.arrived_at or visit.started_at or visit.planned_at),
        say("visits.script.number", number=site.callback),
    )
    return Text(say("visits.script.title")), Steps(said)


def buttons(turn: Turn, visit: Visit, ref: str) -> tuple[Button, ...]:
    number, deciding = visit.number, decides(turn, ref)
    talked = button("talked", Talked(number), Tone.GOOD)
    met, none = button("met", Met(number)), button("no_answer", NoAnswer(number, visit.status))
    police = button("police", CalledPolice(number), Tone.URGENT)
    mine = () if visit.taken_by else (button("see_to", SeeTo(number)),)
    match visit.status:
        case Status.LATE | Status.CONTACT:
            return talked, none
        case Status.DECISION if visit.decision is None and deciding:
            return (*(decision(visit, what) for what in Decision), talked)
        case Status.DECISION:
            return talked, met
        case Status.SUPPORT:
            return (*mine, talked, met, police)
        case Status.FORCED:
            return police, *mine, button("met_safe", Met(number))
        case Status.SAID_DONE:
            return talked, none
        case _:
            return ()


def decision(visit: Visit, what: Decision) -> Button:
    tone = Tone.URGENT if what is Decision.POLICE else Tone.PLAIN
    return button(f"decide.{what}", Decide(visit.number, what), tone)


def button(key: str, action: Action, tone: Tone = Tone.PLAIN) -> Button:
    return Button(say(f"visits.{key}"), action, tone)
