"""What Teams tells, as wire names and values. Nothing in it is trusted; the engine checks.

Nothing here raises: whatever has another shape than Microsoft documents is heard as nothing.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from bot.surfaces.shapes import Json, inner, items, text
from bot.surfaces.teams.doors import Chosen
from bot.surfaces.teams.render import FORM

MENTION = re.compile(r"<at\b[^>]*>.*?</at>", re.DOTALL)
TAG = re.compile(r"<[^>]{0,200}>")
LINK = re.compile(r"https://teams\.(microsoft\.com|cloud\.microsoft)/l/message/[^\s<>\"]{1,1500}")
LONGEST_ID = 500
"""Teams' own ids of conversations have some 100 characters; a request line has room for 8,190."""
OURS = frozenset({"payload", "verb", "msteams", FORM})
"""What our own buttons carry beside a person's inputs."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who did it, where, and what answers can be sent with. `user` is their id in Entra."""

    id: str
    tenant: str
    user: str
    conversation: str
    door: str
    personal: bool = True

    @property
    def address(self) -> str:
        return self.user


@dataclass(frozen=True, slots=True)
class Pressed:
    """`message` is the one that the button stands on; `form` when it is one of our forms."""

    by: Sender
    wire_name: str
    payload: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    form: bool = False


@dataclass(frozen=True, slots=True)
class Submitted:
    """A plain Action.Submit: it arrives as a message, and nothing can be answered but a message."""

    by: Sender
    wire_name: str
    payload: str
    inputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Typed:
    by: Sender
    words: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A dialog is asked for, or (`sent`) was sent."""

    by: Sender
    wire_name: str
    payload: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Commanded:
    """A command of the compose box, with the message that it was chosen for, if any."""

    by: Sender
    command: str
    chosen: Chosen | None = None


@dataclass(frozen=True, slots=True)
class Installed:
    by: Sender


@dataclass(frozen=True, slots=True)
class Uninstalled:
    by: Sender


@dataclass(frozen=True, slots=True)
class Noted:
    """Nothing to do but to remember where they are."""

    by: Sender


@dataclass(frozen=True, slots=True)
class Unknown:
    """An invoke that nothing here is for: 501."""


Heard = (
    Pressed | Submitted | Typed | Fetched | Commanded | Installed | Uninstalled | Noted | Unknown
)


def executed(action: Mapping[str, object]) -> tuple[str, str]:
    """The wire name and payload of an Action.Execute (the action of adaptiveCard/action)."""
    data = action.get("data")
    payload = data.get("payload") if isinstance(data, Mapping) else None
    return str(action.get("verb", "")), str(payload or "{}")


def heard(activity: Json) -> Heard | None:
    """What an activity says, or None when it is nothing for us (a reaction, typing, an edit)."""
    read = KINDS.get(text(activity, "type"))
    return read(activity) if read else None


def message(activity: Json) -> Heard | None:
    value = inner(activity, "value")
    if text(value, "verb"):
        wire_name, payload = text(value, "verb"), text(value, "payload") or "{}"
        return Submitted(sender(activity), wire_name, payload, dict(inputs(value)))
    said = words(activity)
    return Typed(sender(activity), said) if said else None


def words(activity: Json) -> str:
    """Without the mention that calls us by name, and without markup."""
    said = text(activity, "text")
    me = text(inner(activity, "recipient"), "id")
    for one in items(activity, "entities"):
        if text(one, "type") == "mention" and text(inner(one, "mentioned"), "id") == me:
            said = said.replace(text(one, "text") or "\0", " ")
    said = TAG.sub(" ", MENTION.sub(" ", said)).replace("&nbsp;", " ").replace("\xa0", " ")
    return " ".join(said.split())


def invoke(activity: Json) -> Heard | None:
    read = INVOKES.get(text(activity, "name"))
    return read(activity) if read else Unknown()


def card_action(activity: Json) -> Pressed | None:
    action = inner(activity, "value", "action")
    data = inner(action, "data")
    if not text(action, "verb"):
        return None
    by = sender(activity)
    on = message_id(by.conversation, text(activity, "replyToId"))
    form = data.get(FORM) is True
    return Pressed(by, *executed(action), dict(inputs(data)), on, form)


def task(activity: Json, sent: bool) -> Fetched | None:
    """`value.data` is what our own button carries."""
    data = inner(activity, "value", "data")
    if not text(data, "verb"):
        return None
    payload = text(data, "payload") or "{}"
    return Fetched(sender(activity), text(data, "verb"), payload, dict(inputs(data)), sent)


def command(activity: Json) -> Commanded:
    value = inner(activity, "value")
    name = text(value, "commandId")
    chosen = Chosen(name, link(inner(value, "messagePayload")))
    on_message = text(value, "commandContext") == "message"
    return Commanded(sender(activity), name, chosen if on_message else None)


def link(message: Json) -> str:
    """Where the message stands, as Teams itself gives it; "" where that is odd.

    Nothing of what it says is read: whoever opens the link needs to be let in by Teams.
    """
    found = text(message, "linkToMessage")
    return found if LINK.fullmatch(found) else ""


def installation(activity: Json) -> Heard:
    by = sender(activity)
    gone = text(activity, "action").startswith("remove")
    if not by.personal:
        return Noted(by)
    return Uninstalled(by) if gone else Installed(by)


KINDS: Mapping[str, Callable[[Json], Heard | None]] = {
    "message": message,
    "invoke": invoke,
    "installationUpdate": installation,
    "conversationUpdate": lambda activity: Noted(sender(activity)),
}

INVOKES: Mapping[str, Callable[[Json], Heard | None]] = {
    "adaptiveCard/action": card_action,
    "task/fetch": lambda activity: task(activity, sent=False),
    "task/submit": lambda activity: task(activity, sent=True),
    "composeExtension/fetchTask": command,
    "composeExtension/submitAction": lambda told: task(told, sent=True) or command(told),
}


def sender(activity: Json) -> Sender:
    conversation = inner(activity, "conversation")
    kind = text(conversation, "conversationType")
    return Sender(
        identity(activity),
        next(iter(tenants_of(activity)), ""),
        text(inner(activity, "from"), "aadObjectId").lower(),
        conversation_id(conversation),
        text(activity, "serviceUrl"),
        kind in ("", "personal"),
    )


def conversation_id(conversation: Json) -> str:
    """Where an answer may go; one that fits into no address is none."""
    found = text(conversation, "id")
    return found if len(found) <= LONGEST_ID else ""


def identity(activity: Json) -> str:
    """The same for every repeat of one activity. Ids are unique in their conversation only."""
    where = text(inner(activity, "conversation"), "id")
    known = text(activity, "id")
    if known:
        return sha256(f"{where}\n{known}".encode(errors="replace")).hexdigest()
    whole = {name: part for name, part in activity.items() if "timestamp" not in name.lower()}
    said = json.dumps(whole, sort_keys=True, default=str)
    return sha256(said.encode(errors="replace")).hexdigest()


def inputs(data: Json) -> Iterator[tuple[str, str]]:
    """Every input that has been filled in, by its id."""
    for name, said in data.items():
        if name not in OURS and isinstance(said, str):
            yield name, said


def message_id(conversation: str, activity: str) -> str:
    """How we name a message: an edit must know its conversation too."""
    return f"{conversation}/{activity}" if activity else ""


def tenants_of(activity: Json) -> frozenset[str]:
    """Everywhere that an activity names its tenant; they must all be ours."""
    named = (
        text(inner(activity, "channelData", "tenant"), "id"),
        text(inner(activity, "conversation"), "tenantId"),
        text(inner(activity, "from"), "tenantId"),
    )
    return frozenset(one.lower() for one in named if one)
