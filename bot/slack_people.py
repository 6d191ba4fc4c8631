"""Who the users of Slack are: kept in memory, so that no press waits for a look-up."""

from collections import OrderedDict

from sqlmodel import Session

from bot.content import Pack, Shelf
from bot.platform_people import Known, PlatformPeople
from bot.slack_workspaces import Workspaces
from bot.staff import guests
from bot.surfaces.slack.doors import Presence, User
from bot.surfaces.slack.reasons import LEFT
from bot.surfaces.slack.surface import split
from bot.words import LANGUAGES
from storage import unreached
from storage.people import Person, at_address

SLACK = "slack"

STRANGERS = 20_000
"""As many as are remembered by name, where guests are let in."""


class SlackPeople(PlatformPeople):
    """`gone` are addresses of deactivated accounts: Slack takes messages to them in silence.

    `noted` are those of them that the store had when it was asked last.

    `called` is what Slack calls somebody who may come as a guest, and in which language.
    """

    surface = SLACK

    def __init__(self, shelf: Shelf, workspaces: Workspaces) -> None:
        super().__init__()
        self.shelf, self.workspaces = shelf, workspaces
        self.gone, self.noted = set[str](), set[str]()
        self.called: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self.machines: set[str] = set()

    async def refresh(self) -> None:
        """And who is gone: Slack may have told another bot on this store."""
        await super().refresh()

        def work() -> set[str]:
            with self.machine.engine.sessions() as session:
                return unreached.addresses(session, SLACK, LEFT)

        found = await self.machine.writer.do(work)
        back, self.noted = self.noted - found, found
        self.gone = (self.gone - back) | found

    def of(self, team: str) -> list[str]:
        """The users of a workspace among those we know."""
        holds = self.workspaces.holds
        return [user for place, user in map(split, self.known) if holds(team, place)]

    def find(self, user: User) -> Known | None:
        return next((self.known[one] for one in self.addresses(user) if one in self.known), None)

    def addresses(self, user: User) -> list[str]:
        """Where this user may be written down: with a workspace, with the organisation, or bare."""
        places = [place for place in (user.team, user.enterprise) if place]
        bare = [user.id] if self.workspaces.alone(user.team) else []
        return [*(f"{place}/{user.id}" for place in places), *bare]

    async def person(self, user: User) -> str | None:
        """The ref of a user; whom we do not know may have been added just now, or be a guest."""

        def ask(session: Session) -> Person | None:
            found = at_address(session, SLACK, *self.addresses(user))
            return found or self._as_guest(session, user)

        found = self.find(user) or await self.look_up(self._key(user), ask)
        return found.ref if found else None

    def note(self, told: Presence) -> None:
        """What a stranger is called, for as long as guests are let in; and who is no person."""
        if told.machine:
            self.machines.add(told.user)
        if guests.site_for_guests(self._pack) is None or told.name is None:
            return
        self.called[self._key(told.whom)] = told.name, (told.locale or "")[:2]
        while len(self.called) > STRANGERS:
            self.called.popitem(last=False)

    def left(self, address: str) -> bool:
        return address in self.gone

    def language(self, address: str) -> str:
        found = self.find(User(*split(address)))
        return super().language(found.address if found else address)

    def _as_guest(self, session: Session, user: User) -> Person | None:
        if user.id in self.machines:
            return None
        name, language = self.called.get(self._key(user), (user.name, ""))
        language = language if language in LANGUAGES else LANGUAGES[0]
        address = (self.addresses(user) or [user.id])[-1]
        return guests.welcome(session, self._pack, SLACK, address, name, language)

    @property
    def _pack(self) -> Pack:
        return self.shelf.current

    def _key(self, user: User) -> str:
        return f"{user.team or user.enterprise}/{user.id}"
