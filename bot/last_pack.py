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
        if pack is None or kept is None or not _there(kept):
            raise
        found = _last(kept, features, keys, wrong)
        found.read_from(assembly.reader(folders, features, keys), wrong.problems)
    for problem in found.problems:
        log.warning("%s", problem)
    log.warning("the content has mistakes; the bot goes on with its last whole pack (%s)", kept)
    return found


def _last(
    kept: Path, features: Sequence[Feature], keys: tuple[PublicKey, ...], wrong: ContentError
) -> Shelf:
    """Where the copy does not do either (of an older release), the pack's mistakes are told."""
    try:
        return assembly.shelf([assembly.BASE, kept], features, keys)
    except ContentError:
        raise wrong from None


def keep(pack: Path, kept: Path) -> None:
    """The pack, which is in use just now, takes the place of the copy: whole, or not at all."""
    fresh, old = kept.with_name(f"{kept.name}.new"), _old(kept)
    try:
        rmtree(fresh, ignore_errors=True)
        copytree(pack, fresh)
        if _there(kept):
            rmtree(old, ignore_errors=True)
            kept.rename(old)
        fresh.rename(kept)
        rmtree(old, ignore_errors=True)
    except OSError as no:
        log.warning("no copy of the content can be kept in %s (%s)", kept, no.strerror or no)


def _there(kept: Path) -> bool:
    """Killed between the two renames, a bot has left the copy under its other name."""
    if not kept.exists() and _old(kept).is_dir():
        _old(kept).rename(kept)
    return kept.is_dir()


def _old(kept: Path) -> Path:
    return kept.with_name(f"{kept.name}.old")
