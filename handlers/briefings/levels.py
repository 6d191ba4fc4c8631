"""Levels: those who lead a site may raise its level for a time; it ends by itself."""

from bot.cards import Card, Field, Form, Tone
from bot.effects import Effects, Forget, Later, Notice, Open
from bot.features import CLOCK, Refused
from bot.turn import Turn
from bot.words import Words, say
from handlers import leaflets
from handlers.briefings.actions import ChooseLevel, LevelOver, LowerLevel, RaiseLevel
from handlers.briefings.feature import LEADS, briefings
from handlers.colleagues import leading
from handlers.routines.runs import triggered
from storage.briefings import SiteLevel
from storage.people import Person

HOURS = ("8", "24", "72", "168")


@briefings.on(ChooseLevel, may=LEADS)
def choose(_: Turn, __: ChooseLevel) -> Effects:
    options: tuple[tuple[str, Words], ...] = tuple(
        (hours, say("briefings.hours", count=int(hours))) for hours in HOURS
    )
    field = Field("hours", say("briefings.how_long"), options)
    title, send = say("briefings.raise_level"), say("briefings.send")
    return [Open(Form(title, (field,), send, RaiseLevel()))]


@briefings.on(RaiseLevel, may=LEADS)
def raise_level(turn: Turn, _: RaiseLevel) -> Effects:
    """For the site of whoever raises it; said again it lasts from now."""
    hours, site = turn.inputs.get("hours", ""), turn.person.site
    if hours not in HOURS:
        raise Refused(say("common.old_button"))
    level = turn.find(SiteLevel, site)
    fresh = level is None or not level.holds(turn.now)
    until = turn.after(hours=int(hours))
    if level is None:
        me = turn.person.ref
        level = turn.keep(SiteLevel(site=site, since=turn.now, until=until, by=me))
    level.since, level.until, level.by = turn.now, until, turn.person.ref
    lists = triggered(turn, "raised", site, []) if fresh else []
    later = Later(f"level:{site}", until, LevelOver(site))
    return [*lists, *told(turn, level), later, Notice(say("briefings.raised", time=until))]


@briefings.on(LowerLevel, may=LEADS)
def lower(turn: Turn, _: LowerLevel) -> Effects:
    site = turn.person.site
    level = turn.find(SiteLevel, site)
    if level is None or not level.holds(turn.now):
        raise Refused(say("common.too_late"))
    level.until = turn.now
    return [*told(turn, level), Forget(f"level:{site}")]


@briefings.on(LevelOver, may=CLOCK)
def level_over(turn: Turn, happened: LevelOver) -> Effects:
    level = turn.get(SiteLevel, happened.site)
    if level.holds(turn.now):
        return [Later(f"level:{happened.site}", level.until, happened)]
    return told(turn, level)


def told(turn: Turn, level: SiteLevel) -> Effects:
    """Those who lead the site see how it stands, in one place."""
    effects: Effects = []
    for ref in leading(turn, level.site, "team_lead", "manager"):
        slot = f"level:{level.site}:{level.since.timestamp():.0f}:{ref}"
        effects += leaflets.shown(turn, "briefings.level", slot, ref, {"site": level.site})
    return effects


@leaflets.draws("briefings.level")
def how_it_stands(turn: Turn, _: Person, about: leaflets.About) -> Card | None:
    level = turn.find(SiteLevel, about["site"])
    if level is None:
        return None
    holds = level.holds(turn.now)
    words = say("briefings.raised" if holds else "briefings.level_over", time=level.until)
    return Card(words, say("briefings.preview"), tone=Tone.PLAIN if holds else Tone.QUIET)
