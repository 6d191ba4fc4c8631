"""What a shift reads: at most five lines, no names of anybody exposed, twenty seconds."""

from bot.cards import Button, Card, Steps, Text, Tone
from bot.effects import Effects, Lane, Show
from bot.staff import Site, cover_of
from bot.turn import Turn
from bot.words import Joined, Words, say
from handlers.briefings.actions import AloneToday, AskBriefing, ReadBriefing
from handlers.briefings.shape import shape_of
from handlers.colleagues import discreet, name_of
from storage.briefings import Briefing, receipt, receipts
from storage.people import known

MOST_LINES = 5

FEWEST = 5
"""Of fewer people a share would be about somebody (`spec/non-functional.md` 4.7)."""


def to_person(turn: Turn, briefing: Briefing, ref: str) -> Effects:
    whose = known(turn.session, ref)
    if whose is None:
        return []
    cover = cover_of(turn.content, whose)
    seen = discreet(turn, ref, cover, card(turn, briefing, ref))
    return [Show(f"briefing:{briefing.number}:{ref}", ref, seen, Lane.BULK)]


def card(turn: Turn, briefing: Briefing, ref: str) -> Card:
    site = turn.content.all(Site).get(briefing.site)
    level = "raised" if "level_until" in briefing.facts else "normal"
    place: Words = site.name if site else briefing.site
    title = say(f"briefings.title.{level}", time=briefing.shift_at, site=place)
    mine = receipt(turn.session, briefing.number, ref)
    body = (Steps(tuple(lines(turn, briefing)[:MOST_LINES])),)
    preview = say("briefings.preview")
    if mine is not None:
        told = Text(say("briefings.alone_said" if mine.alone_at else "briefings.thanks"))
        ask = (Button(say("briefings.ask"), AskBriefing(briefing.number)),)
        return Card(title, preview, (*body, told), ask, Tone.GOOD)
    buttons = (
        Button(say("briefings.read"), ReadBriefing(briefing.number), Tone.GOOD),
        Button(say("briefings.ask"), AskBriefing(briefing.number)),
        Button(say("briefings.alone"), AloneToday(briefing.number)),
    )
    return Card(title, preview, body, buttons, Tone.URGENT if level == "raised" else Tone.PLAIN)


def lines(turn: Turn, briefing: Briefing) -> list[Words]:
    """A raised level comes first, and then the day's question waits for another day."""
    facts = briefing.facts
    found: list[Words] = []
    if "level_until" in facts:
        found.append(say("briefings.raised", time=turn.moment(facts["level_until"])))
    found += [staffing(turn, facts), known_today(facts), events(facts), alarm(turn, facts)]
    questions = shape_of(turn.content).questions
    asked = questions[int(facts["question"]) % len(questions)]
    return [*found, say("briefings.question", question=asked)]


def staffing(turn: Turn, facts: dict[str, object]) -> Words:
    lead, helpers = (named(turn, facts[key]) for key in ("leads", "helpers"))
    return say("briefings.staffing", count=facts["people"], lead=lead, helpers=helpers)


def named(turn: Turn, refs: object) -> Words:
    names = tuple(name_of(turn, ref) for ref in refs) if isinstance(refs, list) else ()
    return Joined(names) if names else "–"


def known_today(facts: dict[str, object]) -> Words:
    know = facts.get("know")
    return say("briefings.know", text=know) if know else say("briefings.know_nothing")


def events(facts: dict[str, object]) -> Words:
    calls = facts["calls"] if isinstance(facts["calls"], dict) else {}
    counted = tuple(
        say(f"briefings.level.{level}", count=int(many)) for level, many in calls.items()
    )
    return say("briefings.events", events=Joined(counted)) if counted else say("briefings.calm")


def alarm(turn: Turn, facts: dict[str, object]) -> Words:
    note, tested = facts.get("alarm"), facts.get("tested_at")
    if note:
        return say("briefings.alarm_note", text=note)
    if tested:
        return say("briefings.tested", time=turn.moment(str(tested)))
    return say("briefings.not_tested")


def count(turn: Turn, briefing: Briefing) -> Effects:
    """How many have read it: a number for whoever leads, and nobody's name."""
    read, of = receipts(turn.session, briefing.number), len(briefing.people)
    if of >= FEWEST:
        words = say("briefings.count", read=read, of=of, share=round(100 * read / of))
    else:
        words = say("briefings.all_read" if read >= of else "briefings.not_all_read")
    effects: Effects = []
    for ref in briefing.leads:
        whose = known(turn.session, ref)
        if whose is not None:
            told = Card(words, say("briefings.preview"), tone=Tone.QUIET)
            seen = discreet(turn, ref, cover_of(turn.content, whose), told)
            effects.append(Show(f"briefing:{briefing.number}:count:{ref}", ref, seen, Lane.BULK))
    return effects
