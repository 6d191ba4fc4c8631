"""The gatekeeper: who may tell us something. Strict on purpose, as no bot SDK is.

Only Microsoft's own channel service may: RS256, its issuer, our app as the only audience, an
expiry, a key that is endorsed for Teams, and a token made for the very service address that the
activity names. Then the tenant must be one of ours, and the service address one that we trust.
"""

from collections.abc import Collection, Mapping
from typing import Any

import jwt

from bot.surfaces.shapes import Json, inner, text
from bot.surfaces.teams.keys import Keys
from bot.surfaces.teams.parse import tenants_of
from bot.surfaces.teams.settings import origin

ISSUER = "https://api.botframework.com"
CHANNEL = "msteams"
LEEWAY = 300.0
"""Seconds by which clocks may differ."""
LONGEST = 16_384
"""Characters of a token; Microsoft's have about 1,500."""


class NotAdmitted(Exception):
    """Whoever said this is not who they must be; the reason is for the log alone."""


Claims = Mapping[str, Any]


class Gatekeeper:
    """`services` are the addresses that a token of ours may be sent to."""

    def __init__(
        self, app_id: str, tenants: Collection[str], services: Collection[str], keys: Keys
    ) -> None:
        self.app_id, self.keys = app_id, keys
        self.tenants = frozenset(one.lower() for one in tenants)
        self.origins = frozenset(origin(one) for one in services)

    async def admit(self, header: str | None) -> Claims:
        """The claims of a genuine token, before anything of the body is looked at.

        Raises NotAdmitted, and `keys.NoKeys` while nothing can be checked at all.
        """
        scheme, _, token = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not 0 < len(token) <= LONGEST:
            raise NotAdmitted("it bears no token")
        try:
            head = jwt.get_unverified_header(token)
            if head.get("alg") != "RS256":
                raise NotAdmitted("not signed with RS256")
            key = await self.keys.find(text(head, "kid"))
            if key is None:
                raise NotAdmitted("signed with a key that Microsoft does not have")
            if CHANNEL not in key.endorsements:
                raise NotAdmitted("the key is not endorsed for Teams")
            return self._checked(token, key.public)
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as no:
            raise NotAdmitted(f"the token does not hold ({type(no).__name__})") from None

    def _checked(self, token: str, public: Any) -> Claims:
        claims: Claims = jwt.decode(
            token,
            public,
            algorithms=["RS256"],
            audience=self.app_id,
            issuer=ISSUER,
            leeway=LEEWAY,
            options={"require": ["exp", "iss", "aud"], "strict_aud": True},
        )
        return claims

    def check(self, claims: Claims, activity: Json) -> None:
        """Does the token belong to this activity, and the activity to us? Raises NotAdmitted."""
        service = text(activity, "serviceUrl")
        if not service or plain(claims.get("serviceurl")) != plain(service):
            raise NotAdmitted("the token was made for another service address")
        if origin(service) not in self.origins:
            raise NotAdmitted("the service address is none of KOLLEGA_TEAMS_SERVICE_URL")
        if text(activity, "channelId") != CHANNEL:
            raise NotAdmitted("it does not come from Teams")
        if text(inner(activity, "recipient"), "id") not in ("", f"28:{self.app_id}", self.app_id):
            raise NotAdmitted("it is meant for another bot")
        named = tenants_of(activity)
        if not named or not named <= self.tenants:
            raise NotAdmitted("it comes from a tenant that is not in KOLLEGA_TEAMS_TENANTS")


def plain(url: object) -> str | None:
    return url.rstrip("/") if isinstance(url, str) else None
