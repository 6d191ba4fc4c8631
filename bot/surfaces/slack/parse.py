"""What Slack tells, as wire names and values. Nothing in it is trusted; the engine checks.

Nothing here raises: whatever has another shape than Slack documents is heard as nothing.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from bot.surfaces.slack import presence
from bot.surfaces.slack.doors import Chosen, Noticed
from bot.surfaces.slack.shapes import Json, inner, items, text


@dataclass(frozen=True, slots=True)
class Sender:
    """Who did it and when, where to, and what Slack gives us to answer with."""

    id: str
    team: str
    user: str
    trigger: str = ""
    response_url: str = ""
    channel: str = ""
    at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Pressed:
    by: Sender
    wire_name: str
    payload: str
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submitted:
    by: Sender
    wire_name: str
    payload: str
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
    """Somebody looks at their own page."""

    by: Sender


Heard = Pressed | Submitted | Typed | Shortcut | OnMessage | Opened | Noticed


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


def block_actions(body: Json) -> Pressed | None:
    actions = items(body, "actions")
    if not actions:
        return None
    inputs = dict(stated(inner(body, "state") or inner(body, "view", "state")))
    return Pressed(sender(body), *pressed(actions[0]), inputs)


def view_submission(body: Json) -> Submitted | None:
    view = inner(body, "view")
    name, payload = text(view, "callback_id"), text(view, "private_metadata") or "{}"
    return Submitted(sender(body), name, payload, dict(stated(inner(view, "state"))))


def shortcut(body: Json) -> Shortcut:
    return Shortcut(sender(body), text(body, "callback_id"))


def message_action(body: Json) -> OnMessage:
    message = inner(body, "message")
    where = text(inner(body, "channel"), "id")
    chosen = Chosen(
        text(body, "callback_id"), where, text(body, "message_ts"), text(message, "text")
    )
    return OnMessage(sender(body), chosen)


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
            return Opened(sender(body))
        case _:
            return presence.noticed(text(body, "team_id"), event)


def message(body: Json, event: Json) -> Typed | None:
    """A person's own new words in our conversation with them: no edits, no files, no bots."""
    foreign = event.get("bot_id") or event.get("subtype") or event.get("hidden")
    if foreign or text(event, "channel_type") != "im" or not text(event, "text").strip():
        return None
    return Typed(sender(body), text(event, "text"))


KINDS: Mapping[str, Callable[[Json], Heard | None]] = {
    "block_actions": block_actions,
    "view_submission": view_submission,
    "shortcut": shortcut,
    "message_action": message_action,
    "event_callback": event_callback,
}


def sender(body: Json) -> Sender:
    """Slack says who it was in five ways."""
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
        stamped(body),
    )


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
    whole = json.dumps(body, sort_keys=True, default=str)
    return sha256(whole.encode(errors="replace")).hexdigest()


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
