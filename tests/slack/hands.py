"""What a person's hands do in Slack, as the requests that Slack then sends: signed, and repeated
when they are not acknowledged in time.
"""

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from time import time
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession

from bot.clock import wall
from tests.slack.fake import ACK_SECONDS, FakeSlack
from tests.slack.memory import Json, Message

ATTEMPTS = 4
BETWEEN = 0.05
"""Slack waits for longer between its repeats; nobody here has that much time."""


@dataclass
class Hands:
    """`repeats`: how many times more everything arrives, though it was acknowledged."""

    slack: FakeSlack
    session: ClientSession
    secret: str
    bot: str = ""
    socket: bool = False
    repeats: int = 0
    numbers: Any = field(default_factory=lambda: count(1))
    answers: list[tuple[str, int]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    enterprise: str = ""
    """The organisation that the workspace belongs to, if it does."""
    whole: bool = True
    """It has installed the bot in all of its workspaces."""

    async def press(self, user: str, element: Json, message: Message | None) -> None:
        """A button in a message, or (None) on the person's own page."""
        state: Json = {"values": {}}
        action = {**element, "block_id": "b1", "action_ts": "1.1"}
        said = {**self._who(user, "block_actions"), "state": state, "actions": [action]}
        if message is None:
            view = self.slack.memory.homes[user]
            said |= {"container": {"type": "view", "view_id": view["id"]}, "view": view}
        else:
            place = {"message_ts": message.ts, "channel_id": message.channel}
            said |= {"container": {"type": "message", **place}, "message": message.told(False)}
            said |= {"channel": {"id": message.channel, "name": "directmessage"}}
            said["response_url"] = self.slack.response_url(user)
        await self.interact(said)

    async def shortcut(self, user: str, callback_id: str) -> None:
        await self.interact({**self._who(user, "shortcut"), "callback_id": callback_id})

    async def shortcut_on(self, user: str, callback_id: str, message: Message) -> None:
        said = {**self._who(user, "message_action"), "callback_id": callback_id}
        where = {"channel": {"id": message.channel, "name": "directmessage"}}
        told = {"message": message.told(False), "message_ts": message.ts}
        url = {"response_url": self.slack.response_url(user)}
        await self.interact({**said, **where, **told, **url})

    async def submit(self, user: str, inputs: dict[str, str]) -> None:
        """The form on top, with what was written into it; an answer may put another there."""
        stack = self.slack.memory.modals[user]
        view = {**stack[-1], "state": {"values": written(inputs, stack[-1])}}
        answer = await self.interact({**self._who(user, "view_submission"), "view": view})
        if answer.get("response_action") == "update":
            stack[-1] = {**answer["view"], "id": view["id"], "hash": "next"}
        elif answer.get("response_action") == "errors":
            self.errors = dict(answer["errors"])
        else:
            stack.pop()

    async def write(self, user: str, inputs: dict[str, str]) -> None:
        """Into the form on top, which Slack tells a moment after each key."""
        view = {**self.slack.memory.modals[user][-1], "state": {"values": written(inputs)}}
        action = {"type": "plain_text_input", "action_id": next(iter(inputs)), "action_ts": "1.1"}
        said = {**self._who(user, "block_actions"), "view": view, "actions": [action]}
        await self.interact({**said, "container": {"type": "view", "view_id": view["id"]}})

    async def close(self, user: str, inputs: dict[str, str]) -> None:
        """The form on top, without sending it off."""
        view = {**self.slack.memory.modals[user].pop(), "state": {"values": written(inputs)}}
        said = {**self._who(user, "view_closed"), "view": view, "is_cleared": False}
        if view.get("notify_on_close"):
            await self.interact(said)

    async def open_home(self, user: str) -> None:
        await self.event(
            {
                "type": "app_home_opened",
                "user": user,
                "tab": "home",
                "channel": f"D0{user[2:]}",
                **({"view": shown} if (shown := self.slack.memory.homes.get(user)) else {}),
            }
        )

    async def type(self, user: str, text: str) -> None:
        said = {"type": "message", "channel_type": "im", "user": user, "text": text}
        await self.event({**said, "channel": f"D0{user[2:]}", "ts": self.slack.memory.ts()})

    async def command(self, user: str, text: str) -> None:
        """Whatever is acknowledged with words is seen by this person alone."""
        said = {
            "token": "old",
            "team_id": self.slack.memory.team,
            "channel_id": "C0KONTOR",
            "user_id": user,
            "command": "/parm",
            "text": text,
            "trigger_id": self.slack.memory.trigger(user),
            "response_url": self.slack.response_url(user),
        }
        answer = await self.send("slash_commands", said, urlencode(said), FORM)
        if answer.get("text"):
            self.slack.memory.whispers.setdefault(user, []).append(answer["text"])

    async def event(self, event: Json, id: str = "", at: datetime | None = None) -> None:
        """Slack tells what happened at this time; it may tell it late."""
        said = {
            "type": "event_callback",
            "team_id": self.slack.memory.team,
            "api_app_id": "A0KOLLEGA",
            "event_id": id or f"Ev{next(self.numbers)}",
            "event_time": int((at or wall()).timestamp()),
            "authorizations": [{"team_id": self.slack.memory.team, **self._whole()}],
            "event": event,
        }
        await self.send("events_api", said, json.dumps(said), "application/json")

    async def interact(self, said: Json) -> Json:
        return await self.send("interactive", said, urlencode({"payload": json.dumps(said)}), FORM)

    async def send(self, kind: str, said: Json, body: str, content_type: str) -> Json:
        """Up to four times until it is acknowledged, and `repeats` times more."""
        answer: Json | None = None
        for attempt in range(ATTEMPTS):
            answer = await self._once(kind, said, body, content_type, attempt)
            if answer is not None:
                break
            await asyncio.sleep(BETWEEN)
        for repeat in range(self.repeats):
            await self._once(kind, said, body, content_type, repeat + 1)
        return answer or {}

    async def _once(
        self, kind: str, said: Json, body: str, content_type: str, attempt: int
    ) -> Json | None:
        if self.socket:
            return await self.slack.envelope(kind, said)
        headers = {**signed(self.secret, body), "Content-Type": content_type}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_error"}
        try:
            async with asyncio.timeout(ACK_SECONDS):
                return await self.post(body, headers)
        except (ClientError, TimeoutError, OSError) as lost:
            self.answers.append((type(lost).__name__, 0))
            return None

    async def post(self, body: str | bytes, headers: dict[str, str]) -> Json | None:
        async with self.session.post(self.bot, data=body, headers=headers) as answer:
            text = await answer.text()
            self.answers.append((text, answer.status))
            if answer.status != 200:
                return None
            return dict(json.loads(text)) if text.startswith("{") else {}

    def _who(self, user: str, kind: str) -> Json:
        team = self.slack.memory.team
        return {
            "type": kind,
            "token": "old",
            "user": {"id": user, "username": "somebody", "team_id": team},
            "team": {"id": team, "domain": "kontor"},
            "api_app_id": "A0KOLLEGA",
            "enterprise": {"id": self.enterprise} if self.enterprise else None,
            "is_enterprise_install": bool(self.enterprise) and self.whole,
            "trigger_id": self.slack.memory.trigger(user),
        }

    def _whole(self) -> Json:
        return {
            "enterprise_id": self.enterprise or None,
            "is_enterprise_install": bool(self.enterprise) and self.whole,
        }


def written(inputs: dict[str, str], view: Json | None = None) -> Json:
    """What stands in each input, in the shape of its kind."""
    kinds = {
        block["element"]["action_id"]: block["element"]["type"]
        for block in (view or {}).get("blocks", [])
        if "element" in block
    }
    return {
        name: {name: stated(kinds.get(name, "plain_text_input"), said)}
        for name, said in inputs.items()
    }


def stated(kind: str, said: str) -> Json:
    if kind in ("static_select", "radio_buttons"):
        return {"type": kind, "selected_option": {"value": said}}
    return {"type": kind, "value": said}


FORM = "application/x-www-form-urlencoded"


def signed(secret: str, body: str, at: float | None = None) -> dict[str, str]:
    stamp = str(int(time() if at is None else at))
    mark = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}"}
