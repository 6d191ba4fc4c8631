"""The app package in an agency's own words: from its settings and its content."""

from bot import commands
from bot.content import Pack
from bot.staff import Site
from bot.surfaces.teams.package import Wording, package
from bot.surfaces.teams.settings import TeamsSettings
from bot.words import LANGUAGES, Cover

VERSION = "1.0.0"
"""Teams takes a changed package only under a higher version."""
USUAL = "folders"
"""The word set of an agency that has no site yet."""


def build(known: TeamsSettings, pack: Pack, version: str = VERSION) -> bytes:
    """In the cover words of the first site: one app is the same for everybody."""
    words = {language: wording(pack, language) for language in LANGUAGES}
    return package(known, words, version)


def wording(pack: Pack, language: str) -> Wording:
    sites = list(pack.all(Site).values())
    cover = Cover(sites[0].cover if sites else USUAL)

    def read(word: str) -> str:
        return pack.dictionaries[language].read(cover(word))

    shortcuts = [one.shortcut or "" for one in commands.shortcuts(pack)]
    return Wording(
        app=read("app"),
        about=read("about"),
        order=read("order"),
        save=read("save_message"),
        levels=[read(word) for word in shortcuts],
        typed=[read("how")],
    )
