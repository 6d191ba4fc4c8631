"""What Slack tells of people is kept: who left, who is quiet, who sits in a huddle, who reads what.

Only for the order in which people are asked, never to leave anybody out; what nobody told means
that they are free.
"""

from datetime import UTC, datetime, timedelta
from typing import assert_never

from bot.actions import Action, pack
from bot.courier import Trouble
from bot.events import Incoming
from bot.machine import Machine
from bot.manners import Manners
from bot.platform_people import Known
from bot.slack_people import SLACK, SlackPeople
from bot.slack_units import SlackUnits
from bot.slack_workspaces import Workspaces
from bot.surfaces.slack.doors import Membership, Noticed, Presence, Removed
from bot.surfaces.slack.reasons import GONE_APP, LEFT, PLACE_GONE
from bot.troubles import Troubles
from bot.writer import InTurn
from storage import availability
from storage.availability import State

HUDDLE, SCREEN = f"{SLACK}:huddle", f"{SLACK}:screen"
SOURCES = SLACK, HUDDLE, SCREEN
IN_HUDDLE = timedelta(hours=2)
"""A huddle whose end nobody tells is over by then."""

AWAY = timedelta(minutes=30)
"""Whoever is not looked up again in this time counts as free."""

Quiet = tuple[datetime, datetime]
NEVER = datetime.min.replace(tzinfo=UTC)


class SlackNews:
    def __init__(
        self,
        people: SlackPeople,
        units: SlackUnits,
        workspaces: Workspaces,
        machine: Machine,
        manners: Manners,
        troubles: Troubles,
    ) -> None:
        self.people, self.machine = people, machine
        self.units, self.workspaces = units, workspaces
        self.manners, self.troubles = manners, troubles
        self.heard = 0
        self.newest: dict[str, int] = {}
        self.quiet: dict[str, Quiet] = {}
        self.stated: dict[tuple[str, str], datetime] = {}
        self.writer = InTurn(machine.writer)

    async def begin(self) -> None:
        """What was stated before a restart still holds."""

        def work() -> dict[tuple[str, str], datetime]:
            with self.machine.engine.sessions() as session:
                rows = availability.now(session, self.machine.now())
                every = [row for found in rows.values() for row in found]
                return {(r.person, r.source): r.until for r in every if r.source in SOURCES}

        self.stated = await self.machine.writer.do(work)

    async def take(self, told: Noticed, since: int | None = None) -> None:
        """When this returns it is kept. What a poll found (which began at `since`) is older than
        what was told of somebody meanwhile.
        """
        match told:
            case Presence():
                self.people.note(told)
                if found := self.people.find(told.whom):
                    await self._of_somebody(found, told, since)
            case Removed():
                await self._removed(told)
            case Membership():
                await self.units.take(told)
            case _:
                assert_never(told)

    async def look(self) -> None:
        """Quiet times that have begun meanwhile."""
        for ref in list(self.quiet):
            await self._quiet(ref)

    async def _quiet(self, ref: str) -> None:
        quiet = self.quiet.get(ref)
        if quiet is None:  # it was taken back while others were looked at
            return
        (start, end), now = quiet, self.machine.now()
        await self._state(ref, SLACK, State.SNOOZED, end if start <= now < end else None)
        if now >= end and self.quiet.get(ref) == quiet:  # another may have been told
            del self.quiet[ref]

    async def _removed(self, told: Removed) -> None:
        """Said of the place alone, as long as there is another one."""
        was_one = told.place in self.workspaces.places
        if await self.workspaces.put_out(told.place, told.at):
            left = was_one and self.workspaces.teams()
            self.troubles(Trouble(SLACK, None, PLACE_GONE if left else GONE_APP))

    async def _of_somebody(self, who: Known, told: Presence, since: int | None) -> None:
        if since is None:
            self.heard += 1
            self.newest[who.ref] = self.heard
        if since is None or self.newest.get(who.ref, 0) <= since:
            await self._of(who, told)

    async def _of(self, who: Known, told: Presence) -> None:
        if told.deleted is not None:
            await self._account(who, told.deleted)
        if told.locale is not None:
            await self._locale(who, told.locale)
        if told.in_huddle is not None:
            until = self.machine.now() + IN_HUDDLE if told.in_huddle else None
            await self._state(who.ref, HUDDLE, State.BUSY, until)
        if told.away is not None:
            await self._screen(who.ref, told.away)
        if told.snoozed is not None:
            self.quiet[who.ref] = told.snoozed
            await self._quiet(who.ref)
        elif told.awake:
            self.quiet.pop(who.ref, None)
            await self._state(who.ref, SLACK, State.SNOOZED, None)

    async def _screen(self, ref: str, away: bool) -> None:
        """Written once in a while, not at every look."""
        now, said = self.machine.now(), self.stated.get((ref, SCREEN), NEVER)
        if not away or said < now + AWAY / 2:
            await self._state(ref, SCREEN, State.AWAY, now + AWAY if away else None)

    async def _account(self, who: Known, deleted: bool) -> None:
        """Every call that asks for them asks the next one at once."""
        if deleted == (who.address in self.people.gone):
            return
        if deleted:
            self.people.gone.add(who.address)
            await self.troubles.note(SLACK, who.ref, LEFT)
            return
        self.people.gone.discard(who.address)
        await self.troubles.cause(SLACK, who.ref, self.manners.reached(SLACK, who.ref))

    async def _locale(self, who: Known, locale: str) -> None:
        """Only while they have chosen none themselves: then each change is followed."""
        language = locale[:2]
        if who.chosen or language == who.language or language not in ("sv", "en"):
            return
        await self._do(who.ref, self.manners.follow(language))
        await self.people.refresh()

    async def _do(self, ref: str, action: Action) -> None:
        """In this person's name. The mark names the time: what was so before may be so again."""
        wire_name, payload = pack(action)
        mark = f"{SLACK}:{wire_name}:{payload}:{self.machine.now().isoformat()}"
        told = Incoming(mark, ref, wire_name, payload)
        await self.machine.hear_for_good(told)

    async def _state(self, ref: str, source: str, state: State, until: datetime | None) -> None:
        """Say it until a time, or take it back; nothing is written that is said already.

        It counts as said before it is written: what is told during the write would otherwise be
        held against what was so before, and be lost. One is written after the other: on PostgreSQL
        several write at once, and the older word could be the last.
        """
        if self.stated.get((ref, source)) == until:
            return
        self._believe(ref, source, until)

        def work() -> None:
            with self.machine.engine.sessions() as session:
                if until is None:
                    availability.end(session, ref, source)
                else:
                    availability.state(session, ref, source, state, until)
                session.commit()

        try:
            await self.writer.do(work)
        except Exception:
            self._believe(ref, source, NEVER)  # so that the next word is written, whatever it is
            raise

    def _believe(self, ref: str, source: str, until: datetime | None) -> None:
        if until is None:
            self.stated.pop((ref, source), None)
        else:
            self.stated[ref, source] = until
