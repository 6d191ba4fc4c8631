"""Twins: the forced finish and the wrong one, in two copies of one store (I17).

Before either is pressed in a simulated run, both are played on copies: what the presser is told,
and every card they are sent in the two minutes after, must be the same to the letter.
"""

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.engine import Engine
from bot.events import Incoming
from storage.database import sessions
from storage.sealed import PLACE, give
from tests.databases import copy_of, thrown_away

if TYPE_CHECKING:
    from tests.simulation import Simulation

HOW = ("wrong", "forced")
WATCHED = timedelta(minutes=2)


def same_to_the_eye(run: "Simulation", heard: Incoming) -> int | None:
    """Plays both before one of them is pressed. The draft's number of what is sent namelessly."""
    said = json.loads(heard.payload)
    if heard.wire_name == "reports.send_nameless":
        return int(said["draft"])
    if heard.wire_name == "help.finish" and said.get("how") in HOW:
        wrong, forced = (seen(run, heard, {**said, "how": how}) for how in HOW)
        assert wrong == forced, f"a forced finish looks otherwise: {wrong} {forced}"
    return None


def seen(run: "Simulation", heard: Incoming, said: dict[str, object]) -> list[object]:
    """What the presser is told and sent, in a copy of the store."""
    copy = copy_of(run.stage.database)
    give(copy, getattr(run.stage.database.dialect, PLACE))
    known = run.stage.machine.engine
    engine = Engine(sessions(copy), known.features, known.shelf, known.surfaces)
    now, values = run.stage.loop.now(), json.dumps(said, separators=(",", ":"))
    told = engine.receive(Incoming("twin", heard.person, heard.wire_name, values), now)
    found: list[object] = [told.answer]
    found += [(one.slot, one.card) for one in told.parcels if one.person == heard.person]
    while (due := engine.next_due()) is not None and due <= now + WATCHED:
        fired = engine.fire(due)
        mine = fired.parcels if fired else ()
        found += [(due, one.slot, one.card) for one in mine if one.person == heard.person]
    thrown_away(copy)
    return found
