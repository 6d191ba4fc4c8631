"""Packs: folders of content as they are signed, checked, compared and passed on."""

from pathlib import Path

PACK, SUMS, SIGNATURE, NOTED = "pack.yaml", "pack.sum", "pack.sum.minisig", "pack.over"
"""What may stand at the top of a pack beside its folders: what it is called and which version;
the sum of every file; the signature of the sums; what the base said where it is overridden."""


class PackError(Exception):
    """What is wrong with a pack, or with what was asked of it; one plain line a mistake."""


def name_of(folder: Path) -> str:
    return folder.absolute().name
