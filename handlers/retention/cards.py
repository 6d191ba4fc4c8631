"""What the archivist reads: the list, what was done of it, and what is on hold."""

from bot.cards import Block, Button, Card, Facts, Keys, Note, Text
from bot.effects import Effects, Lane
from bot.turn import Turn
from bot.words import Words, say
from handlers import leaflets
from handlers.colleagues import name_of
from handlers.retention.actions import Approve, AskHold, Drop, Lift
from handlers.retention.classes import RetentionClass, unconfirmed
from storage.people import Person
from storage.retention import (
    Became,
    RetentionRun,
    RunStatus,
    counts,
    holds,
    planned,
)

MOST_HOLDS = 8


def shown(turn: Turn, run: RetentionRun, whose: Person) -> Effects:
    """The card of a list, one message from the first look to the protocol."""
    slot = f"retention:{run.number}:{whose.ref}"
    return leaflets.shown(turn, "retention.run", slot, whose.ref, {"run": run.number}, Lane.ANSWER)


@leaflets.draws("retention.run")
def card(turn: Turn, _: Person, about: leaflets.About) -> Card:
    run = turn.get(RetentionRun, about["run"])
    return Card(
        say("retention.title", run=str(run.number)),
        say("retention.preview"),
        tuple(body(turn, run)),
        buttons(turn, run),
        more=tuple(on_hold(turn)),
    )


def body(turn: Turn, run: RetentionRun) -> list[Block]:
    listed = planned(turn.session, run.number)
    if not listed:
        return [Text(say("retention.nothing"))]
    lines: list[Block] = [Text(state(turn, run)), Facts(tuple(facts(turn, run, listed)))]
    open_periods = [code for code in unconfirmed(turn.content) if code in listed]
    if run.status is RunStatus.PLANNED and open_periods:
        lines.append(Note(say("retention.confirm", classes=", ".join(open_periods))))
    if run.status is RunStatus.DONE:
        lines.append(Note(say("retention.protocol", run=str(run.number), count=run.lines)))
    return lines


def facts(turn: Turn, run: RetentionRun, listed: dict[str, int]) -> list[tuple[Words, Words]]:
    classes, became = turn.content.all(RetentionClass), counts(turn.session, run.number)
    over = run.status is RunStatus.DONE
    return [
        (
            say("retention.class", code=code, name=classes[code].name),
            say("retention.done_of", gone=became.get((code, Became.ERASED, True), 0), count=many)
            if over
            else say("retention.count", count=many),
        )
        for code, many in listed.items()
        if code in classes
    ]


def state(turn: Turn, run: RetentionRun) -> Words:
    match run.status:
        case RunStatus.PLANNED:
            return say("retention.planned", time=run.planned_at)
        case RunStatus.APPROVED | RunStatus.RUNNING:
            return say("retention.running", name=name_of(turn, run.approved_by or ""))
        case RunStatus.DONE:
            return say("retention.done", time=run.finished_at)
        case RunStatus.DROPPED:
            return say("retention.dropped")


def buttons(turn: Turn, run: RetentionRun) -> tuple[Button, ...]:
    if run.status is not RunStatus.PLANNED or not planned(turn.session, run.number):
        return (Button(say("retention.hold"), AskHold()),)
    return (
        Button(say("retention.drop"), Drop(run.number)),
        Button(say("retention.approve"), Approve(run.number), hold=True),
        Button(say("retention.hold"), AskHold()),
    )


def on_hold(turn: Turn) -> list[Block]:
    """The cases that are kept whatever their age, each with its way out."""
    found = [one.row.partition(":")[2] for one in holds(turn.session)]
    if not found:
        return []
    keys = tuple(
        Button(say("retention.lift", case=number), Lift(int(number)))
        for number in found[:MOST_HOLDS]
        if number.isdecimal()
    )
    said: list[Block] = [Note(say("retention.on_hold", cases=", ".join(found[:50])))]
    return [*said, Keys(keys)] if keys else said
