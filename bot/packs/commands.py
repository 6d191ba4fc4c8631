"""Pack commands: what `kollega pack ...` does, each as the lines that it tells."""

import argparse
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.content import ContentError
from bot.content.marks import read
from bot.packs import PACK, PackError, approving, archive, name_of, overrides, signing, sums
from bot.packs.signing import PublicKey

Run = Callable[[argparse.Namespace], Iterable[str]]
Check = Callable[[list[Path]], object]
Argument = tuple[str, dict[str, Any]]

PACK_FOLDER: Argument = ("pack", {"type": Path, "help": "the pack's folder"})
KEY: Argument = ("--key", {"type": Path, "help": "the secret key (NAME.key)"})
KEY_NEEDED: Argument = (KEY[0], {**KEY[1], "required": True})
PUB: Argument = (
    "--pub",
    {"action": "append", "default": [], "help": "a public key, or NAME.pub"},
)


class Packs:
    """`check` raises ContentError for a broken pack; `trusted` are the keys of the settings."""

    def __init__(
        self, base: Path, trusted: Callable[[], tuple[PublicKey, ...]], check: Check
    ) -> None:
        self.base, self.trusted, self.check = base, trusted, check

    def commands(self) -> list[tuple[str, str, list[Argument], Run]]:
        """Name, help, arguments and what is run."""
        here = ("pack", {"type": Path, "nargs": "?", "help": "your pack, laid over the base"})
        name = ("name", {"type": Path, "help": "such as my-agency"})
        note = ("--note", {"action": "store_true", "help": "you have read the base again"})
        out = ("--out", {"type": Path, "help": "default NAME-VERSION.zip"})
        zipped: list[Argument] = [
            ("file", {"type": Path}),
            ("folder", {"type": Path, "help": "a new folder"}),
        ]
        approve = "what an approver must see to, and its place"
        return [
            ("keygen", "make a pair of keys", [name], self.keygen),
            ("sign", "check a pack and sign it", [PACK_FOLDER, KEY_NEEDED], self.sign),
            ("verify", "is a pack just as it was signed?", [PACK_FOLDER, PUB], self.verify),
            ("diff", "the base beside each override", [PACK_FOLDER, note], self.diff),
            ("build", "check a pack, make one file of it", [PACK_FOLDER, KEY, out], self.build),
            ("open", "unpack such a file and check it", [*zipped, PUB], self.open),
            ("approve-list", approve, [here], self.approve_list),
        ]

    def keygen(self, asked: argparse.Namespace) -> Iterator[str]:
        fresh = signing.fresh()
        secret, public = signing.write_keys(fresh, asked.name)
        yield f"{secret}: keep it where nobody else can read it, and a copy in a safe."
        yield f"{public}: give it to those who use your packs, for KOLLEGA_PACK_KEYS:"
        yield fresh.public.line

    def sign(self, asked: argparse.Namespace) -> Iterator[str]:
        self.check([asked.pack])
        overrides.note(self.base, asked.pack)
        secret = signing.read_secret(asked.key)
        sums.sign(asked.pack, secret, titled(asked.pack))
        yield f"{titled(asked.pack)}: signed with the key {secret.public.name}."

    def verify(self, asked: argparse.Namespace) -> Iterator[str]:
        keys = self._keys(asked)
        if not keys:
            raise PackError("No key is trusted here: name one with --pub or KOLLEGA_PACK_KEYS.")
        refuse(asked.pack, keys)
        by, comment = sums.signer(asked.pack, keys)
        yield f"{comment}: just as it was signed with the key {by.name}."

    def diff(self, asked: argparse.Namespace) -> Iterator[str]:
        if asked.note:
            yield f"Noted anew: {overrides.note(self.base, asked.pack, again=True)}."
        yield from overrides.told(self.base, asked.pack)

    def build(self, asked: argparse.Namespace) -> Iterator[str]:
        self.check([asked.pack])
        if asked.key:
            yield from self.sign(asked)
        to = asked.out or Path(f"{titled(asked.pack).replace(' ', '-')}.zip")
        yield f"{to}: {archive.build(asked.pack, to)} files."

    def open(self, asked: argparse.Namespace) -> Iterator[str]:
        archive.unpack(asked.file, asked.folder)
        keys = self._keys(asked)
        if keys:
            refuse(asked.folder, keys)
        yield f"{asked.folder}: {titled(asked.folder)}, {'trusted' if keys else 'NOT CHECKED'}."

    def approve_list(self, asked: argparse.Namespace) -> Iterator[str]:
        yield from approving.listed([self.base, *([asked.pack] if asked.pack else [])])

    def _keys(self, asked: argparse.Namespace) -> tuple[PublicKey, ...]:
        named = tuple(signing.read_public(one) for one in asked.pub)
        return named or self.trusted()


def refuse(pack: Path, keys: tuple[PublicKey, ...]) -> None:
    """Raises ContentError for a pack that is not as one of the keys has signed it."""
    if wrong := sums.mistakes(pack, keys):
        raise ContentError(wrong)


def titled(folder: Path) -> str:
    """The pack's name and version, as `pack.yaml` says, or the folder's name."""
    file = folder / PACK
    said = read(file).data if file.exists() else None
    if not isinstance(said, dict):
        return name_of(folder)
    return f"{said.get('name', name_of(folder))} {said.get('version', '')}".strip()
