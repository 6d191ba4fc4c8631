"""The workspaces that the bot is in: whose token opens which, in memory, so that no press waits.

One workspace by a token in the settings is the simple way; others let the bot in over OAuth, and
lie sealed in the store. Tokens that die are exchanged early; what fails leaves the old one in use.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from sqlmodel import Session

from bot.machine import Machine
from bot.surfaces import ShutOut, SurfaceError, Unreachable
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.doors import Pass
from bot.surfaces.slack.introduction import Introduction
from bot.surfaces.slack.oauth import Client, Denied, Granted, exchange
from bot.surfaces.slack.reasons import NO_PLACE, NOT_LET_IN
from storage import installations
from storage.installations import Installation

log = logging.getLogger("kollega.slack")

Result = TypeVar("Result")

EARLY = timedelta(hours=2)
"""A token lives for twelve hours; there are so many left to try again in."""
STATE_LIVES = timedelta(minutes=10)
"""From "install" to Slack's answer."""


@dataclass
class Workspaces:
    """`own` is the token of the settings, for the one workspace (`introduction`) that it is of.

    `allowed` are the places ("T…", "E…") that may let us in over OAuth. `lost`: a token is dead;
    `fades`: one still lives, and Slack will not exchange it (those of `fading`).
    """

    own: str
    client: Client | None
    allowed: frozenset[str]
    lost: Callable[[], None] = lambda: None
    fades: Callable[[], None] = lambda: None
    introduction: Introduction | None = None
    places: dict[str, Installation] = field(default_factory=dict)
    locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    fading: set[str] = field(default_factory=set)

    def begin(self, machine: Machine, api: SlackApi) -> None:
        """Read before anything is sent: what waits in the outbox must find its token."""
        self.machine, self.api = machine, api
        with machine.engine.sessions() as session:
            self.places = {one.place: one for one in installations.every(session)}

    async def refresh(self) -> None:
        """Another process may have been let in, or have exchanged a token."""
        found = await self._do(installations.every)
        self.places = {one.place: one for one in found}

    # Whose token

    async def token(self, team: str) -> str:
        """For calls to a workspace ("" where an address names none).

        Raises ShutOut where it has not let us in, Unreachable where nobody can tell which it is.
        """
        place = self.place(team) or await self._let_in_elsewhere(team)
        if place is None:
            if self.own and self._is_own(team):
                return self.own
            if not team and self.places:  # which of them? The others are in order
                raise Unreachable(NO_PLACE)
            raise ShutOut(NOT_LET_IN, where=f"{team}/" if team else "")
        kept = self.places[place]
        if kept.ends_at is not None and kept.ends_at <= self.machine.now():
            await self.exchange(place)  # it is dead: nothing can be lost by waiting
        return self.places[place].token if place in self.places else kept.token

    async def authorize(self, team: str, enterprise: str = "") -> Pass | None:
        """Who asks. Never a call to Slack, and of the store only when a place that may let us in,
        or an organisation's workspace, is met for the first time."""
        found = self.places.get(team) or self.places.get(enterprise)
        if found is None and {team, enterprise} & self.allowed:
            await self.refresh()
            found = self.places.get(team) or self.places.get(enterprise)
        if found is None:
            return self._own_pass(team)
        if team and found.place != team and team not in found.teams:
            await self._meet(found.place, team)
        return Pass(found.token, found.bot_user, found.bot)

    async def _let_in_elsewhere(self, team: str) -> str | None:
        """Another bot on this store may have been let in since we looked."""
        if not team or self.client is None or (self.own and self._is_own(team)):
            return None
        await self.refresh()
        return self.place(team)

    def place(self, team: str) -> str | None:
        """Who let us into this workspace; without a name it is the only one there is."""
        if team in self.places:
            return team
        if not team and not self.own and len(self.places) == 1:
            return next(iter(self.places))
        return next((one.place for one in self.places.values() if team in one.teams), None)

    def alone(self, team: str) -> bool:
        """May an address leave out its workspace? Only that of the settings, or the only one."""
        if self.own:
            return self._is_own(team) and team not in self.places
        return len(self.places) <= 1

    def holds(self, team: str, place: str) -> bool:
        """Does an address with this place belong to the workspace? One without does to each that
        may leave it out, one with an organisation to all of its own."""
        return place in (team, self.place(team)) if place else self.alone(team)

    def teams(self) -> list[str]:
        """Every workspace by its name in an address; that of the settings is ""."""
        of_all = (team for one in self.places.values() for team in (one.teams or [one.place]))
        return [*([""] if self.own and self.introduction else []), *of_all]

    def _is_own(self, team: str) -> bool:
        """Until Slack has told which workspace it is, its signature is enough: a press cannot
        wait for that."""
        return not team or self.introduction is None or team == self.introduction.team

    def _own_pass(self, team: str) -> Pass | None:
        if not (self.own and self._is_own(team)):
            return None
        us = self.introduction
        return Pass(self.own, us.bot_user, us.bot) if us else Pass(self.own)

    # Being let in, and put out

    async def set_out(self, state: str) -> None:
        now = self.machine.now()
        until = now + STATE_LIVES
        await self._do(lambda session: installations.begin(session, mark(state), now, until))

    async def arrive(self, state: str) -> bool:
        now = self.machine.now()
        return await self._do(lambda session: installations.arrive(session, mark(state), now))

    async def let_in(self, by: Granted) -> bool:
        """When this returns it is kept; False for a place that nobody has allowed."""
        if by.place not in self.allowed:
            log.warning("Slack: %s is not in KOLLEGA_SLACK_WORKSPACES, nothing is kept", by.place)
            return False
        before = self.places.get(by.place)
        new = installation(by, before.teams if before else [], self.machine.now())
        await self._do(lambda session: installations.put(session, new))
        await self.refresh()
        return True

    async def put_out(self, place: str, at: datetime | None) -> bool:
        """Did we lose it? Not if it was lost before, or has let us in anew since then. That of the
        settings is told and stays: it may be a mistake."""
        if place not in self.places:
            return bool(self.own) and self._is_own(place)
        lost = await self._do(lambda session: installations.remove(session, place, at))
        await self.refresh()
        return lost

    async def meet(self, place: str, teams: Iterable[str]) -> None:
        for team in teams:
            await self._meet(place, team)

    async def _meet(self, place: str, team: str) -> None:
        await self._do(lambda session: installations.meet(session, place, team))
        await self.refresh()

    # Tokens that die

    async def look(self) -> None:
        """Exchange every token that has not long to live."""
        await self.refresh()
        soon = self.machine.now() + EARLY
        for place, one in list(self.places.items()):
            if one.ends_at is not None and one.ends_at <= soon:
                await self.exchange(place)

    async def exchange(self, place: str) -> None:
        """One at a time, in this process and among all of them; the old one stays if it fails."""
        async with self.locks.setdefault(place, asyncio.Lock()):
            kept, now = self.places.get(place), self.machine.now()
            if kept is None or kept.ends_at is None or kept.ends_at > now + EARLY:
                return  # somebody was faster
            old = kept.token
            claimed = await self._do(lambda session: claim(session, place, old, now))
            if claimed is not None:
                await self._exchange(place, claimed, kept.ends_at <= now)
            await self.refresh()

    async def _exchange(self, place: str, refresh: str, dead: bool) -> None:
        assert self.client is not None  # noqa: S101  (without it nobody was let in over OAuth)
        try:
            new = await exchange(self.api, self.client, refresh)
            if new.refresh is None or new.lasts is None:
                raise Denied("the new token would not rotate")
        except (SurfaceError, Denied) as no:
            log.warning("Slack: the token of %s is not exchanged yet: %s", place, no)
            await self._do(lambda session: installations.keep_old(session, place))
            self._tell(place, dead, isinstance(no, Denied))
            return
        self.fading.discard(place)
        token, again, lasts = new.token, new.refresh, new.lasts
        ends = self.machine.now() + timedelta(seconds=lasts)
        await self._do(lambda session: installations.renew(session, place, token, again, ends))

    def _tell(self, place: str, dead: bool, for_good: bool) -> None:
        """While there is time left, once: a no is no line that broke, and heals by nothing but a
        new installation."""
        if dead:
            self.lost()
        elif for_good and place not in self.fading:
            self.fading.add(place)
            self.fades()

    async def _do(self, ask: Callable[[Session], Result]) -> Result:
        """One transaction."""

        def work() -> Result:
            with self.machine.engine.sessions() as session:
                found = ask(session)
                session.commit()
                return found

        return await self.machine.writer.do(work)


def claim(session: Session, place: str, token: str, now: datetime) -> str | None:
    """The refresh token, if it is for us to use."""
    found = installations.claim(session, place, token, now)
    return found.refresh if found else None


def installation(by: Granted, teams: list[str], now: datetime) -> Installation:
    ends_at = None if by.lasts is None else now + timedelta(seconds=by.lasts)
    return Installation(
        place=by.place,
        name=by.name,
        bot_user=by.bot_user,
        bot="",
        teams=teams,
        token=by.token,
        refresh=by.refresh,
        ends_at=ends_at,
        installed_at=now,
    )


def mark(state: str) -> str:
    return sha256(state.encode()).hexdigest()
