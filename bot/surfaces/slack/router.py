"""The router: what was heard becomes an action, and the answer goes back after the commit.

`hear` returns what the acknowledgement carries. Whatever else the person is shown (a form, a line
only they can see) is an errand of its own: it may fail, and is never the only record.
"""

import asyncio
import logging
from collections import OrderedDict
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from html import escape
from typing import Any, assert_never

from bot.actions import Action, pack
from bot.cards import Form
from bot.events import SAID, Answer, Incoming
from bot.surfaces.clip import clip
from bot.surfaces.errands import Errands
from bot.surfaces.patience import Patience, Word
from bot.surfaces.slack import check, fallback, limits, render
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.doors import Line, Membership, Presence, Removed, SlackDoors
from bot.surfaces.slack.parse import (
    Act,
    Heard,
    OnMessage,
    Opened,
    Pressed,
    Sender,
    Shortcut,
    Submitted,
    Typed,
    Written,
)
from bot.surfaces.slack.shapes import Json

log = logging.getLogger("kollega.slack")

REMEMBERED = 2_000
"""Events whose answers were shown already: a repeat shows nothing twice. And forms that were
refused: what is sent off once more is asked anew.
"""
NOTHING: Json = {}
PATIENCE = Patience(latest=2.5)
"""Slack waits for three seconds, the way there and back included."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, to whom, and whether this is the first time that it is given."""

    answer: Answer
    by: Sender
    ref: str
    known: bool
    first: bool


class Router:
    def __init__(self, doors: SlackDoors, api: SlackApi) -> None:
        self.doors, self.api = doors, api
        self.errands = Errands(log)
        self.shown: OrderedDict[str, str] = OrderedDict()
        self.refused: OrderedDict[str, str] = OrderedDict()
        self.patience = PATIENCE

    async def hear(self, heard: Heard | None) -> Json:
        """Returns only when what was heard is committed; what it raises was not, or not yet."""
        match heard:
            case None:
                return NOTHING
            case Presence() | Membership() | Removed():
                await self.doors.noticed(heard)
                return NOTHING
            case _:
                async with self.patience.lasts():
                    return await self._act(heard) if heard.by.user else NOTHING

    async def stop(self) -> None:
        await self.errands.stop()

    async def _act(self, heard: Act) -> Json:
        match heard:
            case Pressed(by, wire_name, payload, inputs):
                return self._told(await self._hear(by, wire_name, payload, inputs))
            case Submitted():
                return await self._submitted(heard)
            case Written():
                return await self._written(heard)
            case Typed():
                return await self._typed(heard)
            case Shortcut(by, callback_id):
                return await self._wish(by, self.doors.shortcut(callback_id))
            case OnMessage(by, chosen):
                return await self._on_message(by, self.doors.report(chosen))
            case Opened():
                return await self._opened(heard)
            case _:
                assert_never(heard)

    async def _hear(self, by: Sender, wire_name: str, payload: str, inputs: Any = NOTHING) -> Said:
        """Whom the people table does not know is answered kindly by the engine itself."""
        looks = wire_name == self.doors.opened.wire_name
        async with nullcontext() if looks else self._no_silence(by):
            ref = await self.doors.person(by.whom)
            who = ref or f"slack:{by.place}/{by.user}"
            incoming = Incoming(by.id, who, wire_name, payload, inputs, by.at)
            answer = await self.doors.hear(incoming)
        return Said(answer, by, ref or "", ref is not None, self._first(incoming.mark))

    async def _do(self, by: Sender, action: Action) -> Said:
        return await self._hear(by, *pack(action))

    def _first(self, mark: str) -> bool:
        first = mark not in self.shown
        remember(self.shown, mark, "")
        return first

    # What each kind of request may carry back

    def _told(self, said: Said) -> Json:
        self._form(said)
        self._whisper(said, said.answer.notices)
        return NOTHING

    async def _submitted(self, sent: Submitted) -> Json:
        """What was refused stays open, with everything written in it, and says why; otherwise the
        next form takes the place of this one, in the acknowledgement itself.

        A sheet that is done with is gone: then this is a repeat, which the engine knows again.
        """
        ref = await self.doors.person(sent.by.whom) or ""
        async with self._no_silence(sent.by):
            sheet = await self.doors.sheets.sheet(ref, sent.sheet)
        name, payload = (sheet.wire_name, sheet.payload) if sheet else (sent.wire_name, "{}")
        by = replace(sent.by, id=self.refused.get(sent.mark, sent.mark))
        said = await self._hear(by, name, payload, sent.inputs)
        if said.answer.refused:
            remember(self.refused, sent.mark, sent.by.id)
        if said.answer.refused and sent.first:
            if sheet:
                await self.doors.sheets.keep(ref, sheet.id, sent.inputs)
            return {
                "response_action": "errors",
                "errors": {sent.first: "\n".join(said.answer.notices)},
            }
        if sheet:
            await self.doors.sheets.clear(ref, sheet.id)
        self._whisper(said, said.answer.notices)
        return await self._next(said)

    async def _next(self, said: Said) -> Json:
        if said.answer.form is None:
            return NOTHING
        view = await self._laid(said.ref, said.answer.form)
        return {} if check.view(view) else {"response_action": "update", "view": view}

    async def _laid(self, ref: str, form: Form) -> Json:
        """The form as a view, with what this person wrote into it before."""
        sheet = await self.doors.sheets.lay(ref, *pack(form.action))
        return render.modal(form, sheet.id, sheet.inputs)

    async def _written(self, heard: Written) -> Json:
        """Kept before it is acknowledged, like everything else."""
        if heard.inputs and (ref := await self.doors.person(heard.by.whom)):
            await asyncio.shield(self.doors.sheets.keep(ref, heard.sheet, heard.inputs))
        return NOTHING

    async def _typed(self, heard: Typed) -> Json:
        action = self.doors.understand(heard.words)
        if action is None:
            return NOTHING
        said = await self._hear(heard.by, *pack(action), {SAID: heard.words})
        if not heard.command:
            return self._told(said)
        self._form(said)
        told = lines(said.answer.notices)
        return {"response_type": "ephemeral", "text": told} if told else NOTHING

    async def _wish(self, by: Sender, action: Action | None) -> Json:
        """A global shortcut: nothing appears but what the bot itself then shows."""
        return self._told(await self._do(by, action)) if action else NOTHING

    async def _on_message(self, by: Sender, action: Action | None) -> Json:
        if action:
            return self._told(await self._do(by, action))
        ref = await self.doors.person(by.whom) or ""
        said = Said(Answer(), by, ref, bool(ref), self._first(f"{by.user}:{by.id}"))
        self._whisper(said, (await self.doors.line(ref, Line.NOT_HERE),))
        return NOTHING

    async def _opened(self, heard: Opened) -> Json:
        """Somebody unknown reads on their own page how to be added; no message rings for it."""
        if heard.blank and (ref := await self.doors.person(heard.by.whom)):
            await self.doors.blank(ref)
        said = await self._do(heard.by, self.doors.opened)
        if said.first and not said.known and said.answer.notices:
            page = {"type": "home", "blocks": fallback.sections("\n".join(said.answer.notices))}
            by = said.by
            call = self.api.write(by.place, "views.publish", user_id=by.user, view=page)
            self.errands.run(call, "the page of somebody unknown")
        return NOTHING

    # Errands: after the commit, on their own

    def _form(self, said: Said) -> None:
        if said.answer.form is not None and said.first:
            self.errands.run(self._open(said), "a form")

    async def _open(self, said: Said) -> None:
        """Slack lets a form open within three seconds of a press, and not at all of a message."""
        assert said.answer.form is not None  # noqa: S101  (asked for by _form)
        by = said.by
        try:
            view = await self._laid(said.ref, said.answer.form)
            if not by.trigger or (wrong := check.view(view)):
                raise ValueError(f"it cannot be opened from here: {wrong if by.trigger else by.id}")
            await self.api.write(by.place, "views.open", trigger_id=by.trigger, view=view)
        except Exception as no:
            log.warning("a form was not opened (%s)", no)
            await self._say(by, (await self.doors.line(said.ref, Line.NO_FORM),))

    def _whisper(self, said: Said, notices: tuple[str, ...]) -> None:
        if notices and said.first:
            self.errands.run(self._say(said.by, notices), "a line for one person")

    def _no_silence(self, by: Sender) -> AbstractAsyncContextManager[None]:
        """Each word once, however often Slack sends again what it was not answered."""

        def tell(word: Word) -> None:
            if self._first(f"{by.user}:{by.id} {word}"):
                self.errands.run(self._break_silence(by, word), "a line for one person")

        return self.patience.breaks_silence(tell)

    async def _break_silence(self, by: Sender, word: Word) -> None:
        ref = await self._known(by)
        await self._say(by, (await self.doors.line(ref, word),))

    async def _known(self, by: Sender) -> str:
        """From memory: whoever would have to be looked up waits for the store already."""
        with suppress(Exception):
            async with asyncio.timeout(0):
                return await self.doors.person(by.whom) or ""
        return ""

    async def _say(self, by: Sender, notices: tuple[str, ...]) -> None:
        """Where Slack lets only this person see it, else in our conversation with them."""
        text = lines(notices)
        if by.response_url:
            shown = {"response_type": "ephemeral", "replace_original": False, "text": text}
            await self.api.respond(by.response_url, shown)
            return
        quiet = {"mrkdwn": False, "unfurl_links": False}
        await self.api.write(by.place, "chat.postMessage", channel=by.user, text=text, **quiet)


def remember(known: OrderedDict[str, str], mark: str, what: str) -> None:
    known[mark] = what
    while len(known) > REMEMBERED:
        known.popitem(last=False)


def lines(notices: tuple[str, ...]) -> str:
    """Slack reads a plain `text` as markup: no name may be one."""
    return escape(clip("\n".join(notices), limits.NOTIFICATION), quote=False)
