"""What Slack tells of people is kept: who left, who is quiet, who sits in a huddle, who reads what.

Only for the order in which people are asked, never to leave anybody out; what nobody told means
that they are free.
"""

from datetime import datetime, timedelta
from typing import assert_never

from bot.actions import Action, pack
from bot.courier import Trouble
from bot.events import Incoming
from bot.machine import Machine
from bot.manners import Manners
from bot.slack_people import SLACK, Known, SlackPeople
from bot.surfaces.slack.doors import Membership, Noticed, Presence, Removed
from bot.surfaces.slack.reasons import GONE_APP, LEFT
from bot.troubles import Troubles
from storage import availability
from storage.availability import State

HUDDLE = f"{SLACK}:huddle"
IN_HUDDLE = timedelta(hours=2)
"""A huddle whose end nobody tells is over by then."""

Quiet = tuple[datetime, datetime]


class SlackNews:
    def __init__(
        self, people: SlackPeople, machine: Machine, manners: Manners, troubles: Troubles
    ) -> None:
        self.people, self.machine = people, machine
        self.manners, self.troubles = manners, troubles
        self.quiet: dict[str, Quiet] = {}
        self.stated: dict[tuple[str, str], datetime] = {}

    async def begin(self) -> None:
        """What was stated before a restart still holds."""

        def work() -> dict[tuple[str, str], datetime]:
            with self.machine.engine.sessions() as session:
                rows = availability.now(session, self.machine.now())
                every = [row for found in rows.values() for row in found]
                return {(r.person, r.source): r.until for r in every if r.source in (SLACK, HUDDLE)}

        self.stated = await self.machine.writer.do(work)

    async def take(self, told: Noticed) -> None:
        """When this returns it is kept."""
        match told:
            case Presence():
                found = self.people.find(told.team, told.user)
                if found:
                    await self._of(found, told)
            case Removed():
                self.troubles(Trouble(SLACK, None, GONE_APP))
            case Membership():
                pass  # units come from the people table
            case _:
                assert_never(told)

    async def look(self) -> None:
        """Quiet times that have begun meanwhile."""
        for ref, (start, end) in list(self.quiet.items()):
            now = self.machine.now()
            await self._state(ref, SLACK, State.SNOOZED, end if start <= now < end else None)
            if now >= end and self.quiet.get(ref) == (start, end):  # another may have been told
                del self.quiet[ref]

    async def _of(self, who: Known, told: Presence) -> None:
        if told.deleted is not None:
            await self._account(who, told.deleted)
        if told.locale is not None:
            await self._locale(who, told.locale)
        if told.in_huddle is not None:
            until = self.machine.now() + IN_HUDDLE if told.in_huddle else None
            await self._state(who.ref, HUDDLE, State.BUSY, until)
        if told.snoozed is not None:
            self.quiet[who.ref] = told.snoozed
            await self.look()
        elif told.awake:
            self.quiet.pop(who.ref, None)
            await self._state(who.ref, SLACK, State.SNOOZED, None)

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
        """Only while they have chosen none themselves."""
        language = locale[:2]
        if who.chosen or language == who.language or language not in ("sv", "en"):
            return
        await self._do(who.ref, self.manners.speak(language))
        await self.people.refresh()

    async def _do(self, ref: str, action: Action) -> None:
        """In this person's name; the same once more changes nothing."""
        wire_name, payload = pack(action)
        told = Incoming(f"{SLACK}:{wire_name}:{payload}", ref, wire_name, payload)
        await self.machine.hear_for_good(told)

    async def _state(self, ref: str, source: str, state: State, until: datetime | None) -> None:
        """Say it until a time, or take it back; nothing is written that is said already."""
        if self.stated.get((ref, source)) == until:
            return

        def work() -> None:
            with self.machine.engine.sessions() as session:
                if until is None:
                    availability.end(session, ref, source)
                else:
                    availability.state(session, ref, source, state, until)
                session.commit()

        await self.machine.writer.do(work)
        if until is None:
            self.stated.pop((ref, source), None)
        else:
            self.stated[ref, source] = until
