"""The starter: twelve questions in plain words become a pack that may go live (G15)."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.content.marks import read
from bot.packs import PACK, PackError
from bot.staff.hours import readable
from bot.words import Dictionary, Words, say

CHATS = ("slack", "teams", "workspace")
HEADS = {
    "sites": "# The site: whom 112 finds, and when it is open. More is possible: docs/content.md",
    "people": "# Who works here. Add the others in the same way, or import a spreadsheet.",
}


class Unreadable(Exception):
    """An answer that cannot be used, and why."""

    def __init__(self, why: Words) -> None:
        super().__init__(why)
        self.why = why


def _some(written: str) -> str:
    if not written.strip():
        raise Unreadable(say("init.empty"))
    return written.strip()


def _one_of(*options: str) -> Callable[[str], str]:
    def chosen(written: str) -> str:
        if written.strip().casefold() not in options:
            raise Unreadable(say("init.choose", options=", ".join(options)))
        return written.strip().casefold()

    return chosen


def _hours(written: str) -> list[str]:
    parts = [part.strip() for part in written.split(",") if part.strip()]
    try:
        return [readable(part) for part in parts]
    except ValueError:
        raise Unreadable(say("init.open_when")) from None


def _people(written: str) -> list[tuple[str, str]]:
    """Names and addresses: "Anna Ek = U012, Bo Alm = U034"."""
    pairs = [part.partition("=") for part in written.split(",") if part.strip()]
    found = [(name.strip(), address.strip()) for name, _, address in pairs]
    if not found or not all(name and address for name, address in found):
        raise Unreadable(say("init.people"))
    return found


def _two(written: str) -> list[tuple[str, str]]:
    found = _people(written)
    if len({name for name, _ in found}) < 2:
        raise Unreadable(say("init.two"))
    return found


QUESTIONS: Mapping[str, Callable[[str], Any]] = {
    "language": _one_of("sv", "en"),
    "agency": _some,
    "site": _some,
    "address": _some,
    "floor": _some,
    "callback": _some,
    "hours": _hours,
    "chat": _one_of(*CHATS),
    "answer": _two,
    "manager": _people,
    "on_call": _people,
    "top": _people,
}
"""The twelve, in the order in which they are asked."""


@dataclass(frozen=True)
class Desk:
    """Where the questions are asked: `ask` shows a line and gives what was typed."""

    words: Mapping[str, Dictionary]
    ask: Callable[[str], str]
    tell: Callable[[str], None]


def asked(desk: Desk) -> dict[str, Any]:
    """Every answer; what cannot be read is asked again, in the language that was chosen first."""
    found: dict[str, Any] = {}
    words = desk.words["sv"]
    desk.tell(
        f"{desk.words['sv'].read(say('init.hello'))}\n{desk.words['en'].read(say('init.hello'))}"
    )
    for number, (name, reader) in enumerate(QUESTIONS.items(), 1):
        words = desk.words[found.get("language", "sv")]
        if name == "answer":
            desk.tell(words.read(say(f"init.address_{found['chat']}")))
        place = words.read(say("init.number", number=number, count=len(QUESTIONS)))
        while name not in found:
            written = desk.ask(f"{place}  {words.read(say(f'init.{name}'))}: ")
            try:
                found[name] = reader(written)
            except Unreadable as no:
                desk.tell(words.read(say("init.again", why=no.why)))
    return found


def from_file(file: Path, words: Dictionary) -> dict[str, Any]:
    """The answers of a YAML file by the questions' names; raises PackError with every mistake."""
    tree = read(file)
    said = tree.data if isinstance(tree.data, dict) else {}
    found: dict[str, Any] = {}
    for name, reader in QUESTIONS.items():
        try:
            found[name] = reader(_joined(said.get(name)))
        except Unreadable as no:
            tree.wrong((name,), f"{name}: {words.read(no.why)}")
    for name in said.keys() - QUESTIONS.keys():
        tree.wrong((name,), f"there is no question “{name}”", at_name=True)
    if tree.mistakes:
        raise PackError("\n".join(str(mistake) for mistake in tree.mistakes))
    return found


def _joined(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def files(answers: Mapping[str, Any]) -> dict[str, str]:
    """The pack as texts by path; raises PackError when two people have one name."""
    site = slug(answers["site"])
    return {
        f"sites/{site}.yaml": f"{HEADS['sites']}\n{written(_site(answers))}",
        f"people/{site}.yaml": f"{HEADS['people']}\n{written(_staff(answers, site))}",
        PACK: written({"name": answers["agency"], "version": 1}),
    }


def _site(answers: Mapping[str, Any]) -> dict[str, Any]:
    facts = {
        "name": _twice(answers["site"]),
        "agency": _twice(answers["agency"]),
        "address": answers["address"],
        "floor": _twice(answers["floor"]),
        "callback": answers["callback"],
        "cover": "folders",
    }
    return {**facts, **({"hours": answers["hours"]} if answers["hours"] else {})}


def _staff(answers: Mapping[str, Any], site: str) -> list[dict[str, Any]]:
    """Everybody once, with every role that was given to them, and a deputy each."""
    roles: dict[tuple[str, str], list[str]] = {}
    first, *others = answers["answer"]
    given = (
        ([first], ["team_lead", "responder"]),
        (others, ["responder"]),
        (answers["manager"], ["manager", "admin"]),
        (answers["on_call"], ["on_call"]),
        (answers["top"], ["upper_manager"]),
    )
    for people, names in given:
        for one in people:
            roles.setdefault(one, []).extend(names)
    refs = {one: slug(one[0]) for one in roles}
    if len({*refs.values()}) < len(refs):
        names = [name for name, _ in refs]
        raise PackError(f"Two people are called {max(names, key=names.count)}.")
    order = [*refs.values()]
    following = dict(zip(order, [*order[1:], order[0]], strict=True))
    languages = ["sv", "en"] if answers["language"] == "sv" else ["en", "sv"]
    return [
        {
            "id": refs[one],
            "name": one[0],
            "languages": languages,
            "roles": list(dict.fromkeys(roles[one])),
            "unit": answers["site"],
            "site": site,
            "place": _twice(answers["floor"]),
            "deputy": following[refs[one]],
            "addresses": {answers["chat"]: one[1]},
        }
        for one in roles
    ]


def _twice(text: str) -> dict[str, str]:
    return {"sv": text, "en": text}


class Dumper(yaml.SafeDumper):
    """Writes everything out: our own reader follows no *aliases."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def written(value: object) -> str:
    how: dict[str, Any] = {"allow_unicode": True, "sort_keys": False, "width": 100}
    return str(yaml.dump(value, Dumper=Dumper, default_flow_style=None, **how))


def slug(name: str) -> str:
    """A name as a file or an id: "Östersund norra" is ostersund-norra."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "site"


def write(texts: Mapping[str, str], folder: Path) -> None:
    """Raises PackError when the folder is there already, or cannot be made."""
    try:
        folder.mkdir(parents=True)
        for name, text in texts.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as no:
        why = "is there already" if isinstance(no, FileExistsError) else no.strerror
        raise PackError(f"{folder} {why}; choose another folder with --out") from None
