"""The year's wheel of a place: its lists as entries of a calendar."""

from bot.staff import Site
from bot.turn import Content
from bot.wheel import Entry
from handlers.briefings.shape import ShiftBriefing, shape_of
from handlers.routines.lists import AGENCY, for_site


def entries(content: Content, site: str, language: str) -> list[Entry]:
    found = for_site(content, site).values()
    shift = [] if site == AGENCY else [briefing(shape_of(content), language)]
    return [
        *shift,
        *(
            Entry(one.title.text(language), ", ".join(one.roles), one.when, one.before)
            for one in sorted(found, key=lambda one: (not one.when, one.title.text(language)))
        ),
    ]


def briefing(one: ShiftBriefing, language: str) -> Entry:
    return Entry(one.title.text(language), "team_lead", one.when, one.before)


def places(content: Content, language: str) -> dict[str, str]:
    """Every site and, last, the agency; each with its name."""
    sites = content.all(Site)
    agency = next((one.agency.text(language) for one in sites.values()), "")
    return {**{id: one.name.text(language) for id, one in sites.items()}, AGENCY: agency}
