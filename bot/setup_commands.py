"""Setting up: what `kollega init`, `go-live` and `card print` do, as the lines that they tell."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from bot import assembly, doctor, paper, ready, settings, starter
from bot.content import Pack
from bot.features import Feature, sheets
from bot.packs import PackError, approving
from bot.settings import Settings
from bot.starter import Desk
from bot.words import Words, say


class NotReady(Exception):
    """What stands in the way of going live, a line each."""


class Setup:
    def __init__(self, features: Sequence[Feature]) -> None:
        self.features = features

    def init(self, asked: argparse.Namespace) -> Iterator[str]:
        """Twelve answers, from a file or a person, become a pack."""
        words = assembly.load([assembly.BASE], self.features).dictionaries
        if asked.answers:
            answers = starter.from_file(asked.answers, words["sv"])
        else:
            desk = Desk(words, input, lambda line: asked.tell(line))
            answers = starter.asked(desk)
        own = words[answers["language"]]
        starter.write(starter.files(answers), asked.out)
        assembly.load([assembly.BASE, asked.out], self.features)
        yield own.read(say("init.wrote", folder=str(asked.out)))
        yield own.read(say("init.next", folder=str(asked.out)))

    def go_live(self, asked: argparse.Namespace, now: datetime) -> Iterator[str]:
        """Raises NotReady."""
        known = settings.load()
        pack = self.pack(known)
        words = pack.dictionaries[asked.language]
        on = surfaces(known)
        with doctor.people(known.database_url, pack, now, usable=True) as session:
            missing = ready.blockers(session, pack, on)
        if missing:
            head = words.read(say("ready.not_ready"))
            raise NotReady("\n".join((head, *(words.read(line) for line in missing))))
        yield from (words.read(line) for line in remarks(known, on))
        with doctor.people(known.database_url, pack, now, usable=True) as session:
            yield words.read(ready.summary(session, pack))

    def card(self, asked: argparse.Namespace) -> Iterator[str]:
        pack = self.pack(settings.load())
        if asked.neutral and asked.neutral not in pack.word_sets:
            known = ", ".join(pack.word_sets)
            raise PackError(f"There is no word set {asked.neutral}: {known}.")
        style = paper.in_a_file(paper.STYLE.read_text(encoding="utf-8"))
        wish = paper.Wish(asked.language, asked.neutral)
        found = paper.page(sheets(self.features)["card"], asked.id, pack, wish, style)
        if found is None:
            raise PackError(f"There is no card {asked.id} to print so.")
        to = asked.out or Path(f"card-{asked.id}.html")
        to.write_text(found, encoding="utf-8")
        yield f"{to}: open it in a browser and print it."

    def pack(self, known: Settings) -> Pack:
        folders = [assembly.BASE, *([known.content] if known.content else [])]
        return assembly.shelf(folders, self.features, known.trusted).current


def surfaces(known: Settings) -> list[str]:
    """Those that are on."""
    platforms = {"slack": known.slack_on, "teams": known.teams_on}
    return ["workspace", *(name for name, on in platforms.items() if on)]


def remarks(known: Settings, on: Sequence[str]) -> Iterable[Words]:
    """What is good to know and stops nobody."""
    folders = [assembly.BASE, *([known.content] if known.content else [])]
    if count := approving.waiting(folders):
        yield say("ready.to_approve", count=count)
    if list(on) == ["workspace"]:
        yield say("ready.only_here")
