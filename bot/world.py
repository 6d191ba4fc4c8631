"""The world of the workspace: who is there, what the shortcuts are called, what the page says."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import Session

from bot import commands
from bot.content import Pack
from bot.features import View
from bot.staff import Site
from bot.words import LANGUAGES, Cover, CoverText, Words
from storage.people import Person, everybody

PANES = 3

PAGE = "workspace."
"""The word file of the page itself."""


def world(session: Session, pack: Pack, panes: list[str], demo: bool) -> dict[str, Any]:
    """Everything the page needs before the first event, as JSON."""
    sites = pack.all(Site)
    people = [person(one, pack) for one in everybody(session) if one.site in sites]
    panes = panes or [str(one["ref"]) for one in people[:PANES]]
    return {"people": people, "panes": panes, "words": page_words(pack), "demo": demo}


def person(one: Person, pack: Pack) -> dict[str, Any]:
    """One person; the app and the shortcuts have the cover words of their own site."""
    site = pack.all(Site)[one.site]
    cover = Cover(site.cover)
    return {
        "ref": one.ref,
        "name": one.name,
        "role": both(pack, f"{PAGE}role_{one.roles[0]}" if one.roles else f"{PAGE}role_none"),
        "unit": one.unit,
        "site": site.name.model_dump(),
        "place": one.place,
        "language": one.language,
        "app": spelled(pack, cover("app")),
        "levels": [
            {"level": place, "hold": command.hold, **spelled(pack, cover(command.shortcut or ""))}
            for place, command in enumerate(commands.shortcuts(pack), 1)
        ],
    }


def told_views(views: Iterable[View], pack: Pack) -> list[dict[str, Any]]:
    """The views that the page may ask for, and what they are called."""
    return [{"name": view.name, "title": spelled(pack, view.title)} for view in views]


def both(pack: Pack, key: str) -> dict[str, str]:
    return {name: str(words.sentences[key]) for name, words in pack.dictionaries.items()}


def spelled(pack: Pack, words: Words | CoverText) -> dict[str, str]:
    return {language: pack.dictionaries[language].read(words) for language in LANGUAGES}


def page_words(pack: Pack) -> dict[str, Mapping[str, str]]:
    """The page's own sentences, placeholders unfilled: the page fills them."""
    return {
        language: {
            key.removeprefix(PAGE): str(text)
            for key, text in words.sentences.items()
            if key.startswith(PAGE)
        }
        for language, words in pack.dictionaries.items()
    }
