"""What the clock does: schedules that fall due, lists that are late, and what is new.

Each site has one timer of its own and remembers until when its schedules were looked at, so that
a stop of the bot loses no list and a repeat begins none twice.
"""

from bot.effects import Effects, Lane, Later, Show
from bot.features import CLOCK
from bot.schedules import next_time, times
from bot.staff import Instant, Site, cover_of
from bot.turn import Turn
from handlers.colleagues import discreet
from handlers.guidance import Guidance
from handlers.routines.actions import LookAtSite, RunDue, StartRoutines
from handlers.routines.feature import routines
from handlers.routines.lists import AGENCY, Checklist, deputies, for_site, lists, place_of, shifts
from handlers.routines.runs import begin_for, card, shown, triggered
from storage.checklists import (
    ChecklistAsked,
    ChecklistRun,
    RoutineClock,
    RoutineKnown,
    RunStatus,
    asked_of,
    known_of,
    ticks,
)
from storage.people import at_site, everybody

LOOK_SECONDS = 3600
"""At least so often each site is looked at: for what is new, and for a roster that changed."""

MOST_NEW = 10
"""More new people at once are an import, and not people who begin to work today."""

MISSED_SECONDS = 12 * 3600
"""What fell due longer ago, while the bot was away, is not begun any more."""


@routines.on(StartRoutines, may=CLOCK)
def start(turn: Turn, _: StartRoutines) -> Effects:
    sites = [AGENCY, *turn.content.all(Site)]
    return [Later(f"routines:{site}", turn.now, LookAtSite(site)) for site in sites]


@routines.on(LookAtSite, may=CLOCK)
def look(turn: Turn, happened: LookAtSite) -> Effects:
    site = happened.site
    if site != AGENCY and site not in turn.content.all(Site):
        return []
    clock = turn.find(RoutineClock, site)
    if clock is None:
        clock = turn.keep(RoutineClock(site=site, looked_at=turn.now))
    since = max(clock.looked_at, turn.after(seconds=-MISSED_SECONDS))
    clock.looked_at = turn.now
    effects: Effects = []
    for id, asked in for_site(turn.content, site).items():
        if fell_due(turn, asked, site, since):
            effects += begin_for(turn, id, site)
    effects += new_versions(turn) if site == AGENCY else newcomers(turn, site)
    return [*effects, Later(f"routines:{site}", next_look(turn, site), LookAtSite(site))]


def fell_due(turn: Turn, asked: Checklist, site: str, since: Instant) -> bool:
    """Since the last look; however often it would have, once is enough."""
    place, early = place_of(turn.content, site), turn.after(seconds=asked.before)
    started = shifts(turn, asked, site, early)
    begun = turn.earlier(since, -asked.before)
    found = (next_time(line, place, begun, started) for line in asked.when)
    return any(at is not None and at <= early for at in found)


def next_look(turn: Turn, site: str) -> Instant:
    nearest = turn.after(seconds=LOOK_SECONDS)
    place, soon = place_of(turn.content, site), turn.after(days=1)
    for asked in for_site(turn.content, site).values():
        started = shifts(turn, asked, site, soon)
        for line in asked.when:
            at = next(times(line, place, turn.after(seconds=asked.before), started), None)
            if at is not None:
                nearest = min(nearest, turn.earlier(at, asked.before))
    return nearest


def newcomers(turn: Turn, site: str) -> Effects:
    """Whoever is new since the last look; a whole staff that is read in at once is not."""
    first, known = is_first(turn, site), known_of(turn.session, "person")
    new = [one.ref for one in at_site(turn.session, site) if one.ref not in known]
    turn.session.add_all(RoutineKnown(kind="person", id=ref) for ref in new)
    turn.session.flush()
    if first or len(new) > MOST_NEW:
        return []
    return [effect for _ in new for effect in triggered(turn, "new_staff", site, [])]


def new_versions(turn: Turn) -> Effects:
    """Cards with a newer version than was known: everybody concerned has it to read."""
    is_first(turn, AGENCY)
    known, effects = known_of(turn.session, "card"), Effects()
    for id, one in turn.content.all(Guidance).items():
        if known.get(id) == one.version:
            continue
        turn.session.merge(RoutineKnown(kind="card", id=id, version=one.version))
        if id in known and known[id] < one.version:
            for site in sorted({person.site for person in everybody(turn.session)}):
                effects += triggered(turn, "new_version", site, [], one.title)
    turn.session.flush()
    return effects


def is_first(turn: Turn, site: str) -> bool:
    """The first look ever: whatever is there now was there before."""
    if turn.session.get(RoutineKnown, ("site", site)) is not None:
        return False
    turn.session.add(RoutineKnown(kind="site", id=site))
    return True


@routines.on(RunDue, may=CLOCK)
def run_due(turn: Turn, happened: RunDue) -> Effects:
    run = turn.get(ChecklistRun, happened.run)
    look_at = run.next_look()
    if look_at is None or look_at > turn.now:
        return shown(turn, run)
    if run.status is RunStatus.OPEN:
        run.fall_late()
        return [*to_deputies(turn, run), *shown(turn, run)]
    run.lapse()
    return shown(turn, run)


def to_deputies(turn: Turn, run: ChecklistRun) -> Effects:
    """What is late comes before the deputies too, in a message that rings at them."""
    asked = lists(turn.content).get(run.checklist)
    known = asked_of(turn.session, run.number)
    effects: Effects = []
    for one in deputies(turn, asked, run.site, known):
        turn.session.add(ChecklistAsked(run=run.number, person=one.ref, unit=one.unit, deputy=True))
        seen = card(turn, run, ticks(turn.session, run.number), deputy=True)
        shown_to = discreet(turn, one.ref, cover_of(turn.content, one), seen)
        effects.append(Show(f"checklist:{run.number}:{one.ref}", one.ref, shown_to, Lane.NUDGE))
    turn.session.flush()
    return effects
