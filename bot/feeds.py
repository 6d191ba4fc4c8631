"""Feeds: a person's own dates as an iCal feed, for those who live in their calendar.

The token in the address is the only key; whatever is wrong with it is answered alike, with 404.
No line of a log holds it.
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

from aiohttp import web

from bot.engine import Engine
from bot.machine import Machine
from bot.turn import Turn
from storage import calendars
from storage.people import person

PATH = "/calendar/{token}.ics"
LONGEST_TOKEN = 100
LASTS = timedelta(minutes=15)
FRESH = timedelta(hours=1)
"""How often a calendar is asked to look again."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow",
}

Dates = Iterable[tuple[str, datetime, str]]
"""The id, the time (aware UTC) and the title of each."""


def add(app: web.Application, machine: Machine) -> None:
    """Let a web application answer for calendars too."""
    app.router.add_get(PATH, answering(machine))


def answering(machine: Machine) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        token = request.match_info["token"]
        if len(token) > LONGEST_TOKEN:
            return nothing()
        now = machine.now()
        dates = await machine.writer.do(lambda: appointments(machine.engine, token, now))
        if dates is None:
            return nothing()
        body = written(dates, now)
        found = web.Response(body=body, headers=HEADERS, content_type="text/calendar")
        found.charset = "utf-8"
        return found

    return answer


def appointments(engine: Engine, token: str, now: datetime) -> Dates | None:
    """All that stands in the calendar that a token opens.

    None where no calendar has that token, or its person no longer works here.
    """
    with engine.sessions() as session:
        ref = calendars.whose(session, token)
        whose = person(session, ref) if ref else None
        if whose is None:
            return None
        pack = engine.shelf.current
        turn = Turn(whose, now, session, pack, engine.surfaces)
        words = pack.dictionaries[whose.language]
        appointing = [feature.appoint for feature in engine.features if feature.appoint]
        found = [one for appoint in appointing for one in appoint(turn)]
        session.rollback()
        return [(one.id, one.at, words.read(one.title, whose.zone)) for one in found]


def nothing() -> web.Response:
    return web.Response(status=404, text="There is nothing here.", headers=HEADERS)


def written(dates: Dates, now: datetime) -> bytes:
    """The feed as RFC 5545 wants it."""
    from icalendar import Calendar, Event  # slow to read, and seldom asked for

    calendar = Calendar()
    calendar.add("prodid", "-//Kollega//calendar//")
    calendar.add("version", "2.0")
    calendar.add("refresh-interval", FRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for id, at, title in dates:
        event = Event()
        event.add("uid", f"{id}@kollega")
        event.add("dtstamp", now)
        event.add("dtstart", at)
        event.add("dtend", at + LASTS)
        event.add("summary", title)
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    found: bytes = calendar.to_ical()
    return found
