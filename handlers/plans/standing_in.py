"""Standing in: a manager who was exposed may let the deputy take the reminders for a while."""

from bot.cards import Button, Card, Tone
from bot.effects import Effects, Lane, Show
from bot.features import May, Refused
from bot.turn import Turn
from bot.words import say
from handlers import leaflets, today
from handlers.colleagues import discreet, name_of
from handlers.plans.actions import SayStandIn
from handlers.plans.feature import follow_up
from handlers.plans.pieces import cover_for, preview
from storage.cases import Case, owned_by
from storage.nudges import StandIn, stand_ins
from storage.people import Person, known
from storage.recall import forget

DAYS = 2
LEAST_SEVERITY = 2

EXPOSED = May("exposed", lambda turn, did: turn.get(Case, did.case).exposed == turn.person.ref)


def offer(turn: Turn, case: Case) -> Effects:
    """Whoever owns other cases and has just been exposed is asked (J9)."""
    ref = case.exposed
    whose = known(turn.session, ref) if ref else None
    others = owned_by(turn.session, whose.ref) if whose else []
    if whose is None or not others or case.severity < LEAST_SEVERITY:
        return []
    by = [whose.deputy or "", *(other.deputy for other in others)]
    found = next((one for one in by if one and one != whose.ref), None)
    row = turn.find(StandIn, whose.ref)
    if found is None or (row is not None and (row.until is None or row.until > turn.now)):
        return []
    if row is None:
        row = turn.keep(StandIn(person=whose.ref, by=found, case=case.number))
    forget(turn.session, ("stand-in", whose.ref))
    row.by, row.case, row.until = found, case.number, None
    return shown(turn, row)


def again(turn: Turn, case: Case) -> Effects:
    """What whoever was exposed was asked; whoever stands in has a leaflet."""
    effects: Effects = []
    for row in stand_ins(turn.session, case.number):
        effects += shown(turn, row)
    return effects


def shown(turn: Turn, row: StandIn) -> Effects:
    ref, by = row.person, name_of(turn, row.by)
    if row.until is not None:
        card = Card(
            say("plans.stands_in", name=by, time=row.until), preview(turn, ref), tone=Tone.GOOD
        )
    else:
        yes = Button(say("plans.stand_in_yes"), SayStandIn(row.case, yes=True), Tone.GOOD)
        no = Button(say("plans.stand_in_no"), SayStandIn(row.case, yes=False))
        card = Card(say("plans.stand_in", name=by, count=DAYS), preview(turn, ref), (), (yes, no))
    seen = discreet(turn, ref, cover_for(turn, ref), card)
    return [Show(f"standin:{row.case}:{ref}", ref, seen, Lane.NUDGE)]


@follow_up.on(SayStandIn, may=EXPOSED)
def say_stand_in(turn: Turn, said: SayStandIn) -> Effects:
    row = turn.find(StandIn, turn.person.ref)
    if row is None or row.case != said.case:
        raise Refused(say("common.old_button"))
    if not said.yes:
        turn.session.delete(row)
        slot = f"standin:{row.case}:{row.person}"
        return leaflets.shown(turn, "plans.stand_in_kept", slot, row.person)
    row.until = row.until or turn.after(days=DAYS)
    forget(turn.session, ("stand-in", row.person))
    return [*shown(turn, row), *told(turn, row), *today.refresh(turn, [row.person, row.by])]


@leaflets.draws("plans.stand_in_kept")
def kept(turn: Turn, whose: Person, _: leaflets.About) -> Card:
    return Card(say("plans.stand_in_kept"), preview(turn, whose.ref), tone=Tone.QUIET)


def told(turn: Turn, row: StandIn) -> Effects:
    """Whoever stands in may have nothing else to do with the case."""
    slot, until = f"standin:{row.case}:{row.by}", row.until.isoformat() if row.until else ""
    return leaflets.shown(turn, "plans.stands_in", slot, row.by, {"of": row.person, "until": until})


@leaflets.draws("plans.stands_in")
def stands_in(turn: Turn, whose: Person, about: leaflets.About) -> Card:
    name, until = name_of(turn, about["of"]), turn.moment(about["until"])
    return Card(say("plans.you_stand_in", name=name, time=until), preview(turn, whose.ref))
