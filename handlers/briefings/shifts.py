"""Shifts: a quarter of an hour before one begins everybody on it has the briefing.

One workspace takes a few messages a second, so for many people it begins that much earlier; and in
small groups, so that an alert in between never waits.
"""

from bot.effects import Effects, Later
from bot.features import CLOCK
from bot.schedules import next_time
from bot.staff import RESPONDERS, Instant, Site
from bot.turn import Turn
from handlers.briefings import cards
from handlers.briefings.actions import LookAtShifts, SendBriefing, StartBriefings
from handlers.briefings.feature import briefings
from handlers.briefings.shape import shape_of
from handlers.routines.lists import place_of
from storage.briefings import Briefing, SiteLevel, SiteNote, briefed, help_calls_since
from storage.checklists import RoutineClock, last_done
from storage.people import Person, at_site, people, slots_around

GROUP = 20
A_SECOND = 4
"""So many people a second: under the pace of one workspace, which takes five (measured)."""

LOOK_SECONDS = 3600
LATE_SECONDS = 2 * 3600
"""A shift that began longer ago, while the bot was away, is not briefed any more."""

HOURS_BACK = 72
MOST_NAMED = 3
ALARM_TEST = "alarm-test"


@briefings.on(StartBriefings, may=CLOCK)
def start(turn: Turn, _: StartBriefings) -> Effects:
    return [
        Later(f"briefings:{site}", turn.now, LookAtShifts(site)) for site in turn.content.all(Site)
    ]


@briefings.on(LookAtShifts, may=CLOCK)
def look(turn: Turn, happened: LookAtShifts) -> Effects:
    """Whatever begins soon is briefed; then the clock comes back for the next one."""
    site = happened.site
    if site not in turn.content.all(Site):
        return []
    key = f"shift:{site}"
    clock = turn.find(RoutineClock, key)
    if clock is None:
        clock = turn.keep(RoutineClock(site=key, looked_at=turn.now))
    effects: Effects = []
    for at in shifts_from(turn, site, turn.after(seconds=-LATE_SECONDS)):
        due = begins_at(turn, site, at)
        if due <= turn.now and due >= turn.earlier(clock.looked_at, LATE_SECONDS):
            effects += brief(turn, site, at)
    clock.looked_at = turn.now
    return [*effects, Later(f"briefings:{site}", next_look(turn, site), LookAtShifts(site))]


def shifts_from(turn: Turn, site: str, since: Instant) -> list[Instant]:
    """The beginnings of the shifts of a day: by the roster, or else by the opening hours."""
    until = turn.after(days=1)
    slots = slots_around(turn.session, [site], since, until)
    begun = tuple(sorted({slot.starts for slot in slots if slot.starts >= since}))
    place, found = place_of(turn.content, site), list[Instant]()
    for line in shape_of(turn.content).when:
        at: Instant | None = since
        while at is not None and (at := next_time(line, place, at, begun)) and at < until:
            found.append(at)
    return sorted(set(found))


def begins_at(turn: Turn, site: str, shift_at: Instant) -> Instant:
    """When the first has it, so that the last has it in time."""
    many = len(named(turn, site, shift_at)) or len(at_site(turn.session, site))
    early = shape_of(turn.content).before + many / A_SECOND
    return turn.earlier(shift_at, early)


def next_look(turn: Turn, site: str) -> Instant:
    coming = (begins_at(turn, site, at) for at in shifts_from(turn, site, turn.now))
    return min([turn.after(seconds=LOOK_SECONDS), *(at for at in coming if at > turn.now)])


def on(turn: Turn, site: str, shift_at: Instant) -> list[Person]:
    """Who begins then by the roster, or everybody at the site where there is none."""
    rostered = named(turn, site, shift_at)
    found = people(turn.session, rostered) if rostered else at_site(turn.session, site)
    return [one for one in found if turn.reaches(one)]


def named(turn: Turn, site: str, shift_at: Instant) -> list[str]:
    """Whose roster begins then."""
    slots = slots_around(turn.session, [site], shift_at, turn.earlier(shift_at, -1))
    return [slot.person for slot in slots if slot.starts == shift_at]


def brief(turn: Turn, site: str, shift_at: Instant) -> Effects:
    """Once a shift."""
    here = on(turn, site, shift_at)
    if not here or briefed(turn.session, site, shift_at):
        return []
    leading = [one.ref for one in here if "team_lead" in one.roles]
    briefing = turn.keep(
        Briefing(
            site=site,
            shift_at=shift_at,
            written_at=turn.now,
            facts=facts(turn, site, here),
            people=[one.ref for one in here],
            leads=leading,
        )
    )
    return send(turn, SendBriefing(briefing.number))


def facts(turn: Turn, site: str, here: list[Person]) -> dict[str, object]:
    """What is true now; no name of anybody who was exposed to anything."""
    leading = [one.ref for one in here if "team_lead" in one.roles]
    helping = [one.ref for one in here if {*RESPONDERS} & {*one.roles} and one.ref not in leading]
    calls = help_calls_since(turn.session, site, turn.after(hours=-HOURS_BACK))
    found: dict[str, object] = {
        "people": len(here),
        "leads": leading[:MOST_NAMED],
        "helpers": helping[:MOST_NAMED],
        "calls": {str(level): many for level, many in calls.items()},
        "question": turn.day_number(place_of(turn.content, site).zone),
    }
    if tested := last_done(turn.session, ALARM_TEST, site):
        found["tested_at"] = tested.isoformat()
    note, level = turn.session.get(SiteNote, site), turn.session.get(SiteLevel, site)
    if note is not None and note.until > turn.now:
        found |= {"know": note.know, "alarm": note.alarm}
    if level is not None and level.holds(turn.now):
        found["level_until"] = level.until.isoformat()
    return found


@briefings.on(SendBriefing, may=CLOCK)
def send(turn: Turn, happened: SendBriefing) -> Effects:
    """The next few, and the clock again for those after them."""
    briefing = turn.get(Briefing, happened.briefing)
    batch = briefing.people[briefing.sent : briefing.sent + GROUP]
    effects: Effects = []
    for ref in batch:
        effects += cards.to_person(turn, briefing, ref)
    first = briefing.sent == 0
    briefing.sent += len(batch)
    effects += cards.count(turn, briefing) if first else []
    if briefing.sent < len(briefing.people):
        again = turn.after(seconds=GROUP / A_SECOND)
        effects.append(Later(f"briefing:{briefing.number}", again, happened))
    return effects
