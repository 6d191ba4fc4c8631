"""What the fake Slack remembers: users, conversations, messages, views, and what went wrong."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from time import monotonic
from typing import Any

Json = dict[str, Any]

TRIGGER_SECONDS = 3.0


@dataclass
class User:
    id: str
    deleted: bool = False
    locale: str = "sv-SE"
    dnd: tuple[int, int] | None = None
    away: bool = False


@dataclass
class Message:
    channel: str
    ts: str
    text: str
    blocks: list[Json]
    metadata: Json | None
    edits: int = 0

    def told(self, with_metadata: bool) -> Json:
        said: Json = {"type": "message", "ts": self.ts, "text": self.text, "blocks": self.blocks}
        if with_metadata and self.metadata:
            said["metadata"] = self.metadata
        return said


@dataclass(frozen=True)
class Call:
    """One call of the Web API, and how it was answered."""

    at: float
    method: str
    to: str
    answer: str
    by: str = ""
    """Whose token it was."""


@dataclass
class Bucket:
    """Tokens a second and how many may be saved up: Slack's own patience."""

    rate: float
    burst: float
    tokens: float = -1
    at: float = 0.0

    def take(self) -> float:
        """Nothing, or the seconds to wait."""
        now = monotonic()
        if self.tokens < 0:
            self.tokens, self.at = self.burst, now
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return (1 - self.tokens) / self.rate
        self.tokens -= 1
        return 0.0


TIERS = {
    "chat.update": (50 / 60, 50),
    "views.publish": (100 / 60, 100),
    "conversations.history": (50 / 60, 50),
    "conversations.open": (50 / 60, 50),
}


@dataclass
class Memory:
    team: str = "T0KOLLEGA"
    bot_user: str = "U0BOT"
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, list[Message]] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)
    modals: dict[str, list[Json]] = field(default_factory=dict)
    whispers: dict[str, list[str]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    triggers: dict[str, tuple[str, float]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    token: str = "xoxb-invented"
    app_token: str = "xapp-invented"
    revoked: bool = False
    places: dict[str, str] = field(default_factory=dict)
    """Tokens that were granted over OAuth, and to which place."""
    codes: dict[str, Json] = field(default_factory=dict)
    refreshes: dict[str, Json] = field(default_factory=dict)
    """What a code, or a refresh token, is good for; once."""
    groups: dict[str, list[str]] = field(default_factory=dict)
    """The members of user groups and channels."""
    teams: list[str] = field(default_factory=list)
    """The workspaces of the one organisation."""

    def grants(self, place: str, token: str, refresh: str = "", **more: object) -> Json:
        """What Slack answers to whoever was let in there."""
        self.places[token] = place
        whole = place.startswith("E")
        named: Json = {"id": place, "name": f"Place {place}"}
        said: Json = {
            "access_token": token,
            "token_type": "bot",
            "bot_user_id": self.bot_user,
            "team": None if whole else named,
            "enterprise": named if whole else None,
            "is_enterprise_install": whole,
            **more,
        }
        if refresh:
            said |= {"refresh_token": refresh, "expires_in": 43_200}
        return said

    def add(self, *users: str) -> None:
        for user in users:
            self.users.setdefault(user, User(user))

    def conversation(self, to: str) -> str:
        """The id of a conversation; of a user, that of the bot's own with them."""
        return f"D0{to[2:]}" if to in self.users else to

    def trigger(self, user: str) -> str:
        name = f"trigger.{next(self.numbers)}"
        self.triggers[name] = user, monotonic()
        return name

    def ts(self) -> str:
        number = next(self.numbers)
        return f"{1_790_000_000 + number // 1_000_000}.{number % 1_000_000:06d}"

    def wait(self, method: str, channel: str) -> float:
        """How long Slack would want this call to wait."""
        if method == "chat.postMessage":
            own = self.buckets.setdefault(f"post {channel}", Bucket(1, 5))
            whole = self.buckets.setdefault("post", Bucket(6, 40))
            return own.take() or whole.take()
        rate, burst = TIERS.get(method, (100 / 60, 100))
        return self.buckets.setdefault(method, Bucket(rate, burst)).take()

    def doubles(self) -> dict[str, int]:
        """Deliveries that stand more than once, by their key: there must never be one."""
        found = Counter(
            message.metadata["event_payload"]["key"]
            for channel in self.channels.values()
            for message in channel
            if message.metadata
        )
        return {key: many for key, many in found.items() if many > 1}

    def count(self, method: str) -> int:
        return sum(call.method == method for call in self.calls)
