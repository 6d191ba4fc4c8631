"""The year's wheel of a place: its lists as entries of a calendar."""

from bot.staff import Site
from bot.turn import Content
from bot.wheel import Entry
from handlers.routines.lists import AGENCY, for_site


def entries(content: Content, site: str, language: str) -> list[Entry]:
    found = for_site(content, site).values()
    return [
        Entry(one.title.text(language), ", ".join(one.roles), one.when, one.before)
        for one in sorted(found, key=lambda one: (not one.when, one.title.text(language)))
    ]


def places(content: Content, language: str) -> dict[str, str]:
    """Every site and, last, the agency; each with its name."""
    sites = content.all(Site)
    agency = next((one.agency.text(language) for one in sites.values()), "")
    return {**{id: one.name.text(language) for id, one in sites.items()}, AGENCY: agency}
