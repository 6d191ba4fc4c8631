"""The demo agency with addresses in Slack, and settings that lead to the fake one."""

from pathlib import Path
from shutil import copytree

from pydantic import SecretStr

from bot.assembly import DEMO
from bot.settings import Settings
from tests.slack.actor import slack_id
from tests.slack.fake import CLIENT, FakeSlack
from tests.slack.memory import User

SECRET = "invented"
ENGLISH = ("kim",)


def agency(folder: Path, *without: str) -> Path:
    """The pack, where everybody but these has an address in Slack."""
    pack = copytree(DEMO, folder / "agency")
    for file in (pack / "people").iterdir():
        lines = file.read_text("utf-8").splitlines()
        file.write_text("\n".join(addressed(line, without) for line in lines) + "\n", "utf-8")
    return pack


def addressed(line: str, without: tuple[str, ...]) -> str:
    head, found, rest = line.rstrip("}").partition("addresses: {workspace: ")
    ref = rest.partition(",")[0]  # whoever has a phone too is reached there besides
    if not found or ref in without:
        return line
    return f"{head}{found}{rest}, slack: {slack_id(ref)}}}"


def refs(pack: Path) -> list[str]:
    """Everybody who has an address in Slack."""
    lines = [line for file in (pack / "people").iterdir() for line in file.read_text().splitlines()]
    return [line.split("workspace: ")[1].split(",")[0] for line in lines if "slack: " in line]


def populate(slack: FakeSlack, pack: Path) -> None:
    """Everybody has an account in their language, and a conversation with the bot."""
    for ref in refs(pack):
        locale = "en-GB" if ref in ENGLISH else "sv-SE"
        slack.memory.users[slack_id(ref)] = User(slack_id(ref), locale=locale)
        slack.memory.channels[f"D0{ref.upper()}"] = []


def leading_to(slack: FakeSlack, socket: bool = False, allowed: str = "") -> Settings:
    """`allowed`: those places may let the bot in over OAuth; then there is no token to set."""
    return Settings(
        slack_bot_token=None if allowed else SecretStr(slack.memory.token),
        slack_client_id=CLIENT[0] if allowed else None,
        slack_client_secret=SecretStr(CLIENT[1]) if allowed else None,
        slack_workspaces=allowed or None,
        slack_signing_secret=None if socket else SecretStr(SECRET),
        slack_app_token=SecretStr(slack.memory.app_token) if socket else None,
        slack_api_base=f"{slack.url}/api/",
    )
