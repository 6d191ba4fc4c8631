"""After a call whose presser may have been forced: colleagues are told, and the presser's screen
shows nothing of it (I17). So the question how they are is asked by a person, face to face."""

from bot.cards import Card, Tone
from bot.effects import Effects, Lane
from bot.turn import Turn
from bot.words import Cover, say
from handlers import leaflets
from handlers.aftercare.colleagues import good
from handlers.colleagues import leading, name_of, once
from storage.help import HelpCall
from storage.people import Person


def told(turn: Turn, call: HelpCall) -> Effects:
    """Whoever closed it, the owner, and those who lead the site; never the presser."""
    near = [ref for ref in (call.closed_by, call.owner) if ref]
    refs = once(near, leading(turn, call.site["ref"], "team_lead", "manager"))
    effects: Effects = []
    for ref in refs:
        if ref != call.presser:
            slot = f"aftercare:{call.number}:forced:{ref}"
            lane = Lane.ALERT if ref in near else Lane.ANSWER
            effects += leaflets.shown(
                turn, "aftercare.forced", slot, ref, {"call": call.number}, lane
            )
    return effects


@leaflets.draws("aftercare.forced")
def card(turn: Turn, _: Person, about: leaflets.About) -> Card | None:
    call = turn.find(HelpCall, about["call"])
    if call is None:
        return None
    title = say("aftercare.forced", name=name_of(turn, call.presser))
    preview = Cover(call.site["cover"])("responder_preview")
    return Card(title, preview, (good(),), tone=Tone.URGENT)
