"""Who the users of Slack are: kept in memory, so that no press waits for a look-up."""

from dataclasses import dataclass
from time import monotonic

from bot.machine import Machine
from bot.surfaces.slack.reasons import LEFT
from bot.surfaces.slack.surface import split
from storage import unreached
from storage.people import Person, at_address, everybody

SLACK = "slack"

ASK_AGAIN = 5.0
"""Seconds in which somebody unknown is not looked up again, however often they press."""


@dataclass(frozen=True, slots=True)
class Known:
    ref: str
    address: str
    language: str
    chosen: bool


class SlackPeople:
    """`gone` are addresses of deactivated accounts: Slack takes messages to them in silence."""

    def __init__(self) -> None:
        self.known: dict[str, Known] = {}
        self.refs: dict[str, Known] = {}
        self.gone: set[str] = set()
        self.missed: dict[str, float] = {}

    async def begin(self, machine: Machine) -> None:
        self.machine = machine
        await self.refresh()

        def work() -> set[str]:
            with machine.engine.sessions() as session:
                return unreached.addresses(session, SLACK, LEFT)

        self.gone |= await machine.writer.do(work)

    async def refresh(self) -> None:
        """People have changed, or may have: read them all anew."""

        def work() -> list[Known]:
            with self.machine.engine.sessions() as session:
                return [known(one) for one in everybody(session) if SLACK in one.addresses]

        found = await self.machine.writer.do(work)
        self.known = {one.address: one for one in found}
        self.refs = {one.ref: one for one in found}
        self.missed.clear()

    def find(self, team: str, user: str) -> Known | None:
        return self.known.get(f"{team}/{user}") or self.known.get(user)

    async def person(self, team: str, user: str) -> str | None:
        """The ref of a user; whom we do not know may have been added just now."""
        found = self.find(team, user)
        if found is None and monotonic() >= self.missed.get(f"{team}/{user}", 0.0):
            found = await self._look_up(team, user)
        return found.ref if found else None

    def left(self, address: str) -> bool:
        return address in self.gone

    def language(self, address: str) -> str:
        """Of whom we write to at this address."""
        found = self.known.get(address) or self.find(*split(address))
        return found.language if found else "sv"

    async def _look_up(self, team: str, user: str) -> Known | None:
        def work() -> Known | None:
            with self.machine.engine.sessions() as session:
                found = at_address(session, SLACK, f"{team}/{user}", user)
                return known(found) if found else None

        found = await self.machine.writer.do(work)
        if found is None:
            self.missed[f"{team}/{user}"] = monotonic() + ASK_AGAIN
            return None
        self.known[found.address] = self.refs[found.ref] = found
        return found


def known(person: Person) -> Known:
    chosen = person.chosen_language is not None
    return Known(person.ref, person.addresses[SLACK], person.language, chosen)
