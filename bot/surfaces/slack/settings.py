"""Slack's settings: secrets, and the one outside address, which can be pointed at loopback."""

from pydantic import BaseModel, SecretStr


class SlackSettings(BaseModel):
    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_base: str = "https://slack.com/api/"
