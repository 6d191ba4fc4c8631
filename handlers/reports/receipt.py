"""The receipt: who takes care of it, when they get in touch, what may still be wanted."""

from bot.cards import Block, Button, Card, Tone
from bot.turn import Turn
from bot.words import Words, say
from handlers import plans
from handlers.colleagues import name_of
from handlers.reports.actions import Add, HowToKeep, Mine, Wish
from handlers.reports.screen import keys, lines, plain
from storage.cases import Case

CALLS_SOON = 2
"""From this severity on the manager gets in touch within half an hour."""

WISHES = ("talk", "handover")


def card(turn: Turn, case: Case) -> Card:
    """What whoever reported reads, at once and after each wish."""
    owner = name_of(turn, case.owner)
    line = say("reports.receipt", number=case.number, time=case.received_at, name=owner)
    body = (*lines(line), *wished(case, owner), *lines(say("reports.anything_more")))
    buttons = tuple(wish(case, one) for one in WISHES if one not in case.wishes)
    return plain(turn, title(turn, case), body, buttons, ways(case), Tone.GOOD)


def title(turn: Turn, case: Case) -> Words:
    """What is promised is what the plan of the severity asks for."""
    key = "saved_now" if case.severity >= CALLS_SOON else "saved_today"
    return say(
        f"reports.{key if case.severity else 'saved_risk'}",
        name=name_of(turn, plans.contact_by(turn, case)),
    )


def wished(case: Case, owner: str) -> tuple[Block, ...]:
    return lines(*(say(f"reports.wished_{one}", name=owner) for one in case.wishes))


def wish(case: Case, one: str) -> Button:
    return Button(say(f"reports.{one}"), Wish(case.number, "talk" if one == "talk" else "handover"))


def ways(case: Case) -> tuple[Block, ...]:
    return keys(
        Button(say("reports.write_line"), Add(case.number)),
        Button(say("reports.keep_evidence"), HowToKeep(case.number)),
        Button(say("reports.mine"), Mine()),
    )
