"""The last pack: a copy of the agency's content as it was when it was whole.

A mistake in a file does no harm while the bot runs: the pack in use stays. A restart must not make
it a bot that nobody can press, so a store that is in real use goes on with this copy, and says so.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from shutil import copytree, rmtree

from bot import assembly
from bot.content import ContentError, Shelf
from bot.features import Feature
from bot.packs.signing import PublicKey

log = logging.getLogger("kollega.content")

NAME = "last-pack"


def shelf(
    pack: Path | None, kept: Path | None, features: Sequence[Feature], keys: tuple[PublicKey, ...]
) -> Shelf:
    """The content in use. Raises ContentError where the pack has mistakes and none is kept."""
    folders = [assembly.BASE, *([pack] if pack else [])]
    try:
        return assembly.shelf(folders, features, keys)
    except ContentError as wrong:
        if pack is None or kept is None or not kept.is_dir():
            raise
        found = assembly.shelf([assembly.BASE, kept], features, keys)
        found.read_from(assembly.reader(folders, features, keys), wrong.problems)
    for problem in found.problems:
        log.warning("%s", problem)
    log.warning("the content has mistakes; the bot goes on with its last whole pack (%s)", kept)
    return found


def keep(pack: Path, kept: Path) -> None:
    """The pack, which is in use just now, takes the place of the copy: whole, or not at all."""
    fresh, old = kept.with_name(f"{kept.name}.new"), kept.with_name(f"{kept.name}.old")
    try:
        for each in fresh, old:
            rmtree(each, ignore_errors=True)
        copytree(pack, fresh)
        if kept.exists():
            kept.rename(old)
        fresh.rename(kept)
        rmtree(old, ignore_errors=True)
    except OSError as no:
        log.warning("no copy of the content can be kept in %s (%s)", kept, no.strerror or no)
