"""Practice: several wrong presses in a week lead to one kind question, and never to blame.

Nobody is named, and it is asked once a week at most: a press too many is better than one too few.
"""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action
from bot.cards import Button, Card, Text, Tone
from bot.effects import Effects
from bot.features import Feature, Lasting, May, Refused
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import Words, say
from handlers import leaflets
from handlers.colleagues import leading, name_of
from storage.gaps import Practice, wrong_presses
from storage.help import HelpCall
from storage.people import Person

coaching = Feature("practice")
coaching.lasts(Lasting.ONE_A_SITE, Practice)

WEEK = 7
MANY = 3
"""So many wrong presses of one site in a week mean that practice would do good."""


@action("practice.answer")
class SayPractice(Action):
    """`number` is the question that it answers: a site may be asked again in another week."""

    site: str
    number: Annotated[int, Field(ge=1, le=2**31 - 1)]
    wanted: bool


LEADS = May(
    "team lead",
    lambda turn, said: turn.person.site == said.site and leads(turn.person.roles),
)


def leads(roles: list[str]) -> bool:
    return "team_lead" in roles or "manager" in roles


def practise(turn: Turn, call: HelpCall) -> Effects:
    """A call has closed as a wrong press."""
    site, since = call.site["ref"], turn.after(days=-WEEK)
    asked = turn.find(Practice, site)
    count = wrong_presses(turn.session, site, since)
    if count < MANY or (asked is not None and asked.asked_at > since):
        return []
    if asked is None:
        asked = turn.keep(Practice(site=site, count=count, asked_at=turn.now))
    else:
        asked.ask(count, turn.now)
    return shown(turn, asked)


@coaching.on(SayPractice, may=LEADS)
def say_practice(turn: Turn, said: SayPractice) -> Effects:
    """The first answer counts, and everybody who was asked sees it."""
    asked = turn.get(Practice, said.site)
    if asked.number != said.number:
        raise Refused(say("common.old_button"))
    if asked.said_by is not None and asked.said_by != turn.person.ref:
        raise Refused(answer(turn, asked))
    asked.wanted, asked.said_by = said.wanted, turn.person.ref
    return shown(turn, asked)


def shown(turn: Turn, asked: Practice) -> Effects:
    refs = leading(turn, asked.site, "team_lead") or leading(turn, asked.site, "manager")
    slot, site = f"practice:{asked.site}:{asked.number}", asked.site
    told = [leaflets.shown(turn, "practice", f"{slot}:{ref}", ref, {"site": site}) for ref in refs]
    return [one for shows in told for one in shows]


@leaflets.draws("practice")
def question(turn: Turn, whose: Person, about: leaflets.About) -> Card | None:
    """The newest question of the site: one that is older has nothing left to ask."""
    asked = turn.find(Practice, about["site"])
    if asked is None:
        return None
    few = asked.count == MANY
    title = say("practice.three") if few else say("practice.many", count=asked.count)
    preview = cover_of(turn.content, whose)("responder_preview")
    body = Text(say("practice.no_blame"))
    if asked.said_by is not None:
        return Card(title, preview, (Text(answer(turn, asked)),), tone=Tone.GOOD)
    yes, no = (
        SayPractice(asked.site, asked.number, True),
        SayPractice(asked.site, asked.number, False),
    )
    buttons = Button(say("practice.yes"), yes), Button(say("practice.no"), no)
    return Card(title, preview, (body,), buttons)


def answer(turn: Turn, asked: Practice) -> Words:
    key = "practice.will" if asked.wanted else "practice.not_now"
    return say(key, name=name_of(turn, asked.said_by))
