"""Forms that lie open in Slack, and what is written in them: kept in the store, key by key.

Slack gets a number; who closes a form, or whose line breaks, finds what they wrote next time. What
Slack says is made writable here, as it is for the engine.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypeVar

from sqlmodel import Session, select

from bot.effects import HOME
from bot.events import whole
from bot.machine import Machine
from bot.surfaces.slack.doors import Sheet
from bot.writer import InTurn
from storage import sheets
from storage.deliveries import Standing
from storage.sheets import Sheet as Kept

Result = TypeVar("Result")

KEPT = timedelta(days=14)
"""Whoever has not gone on by then writes anew; what they saw may have changed."""


class Sheets:
    def __init__(self, machine: Machine, surface: str) -> None:
        self.machine, self.surface = machine, surface
        self.writer = InTurn(machine.writer)

    async def lay(self, ref: str, wire_name: str, payload: str) -> Sheet:
        now, asked = self.machine.now(), whole(payload)
        return await self._do(
            lambda session: sheet(sheets.lay(session, ref, wire_name, asked, now))
        )

    async def sheet(self, ref: str, id: str) -> Sheet | None:
        def work(session: Session) -> Sheet | None:
            found = sheets.of(session, ref, whole(id))
            return sheet(found) if found else None

        return await self._do(work)

    async def keep(self, ref: str, id: str, inputs: Mapping[str, str]) -> None:
        """The last key must stay."""
        now = self.machine.now()
        written = {whole(name): whole(text) for name, text in inputs.items()}
        await self._do(lambda session: sheets.keep(session, ref, whole(id), written, now))

    async def clear(self, ref: str, id: str) -> None:
        await self._do(lambda session: sheets.clear(session, ref, whole(id)))

    async def forget(self) -> None:
        before = self.machine.now() - KEPT
        await self._do(lambda session: sheets.forget(session, before))

    async def blank(self, ref: str) -> None:
        """Slack has no page of this person any more (the app was installed anew): the next one is
        sent whole, whatever we believe to stand there."""

        def work(session: Session) -> None:
            where = Standing.slot == f"{HOME}{ref}", Standing.surface == self.surface
            for row in session.exec(select(Standing).where(*where)):
                session.delete(row)

        await self._do(work)

    async def _do(self, ask: Callable[[Session], Result]) -> Result:
        """One transaction."""

        def work() -> Result:
            with self.machine.engine.sessions() as session:
                found = ask(session)
                session.commit()
                return found

        return await self.writer.do(work)


def sheet(draft: Kept) -> Sheet:
    return Sheet(draft.id, draft.wire_name, draft.payload, draft.inputs)
