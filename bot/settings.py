"""Settings: the environment (and a .env file) as one frozen value.

Every wrong or unknown variable is named at once with its repair; a secret is never printed.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values
from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.keys import KeysError, read
from bot.surfaces.slack.settings import LOOPBACK, SlackSettings, lacking
from bot.surfaces.teams.settings import TeamsSettings

PREFIX = "KOLLEGA_"


class SettingsError(Exception):
    """What is wrong with the environment, one plain line a variable."""


def default_database() -> str:
    """An SQLite file in the user's data folder."""
    return f"sqlite:///{user_data_path('kollega') / 'kollega.db'}"


class Settings(BaseSettings, SlackSettings, TeamsSettings):
    """`content` is an agency's own pack, laid over the one that comes with Kollega; `public_url`
    is where the public part is reached from outside, for calendar addresses.

    `keys` are those of sealed columns, `id:key,id:key`, the current one first.
    `strict_numbers`: what has a personal number's shape is stopped with a wrong last digit too.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )
    database_url: str = Field(default_factory=default_database)
    port: int = 8710
    content: Path | None = None
    public_url: str | None = None
    keys: SecretStr | None = None
    strict_numbers: bool = False

    @field_validator("keys")
    @classmethod
    def _whole_keys(cls, keys: SecretStr | None) -> SecretStr | None:
        try:
            if keys is not None:
                read(keys.get_secret_value())
        except KeysError as wrong:
            raise ValueError(str(wrong)) from None
        return keys

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        with suppress(ArgumentError, ValueError):
            asked = make_url(url)
            file = asked.database not in (None, "", ":memory:") and not asked.host
            if asked.drivername == "sqlite" and file:
                return url
        raise ValueError("write sqlite:///path/to/file.db; PostgreSQL comes in a later release")

    @field_validator("public_url")
    @classmethod
    def _known_place(cls, url: str | None) -> str | None:
        asked = urlsplit(url or "")
        if url and not (asked.scheme in ("http", "https") and asked.hostname):
            raise ValueError("write an address such as https://kollega.example.org")
        return url.rstrip("/") if url else None

    @field_validator("port", "slack_port", mode="before")
    @classmethod
    def _known_port(cls, port: object, of: ValidationInfo) -> object:
        written = str(port).strip()
        if not (written.isdecimal() and int(written) <= 65535):
            usual = cls.model_fields[of.field_name or "port"].default
            raise ValueError(f"write a port from 0 to 65535, such as {usual}")
        return port


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings; raises SettingsError that names every wrong variable."""
    around = os.environ if environment is None else environment
    try:
        wrong = unknown(around)
        given = {*_given(around)}
    except (OSError, UnicodeDecodeError):
        raise SettingsError(".env: this file cannot be read; save it as UTF-8 text") from None
    wrong += [f"{PREFIX}{name.upper()}: {why}" for name, why in lacking(given)]
    try:
        found = Settings()
    except ValidationError as errors:
        wrong += [
            f"{PREFIX}{str(e['loc'][-1]).upper()}: {_plain(e['msg'])}" for e in errors.errors()
        ]
        raise SettingsError("\n".join(wrong)) from None
    wrong += clashes(found)
    if wrong:
        raise SettingsError("\n".join(wrong))
    return found


def unknown(environment: Mapping[str, str]) -> list[str]:
    """Variables that begin with KOLLEGA_ and that nothing reads: most often a slip of the pen."""
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    written = {*environment, *dotenv_values(".env")}
    return [
        f"{name}: no such setting{_suggest(name, known)}"
        for name in sorted(written)
        if name.upper().startswith(PREFIX) and name.upper() not in known
    ]


def clashes(found: Settings) -> list[str]:
    """Two listeners cannot share one place."""
    same = found.slack_port == found.port != 0 and found.slack_host in (*LOOPBACK, "0.0.0.0", "::")  # noqa: S104
    if not (found.slack_over_http and same):
        return []
    return [f"{PREFIX}SLACK_PORT: the workspace has port {found.port}; write another one"]


def _given(environment: Mapping[str, str]) -> Iterator[str]:
    """The settings that somebody wrote, by name alone; an empty one is none."""
    for name, value in (*dotenv_values(".env").items(), *environment.items()):
        if value and name.upper().startswith(PREFIX):
            yield name.upper().removeprefix(PREFIX).lower()


def _suggest(name: str, known: list[str]) -> str:
    near = get_close_matches(name.upper(), known, 1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")
