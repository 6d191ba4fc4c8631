"""docs/deploy: every setting is told, and the files are what the page says of them."""

import re
from configparser import ConfigParser
from pathlib import Path

import yaml
from pydantic import SecretStr

from bot.settings import PREFIX, Settings

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "deploy.md").read_text("utf-8")


def test_every_setting_is_told_and_nothing_else() -> None:
    told = set(re.findall(rf"^\| `{PREFIX}(\w+)`", PAGE, re.MULTILINE))
    assert told == {name.upper() for name in Settings.model_fields}


def test_settings_that_are_secret_are_never_printed() -> None:
    shown = repr(
        Settings(
            database_url="postgresql://kollega:s3cret@host/name",
            keys=SecretStr("a:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="),
            heartbeat_url=SecretStr("https://watch.example.org/s3cret"),
            slack_bot_token=SecretStr("xoxb-s3cret"),
            slack_signing_secret=SecretStr("s3cret"),
            slack_client_secret=SecretStr("s3cret"),
            slack_app_token=SecretStr("xapp-s3cret"),
            teams_app_secret=SecretStr("s3cret"),
        )
    )
    assert "s3cret" not in shown and "QUFB" not in shown


def test_the_compose_file_is_read_only_and_not_privileged() -> None:
    services = yaml.safe_load((DOCS / "deploy/compose.yaml").read_text("utf-8"))["services"]
    bot = services["bot"]
    assert bot["read_only"] is True and bot["cap_drop"] == ["ALL"]
    assert {*bot["environment"]} - {"XDG_DATA_HOME"} <= {
        f"{PREFIX}{name.upper()}" for name in Settings.model_fields
    }
    assert (DOCS / "deploy" / bot["build"]["context"] / bot["build"]["dockerfile"]).exists()


def test_the_unit_runs_as_nobody_in_particular() -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(DOCS / "deploy/kollega.service")
    service = unit["Service"]
    assert service["User"] == "kollega" and service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict" and service["ExecStart"].endswith("kollega serve")


def test_the_container_file_has_two_stages_and_no_root() -> None:
    lines = (DOCS / "deploy/Containerfile").read_text("utf-8").splitlines()
    assert sum(line.startswith("FROM ") for line in lines) == 2
    last = max(n for n, line in enumerate(lines) if line.startswith("FROM "))
    assert any(re.fullmatch(r"USER [1-9]\d+", line) for line in lines[last:])
    assert any("--require-hashes" in line for line in lines)
