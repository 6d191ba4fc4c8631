"""Teams as a surface: cards posted and edited in our own conversation with a person.

An address is a person's object id in Entra. Whoever has never written is reached by a conversation
that we begin. A person's own page is one message there, edited in silence, and brought anew when
they ask for it: a bot has no other page that works without a browser.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from bot.cards import Card
from bot.pace import Pace
from bot.surfaces import CannotTell, MessageGone, SurfaceError, UnknownRefusal, Unreachable
from bot.surfaces.shapes import Json
from bot.surfaces.teams import fallback, limits
from bot.surfaces.teams.connector import Connector
from bot.surfaces.teams.doors import Book, Place
from bot.surfaces.teams.hands import Hands
from bot.surfaces.teams.parse import message_id
from bot.surfaces.teams.refusals import REMOVED, UNKNOWN, NoConversation, TooMuch

PACE = Pace(address=limits.CONVERSATION, surface=limits.ALL)


class TeamsSurface:
    """`door` and `tenant` serve those who never wrote; `instead` says, in the reader's language,
    how to answer where buttons are lost.
    """

    name = "teams"

    def __init__(
        self,
        connector: Connector,
        book: Book,
        app_id: str,
        tenant: str,
        door: str,
        instead: Callable[[str], Awaitable[str]],
        pace: Pace = PACE,
    ) -> None:
        self.connector, self.book, self.pace = connector, book, pace
        self.app_id, self.tenant, self.door, self.instead = app_id, tenant, door, instead
        self.hands = Hands()
        self.limited: dict[str, str] = {}

    async def post(self, address: str, card: Card, key: str) -> str:  # noqa: ARG002
        """Teams knows no key: a delivery whose answer is lost may stand twice."""
        place = await self._place(address)
        try:
            return await self._post(address, place, card)
        except NoConversation:
            place = await self._begin(address)
        try:
            return await self._post(address, place, card)
        except NoConversation:
            raise Unreachable(UNKNOWN) from None

    async def edit(self, address: str, message: str, card: Card, key: str) -> None:  # noqa: ARG002
        conversation, _, activity = message.rpartition("/")
        if not conversation:
            raise MessageGone(f"{message} is no message of Teams")
        door = (self.book.find(address) or Place("", self.door)).door

        async def send(said: Json) -> str:
            carried = "attachments" in said and await self._carried(message, said)
            if not carried:
                await self.connector.edit(door, conversation, activity, said)
            return message

        try:
            await self._say(address, card, send)
        except NoConversation as no:
            raise MessageGone(str(no)) from no

    async def home(self, address: str, card: Card) -> None:
        """Nobody is written to for the sake of a page that they never asked for."""
        place = self.book.find(address)
        if place is None or not place.here or not (place.page or place.page_asked):
            return
        if not place.page_asked and await self._turned(address, place.page, card):
            return
        page = await self.post(address, card, "")
        place = self.book.find(address) or place
        await self.book.keep(address, replace(place, page=page, page_asked=False))

    async def _turned(self, address: str, page: str, card: Card) -> bool:
        try:
            await self.edit(address, page, card, "")
            return True
        except MessageGone:
            return False

    async def say(self, address: str, said: Json) -> None:
        """A line or a form in our conversation with them: no delivery, and no record."""
        place = await self._place(address)
        await self.connector.post(place.door, place.conversation, said)

    async def _carried(self, message: str, said: Json) -> bool:
        return await self.hands.take(message, said["attachments"][0]["content"])

    async def _place(self, address: str) -> Place:
        place = self.book.find(address)
        if place is not None and not place.here:
            raise Unreachable(REMOVED)
        return place or await self._begin(address)

    async def _begin(self, address: str) -> Place:
        """First contact, or a conversation that is not there any more."""
        known = self.book.find(address)
        door = known.door if known else self.door
        said = {
            "bot": {"id": f"28:{self.app_id}"},
            "members": [{"id": address}],
            "isGroup": False,
            "tenantId": self.tenant,
            "channelData": {"tenant": {"id": self.tenant}},
        }
        try:
            conversation = await self.connector.begin(door, said)
        except (NoConversation, TooMuch) as no:
            raise Unreachable(UNKNOWN) from no
        except SurfaceError as later:
            raise self._meant_for(later, address) from None
        if not conversation:
            raise SurfaceError("Teams names no conversation", unsure=False)
        place = Place(conversation, door, page_asked=bool(known and known.page))
        await self.book.keep(address, place)
        return place

    async def _post(self, address: str, place: Place, card: Card) -> str:
        async def send(said: Json) -> str:
            activity = await self.connector.post(place.door, place.conversation, said)
            return message_id(place.conversation, activity)

        return await self._say(address, card, send)

    async def _say(self, address: str, card: Card, send: Callable[[Json], Awaitable[str]]) -> str:
        """Send the card as it is or, where Teams does not like it, more and more plainly."""
        no: Exception = TooMuch("nothing was tried")
        async for shown in fallback.messages(card, partial(self.instead, address)):
            try:
                message = await send(shown)
                self.limited.clear()
                return message
            except TooMuch as refused:
                no = refused
            except SurfaceError as later:
                raise self._meant_for(later, address) from None
        raise UnknownRefusal(f"Teams refuses every version of it: {no}", str(no))

    def _meant_for(self, no: SurfaceError, address: str) -> SurfaceError:
        """Teams does not say whom it limits: at first it is this conversation; when another one is
        limited too, it is all of us. And nobody can look up whether a lost post arrived.
        """
        if no.retry_after is None or no.whole:
            return CannotTell(str(no)) if no.unsure else no
        before = self.limited.setdefault("", address)
        return SurfaceError(str(no), no.retry_after, before != address, unsure=no.unsure)
