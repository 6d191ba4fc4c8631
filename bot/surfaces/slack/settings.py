"""Slack's settings: secrets, and every address, the outside one too, which can be loopback."""

from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr, field_validator

TOKEN, APP_TOKEN, SECRET = "slack_bot_token", "slack_app_token", "slack_signing_secret"
LISTENER = "slack_host", "slack_port"

LOOPBACK = "127.0.0.1", "localhost", "::1"


class SlackSettings(BaseModel):
    """Without a bot token Slack stays away. `slack_host` and `slack_port` are a listener of Slack's
    own: nothing else of the bot can be reached there.
    """

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_base: str = "https://slack.com/api/"
    slack_host: str = "127.0.0.1"
    slack_port: int = 8711

    @property
    def slack_on(self) -> bool:
        return self.slack_bot_token is not None

    @property
    def slack_over_http(self) -> bool:
        return self.slack_on and self.slack_signing_secret is not None

    @field_validator(TOKEN)
    @classmethod
    def _bot_token(cls, token: SecretStr | None) -> SecretStr | None:
        return begins(token, "this is no bot token; it begins with xoxb-", "xoxb-", "xoxe.xoxb-")

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


def lacking(given: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is missing beside the settings that were given, each with its repair."""
    rest = [name for name in (APP_TOKEN, SECRET, *LISTENER) if name in given]
    if rest and TOKEN not in given:
        yield TOKEN, "write the bot token (xoxb-…); without it Slack stays away"
    if any(name in given for name in LISTENER) and SECRET not in given:
        yield SECRET, "write the app's signing secret; without it nothing from outside is believed"
    elif TOKEN in given and SECRET not in given and APP_TOKEN not in given:
        yield (
            SECRET,
            (
                "write the app's signing secret, or KOLLEGA_SLACK_APP_TOKEN to try things out over "
                "Socket Mode; without either the bot hears nothing"
            ),
        )
