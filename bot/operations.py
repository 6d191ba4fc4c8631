"""Operations: is the bot alive, is it ready, and what does it count.

`/healthz` says that the process answers, `/readyz` that a press would be heard and carried, and
`/metrics` tells numbers in Prometheus' own form. None of them names a person or says a secret.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.actions import KNOWN
from bot.clock import Wall
from bot.events import Decision
from bot.features import Measure, Proving
from bot.keeping import Keeper
from bot.machine import Machine
from bot.replicas import Member
from bot.tally import Decided, State
from storage import deliveries, timers

STORE_SECONDS = 2.0
"""How long the store may take to answer before we are not ready."""
MOST_LAG, MOST_WAIT = 60.0, 30.0
"""Seconds that a timer may be late (T12), and that an alert may wait for its platform."""
BESIDE = frozenset({"audit"})
"""Proofs whose failing is no reason to take a bot away from those who press."""
CLOCKS_AGREE = 1.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Check:
    """What is `beside` is told, to the watchman outside too, but takes no bot away that can answer:
    a load balancer must let presses through."""

    name: str
    well: bool
    said: str
    beside: bool = False


class Operations:
    """An observer of the machine's decisions. `measures` are the features' own numbers, `proofs`
    what must hold for them; `mistakes` counts those of the content as it was read last."""

    def __init__(
        self,
        machine: Machine,
        measures: Iterable[Measure],
        proofs: Mapping[str, Proving] | None = None,
        mistakes: Callable[[], int] = lambda: 0,
    ) -> None:
        self.mistakes = mistakes
        self.machine, self.measures, self.proofs = machine, list(measures), {**(proofs or {})}
        self.counted = Decided()
        self.started = machine.now()
        self.keeper: Keeper | None = None
        self.member: Member | None = None
        machine.observers.append(self)

    def __call__(self, decision: Decision) -> None:
        untraced = self.machine.engine.untraced  # a number that goes up tells when it was done
        if decision.what in untraced:
            return
        what = decision.what if decision.what in KNOWN else "unknown"  # a client may make names up
        self.counted.outcomes[what, decision.outcome] += 1
        self.counted.took.add(decision.ms / 1000)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/healthz", self.healthz),
            web.get("/readyz", self.readyz),
            web.get("/metrics", self.metrics),
        ]

    def app(self) -> web.Application:
        """These pages alone, for a listener of their own."""
        app = web.Application()
        app.on_response_prepare.append(_plain_headers)
        app.add_routes(self.routes())
        return app

    async def healthz(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def readyz(self, _: web.Request) -> web.Response:
        checks = await self.check()
        ready = all(check.well or check.beside for check in checks)
        told = {check.name: check.said for check in checks}
        return web.json_response({"ready": ready, **told}, status=200 if ready else 503)

    async def metrics(self, _: web.Request) -> web.Response:
        from bot.metrics import CONTENT_TYPE, spelled  # only who asks for numbers needs its package

        tally, state = self.machine.courier.tally, await self.state()
        body = spelled(self.counted, tally, state, self.keeper.age if self.keeper else None)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    async def check(self) -> list[Check]:
        state = await self.state()
        if state is None:
            lost = Check("database", False, f"no answer within {STORE_SECONDS:.0f} s")
            return [lost, *self._copies()]
        return [
            Check("database", True, "answers"),
            Check("timers", state.timer_lag < MOST_LAG, f"{state.timer_lag:.1f} s late"),
            Check("alerts", state.alert_age < MOST_WAIT, f"oldest waits {state.alert_age:.1f} s"),
            Check("outbox", True, f"{state.waiting} wait, the oldest {state.outbox_age:.1f} s"),
            *(
                Check(name, why is None, why or "well", beside=name in BESIDE)
                for name, why in state.proofs.items()
            ),
            *self._platforms(),
            *self._clock(),
            self._content(),
            *self._copies(),
        ]

    def _content(self) -> Check:
        """Told, and no reason to take the bot away: the last whole pack is in use."""
        wrong = self.mistakes()
        told = f"mistakes: {wrong}; an older pack is in use" if wrong else "well"
        return Check("content", not wrong, told, beside=True)

    def _clock(self) -> Iterator[Check]:
        """Told, and no reason to take the bot away: a press is answered all the same."""
        told = [self.member.clock.trouble()] if self.member else []
        if isinstance(self.machine.now, Wall):
            ahead = self.machine.now.ahead.total_seconds()
            back = f"this machine's is {ahead:.0f} s behind the bot's: it was set back"
            told.append(back if ahead > CLOCKS_AGREE else "")
        if told:
            wrong = "; ".join(one for one in told if one)
            yield Check("clock", not wrong, wrong or "well", beside=True)

    def _copies(self) -> Iterator[Check]:
        if self.keeper:
            yield Check("backup", self.keeper.well, self.keeper.told(), beside=True)

    def _platforms(self) -> Iterator[Check]:
        """Each platform's last proof of life; one that shuts us out makes us not ready."""
        shut = {surface for surface, *_ in self.machine.courier.shut}
        for surface in self.machine.courier.surfaces:
            lived = self.machine.courier.tally.lived.get(surface)
            said = f"took a card {lived:%H:%M:%S} UTC" if lived else "no card yet"
            if surface in shut:
                said = f"does not let us in; {said}"
            yield Check(surface, surface not in shut, said)

    async def state(self) -> State | None:
        """How the store stands, or None when it does not answer in time."""
        try:
            async with asyncio.timeout(STORE_SECONDS):
                return await self.machine.writer.do(self._read)
        except Exception:
            return None

    def _read(self) -> State:
        now = self.machine.now()
        with self.machine.engine.sessions() as session:
            due = timers.nearest(session)
            count, oldest, alert = deliveries.backlog(session, self.machine.courier.surfaces)
            return State(
                timer_lag=_since(now, due),
                outbox_age=_since(now, oldest),
                alert_age=_since(now, alert),
                waiting=count,
                measures={one.name: one.read(session, now) for one in self.measures},
                proofs={name: prove(session, now) for name, prove in self.proofs.items()},
            )


def _since(now: datetime, at: datetime | None) -> float:
    return max(0.0, (now - at).total_seconds()) if at else 0.0


async def _plain_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
