"""What Slack tells of people without anybody pressing anything: presence, groups, removal.

Cached by whoever asks, so that an alert reads nothing; unknown means available.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from bot.surfaces.slack.doors import Membership, Noticed, Presence, Removed
from bot.surfaces.slack.shapes import Json, inner, number, text, words


def noticed(team: str, enterprise: str, event: Json) -> Noticed | None:
    """What an event tells of somebody, or None when it is nothing we keep."""
    read = KINDS.get(text(event, "type"))
    found = read(team, event) if read else None
    if enterprise and isinstance(found, Presence):
        return replace(found, enterprise=enterprise)
    return found


def user_change(team: str, event: Json) -> Presence | None:
    user = inner(event, "user")
    if not text(user, "id"):
        return None
    profile = inner(user, "profile")
    deleted = user.get("deleted")
    return Presence(
        text(user, "team_id") or team,
        text(user, "id"),
        deleted=deleted if isinstance(deleted, bool) else None,
        locale=text(user, "locale") or None,
        zone=text(user, "tz") or None,
        in_huddle=huddle(profile),
        name=text(profile, "real_name") or text(user, "real_name") or None,
        machine=user.get("is_bot") is True,
    )


def huddle(profile: Json) -> bool | None:
    state = text(profile, "huddle_state")
    return state == "in_a_huddle" if state else None


def snoozed(team: str, event: Json) -> Presence | None:
    """Slack gives the next quiet time, which may have begun already."""
    told = inner(event, "dnd_status")
    start, end = number(told, "next_dnd_start_ts"), number(told, "next_dnd_end_ts")
    if not text(event, "user") or not isinstance(told.get("dnd_enabled"), bool):
        return None
    if not told["dnd_enabled"] or start is None or end is None or end <= start:
        return Presence(team, text(event, "user"), awake=True)
    quiet = datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)
    return Presence(team, text(event, "user"), snoozed=quiet)


def joined(team: str, event: Json) -> Membership:
    return Membership(team, text(event, "channel"), came=(text(event, "user"),))


def went(team: str, event: Json) -> Membership:
    return Membership(team, text(event, "channel"), left=(text(event, "user"),))


def group(team: str, event: Json) -> Membership:
    came, left = words(event, "added_users"), words(event, "removed_users")
    return Membership(text(event, "team_id") or team, text(event, "subteam_id"), came, left)


def group_changed(team: str, event: Json) -> Membership | None:
    """The whole group, where Slack tells it: of a large one it tells a part, and how many there
    are. A group that was switched off has nobody.
    """
    told = inner(event, "subteam")
    off, members = bool(told.get("date_delete")), words(told, "users")
    whole = "users" in told and len(members) >= (number(told, "user_count") or 0)
    if not text(told, "id") or not (whole or off):
        return None
    members = () if off else members
    return Membership(text(told, "team_id") or team, text(told, "id"), members, whole=True)


def removed(team: str, event: Json) -> Removed | None:
    """Of all tokens only the bot's own is ours."""
    if text(event, "type") == "tokens_revoked" and not words(inner(event, "tokens"), "bot"):
        return None
    return Removed(team)


KINDS: Mapping[str, Callable[[str, Json], Noticed | None]] = {
    "user_change": user_change,
    "team_join": user_change,
    "user_huddle_changed": user_change,
    "dnd_updated_user": snoozed,
    "member_joined_channel": joined,
    "member_left_channel": went,
    "subteam_members_changed": group,
    "subteam_updated": group_changed,
    "tokens_revoked": removed,
    "app_uninstalled": removed,
}
