"""The router: what was heard becomes an action, and the answer goes back after the commit.

`hear` returns what the answer carries. Whatever else the person is shown (a form, a line) is an
errand of its own: it may fail, and is never the only record.
"""

import logging
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, assert_never

from bot.actions import Action, pack
from bot.events import SAID, Answer, Incoming
from bot.surfaces.errands import Errands
from bot.surfaces.patience import Patience, Word
from bot.surfaces.shapes import Json
from bot.surfaces.teams import check, fallback, render
from bot.surfaces.teams.doors import Book, Line, Place, TeamsDoors
from bot.surfaces.teams.parse import (
    Commanded,
    Fetched,
    Heard,
    Installed,
    Noted,
    Pressed,
    Sender,
    Submitted,
    Typed,
    Uninstalled,
    Unknown,
)
from bot.surfaces.teams.replies import Reply, adaptive, continued, spoken, told
from bot.surfaces.teams.surface import TeamsSurface

log = logging.getLogger("kollega.teams")

REMEMBERED = 2_000
"""Activities whose answers were given already: a repeat gets the same, and shows nothing twice."""
CARRY_SECONDS = 1.0
"""How long an answer waits for the card that it can carry; Teams waits for several seconds."""
PATIENCE = Patience(latest=8.0)
"""Teams sends again after ten to fifteen seconds, and then shows an error of its own."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, to whom, and whether this is the first time that it is given."""

    answer: Answer
    by: Sender
    ref: str
    first: bool


class Router:
    def __init__(self, doors: TeamsDoors, surface: TeamsSurface, book: Book) -> None:
        self.doors, self.surface, self.book = doors, surface, book
        self.errands = Errands(log)
        self.shown: OrderedDict[str, None] = OrderedDict()
        self.given: OrderedDict[str, Json] = OrderedDict()
        self.patience = PATIENCE

    async def hear(self, heard: Heard | None) -> Reply:
        """Returns only when what was heard is committed; what it raises was not, or not yet."""
        if heard is None:
            return Reply()
        if isinstance(heard, Unknown):
            return Reply(501)
        if not heard.by.user:
            return Reply()
        async with self.patience.lasts():
            if not isinstance(heard, Uninstalled):
                await self._meet(heard.by)
            return await self._act(heard)

    async def stop(self) -> None:
        await self.errands.stop()

    async def _act(
        self,
        heard: Pressed | Submitted | Typed | Fetched | Commanded | Installed | Uninstalled | Noted,
    ) -> Reply:
        match heard:
            case Installed(by):
                return await self._installed(by)
            case Uninstalled(by):
                return await self._left(by)
            case Noted():
                return Reply()
            case _:
                return await self._answer(heard)

    async def _answer(self, heard: Pressed | Submitted | Typed | Fetched | Commanded) -> Reply:
        match heard:
            case Pressed():
                return await self._pressed(heard)
            case Submitted(by, wire_name, payload, inputs):
                return self._told(await self._hear(by, wire_name, payload, inputs))
            case Typed(by, words):
                return await self._typed(by, words)
            case Fetched(by, wire_name, payload, inputs):
                said = await self._hear(by, wire_name, payload, inputs)
                return await self._dialog(said, inputs, heard.sent)
            case Commanded():
                return await self._commanded(heard)
            case _:
                assert_never(heard)

    # Who and where

    async def _meet(self, by: Sender) -> None:
        """Where they are is learnt anew from everything they do, and kept if it has changed."""
        before = self.book.find(by.address)
        if before is None:
            known = await self.doors.person(by.tenant, by.user)
            if by.personal and known and by.conversation:
                await self.book.keep(by.address, Place(by.conversation, by.door))
            return
        where = by.conversation if by.personal and by.conversation else before.conversation
        after = before.moved(where, by.door)
        if after != before:
            await self.book.keep(by.address, after)
        await self.doors.back(by.address)

    async def _left(self, by: Sender) -> Reply:
        if (place := self.book.find(by.address)) is not None:
            await self.book.keep(by.address, Place(place.conversation, place.door, here=False))
        await self.doors.left(by.address)
        return Reply()

    async def _hear(
        self, by: Sender, wire_name: str, payload: str, inputs: Mapping[str, str] = render.NOTHING
    ) -> Said:
        """Whom the people table does not know is answered kindly by the engine itself."""
        ref = await self.doors.person(by.tenant, by.user)
        if wire_name == self.doors.opened.wire_name:
            await self.doors.asks(by.tenant, by.user)
        who = ref or f"teams:{by.tenant}/{by.user}"
        incoming = Incoming(by.id, who, wire_name, payload, inputs)
        looks = wire_name == self.doors.opened.wire_name
        async with nullcontext() if looks else self._no_silence(by):
            answer = await self.doors.hear(incoming)
        return Said(answer, by, ref or "", self._first(incoming.mark))

    async def _do(self, by: Sender, action: Action) -> Said:
        return await self._hear(by, *pack(action))

    def _first(self, mark: str) -> bool:
        first = mark not in self.shown
        remember(self.shown, mark, None)
        return first

    # What each kind of activity may carry back

    async def _pressed(self, heard: Pressed) -> Reply:
        by, name = heard.by, f"{heard.by.user}:{heard.by.id}"
        if name in self.given:
            return Reply(body=self.given[name])
        with self.surface.hands.holding(heard.message) as hand:
            said = await self._hear(by, heard.wire_name, heard.payload, heard.inputs)
            body = await self._formed(said) if heard.form else await self._noticed(said)
            carried = None
            if body is None and hand and self.doors.changes(said.ref, by.address, heard.message):
                carried = await hand.wait(CARRY_SECONDS)
        if carried is not None:
            body = adaptive(carried)
        body = body or spoken(await self.doors.line(said.ref, Line.RECEIVED))
        remember(self.given, name, body)
        return Reply(body=body, hand=hand if carried is not None else None)

    async def _noticed(self, said: Said) -> Json | None:
        """A form comes as a message of its own: the pressed card has its own place to keep."""
        self._form(said)
        return spoken("\n".join(said.answer.notices)) if said.answer.notices else None

    async def _formed(self, said: Said) -> Json:
        """The next form takes the place of this one; what was not taken stays to be sent again."""
        answer = said.answer
        if answer.form is not None:
            if not check.card(shown := render.form(answer.form)):
                return adaptive(shown)
            log.warning("a form was not shown (%s)", check.card(shown))
        if answer.refused:
            return spoken("\n".join(answer.notices))
        lines = answer.notices or (await self.doors.line(said.ref, Line.RECEIVED),)
        return adaptive(render.line(*lines))

    async def _typed(self, by: Sender, words: str) -> Reply:
        action = self.doors.understand(words)
        return self._told(await self._hear(by, *pack(action), {SAID: words})) if action else Reply()

    async def _installed(self, by: Sender) -> Reply:
        """Their own page stands in the conversation from the start."""
        await self.doors.back(by.address)
        return self._told(await self._do(by, self.doors.opened))

    async def _commanded(self, heard: Commanded) -> Reply:
        """Nothing appears in the chat that it was called from; a dialog says what there is."""
        by, chosen = heard.by, heard.chosen
        action = self.doors.about(chosen) if chosen else self.doors.command(heard.command)
        if action is None:
            ref = await self.doors.person(by.tenant, by.user) or ""
            return Reply(body=told(await self.doors.line(ref, Line.NOT_HERE)))
        return await self._dialog(await self._do(by, action), {}, sent=False)

    async def _dialog(self, said: Said, inputs: Mapping[str, str], sent: bool) -> Reply:
        answer = said.answer
        if answer.form is not None:
            asked = render.dialog(answer.form)
            if not check.card(asked["card"]["content"]):
                return Reply(body=continued(asked))
            self._form(said)
        lines = "\n".join(answer.notices)
        if sent and answer.refused:
            kept = render.attached(render.line(lines, *inputs.values()))
            return Reply(body=continued({"title": "…", "card": kept}))
        if lines:
            return Reply(body=told(lines))
        return Reply(body={} if sent else told(await self.doors.line(said.ref, Line.RECEIVED)))

    def _told(self, said: Said) -> Reply:
        """Lines come as a message in our own conversation, wherever the words were typed."""
        self._form(said)
        if said.answer.notices and said.first:
            words = fallback.bare("\n".join(said.answer.notices))
            self.errands.run(self._say(said, words), "a line for one person")
        return Reply()

    # Errands: after the commit, on their own

    def _form(self, said: Said) -> None:
        """A form as a card in the chat: it needs no dialog, and works on every client."""
        if said.answer.form is None or not said.first:
            return
        content = render.form(said.answer.form)
        if wrong := check.card(content):
            log.warning("a form was not shown (%s)", wrong)
            return
        shown = render.activity(str(said.answer.form.title), content)
        self.errands.run(self._say(said, shown), "a form")

    def _no_silence(self, by: Sender) -> AbstractAsyncContextManager[None]:
        """Each word once, however often Teams sends again what it was not answered."""

        def tell(word: Word) -> None:
            if self._first(f"{by.user}:{by.id} {word}"):
                self.errands.run(self._break_silence(by, word), "a line for one person")

        return self.patience.breaks_silence(tell)

    async def _break_silence(self, by: Sender, word: Word) -> None:
        ref = await self.doors.person(by.tenant, by.user) or ""
        words = fallback.bare(await self.doors.line(ref, word))
        await self._say(Said(Answer(), by, ref, True), words)

    async def _say(self, said: Said, shown: Json) -> None:
        """Whom we do not know is answered where they wrote, if that is nobody else's room."""
        by = said.by
        if said.ref or not by.personal:
            await self.surface.say(by.address, shown)
        elif by.conversation:
            await self.surface.connector.post(by.door, by.conversation, shown)


def remember(kept: OrderedDict[str, Any], name: str, value: object) -> None:
    kept[name] = value
    while len(kept) > REMEMBERED:
        kept.popitem(last=False)
