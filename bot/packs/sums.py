"""Sums: one line for every file of a pack, so that nothing can be changed, taken away or added."""

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from bot.content.marks import Problem, shown
from bot.packs import SIGNATURE, SUMS, PackError
from bot.packs.signing import PublicKey, SecretKey, signature, verified


def written(folder: Path) -> str:
    """The sums as `pack.sum` holds them: "hash  path", by path, whatever the machine."""
    return "".join(f"{sum}  {name}\n" for name, sum in sorted(_sums(folder).items()))


def sign(folder: Path, key: SecretKey, comment: str) -> None:
    text = written(folder)
    (folder / SUMS).write_text(text, encoding="utf-8", newline="\n")
    signed = signature(key, text.encode(), comment)
    (folder / SIGNATURE).write_text(signed, encoding="utf-8", newline="\n")


def signer(folder: Path, keys: tuple[PublicKey, ...]) -> tuple[PublicKey, str]:
    """Who signed the sums of a pack, and the comment; raises PackError. Its files: `mistakes`."""
    try:
        sums = (folder / SUMS).read_bytes()
        text = (folder / SIGNATURE).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PackError("it is not signed; ask those who made it (kollega pack sign)") from None
    except (OSError, UnicodeDecodeError):
        raise PackError("its signature cannot be read; fetch the pack again") from None
    return verified(text, sums, keys)


def mistakes(folder: Path, keys: tuple[PublicKey, ...]) -> list[Problem]:
    """Why a pack cannot be trusted, file by file; none when it is just as it was signed."""
    try:
        signer(folder, keys)
        return list(_differences(folder))
    except PackError as wrong:
        return [Problem(shown(folder), 1, 1, f"this pack cannot be used: {wrong}")]


def _differences(folder: Path) -> Iterator[Problem]:
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    signed = {name: sum for sum, _, name in (line.partition("  ") for line in lines)}
    here = _sums(folder)
    for name in sorted({*signed, *here}):
        if name not in here:
            text = "this file was signed and is missing; fetch the pack again"
        elif name not in signed:
            text = "this file was added after the pack was signed; delete it, or sign again"
        elif signed[name] != here[name]:
            text = "this file was changed after the pack was signed; fetch it again, or sign again"
        else:
            continue
        yield Problem(shown(folder / name), 1, 1, text)


def _sums(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): blake2b(file.read_bytes(), digest_size=32).hexdigest()
        for file in files(folder)
        if file.relative_to(folder).as_posix() not in (SUMS, SIGNATURE)
    }


def files(folder: Path) -> Iterator[Path]:
    """Every file of a pack; hidden ones are no part of it, and nothing may lead out of it."""
    if not folder.is_dir():
        raise PackError(f"there is no folder {folder}")
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if any(part.startswith(".") for part in inside.parts):
            continue
        if path.is_symlink():
            raise PackError(f"{inside.as_posix()} is a link; a pack holds plain files only")
        if path.is_file():
            yield path
