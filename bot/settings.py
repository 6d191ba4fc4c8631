"""Settings: the environment (and a .env file) as one frozen value.

Every wrong or unknown variable is named at once with its repair; a secret is never printed.
"""

import os
import re
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
from bot.logs import Kind
from bot.packs import PackError
from bot.packs.signing import PublicKey, read_public
from bot.surfaces.slack.settings import LOOPBACK, SlackSettings, lacking
from bot.surfaces.teams.settings import TeamsSettings, lacking_teams

PREFIX = "KOLLEGA_"
POSTGRES = "postgres", "postgresql", "postgresql+psycopg"


class SettingsError(Exception):
    """What is wrong with the environment, one plain line a variable."""


def default_database() -> str:
    """An SQLite file in the user's data folder."""
    return f"sqlite:///{user_data_path('kollega') / 'kollega.db'}"


class Settings(BaseSettings, SlackSettings, TeamsSettings):
    """`content` is an agency's own pack, laid over the one that comes with Kollega; `public_url`
    is where the public part is reached from outside, for calendar addresses.

    `signing_key` is the file with the key that signs the audit; by default beside the database.
    `backup` is a folder, best on another machine, for a copy each minute and a whole one a day.
    `keys` are those of sealed columns, `id:key,id:key`, the current one first.
    `strict_numbers`: what has a personal number's shape is stopped with a wrong last digit too.
    `heartbeat_url` is fetched each minute while all is well.
    `pack_keys`: who may have signed it. `trying`: serve also what is not ready to go live.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )
    database_url: str = Field(default_factory=default_database, repr=False)
    port: int = 8710
    content: Path | None = None
    signing_key: Path | None = None
    log: Kind = "plain"
    backup: Path | None = None
    public_url: str | None = None
    keys: SecretStr | None = None
    strict_numbers: bool = False
    heartbeat_url: SecretStr | None = None
    pack_keys: str = ""
    trying: bool = False

    @property
    def database_file(self) -> Path | None:
        """The file of an SQLite store; None where the store is PostgreSQL."""
        url = make_url(self.database_url)
        return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None

    @property
    def folder(self) -> Path:
        """Where what belongs to the store stands: keys, journals."""
        return self.database_file.parent if self.database_file else user_data_path("kollega")

    @property
    def trusted(self) -> tuple[PublicKey, ...]:
        """The keys of those whose packs are used; none: any pack is, signed or not."""
        return tuple(read_public(one) for one in re.split(r"[\s,]+", self.pack_keys) if one)

    @field_validator("pack_keys")
    @classmethod
    def _known_keys(cls, written: str) -> str:
        for one in re.split(r"[\s,]+", written):
            try:
                if one:
                    read_public(one)
            except PackError as wrong:
                raise ValueError(f"{wrong}; write the lines of your .pub files") from None
        return written

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
            if asked.drivername in POSTGRES and asked.database:
                return asked.set(drivername=POSTGRES[-1]).render_as_string(hide_password=False)
        raise ValueError("write sqlite:///path/to/file.db or postgresql://user@host/name")

    @field_validator("public_url")
    @classmethod
    def _known_place(cls, url: str | None) -> str | None:
        asked = urlsplit(url or "")
        if url and not (asked.scheme in ("http", "https") and asked.hostname):
            raise ValueError("write an address such as https://kollega.example.org")
        return url.rstrip("/") if url else None

    @field_validator("heartbeat_url")
    @classmethod
    def _known_watchman(cls, url: SecretStr | None) -> SecretStr | None:
        asked = urlsplit(url.get_secret_value() if url else "")
        if url and not (asked.scheme in ("http", "https") and asked.hostname):
            raise ValueError("write an address such as https://watch.example.org/your-check")
        return url

    @field_validator("port", "slack_port", "teams_port", mode="before")
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
    missing = [*lacking(given), *lacking_teams(given)]
    wrong += [f"{PREFIX}{name.upper()}: {why}" for name, why in missing]
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


def clashes(found: Settings) -> Iterator[str]:
    """Two listeners cannot share one place."""
    taken = {found.port: "the workspace"}
    for name, on, host, port in (
        ("Slack", found.slack_over_http, found.slack_host, found.slack_port),
        ("Teams", found.teams_on, found.teams_host, found.teams_port),
    ):
        shared = host in (*LOOPBACK, "0.0.0.0", "::")  # noqa: S104
        if on and shared and port and port in taken:
            line = f"{PREFIX}{name.upper()}_PORT: {taken[port]} has port {port}; write another one"
            yield line
        if on:
            taken.setdefault(port, name)


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
