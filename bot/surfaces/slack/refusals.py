"""What Slack's errors mean for whoever wanted to send something, and how to repair them."""

from collections.abc import Mapping

from aiohttp import ClientConnectorError, ClientError

from bot.surfaces import MessageGone, ShutOut, SurfaceError, UnknownRefusal, Unreachable

NO_WISH = 1.0
"""Seconds to wait where Slack limits without saying how long."""


class TooMuch(Exception):
    """Slack does not like the blocks: say it more plainly."""


INSTALL = "install the app again and set KOLLEGA_SLACK_BOT_TOKEN to its new token"
SHUT: Mapping[str, str] = {
    "invalid_auth": f"Slack does not know the token; {INSTALL}",
    "not_authed": "no token was sent; set KOLLEGA_SLACK_BOT_TOKEN",
    "token_revoked": f"the token was revoked; {INSTALL}",
    "token_expired": f"the token has expired; {INSTALL}",
    "account_inactive": f"the app was removed from the workspace; {INSTALL}",
    "not_allowed_token_type": "this is no bot token; KOLLEGA_SLACK_BOT_TOKEN begins with xoxb-",
    "missing_scope": "the app lacks a permission; compare it with manifest.yaml and install again",
    "no_permission": "the app lacks a permission; compare it with manifest.yaml and install again",
    "team_access_not_granted": "the app may not enter this workspace; ask its owner to allow it",
    "org_login_required": "the workspace is being moved by its owner; wait until Slack is done",
    "ekm_access_denied": "the organisation has suspended the app's access; ask its owner",
    "access_denied": "the organisation has suspended the app's access; ask its owner",
    "accesslimited": "the workspace lets apps in from some networks only; ask its owner for ours",
    "enterprise_is_restricted": "the organisation does not let the app do this; ask its owner",
    "team_not_found": "Slack knows no such workspace; ask its owner, or correct the addresses",
    "two_factor_setup_required": "the workspace asks for two-factor sign-in; ask its owner",
    "messages_tab_disabled": "the app's messages tab is off; switch it on, as manifest.yaml has it",
    "not_enabled": "the app's home tab is off; switch it on, as manifest.yaml has it",
}

UNREACHABLE: Mapping[str, str] = {
    "user_not_found": "Slack knows no such user",
    "users_not_found": "Slack knows no such user",
    "user_not_visible": "the app may not see this user",
    "user_disabled": "the Slack account is deactivated",
    "channel_not_found": "Slack knows no such conversation, or the app is not in it",
    "is_archived": "the channel is archived",
    "is_inactive": "the conversation is frozen",
    "not_in_channel": "the app is not in this channel; invite it",
    "cannot_dm_bot": "a bot takes no messages",
    "restricted_action": "the workspace does not let the app write here",
    "restricted_action_read_only_channel": "the workspace does not let the app write here",
    "restricted_action_non_threadable_channel": "the workspace does not let the app write here",
}

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})

TOO_MUCH = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "msg_too_long",
        "invalid_arguments",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "view_too_large",
        "no_text",
    }
)

UNSURE = frozenset({"internal_error", "fatal_error", "request_timeout"})
"""Slack says of these that something may have happened before."""

HEALS = UNSURE | {"service_unavailable", "team_added_to_org", "external_channel_migrating"}
"""Slack is busy with itself; what is in no table is told to an administrator."""


def refused(error: str, status: int, wish: str | None) -> Exception:
    """What a refusal of Slack means; `wish` is its Retry-After."""
    if status == 429 or error in ("ratelimited", "rate_limited"):
        return SurfaceError("Slack asks to wait", seconds(wish), unsure=False)
    if error in SHUT:
        return ShutOut(SHUT[error])
    if error in UNREACHABLE:
        return Unreachable(UNREACHABLE[error])
    if error in GONE:
        return MessageGone(error)
    if error in TOO_MUCH:
        return TooMuch(error)
    if status >= 500 or not error:
        return SurfaceError(f"Slack answers {status}", unsure=True)
    if error in HEALS:
        return SurfaceError(f"Slack refuses it: {error}", unsure=error in UNSURE)
    return UnknownRefusal(f"Slack refuses it: {error}", error)


def lost(why: Exception) -> SurfaceError:
    """The line broke. Only where no connection came about is it sure that nothing was sent."""
    unsure = not isinstance(why, ClientConnectorError)
    if isinstance(why, TimeoutError):
        return SurfaceError("Slack does not answer in time", unsure=unsure)
    if isinstance(why, ClientError):
        return SurfaceError(f"the line to Slack broke ({type(why).__name__})", unsure=unsure)
    return SurfaceError(f"Slack's answer cannot be read ({type(why).__name__})", unsure=unsure)


def seconds(wish: str | None) -> float:
    """Retry-After is a whole number of seconds; what is not is taken for one second."""
    return float(wish) if wish and wish.strip().isdecimal() else NO_WISH
