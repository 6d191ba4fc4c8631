"""What a person's hands do in Teams, as the activities that Teams then sends: with a token, and
repeated where they are not acknowledged.
"""

import asyncio
import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from aiohttp import ClientError, ClientSession

from tests.teams.microsoft import APP, TENANT, FakeMicrosoft, Json, Message

ATTEMPTS, BETWEEN = 3, 0.05
ANSWER_SECONDS = 5.0


def entra(ref: str) -> str:
    """The object id of somebody."""
    return str(uuid5(NAMESPACE_URL, ref))


@dataclass
class Hands:
    """`repeats`: how many times more everything arrives, though it was acknowledged."""

    microsoft: FakeMicrosoft
    session: ClientSession
    bot: str = ""
    repeats: int = 0
    tenant: str = TENANT
    numbers: Any = field(default_factory=lambda: count(1))
    answers: list[tuple[int, str]] = field(default_factory=list)
    whispers: dict[str, list[str]] = field(default_factory=dict)
    dialogs: dict[str, Json] = field(default_factory=dict)

    async def press(
        self, user: str, action: Json, message: Message, inputs: dict[str, str] | None = None
    ) -> Json:
        """Teams puts the card of the answer in place of the pressed one, or shows a line."""
        data = {**(action.get("data") or {}), **(inputs or {})}
        if action["type"] == "Action.Submit":
            return await self.send(self.said(user, value=data, replyToId=message.id))
        told = {"action": {**action, "data": data}, "trigger": "manual"}
        answer = await self.invoke(user, "adaptiveCard/action", told, replyToId=message.id)
        if answer.get("type") == "application/vnd.microsoft.card.adaptive":
            message.said = {**message.said, "attachments": [attached(answer["value"])]}
        elif answer.get("type") == "application/vnd.microsoft.activity.message":
            self.whispers.setdefault(user, []).append(answer["value"])
        return answer

    async def type(self, user: str, text: str, **more: Any) -> Json:
        return await self.send(self.said(user, text=text, textFormat="plain", **more))

    async def install(self, user: str, action: str = "add") -> None:
        where = self.microsoft.conversation(user)
        where.here = action == "add"
        self.microsoft.users.add(user)
        await self.send(self.activity(user, "installationUpdate", action=action))

    async def command(self, user: str, name: str, **more: Any) -> Json:
        """From the compose box, or (with a messagePayload) from a message."""
        told = {"commandId": name, "commandContext": "compose", **more}
        return await self.dialog(user, "composeExtension/fetchTask", told)

    async def submit(self, user: str, inputs: dict[str, str]) -> Json:
        """The dialog that is open, with what was written into it."""
        (action,) = self.dialogs[user]["card"]["content"]["actions"]
        return await self.dialog(user, "task/submit", {"data": {**action["data"], **inputs}})

    async def dialog(self, user: str, name: str, value: Json) -> Json:
        answer = await self.invoke(user, name, value)
        task = answer.get("task") or {}
        self.dialogs.pop(user, None)
        if task.get("type") == "continue":
            self.dialogs[user] = task["value"]
        elif task.get("type") == "message":
            self.whispers.setdefault(user, []).append(task["value"])
        return answer

    async def invoke(self, user: str, name: str, value: Json, **more: Any) -> Json:
        return await self.send(self.activity(user, "invoke", name=name, value=value, **more))

    def said(self, user: str, **more: Any) -> Json:
        return self.activity(user, "message", **more)

    def activity(self, user: str, type: str, **more: Any) -> Json:
        where = self.microsoft.conversation(user)
        return {
            "type": type,
            "id": f"1{next(self.numbers):012d}",
            "timestamp": "2026-11-23T13:02:00Z",
            "channelId": "msteams",
            "serviceUrl": self.microsoft.service,
            "from": {"id": f"29:{user}", "aadObjectId": user},
            "recipient": {"id": f"28:{APP}"},
            "conversation": {
                "id": where.id,
                "conversationType": "personal",
                "tenantId": self.tenant,
            },
            "channelData": {"tenant": {"id": self.tenant}},
            "locale": "sv-SE",
            **more,
        }

    async def send(self, said: Json) -> Json:
        """Until it is acknowledged, and `repeats` times more."""
        answer: Json | None = None
        for _ in range(ATTEMPTS):
            answer = await self._once(said)
            if answer is not None:
                break
            await asyncio.sleep(BETWEEN)
        for _ in range(self.repeats):
            await self._once(said)
        return answer or {}

    async def _once(self, said: Json) -> Json | None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                status, text = await self.post(said, f"Bearer {self.microsoft.signed()}")
        except (ClientError, TimeoutError, OSError) as lost:
            self.answers.append((0, type(lost).__name__))
            return None
        if status != 200:
            return None
        return dict(json.loads(text)) if text else {}

    async def post(self, said: Json | bytes, header: str | None) -> tuple[int, str]:
        headers = {"Content-Type": "application/json"}
        headers |= {"Authorization": header} if header is not None else {}
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        async with self.session.post(self.bot, data=body, headers=headers) as answer:
            text = await answer.text()
            self.answers.append((answer.status, text))
            return answer.status, text


def attached(content: Json) -> Json:
    return {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
