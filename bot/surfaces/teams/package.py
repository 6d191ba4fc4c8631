"""The app package for Teams: a zip with the manifest, two languages and two icons.

What stands in it a visitor may read over a shoulder, so every word comes from the cover words.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.surfaces.clip import clip
from bot.surfaces.shapes import Json
from bot.surfaces.teams import icons
from bot.surfaces.teams.settings import TeamsSettings

NEWEST = "1.30"
SCHEMA = "https://developer.microsoft.com/json-schemas/teams/v{}/MicrosoftTeams{}.schema.json"
ACCENT = "#24525C"
REPORT = "report"
"""The command on a message; the levels are `shortcut_1` and so on, as on other platforms."""
SHORT, ABOUT, ORGANISATION, TITLE, HINT = 30, 80, 32, 32, 128
WHEN = 1980, 1, 1, 0, 0, 0
"""The same settings make the very same file."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The package in one language: `levels` are the shortcuts, `typed` what else may be typed."""

    app: str
    about: str
    order: str
    save: str
    levels: Sequence[str]
    typed: Sequence[str]


def package(known: TeamsSettings, words: Mapping[str, Wording], version: str) -> bytes:
    """The zip; `words` by language, the first of them the manifest's own."""
    (first, wording), *others = words.items()
    told = manifest(known, wording, version, first, [tag for tag, _ in others])
    files: dict[str, bytes] = {
        "manifest.json": pretty(told),
        "color.png": icons.color(),
        "outline.png": icons.outline(),
        **{f"{tag}.json": pretty(localised(one)) for tag, one in others},
    }
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(ZipInfo(name, WHEN), content, ZIP_DEFLATED)
    return made.getvalue()


def pretty(told: Json) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n"


def manifest(
    known: TeamsSettings, words: Wording, version: str, tag: str, others: Sequence[str]
) -> Json:
    app, site = known.teams_app_id, known.teams_website
    return {
        "$schema": SCHEMA.format(NEWEST, ""),
        "manifestVersion": NEWEST,
        "version": version,
        "id": app,
        "localizationInfo": {
            "defaultLanguageTag": tag,
            "additionalLanguages": [
                {"languageTag": other, "file": f"{other}.json"} for other in others
            ],
        },
        "developer": {
            "name": clip(known.teams_organisation, ORGANISATION),
            "websiteUrl": site,
            "privacyUrl": f"{site}/privacy",
            "termsOfUseUrl": f"{site}/terms",
        },
        "name": {"short": clip(words.app, SHORT), "full": words.app},
        "description": {"short": clip(words.about, ABOUT), "full": words.about},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "bots": [bot(app, words)],
        "composeExtensions": [{"botId": app, "commands": [*boxed(words)]}],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [urlsplit(site).hostname or ""],
        "defaultInstallScope": "personal",
    }


def bot(app: str | None, words: Wording) -> Json:
    """The levels are offered in one's own conversation only: among others they would be read."""
    return {
        "botId": app,
        "scopes": ["personal", "team", "groupChat"],
        "isNotificationOnly": False,
        "supportsFiles": False,
        "commandLists": [
            {"scopes": list(scopes), "commands": [*commands]}
            for scopes, commands in lists(words).items()
        ],
    }


def lists(words: Wording) -> Mapping[tuple[str, ...], list[Json]]:
    levels = [{"title": level, "description": words.order} for level in words.levels]
    typed = [{"title": one, "description": words.about} for one in words.typed]
    return {("personal",): [*levels, *typed], ("team", "groupChat"): typed}


def boxed(words: Wording) -> Iterator[Json]:
    """What the compose box offers; nothing appears in the chat that it is called from."""
    for place, level in enumerate(words.levels, 1):
        yield action(f"shortcut_{place}", level, words.order, "compose", "commandBox")
    yield action(REPORT, words.save, words.save, "message")


def action(id: str, title: str, hint: str, *context: str) -> Json:
    shown = {"title": clip(title, TITLE), "description": clip(hint, HINT)}
    return {"id": id, "type": "action", "context": list(context), "fetchTask": True, **shown}


def localised(words: Wording) -> Json:
    """The same texts in another language, by their place in the manifest."""
    found: Json = {
        "$schema": SCHEMA.format(NEWEST, ".Localization"),
        "name.short": clip(words.app, SHORT),
        "name.full": words.app,
        "description.short": clip(words.about, ABOUT),
        "description.full": words.about,
    }
    for place, commands in enumerate(lists(words).values()):
        for number, one in enumerate(commands):
            for name in "title", "description":
                found[f"bots[0].commandLists[{place}].commands[{number}].{name}"] = one[name]
    for number, one in enumerate(boxed(words)):
        for name in "title", "description":
            found[f"composeExtensions[0].commands[{number}].{name}"] = one[name]
    return found
