"""What the connector's errors mean for whoever wanted to send something, and how to repair them."""

from collections.abc import Mapping

from aiohttp import ClientConnectorError, ClientError

from bot.surfaces import MessageGone, ShutOut, SurfaceError, UnknownRefusal, Unreachable

NO_WISH = 1.0
"""Seconds to wait where Teams limits without saying how long."""


class TooMuch(Exception):
    """Teams does not like the card: say it more plainly."""


class NoConversation(Exception):
    """The conversation that we know is not there any more: it must be begun anew."""


class NotLetIn(Exception):
    """The token is not taken: another may be."""


UNREACHABLE: Mapping[str, str] = {
    "BotNotInConversationRoster": "the app is not installed for them",
    "ConversationBlockedByUser": "they have blocked the app",
    "MessageWritesBlocked": "the app may not write to them",
    "BotDisabledByAdmin": "an administrator has switched the app off",
    "UserNotFound": "Teams knows no such user",
    "MemberNotFound": "Teams knows no such user",
}
"""By the error code; also what a person's `Unreachable` says."""

FORBIDDEN = "Teams does not let the app write to them"
UNKNOWN = "Teams knows no such user"
REMOVED = "they have removed the app"

REGISTER = "compare KOLLEGA_TEAMS_APP_ID and KOLLEGA_TEAMS_TENANTS with the app registration"
RENEW = "make a new secret under Certificates & secrets and set KOLLEGA_TEAMS_APP_SECRET to it"
WRONG_TOKEN = f"Teams does not take our token; {REGISTER}"

AUTHORITY: Mapping[str, str] = {
    "AADSTS7000215": f"Entra does not know the secret; {RENEW}",
    "AADSTS7000222": f"the secret has expired; {RENEW}",
    "AADSTS700027": "Entra does not know the certificate; upload it to the app registration",
    "AADSTS700016": f"Entra does not know the app in this tenant; {REGISTER}",
    "AADSTS90002": f"Entra knows no such tenant; {REGISTER}",
}
REFUSED_TOKEN = f"Entra gives us no token; {REGISTER}"
NO_IDENTITY = "this machine has no managed identity; give it one, or set a secret"
UNREADABLE = "the certificate cannot be read; name a PEM file with key and certificate"
SHUT = frozenset({WRONG_TOKEN, REFUSED_TOKEN, NO_IDENTITY, UNREADABLE, *AUTHORITY.values()})

GONE = frozenset({"ActivityNotFoundInConversation", "ActivityNotFound", "MessageNotFound"})
TOO_MUCH = frozenset({"BadSyntax", "BadArgument", "MessageSizeTooBig", "InvalidCardPayload"})

HEALS = frozenset({408, 409, 425})
"""Of the refusals in no table: too slow, too early, or at the same time as another."""


def refused(status: int, code: str, wish: str | None, editing: bool = False) -> Exception:
    """What an answer of the connector means; `code` is its error's, `wish` its Retry-After."""
    if status in (429, 412):
        return SurfaceError(f"Teams asks to wait ({status})", seconds(wish), unsure=False)
    if status == 401:
        return NotLetIn(code)
    if status == 413 or (status == 400 and code in TOO_MUCH):
        return TooMuch(code or str(status))
    if code in GONE or (status == 404 and editing):
        return MessageGone(code or str(status))
    if status in (403, 404, 410):
        return _closed(status, code)
    said = f"Teams answers {status} {code}".rstrip()
    if 400 <= status < 500 and status not in HEALS:
        return UnknownRefusal(said, code or str(status))
    return SurfaceError(said, unsure=status >= 500)


def _closed(status: int, code: str) -> Exception:
    if code in UNREACHABLE:
        return Unreachable(UNREACHABLE[code])
    return Unreachable(FORBIDDEN) if status == 403 else NoConversation(code)


def lost(why: Exception) -> SurfaceError:
    """The line broke. Only where no connection came about is it sure that nothing was sent."""
    unsure = not isinstance(why, ClientConnectorError)
    if isinstance(why, TimeoutError):
        return SurfaceError("Teams does not answer in time", unsure=unsure)
    if isinstance(why, ClientError):
        return SurfaceError(f"the line to Teams broke ({type(why).__name__})", unsure=unsure)
    return SurfaceError(f"Teams' answer cannot be read ({type(why).__name__})", unsure=unsure)


def no_token(told: Mapping[str, object]) -> ShutOut:
    """What Entra said instead of giving a token; its own words stay out of every log."""
    said = str(told.get("error_description", ""))
    known = (words for code, words in AUTHORITY.items() if f"{code}:" in said or said == code)
    return ShutOut(next(known, REFUSED_TOKEN))


def seconds(wish: str | None) -> float:
    """Retry-After is a number of seconds; what is not is taken for one second."""
    try:
        return min(max(float(wish or NO_WISH), 0.0), 600.0)
    except ValueError:
        return NO_WISH
