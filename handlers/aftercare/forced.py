"""After a call whose presser may have been forced: colleagues are told, and the presser's screen
shows nothing of it (I17). So the question how they are is asked by a person, face to face."""

from bot.cards import Card, Tone
from bot.effects import Effects, Lane, Show
from bot.turn import Turn
from bot.words import Cover, say
from handlers.aftercare.colleagues import good
from handlers.colleagues import discreet, leading, name_of, once
from storage.help import HelpCall


def told(turn: Turn, call: HelpCall) -> Effects:
    """Whoever closed it, the owner, and those who lead the site; never the presser."""
    cover = Cover(call.site["cover"])
    title = say("aftercare.forced", name=name_of(turn, call.presser))
    card = Card(title, cover("responder_preview"), (good(),), tone=Tone.URGENT)
    near = [ref for ref in (call.closed_by, call.owner) if ref]
    refs = once(near, leading(turn, call.site["ref"], "team_lead", "manager"))
    return [
        Show(f"aftercare:{call.number}:forced:{ref}", ref, discreet(turn, ref, cover, card), lane)
        for ref in refs
        if ref != call.presser
        for lane in [Lane.ALERT if ref in near else Lane.ANSWER]
    ]
