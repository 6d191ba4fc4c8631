"""Slack as a surface: cards posted, edited in place, and shown as a person's own page.

An address is a Slack user ("U…") or conversation ("C…"), with its workspace before it where there
are several ("T…/U…"). The alert path reads nothing: a post goes straight to the user.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import sha256

from bot.cards import Card
from bot.pace import Pace
from bot.surfaces import MessageGone, ShutOut, SurfaceError, UnknownRefusal, Unreachable
from bot.surfaces.slack import fallback, limits
from bot.surfaces.slack.api import Json, SlackApi
from bot.surfaces.slack.refusals import TooMuch

EVENT = "kollega_delivery"
"""The event_type of our messages' metadata."""
STEPS = 3
"""Of the event loop, which an acknowledgement may be ahead."""

PACE = Pace(
    address=limits.POSTS,
    surface=limits.ALL_POSTS,
    kinds={"edit": limits.EDITS, "home": limits.HOMES},
)


class SlackSurface:
    """`instead` says, in the reader's language, how to answer where buttons are lost; `left`
    knows who is deactivated: Slack itself takes messages to them as if nothing were wrong.
    """

    name = "slack"

    def __init__(
        self,
        api: SlackApi,
        instead: Callable[[str], Awaitable[str]],
        left: Callable[[str], bool] = lambda _: False,
        pace: Pace = PACE,
    ) -> None:
        self.api, self.instead, self.left, self.pace = api, instead, left, pace
        self.conversations: dict[str, str] = {}
        self.limited: dict[str, str] = {}

    async def post(self, address: str, card: Card, key: str) -> str:
        _, to = split(address)
        self._ask_whether_here(address)
        await acknowledgements_first()
        said = {"channel": to, "metadata": metadata(key), **QUIET}
        answer = await self._say("post", "chat.postMessage", address, card, said)
        self.conversations[address] = str(answer["channel"])
        return f"{answer['channel']}:{answer['ts']}"

    async def edit(self, address: str, message: str, card: Card, key: str) -> None:
        channel, _, ts = message.rpartition(":")
        if not channel:
            raise MessageGone(f"{message} is no message of Slack")
        said = {"channel": channel, "ts": ts, "metadata": metadata(key)}
        await self._say("edit", "chat.update", address, card, said)

    async def home(self, address: str, card: Card) -> None:
        _, user = split(address)
        if is_person(user):
            self._ask_whether_here(address)
            await self._say("home", "views.publish", address, card, {"user_id": user})

    async def find(self, address: str, key: str) -> str | None:
        """Our newest message there that carries the place of this key."""
        team, _ = split(address)
        wanted = metadata(key)["event_payload"]["place"]
        channel = await self._conversation(address)
        asked = {"limit": limits.HISTORY, "include_all_metadata": 1}
        answer = await self.api.read(team, "conversations.history", channel=channel, **asked)
        for message in answer.get("messages", []):
            if place(message) == wanted:
                return f"{channel}:{message['ts']}"
        return None

    async def _conversation(self, address: str) -> str:
        team, to = split(address)
        if not is_person(to):
            return to
        if address not in self.conversations:
            answer = await self.api.write(team, "conversations.open", users=to)
            self.conversations[address] = str(answer["channel"]["id"])
        return self.conversations[address]

    async def _say(self, kind: str, method: str, address: str, card: Card, said: Json) -> Json:
        """Send the card as it is or, where Slack does not like it, more and more plainly."""
        team, _ = split(address)
        no: Exception = TooMuch("nothing was tried")
        versions = fallback.homes if kind == "home" else fallback.messages
        async for shown in versions(card, partial(self.instead, address)):
            try:
                answer = await self.api.write(team, method, **said, **shown)
                self.limited.pop(f"{team}/{kind}", None)
                return answer
            except TooMuch as refused:
                no = refused
            except SurfaceError as later:
                raise self._meant_for(later, kind, address) from None
        raise UnknownRefusal(f"Slack refuses every version of it: {no}", str(no))

    def _meant_for(self, no: SurfaceError, kind: str, address: str) -> SurfaceError:
        """Slack does not say whom it limits: at first it is this channel; when another channel is
        limited too, it is the method for the whole workspace. Edits and homes always are. Another
        workspace has done nothing wrong.
        """
        team, _ = split(address)
        where = f"{team}/" if team else ""
        if isinstance(no, ShutOut):  # of the one kind of call: a permission may lack for it alone
            shut = ShutOut(f"{team}: {no}" if team else str(no), where=where)
            shut.kind = kind
            return shut
        if no.retry_after is None or no.whole:
            return no
        before = self.limited.setdefault(f"{team}/{kind}", address)
        whole = kind != "post" or before != address
        return SurfaceError(str(no), no.retry_after, whole, kind, no.unsure, where)

    def _ask_whether_here(self, address: str) -> None:
        if self.left(address):
            raise Unreachable("the Slack account is deactivated")


async def acknowledgements_first() -> None:
    """Straight after a commit the presser's acknowledgement is two steps of the loop away, and the
    first card one: it lets it go first, which costs the card nothing that anybody could measure.
    """
    for _ in range(STEPS):
        await asyncio.sleep(0)


QUIET = {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False}


def metadata(key: str) -> Json:
    """By which a delivery is known again. Hashes: whoever reads them learns nothing."""
    slot, _, _ = key.rpartition("#")
    return {"event_type": EVENT, "event_payload": {"place": mark(slot), "key": mark(key)}}


def mark(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:24]


def place(message: Json) -> str | None:
    """The place that one of our messages stands in; None for anything else."""
    told = message.get("metadata") or {}
    payload = told.get("event_payload") or {}
    return payload.get("place") if told.get("event_type") == EVENT else None


def split(address: str) -> tuple[str, str]:
    """The workspace ("" if it is the only one) and the user or conversation."""
    team, _, to = address.rpartition("/")
    return team, to


def is_person(to: str) -> bool:
    return to.startswith(("U", "W"))
