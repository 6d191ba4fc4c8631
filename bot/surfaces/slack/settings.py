"""Slack's settings: secrets, and every address, the outside one too, which can be loopback.

One workspace by a bot token, or those that `slack_workspaces` names over OAuth; or both.
"""

import re
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr, field_validator

TOKEN, APP_TOKEN, SECRET = "slack_bot_token", "slack_app_token", "slack_signing_secret"
CLIENT = "slack_client_id", "slack_client_secret", "slack_workspaces"
LISTENER = "slack_host", "slack_port"

LOOPBACK = "127.0.0.1", "localhost", "::1"
PLACE = re.compile(r"[TE][A-Z0-9]+")
ROTATES = "this token ends after twelve hours; with token rotation install over OAuth instead"


class SlackSettings(BaseModel):
    """Without a bot token or a client Slack stays away. `slack_host` and `slack_port` are a
    listener of Slack's own: nothing else of the bot can be reached there.
    """

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_workspaces: str | None = None
    slack_api_base: str = "https://slack.com/api/"
    slack_host: str = "127.0.0.1"
    slack_port: int = 8711

    @property
    def slack_on(self) -> bool:
        return self.slack_bot_token is not None or self.slack_by_oauth

    @property
    def slack_by_oauth(self) -> bool:
        return None not in (self.slack_client_id, self.slack_client_secret, self.slack_workspaces)

    @property
    def slack_allowed(self) -> frozenset[str]:
        """The workspaces and organisations that may let the bot in over OAuth."""
        return frozenset((self.slack_workspaces or "").replace(",", " ").split())

    @property
    def slack_over_http(self) -> bool:
        return self.slack_on and self.slack_signing_secret is not None

    @field_validator(TOKEN)
    @classmethod
    def _bot_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token and token.get_secret_value().startswith("xoxe."):
            raise ValueError(ROTATES)
        return begins(token, "this is no bot token; it begins with xoxb-", "xoxb-")

    @field_validator("slack_workspaces")
    @classmethod
    def _places(cls, written: str | None) -> str | None:
        named = (written or "").replace(",", " ").split()
        if written is not None and not (named and all(map(PLACE.fullmatch, named))):
            raise ValueError(
                "write the ids that may install, such as T0123ABC, or E0123ABC for all"
            )
        return written

    @field_validator(APP_TOKEN)
    @classmethod
    def _app_token(cls, token: SecretStr | None) -> SecretStr | None:
        return begins(token, "this is no app-level token; it begins with xapp-", "xapp-")

    @field_validator(SECRET)
    @classmethod
    def _no_token(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret and secret.get_secret_value().startswith(("xox", "xapp-")):
            raise ValueError("this is a token; the signing secret is under Basic Information")
        return secret

    @field_validator("slack_api_base")
    @classmethod
    def _address(cls, written: str) -> str:
        try:
            scheme, host = urlsplit(written).scheme, urlsplit(written).hostname
        except ValueError:
            scheme, host = "", None
        if not (host and (scheme == "https" or (scheme == "http" and host in LOOPBACK))):
            raise ValueError("write an https:// address, such as https://slack.com/api/")
        return written.rstrip("/") + "/"


def begins(token: SecretStr | None, otherwise: str, *starts: str) -> SecretStr | None:
    if token and not token.get_secret_value().startswith(starts):
        raise ValueError(otherwise)
    return token


TO_INSTALL = {
    "slack_client_id": "write the app's client ID, which installing over OAuth needs",
    "slack_client_secret": "write the app's client secret, which installing over OAuth needs",
    "slack_workspaces": "write the ids of the workspaces that may install, such as T0123ABC",
}


def lacking(given: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is missing beside the settings that were given, each with its repair."""
    rest = [name for name in (APP_TOKEN, SECRET, *LISTENER) if name in given]
    by_oauth = any(name in given for name in CLIENT)
    if rest and TOKEN not in given and not by_oauth:
        yield TOKEN, "write the bot token (xoxb-…); without it Slack stays away"
    if by_oauth:
        yield from ((name, TO_INSTALL[name]) for name in CLIENT if name not in given)
    if by_oauth and SECRET not in given:
        yield SECRET, "write the app's signing secret; installing over OAuth needs a public address"
    elif any(name in given for name in LISTENER) and SECRET not in given:
        yield SECRET, "write the app's signing secret; without it nothing from outside is believed"
    elif TOKEN in given and SECRET not in given and APP_TOKEN not in given:
        yield (
            SECRET,
            (
                "write the app's signing secret, or KOLLEGA_SLACK_APP_TOKEN to try things out over "
                "Socket Mode; without either the bot hears nothing"
            ),
        )
