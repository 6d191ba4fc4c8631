"""Why somebody is not reached in Slack, as one of the few reasons that content has words for."""

import re
from collections.abc import Mapping

from bot.surfaces.slack.refusals import SHUT, UNREACHABLE

LEFT, REMOVED, PART, OTHER = "left", "removed", "part", "other"

GONE_APP = "the app was removed from the workspace, or its token revoked"
NO_PLACE = "the address names no workspace, and there are several; write T…/U…"
NOT_LET_IN = "no such workspace has installed the app; open /slack/install there"
PLACE_GONE = "a workspace removed the app, or its token died; open /slack/install there again"
FADING = "a token dies within hours and is not exchanged; open /slack/install there again"
NO_SOCKET = (
    "Slack does not take the app-level token; switch Socket Mode on, make a token with "
    "connections:write under Basic Information and set KOLLEGA_SLACK_APP_TOKEN to it"
)

PEOPLE: Mapping[str, str] = {
    "user_not_found": "unknown",
    "users_not_found": "unknown",
    "user_not_visible": "unknown",
    "channel_not_found": "unknown",
    "user_disabled": LEFT,
    "cannot_dm_bot": "unknown",
}
"""All else that makes one person unreachable is a conversation that is closed to us."""

DOORS: Mapping[str, str] = {
    "missing_scope": "permission",
    "no_permission": "permission",
    "messages_tab_disabled": "permission",
    "not_enabled": "permission",
    "team_access_not_granted": "owner",
    "org_login_required": "owner",
    "ekm_access_denied": "owner",
    "access_denied": "owner",
    "accesslimited": "owner",
    "enterprise_is_restricted": "owner",
    "team_not_found": "owner",
    "two_factor_setup_required": "owner",
    "account_inactive": REMOVED,
}
"""All else that shuts us out is about the token."""

REASONS: Mapping[str, str] = {
    **{said: PEOPLE.get(error, "closed") for error, said in UNREACHABLE.items()},
    **{said: DOORS.get(error, "token") for error, said in SHUT.items()},
    NO_SOCKET: "token",
    NO_PLACE: "unknown",
    NOT_LET_IN: PART,
    PLACE_GONE: PART,
    FADING: "fading",
    GONE_APP: REMOVED,
}


def reason(why: str) -> str:
    """The reason behind a sentence that an operator reads; one that names a workspace ("T1: …") is
    about that one only."""
    return PART if re.match(r"[TE][A-Z0-9]+: ", why) else REASONS.get(why, OTHER)
