"""Settings: every variable is read, every slip is named at once, and no secret is ever told."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot import settings
from bot.settings import PREFIX, Settings, SettingsError

WRITTEN = {
    "database_url": "sqlite:////srv/kollega/kollega.db",
    "port": "8800",
    "content": "/srv/kollega/content",
    "public_url": "https://kollega.example.org",
    "keys": "k1:czNjcmV0czNjcmV0czNjcmV0czNjcmV0czNjcmV0czM=",
    "strict_numbers": "True",
    "heartbeat_url": "https://watch.example.org/s3cret",
    "pack_keys": "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3",
    "trying": "True",
    "slack_bot_token": "xoxb-s3cret",
    "slack_app_token": "xapp-s3cret",
    "slack_signing_secret": "signing-s3cret",
    "slack_client_id": "111.222",
    "slack_client_secret": "client-s3cret",
    "slack_workspaces": "T0ONE, E0ALL",
    "slack_api_base": "http://127.0.0.1:9/api/",
    "signing_key": "audit.key",
    "log": "json",
    "backup": "/mnt/elsewhere",
    "slack_host": "0.0.0.0",
    "slack_port": "8801",
    "teams_app_id": "11111111-2222-3333-4444-555555555555",
    "teams_app_secret": "teams-s3cret",
    "teams_certificate": "/srv/kollega/teams.pem",
    "teams_managed_identity": "system",
    "teams_tenants": "22222222-2222-3333-4444-555555555555",
    "teams_authority": "http://127.0.0.1:9/login",
    "teams_metadata_url": "http://127.0.0.1:9/openid",
    "teams_service_url": "http://127.0.0.1:9/teams/",
    "teams_host": "0.0.0.0",
    "teams_port": "8802",
    "teams_organisation": "Exempelmyndigheten",
    "teams_website": "https://example.org/kollega",
}


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a .env file and an environment without our variables."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)


OVER_OAUTH = ("slack_client_id", "slack_client_secret", "slack_workspaces")
BESIDE = {
    name: ("slack_bot_token", "slack_signing_secret", *(OVER_OAUTH if name in OVER_OAUTH else ()))
    for name in WRITTEN
    if name.startswith("slack_") and name != "slack_api_base"
} | {
    name: ("teams_app_id", "teams_app_secret", "teams_tenants")
    for name in WRITTEN
    if name.startswith("teams_")
}
"""What somebody who writes one of these has to write too."""


def told() -> list[str]:
    with pytest.raises(SettingsError) as error:
        settings.load()
    return str(error.value).splitlines()


def write_env(**values: str) -> None:
    lines = [f"{PREFIX}{name.upper()}={value}\n" for name, value in values.items()]
    Path(".env").write_text("".join(lines), encoding="utf-8")


def revealed(value: Any) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def test_the_list_of_variables_above_is_whole() -> None:
    assert set(WRITTEN) == set(Settings.model_fields)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_variable_is_read_from_the_environment(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in {name, *BESIDE.get(name, ())}:
        monkeypatch.setenv(f"{PREFIX}{one.upper()}", WRITTEN[one])
    assert revealed(getattr(settings.load(), name)) == WRITTEN[name]


def test_every_variable_is_read_from_the_file() -> None:
    write_env(**WRITTEN)
    known = settings.load()
    assert {name: revealed(getattr(known, name)) for name in WRITTEN} == WRITTEN


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write_env(port="8801")
    monkeypatch.setenv("KOLLEGA_PORT", "8802")
    assert settings.load().port == 8802


def test_without_a_word_the_database_lies_in_the_users_data_folder() -> None:
    known = settings.load()
    assert known.database_url.startswith("sqlite:////")
    assert known.database_url.endswith("kollega/kollega.db")
    assert (known.port, known.content, known.slack_bot_token) == (8710, None, None)


def test_an_empty_variable_is_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in WRITTEN:
        monkeypatch.setenv(f"{PREFIX}{name.upper()}", "")
    assert settings.load() == Settings()
    assert settings.load().content is None


@pytest.mark.parametrize("port", ["x", "-1", "65536", "8.5", "²", "1e3"])
def test_a_wrong_port_is_told_with_its_repair(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOLLEGA_PORT", port)
    assert told() == ["KOLLEGA_PORT: write a port from 0 to 65535, such as 8710"]


@pytest.mark.parametrize(
    "url",
    [
        "mysql://kollega:s3cret@db/kollega",
        "postgresql://db",
        "kollega.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite://db/kollega.db",
        "sqlite://a:b:c/x",
    ],
)
def test_only_an_sqlite_file_or_a_postgresql_is_a_database(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOLLEGA_DATABASE_URL", url)
    assert told() == [
        "KOLLEGA_DATABASE_URL: write sqlite:///path/to/file.db or postgresql://user@host/name"
    ]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_to_through_psycopg(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOLLEGA_DATABASE_URL", f"{scheme}://kollega:s3cret@db/kollega")
    known = settings.load()
    assert known.database_url == "postgresql+psycopg://kollega:s3cret@db/kollega"
    assert known.database_file is None
    assert "s3cret" not in repr(known)


def test_everything_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    write_env(prot="1", port="many")
    monkeypatch.setenv("KOLLEGA_DATABASE_URL", "mysql://x")
    monkeypatch.setenv("KOLLEGA_CONTNET", "x")
    lines = told()
    assert [line.partition(":")[0] for line in lines] == [
        "KOLLEGA_CONTNET",
        "KOLLEGA_PROT",
        "KOLLEGA_DATABASE_URL",
        "KOLLEGA_PORT",
    ]
    assert lines[:2] == [
        "KOLLEGA_CONTNET: no such setting; did you mean KOLLEGA_CONTENT?",
        "KOLLEGA_PROT: no such setting; did you mean KOLLEGA_PORT?",
    ]


def test_a_name_like_no_other_is_answered_with_all_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KOLLEGA_ZZZZZZZZZ", "1")
    (line,) = told()
    assert line.startswith("KOLLEGA_ZZZZZZZZZ: no such setting; there are ")
    assert all(f"{PREFIX}{name.upper()}" in line for name in WRITTEN)


def test_variables_of_others_are_nobodys_business(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("OTHER_PROT=1\n", encoding="utf-8")
    monkeypatch.setenv("_KOLLEGA_DEMO_FOLDER", "x")
    settings.load()


def test_a_file_that_is_no_text_is_told() -> None:
    Path(".env").write_bytes(b"KOLLEGA_PORT=\xff\xfe")
    assert told() == [".env: this file cannot be read; save it as UTF-8 text"]


def test_no_secret_is_ever_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WRITTEN.items():
        monkeypatch.setenv(f"{PREFIX}{name.upper()}", value)
    known = settings.load()
    for shown in repr(known), str(known), repr(known.model_dump()), known.model_dump_json():
        assert "s3cret" not in shown

    monkeypatch.setenv("KOLLEGA_DATABASE_URL", "postgresql://kollega:s3cret@db/kollega")
    monkeypatch.setenv("KOLLEGA_PORT", "s3cret")
    monkeypatch.setenv("KOLLEGA_SLACK_BOT_TOKN", "s3cret")
    with pytest.raises(SettingsError) as error:
        settings.load()
    assert "s3cret" not in str(error.value) + repr(error.value)
    assert error.value.__cause__ is None and error.value.__suppress_context__


def test_settings_never_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings.load().port = 1


# Slack

TOKEN, SIGNING, APP = (
    f"KOLLEGA_SLACK_{name}" for name in ("BOT_TOKEN", "SIGNING_SECRET", "APP_TOKEN")
)
NO_TOKEN = f"{TOKEN}: write the bot token (xoxb-…); without it Slack stays away"
UNBELIEVED = (
    f"{SIGNING}: write the app's signing secret; without it nothing from outside is believed"
)
DEAF = (
    f"{SIGNING}: write the app's signing secret, or {APP} to try things out over Socket Mode; "
    "without either the bot hears nothing"
)


def slack(**values: str) -> None:
    write_env(**{f"slack_{name}": value for name, value in values.items()})


def test_without_a_token_slack_stays_away() -> None:
    known = settings.load()
    assert (known.slack_on, known.slack_over_http) == (False, False)
    assert (known.slack_host, known.slack_port) == ("127.0.0.1", 8711)


def test_a_token_and_a_signing_secret_are_enough() -> None:
    slack(bot_token="xoxb-s3cret", signing_secret="s3cret")
    assert settings.load().slack_over_http


def test_workspaces_over_oauth_need_no_token() -> None:
    client = {"client_id": "1.2", "client_secret": "s3cret", "workspaces": "T0ONE, E0ALL"}
    slack(**client, signing_secret="s3cret")
    known = settings.load()
    assert known.slack_on and known.slack_over_http and known.slack_by_oauth
    assert known.slack_allowed == {"T0ONE", "E0ALL"}


def test_a_token_and_an_app_token_are_enough_to_try_things_out() -> None:
    slack(bot_token="xoxb-s3cret", app_token="xapp-s3cret")
    known = settings.load()
    assert known.slack_on and not known.slack_over_http


@pytest.mark.parametrize(
    ("values", "lines"),
    [
        ({"bot_token": "xoxb-s3cret"}, [DEAF]),
        ({"signing_secret": "s3cret"}, [NO_TOKEN]),
        (
            {"bot_token": "xoxe.xoxb-s3cret", "signing_secret": "s3cret"},
            [
                f"{TOKEN}: this token ends after twelve hours; "
                "with token rotation install over OAuth instead"
            ],
        ),
        (
            {"client_id": "1.2", "workspaces": "acme"},
            [
                "KOLLEGA_SLACK_CLIENT_SECRET: write the app's client secret, "
                "which installing over OAuth needs",
                f"{SIGNING}: write the app's signing secret; "
                "installing over OAuth needs a public address",
                "KOLLEGA_SLACK_WORKSPACES: write the ids that may install, "
                "such as T0123ABC, or E0123ABC for all",
            ],
        ),
        ({"app_token": "xapp-s3cret"}, [NO_TOKEN]),
        ({"port": "8800"}, [NO_TOKEN, UNBELIEVED]),
        ({"bot_token": "xoxb-s3cret", "app_token": "xapp-1", "host": "0.0.0.0"}, [UNBELIEVED]),
        (
            {
                "bot_token": "xoxp-s3cret",
                "app_token": "xoxb-s3cret",
                "signing_secret": "xoxb-s3cret",
            },
            [
                f"{TOKEN}: this is no bot token; it begins with xoxb-",
                f"{APP}: this is no app-level token; it begins with xapp-",
                f"{SIGNING}: this is a token; the signing secret is under Basic Information",
            ],
        ),
        (
            {"app_token": "s3cret", "port": "many"},
            [
                NO_TOKEN,
                UNBELIEVED,
                f"{APP}: this is no app-level token; it begins with xapp-",
                "KOLLEGA_SLACK_PORT: write a port from 0 to 65535, such as 8711",
            ],
        ),
    ],
)
def test_what_does_not_go_together_is_told_at_once(
    values: dict[str, str], lines: list[str]
) -> None:
    slack(**values)
    found = told()
    assert found == lines
    assert "s3cret" not in str(found)


def test_an_empty_variable_does_not_hide_the_one_in_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slack(bot_token="xoxb-s3cret", signing_secret="s3cret")
    monkeypatch.setenv(TOKEN, "")
    assert settings.load().slack_on


@pytest.mark.parametrize(
    "base", ["http://slack.com/api/", "slack.com", "ftp://slack.com", "https://", "http://[", "x"]
)
def test_slack_is_reached_by_a_safe_line_only(base: str) -> None:
    slack(api_base=base)
    assert told() == [
        "KOLLEGA_SLACK_API_BASE: write an https:// address, such as https://slack.com/api/"
    ]


def test_an_address_may_lack_its_last_stroke() -> None:
    slack(api_base="https://slack.com/api")
    assert settings.load().slack_api_base == "https://slack.com/api/"


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_two_listeners_cannot_share_one_place(host: str) -> None:
    slack(bot_token="xoxb-1", signing_secret="x", port="8710", host=host)
    assert told() == ["KOLLEGA_SLACK_PORT: the workspace has port 8710; write another one"]


def test_two_listeners_may_both_ask_for_any_port() -> None:
    write_env(slack_bot_token="xoxb-1", slack_signing_secret="x", slack_port="0", port="0")
    assert settings.load().slack_port == 0


def test_an_address_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOLLEGA_PUBLIC_URL", "kollega.example.org")
    with pytest.raises(SettingsError) as wrong:
        settings.load()
    said = "KOLLEGA_PUBLIC_URL: write an address such as https://kollega.example.org"
    assert str(wrong.value) == said


# Teams

APP = "11111111-2222-3333-4444-555555555555"
LACKING = {
    "a-secret-alone": (
        {"teams_app_secret": "s3cret"},
        ["KOLLEGA_TEAMS_APP_ID: write the application (client) id; without it Teams stays away"],
    ),
    "an-id-alone": (
        {"teams_app_id": APP},
        [
            "KOLLEGA_TEAMS_APP_SECRET: write the app's secret, or KOLLEGA_TEAMS_CERTIFICATE or "
            "KOLLEGA_TEAMS_MANAGED_IDENTITY; without any the bot cannot answer",
            "KOLLEGA_TEAMS_TENANTS: write your directory (tenant) id; nobody else is let in",
        ],
    ),
    "a-port-taken-by-the-workspace": (
        {
            "teams_app_id": APP,
            "teams_managed_identity": "system",
            "teams_tenants": APP,
            "teams_port": "8710",
        },
        ["KOLLEGA_TEAMS_PORT: the workspace has port 8710; write another one"],
    ),
}


@pytest.mark.parametrize(("written", "said"), LACKING.values(), ids=LACKING)
def test_what_teams_lacks_is_told_with_its_repair(written: dict[str, str], said: list[str]) -> None:
    write_env(**written)
    assert told() == said


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("teams_app_id", "kollega", "write the application (client) id"),
        ("teams_tenants", "one, two", "write the directory (tenant) ids"),
        ("teams_managed_identity", "mine", "write “system”, or the client id"),
        ("teams_authority", "http://login.example", "write an https:// address"),
        ("teams_metadata_url", "ftp://127.0.0.1", "write an https:// address"),
        ("teams_service_url", "https://[", "write an https:// address"),
        ("teams_website", "http://127.0.0.1", "write the https:// address of a page"),
        ("teams_port", "x", "write a port from 0 to 65535, such as 8712"),
    ],
)
def test_a_wrong_setting_of_teams_is_told_with_its_repair(name: str, value: str, said: str) -> None:
    good = {"teams_app_id": APP, "teams_app_secret": "s3cret", "teams_tenants": APP}
    write_env(**{**good, name: value})
    (line,) = told()
    assert line.startswith(f"KOLLEGA_{name.upper()}: {said}")
    assert "s3cret" not in line
