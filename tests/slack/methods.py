"""The Web API of the fake Slack: what each method does."""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from tests.slack import strict
from tests.slack.memory import TRIGGER_SECONDS, Memory, Message
from tests.slack.strict import No

Json = dict[str, Any]


def auth_test(slack: Memory, said: Json) -> Json:
    return {"team_id": slack.team, "user_id": slack.bot_user, "bot_id": "B0BOT", "team": "Fake"}


def post_message(slack: Memory, said: Json) -> Json:
    """To a deactivated user too, as the real one does (python-slack-sdk issue 1156)."""
    strict.message(said)
    channel = slack.conversation(said["channel"])
    if channel not in slack.channels:
        raise No("channel_not_found")
    blocks, told = said.get("blocks") or [], said.get("metadata")
    message = Message(channel, slack.ts(), said.get("text", ""), blocks, told)
    slack.channels[channel].append(message)
    return {"channel": channel, "ts": message.ts, "message": message.told(True)}


def update(slack: Memory, said: Json) -> Json:
    strict.message(said)
    if said["channel"] not in slack.channels:
        raise No("channel_not_found")
    for message in slack.channels[said["channel"]]:
        if message.ts == said["ts"]:
            message.text, message.blocks = said.get("text", ""), said.get("blocks") or []
            message.metadata = said.get("metadata", message.metadata)
            message.edits += 1
            return {"channel": message.channel, "ts": message.ts, "text": message.text}
    raise No("message_not_found")


def post_ephemeral(slack: Memory, said: Json) -> Json:
    slack.whispers.setdefault(said["user"], []).append(said["text"])
    return {"message_ts": slack.ts()}


def open_conversation(slack: Memory, said: Json) -> Json:
    user = slack.users.get(said["users"])
    if user is None:
        raise No("user_not_found")
    if user.deleted:
        raise No("user_disabled")
    return {"channel": {"id": slack.conversation(user.id)}}


def history(slack: Memory, said: Json) -> Json:
    if said["channel"] not in slack.channels:
        raise No("channel_not_found")
    found = slack.channels[said["channel"]][::-1][: int(said.get("limit", 100))]
    with_metadata = str(said.get("include_all_metadata")) in ("1", "true", "True")
    return {"messages": [one.told(with_metadata) for one in found], "has_more": False}


def open_view(slack: Memory, said: Json) -> Json:
    strict.view(said["view"])
    user, born = slack.triggers.pop(said.get("trigger_id", ""), ("", 0.0))
    if not user:
        raise No("invalid_trigger_id")
    if monotonic() - born > TRIGGER_SECONDS:
        raise No("expired_trigger_id")
    stack = slack.modals.setdefault(user, [])
    if len(stack) == 3:
        raise No("push_limit_reached")
    stack.append(kept(slack, said["view"]))
    return {"view": stack[-1]}


def publish(slack: Memory, said: Json) -> Json:
    strict.view(said["view"])
    if said["user_id"] not in slack.users:
        raise No("user_not_found")
    slack.homes[said["user_id"]] = kept(slack, said["view"])
    return {"view": slack.homes[said["user_id"]]}


def update_view(slack: Memory, said: Json) -> Json:
    strict.view(said["view"])
    for stack in slack.modals.values():
        for at, view in enumerate(stack):
            if view["id"] == said.get("view_id"):
                if said.get("hash") not in (None, view["hash"]):
                    raise No("hash_conflict")
                stack[at] = {**kept(slack, said["view"]), "id": view["id"]}
                return {"view": stack[at]}
    raise No("not_found")


def kept(slack: Memory, view: Json) -> Json:
    number = next(slack.numbers)
    return {**view, "id": f"V{number}", "hash": f"hash{number}", "team_id": slack.team}


def user_info(slack: Memory, said: Json) -> Json:
    user = slack.users.get(said["user"])
    if user is None:
        raise No("user_not_found")
    return {"user": {"id": user.id, "deleted": user.deleted, "locale": user.locale}}


def users(slack: Memory, said: Json) -> Json:
    return {"members": [user_info(slack, {"user": id})["user"] for id in slack.users]}


def dnd(slack: Memory, said: Json) -> Json:
    asked = [slack.users[id] for id in said["users"].split(",") if id in slack.users]
    return {
        "users": {
            user.id: {
                "dnd_enabled": user.dnd is not None,
                "next_dnd_start_ts": (user.dnd or (1, 1))[0],
                "next_dnd_end_ts": (user.dnd or (1, 1))[1],
            }
            for user in asked
        }
    }


def presence(slack: Memory, said: Json) -> Json:
    """Of others Slack tells this and no more."""
    if said["user"] not in slack.users:
        raise No("user_not_found")
    return {"presence": "away" if slack.users[said["user"]].away else "active"}


def access(slack: Memory, said: Json) -> Json:
    """A code is good once, and so is a refresh token."""
    kind, key = (slack.codes, "code") if "code" in said else (slack.refreshes, "refresh_token")
    if said[key] not in kind:
        raise No("invalid_code" if key == "code" else "invalid_refresh_token")
    return kind.pop(said[key])


def teams(slack: Memory, said: Json) -> Json:
    return {"teams": [{"id": team, "name": team} for team in slack.teams]}


def members(slack: Memory, said: Json) -> Json:
    """A page at a time, as Slack does."""
    if said["channel"] not in slack.groups:
        raise No("channel_not_found")
    everybody, start = slack.groups[said["channel"]], int(said.get("cursor") or 0)
    end = start + min(int(said["limit"]), 2)
    more = str(end) if end < len(everybody) else ""
    return {"members": everybody[start:end], "response_metadata": {"next_cursor": more}}


def group(slack: Memory, said: Json) -> Json:
    """A plan without groups knows none at all."""
    if not any(name.startswith("S") for name in slack.groups):
        raise No("plan_upgrade_required")
    if said["usergroup"] not in slack.groups:
        raise No("no_such_subteam")
    return {"users": slack.groups[said["usergroup"]]}


def usergroups(slack: Memory, said: Json) -> Json:
    """As on a plan that has none."""
    raise No("plan_upgrade_required")


Method = Callable[[Memory, Json], Json]
METHODS: Mapping[str, Method] = {
    "auth.test": auth_test,
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.postEphemeral": post_ephemeral,
    "conversations.open": open_conversation,
    "conversations.history": history,
    "views.open": open_view,
    "views.publish": publish,
    "views.update": update_view,
    "users.info": user_info,
    "users.list": users,
    "dnd.teamInfo": dnd,
    "users.getPresence": presence,
    "usergroups.list": usergroups,
    "usergroups.users.list": group,
    "oauth.v2.access": access,
    "auth.teams.list": teams,
    "conversations.members": members,
}
