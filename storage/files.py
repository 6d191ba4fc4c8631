"""Files beside the store: whole or not there, on the disk, and of whoever runs the bot.

A command that root runs must not leave files behind that the bot's own user cannot read: they get
the owner of what stood there before, or else that of their folder.
"""

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex


def write_private(file: Path, text: str, first: bool = False) -> None:
    """All or nothing, and never readable by anybody else, not even for a moment.

    `first`: what another process has written there meanwhile stays.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = file.with_name(f"{file.name}.{token_hex(4)}.new")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        hand_over(beside, file)
        if first:
            _take_if_free(beside, file)
        else:
            beside.replace(file)
        to_disk(file.parent)
    finally:
        beside.unlink(missing_ok=True)


def _take_if_free(beside: Path, file: Path) -> None:
    try:
        os.link(beside, file)
    except FileExistsError:
        pass
    except OSError:  # a folder without hard links
        beside.replace(file)


def hand_over(fresh: Path, before: Path | None = None) -> None:
    """Root gives a file to whom the one `before` it belongs, or else to whom its folder does.

    Nobody else may give files away, and nobody else has to.
    """
    if os.name != "posix" or os.geteuid() != 0:
        return
    like = (before if before and before.exists() else fresh.parent).stat()
    with suppress(PermissionError):  # a network folder where root is nobody
        os.chown(fresh, like.st_uid, like.st_gid)


def hand_over_empty(file: Path) -> None:
    """Where root is the first to need a file in somebody else's folder, it is theirs from its first
    moment, and so is what SQLite makes beside it."""
    if os.name == "posix" and os.geteuid() == 0 and file.parent.stat().st_uid != 0:
        file.touch(0o600)
        hand_over(file)


def to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
