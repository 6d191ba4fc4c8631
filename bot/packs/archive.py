"""The archive: a pack as one file to be passed on; the same bytes for the same pack."""

import zipfile
from pathlib import Path

from bot.packs import PackError
from bot.packs.sums import files

ALWAYS = (2020, 1, 1, 0, 0, 0)
"""A zip wants a time; with one time for all, the same pack gives the same bytes."""

LARGEST = 50_000_000
"""Bytes of an opened pack. Ours has half a million."""


def build(folder: Path, to: Path) -> int:
    """How many files were put in."""
    found = list(files(folder))
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in found:
            name = zipfile.ZipInfo(file.relative_to(folder).as_posix(), ALWAYS)
            name.compress_type, name.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(name, file.read_bytes())
    return len(found)


def unpack(file: Path, to: Path) -> None:
    """Into a new folder; raises PackError for what is no pack, too large, or would leave it."""
    if to.exists():
        raise PackError(f"{to} is there already; name a new folder")
    try:
        with zipfile.ZipFile(file) as archive:
            for inside in archive.infolist():
                parts = Path(inside.filename).parts
                if ".." in parts or Path(inside.filename).is_absolute() or "\\" in inside.filename:
                    raise PackError(f"{file} holds “{inside.filename}”, which leads out of a pack")
            if sum(inside.file_size for inside in archive.infolist()) > LARGEST:
                raise PackError(f"{file} is larger than any pack")
            archive.extractall(to)
    except (OSError, zipfile.BadZipFile):
        raise PackError(f"{file} is no pack that was built here") from None
