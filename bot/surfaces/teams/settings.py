"""Teams' settings: who we are there, and every outside address, which can be loopback."""

from pydantic import BaseModel, SecretStr


class TeamsSettings(BaseModel):
    teams_app_id: str | None = None
    teams_app_secret: SecretStr | None = None
    teams_tenants: str = ""
    teams_authority: str = "https://login.microsoftonline.com"
    teams_metadata_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
