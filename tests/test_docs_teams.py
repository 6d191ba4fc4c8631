"""docs/teams.md and the code say the same: settings, permissions, paths, commands."""

import re
from pathlib import Path

from bot.settings import Settings
from bot.surfaces.teams.server import PATH
from bot.teams_package import build
from tests.stage import demo_shelf
from tests.test_teams_package import settings

PAGE = (Path(__file__).parent.parent / "docs" / "teams.md").read_text("utf-8")


def test_every_setting_of_teams_is_told_and_no_other() -> None:
    told = set(re.findall(r"KOLLEGA_TEAMS_[A-Z_]+", PAGE))
    known = {f"KOLLEGA_{name.upper()}" for name in Settings.model_fields if "teams" in name}
    assert told == known


def test_the_usual_values_are_the_codes_own() -> None:
    for name in "authority", "metadata_url", "service_url":
        assert f"`{Settings.model_fields[f'teams_{name}'].default}`" in PAGE
    assert str(Settings.model_fields["teams_port"].default) in PAGE
    assert PATH in PAGE


def test_every_permission_of_the_package_is_told() -> None:
    made = build(settings(), demo_shelf().current)
    for name in "identity", "messageTeamMembers", "personal", "team", "groupChat":
        assert f"`{name}`" in PAGE
    assert made
