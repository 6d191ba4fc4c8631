"""The script for 112: what a helper says, word by word, with all that the site knows."""

from bot.turn import Turn
from bot.words import Words, say
from handlers.guidance import Guidance
from handlers.help.names import both, person_name, place_of, presser_name
from storage.help import HelpCall


def script(turn: Turn, call: HelpCall, helper: str) -> tuple[Words, ...]:
    """What to say to 112, in the order in which they ask: what, where, which number."""
    site, name = call.site, presser_name(turn, call)
    where = say(
        "help.relay.where",
        address=site["address"],
        site=both(site["name"]),
        floor=both(site["floor"]),
        place=place_of(call),
    )
    return (
        say("help.relay.who", helper=person_name(turn, helper), agency=both(site["agency"])),
        say("help.relay.where_home", name=name) if call.at_home else where,
        say("help.relay.what", what=what(turn, call)),
        say("help.relay.number", number=site["callback"]),
        say("help.relay.other_line", name=name),
        say("help.relay.weapon"),
        say("help.relay.stay", time=call.started_at),
    )


def what(turn: Turn, call: HelpCall) -> Words:
    """The card that the presser reads tells what it is about; else the level does."""
    card = turn.content.all(Guidance).get(call.form or "")
    if card is not None and card.when == "call":
        return card.title
    return say(f"help.relay.level.{call.shown_level}")
