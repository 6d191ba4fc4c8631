"""The card of a triage: the next question, or what is to be done about the next duty."""

from collections.abc import Iterator, Sequence

from bot.cards import Block, Button, Card, Facts, Keys, Note, Text, Tone
from bot.staff import Site
from bot.turn import Turn
from bot.words import Words, say
from handlers.colleagues import name_of
from handlers.triage.actions import Change, Decide, Reply
from handlers.triage.rules import DutyText, in_order
from storage.cases import Case
from storage.triage import Did, Duty

Pair = tuple[DutyText, Duty]


def card(turn: Turn, case: Case, rows: Sequence[Duty]) -> Card:
    """One question at a time, then one decision at a time; what is settled stands above."""
    kept = {row.duty: row for row in rows}
    pairs = [(text, kept[text.id]) for text in in_order(turn.content) if text.id in kept]
    asked = next((pair for pair in pairs if pair[1].answer is None), None)
    open_ones = [pair for pair in pairs if pair[1].answer and pair[1].did is None]
    body: list[Block] = [Facts(known)] if (known := tuple(told(turn, pairs))) else []
    if asked:
        return whole(case, [*body, *question(case, *asked)], ())
    if open_ones:
        text, row = urgent_first(open_ones)[0]
        return whole(case, [*body, *advised(turn, case, text, row)], deciding(case, row))
    changes = tuple(Button(change(row), Change(case.number, row.duty)) for _, row in pairs)
    done = say("triage.done", case=str(case.number))
    return Card(done, say("triage.preview"), (*body, Keys(changes)), tone=Tone.GOOD)


def whole(case: Case, body: Sequence[Block], buttons: tuple[Button, ...]) -> Card:
    small = Note(say("triage.rule")), Note(say("triage.alone"))
    title = say("triage.title", case=str(case.number))
    return Card(title, say("triage.preview"), tuple(body), buttons, more=small)


def question(case: Case, text: DutyText, row: Duty) -> Iterator[Block]:
    yield Text(text.question)
    if {case.kind, *case.also} & {*text.likely}:
        yield Note(say("triage.likely"))
    number = case.number
    yield Keys(tuple(Button(o.label, Reply(number, row.duty, o.id)) for o in text.options))


def advised(turn: Turn, case: Case, text: DutyText, row: Duty) -> Iterator[Block]:
    yield Text(say(f"triage.advice.{row.advice}"))
    red = row.red_at <= turn.now
    yield Text(say("triage.red" if red else "triage.today", time=row.red_at))
    yield Note(text.note)
    yield Facts(((say("triage.where"), text.where),))
    yield Note(say("triage.copy"))
    yield Text(say("triage.head", day=case.happened_at, place=place_of(turn, case)))
    yield Text(text.text)


def deciding(case: Case, row: Duty) -> tuple[Button, ...]:
    buttons = (Button(say(f"triage.did.{did}"), Decide(case.number, row.duty, did)) for did in Did)
    return (*buttons, Button(change(row), Change(case.number, row.duty)))


def change(row: Duty) -> Words:
    return say("triage.change", place=say(f"triage.name.{row.duty}"))


def told(turn: Turn, pairs: Sequence[Pair]) -> Iterator[tuple[Words, Words]]:
    for _, row in pairs:
        if row.answer:
            yield say(f"triage.name.{row.duty}"), outcome(turn, row)


def outcome(turn: Turn, row: Duty) -> Words:
    if row.did is None or row.decided_at is None:
        return say(f"triage.advice.{row.advice}")
    what = say(f"triage.did.{row.did}")
    name = name_of(turn, row.decided_by)
    return say("triage.settled", what=what, name=name, time=row.decided_at)


def urgent_first(pairs: Sequence[Pair]) -> list[Pair]:
    order = ("now", "report", "likely", "ask")
    return sorted(pairs, key=lambda pair: (order.index(pair[1].advice or "ask"), pair[0].place))


def place_of(turn: Turn, case: Case) -> Words:
    site = turn.content.all(Site).get(case.site)
    return site.name if site else case.site
