"""What Slack tells, as wire names and values. Nothing in it is trusted; the engine checks.

Nothing here raises: whatever has another shape than Slack documents is heard as nothing.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from html import unescape

from bot.surfaces.slack import presence
from bot.surfaces.slack.doors import Chosen, Noticed, Removed, User
from bot.surfaces.slack.shapes import Json, inner, items, number, text


@dataclass(frozen=True, slots=True)
class Sender:
    """Who did it and when, where to, and what Slack gives us to answer with."""

    id: str
    team: str
    user: str
    trigger: str = ""
    response_url: str = ""
    channel: str = ""
    enterprise: str = ""
    name: str = ""
    at: datetime | None = field(default=None, compare=False)

    @property
    def place(self) -> str:
        """Whose token an answer needs."""
        return self.team or self.enterprise

    @property
    def whom(self) -> User:
        return User(self.team, self.user, self.enterprise, self.name)


@dataclass(frozen=True, slots=True)
class Pressed:
    by: Sender
    wire_name: str
    payload: str
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form is sent off; `first` is its first question, beside which Slack shows an error."""

    by: Sender
    wire_name: str
    sheet: str
    inputs: Mapping[str, str]
    first: str = ""

    @property
    def mark(self) -> str:
        """By which the same form with the same words is known, though it is sent off once more
        because Slack had given up on us: that has another name to Slack. Nobody can guess it, for
        nobody can guess the sheet's number.
        """
        return hashed([self.sheet, dict(self.inputs)]) if self.sheet else self.by.id


@dataclass(frozen=True, slots=True)
class Written:
    """Something was written into a form that is not sent off: it is still open, or was closed."""

    by: Sender
    sheet: str
    inputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Typed:
    """Words in the bot's own conversation, or (`command`) after a slash command."""

    by: Sender
    words: str
    command: bool = False


@dataclass(frozen=True, slots=True)
class Shortcut:
    by: Sender
    callback_id: str


@dataclass(frozen=True, slots=True)
class OnMessage:
    by: Sender
    chosen: Chosen


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody looks at their own page; `blank`: Slack has none to show them."""

    by: Sender
    blank: bool = False


Act = Pressed | Submitted | Written | Typed | Shortcut | OnMessage | Opened
Heard = Act | Noticed


def pressed(action: Mapping[str, object]) -> tuple[str, str]:
    """The wire name and payload of a pressed button (one entry of block_actions)."""
    wire_name, _, _ = str(action.get("action_id", "")).partition("#")
    return wire_name, str(action.get("value", "") or "{}")


def heard(body: Json) -> Heard | None:
    """What a request of Slack says, or None when it is nothing for us."""
    if "command" in body:
        return command(body)
    read = KINDS.get(text(body, "type"))
    return read(body) if read else None


def block_actions(body: Json) -> Pressed | Written | None:
    actions = items(body, "actions")
    if text(inner(body, "view"), "type") == "modal":
        return written(body)
    if not actions:
        return None
    inputs = dict(stated(inner(body, "state") or inner(body, "view", "state")))
    return Pressed(sender(body), *pressed(actions[0]), inputs)


def view_submission(body: Json) -> Submitted | None:
    view = inner(body, "view")
    name, sheet = text(view, "callback_id"), text(view, "private_metadata")
    questions = [
        text(one, "block_id") for one in items(view, "blocks") if one.get("type") == "input"
    ]
    first = questions[0] if questions else ""
    return Submitted(sender(body), name, sheet, dict(stated(inner(view, "state"))), first)


def written(body: Json) -> Written:
    """While somebody writes, and when they close a form without sending it off."""
    view = inner(body, "view")
    return Written(sender(body), text(view, "private_metadata"), dict(stated(inner(view, "state"))))


def shortcut(body: Json) -> Shortcut:
    return Shortcut(sender(body), text(body, "callback_id"))


def message_action(body: Json) -> OnMessage:
    return OnMessage(sender(body), Chosen(text(body, "callback_id"), link(body)))


def link(body: Json) -> str:
    """Where the message stands, as a link that Slack itself would give; "" where that is odd.

    Nothing of what it says is read: whoever opens the link needs to be let in by Slack.
    """
    domain, channel = text(inner(body, "team"), "domain"), text(inner(body, "channel"), "id")
    stamp = text(body, "message_ts").replace(".", "")
    whole = re.fullmatch(r"[a-z0-9-]+ [A-Z0-9]+ [0-9]+", f"{domain} {channel} {stamp}")
    return f"https://{domain}.slack.com/archives/{channel}/p{stamp}" if whole else ""


def command(body: Json) -> Typed:
    """The command's own name counts where nothing stands after it."""
    words = text(body, "text").strip() or text(body, "command").removeprefix("/")
    return Typed(sender(body), words, command=True)


def event_callback(body: Json) -> Heard | None:
    event = inner(body, "event")
    match text(event, "type"):
        case "message":
            return message(body, event)
        case "app_home_opened" if text(event, "tab") in ("home", ""):
            return Opened(sender(body), blank=not inner(event, "view"))
        case _:
            found = presence.noticed(text(body, "team_id"), enterprise(body), event)
            return removed(body, found) if isinstance(found, Removed) else found


def removed(body: Json, found: Removed) -> Removed:
    """A workspace of an organisation may have let us in, and put us out, by itself alone."""
    everywhere = any(one.get("is_enterprise_install") is True for one in authorizations(body))
    second = number(body, "event_time")  # of which it does not tell the fraction
    at = None if second is None else datetime.fromtimestamp(second + 1, UTC)
    return replace(found, enterprise=enterprise(body) if everywhere else "", at=at)


OWN_WORDS = None, "file_share", "thread_broadcast", "me_message"
"""Subtypes of what a person wrote just now: beside a picture, from a thread, of themselves."""


def message(body: Json, event: Json) -> Typed | None:
    """A person's own new words in our conversation with them: no edits, no bots."""
    foreign = event.get("bot_id") or event.get("hidden") or event.get("subtype") not in OWN_WORDS
    words = typed(text(event, "text"))
    if foreign or text(event, "channel_type") != "im" or not words:
        return None
    return Typed(sender(body), words)


def typed(words: str) -> str:
    """As it was typed: Slack escapes it, and many begin a line by mentioning whom they write to."""
    return unescape(re.sub(r"<@[^>]*>", " ", words)).strip()


KINDS: Mapping[str, Callable[[Json], Heard | None]] = {
    "block_actions": block_actions,
    "view_submission": view_submission,
    "view_closed": written,
    "shortcut": shortcut,
    "message_action": message_action,
    "event_callback": event_callback,
}


def sender(body: Json) -> Sender:
    """Slack says who it was in five ways. Where an organisation has installed us there may be no
    team but the user's own."""
    user, event = inner(body, "user"), inner(body, "event")
    team = text(inner(body, "team"), "id") or text(body, "team_id") or text(user, "team_id")
    name = text(user, "id") or text(body, "user_id") or text(event, "user")
    channel = text(event, "channel") or text(inner(body, "channel"), "id")
    return Sender(
        identity(body),
        team,
        name,
        text(body, "trigger_id"),
        text(body, "response_url"),
        channel or text(body, "channel_id"),
        enterprise(body),
        text(user, "name") or text(user, "username") or text(body, "user_name"),
        stamped(body),
    )


def enterprise(body: Json) -> str:
    """The organisation (Enterprise Grid) that the workspace belongs to, or ""."""
    told = text(inner(body, "enterprise"), "id") or text(body, "enterprise_id")
    return told or next((text(one, "enterprise_id") for one in authorizations(body)), "")


def authorizations(body: Json) -> list[Json]:
    """In whose name we are told an event: Slack names one."""
    return items(body, "authorizations")[:1]


def stamped(body: Json) -> datetime | None:
    """When Slack first saw it (aware UTC): a request of theirs may come to us much later."""
    acted = items(body, "actions")
    written = [text(one, "action_ts") for one in (*acted[:1], body)]
    for stamp in (*written, text(inner(body, "event"), "event_ts")):
        try:
            return datetime.fromtimestamp(float(stamp), UTC)
        except (ValueError, OverflowError, OSError):
            continue
    return None


def identity(body: Json) -> str:
    """The same for every repeat of one event. Slack names events, and triggers once each."""
    known = text(body, "event_id") or text(body, "trigger_id")
    if known:
        return known
    return hashed(body)


def hashed(whole: object) -> str:
    told = json.dumps(whole, sort_keys=True, default=str)
    return sha256(told.encode(errors="replace")).hexdigest()


def stated(state: Json) -> Iterator[tuple[str, str]]:
    """Every input that has been filled in, by its action_id."""
    for block in inner(state, "values").values():
        if isinstance(block, dict):
            for name, element in block.items():
                if isinstance(element, dict) and (said := value(element)) is not None:
                    yield str(name), said


def value(element: Json) -> str | None:
    for name in "value", "selected_date", "selected_time", "selected_user":
        if isinstance(element.get(name), str):
            return str(element[name])
    if "selected_option" in element:
        return text(inner(element, "selected_option"), "value") or None
    if "selected_options" in element:
        return ",".join(text(one, "value") for one in items(element, "selected_options"))
    return None
