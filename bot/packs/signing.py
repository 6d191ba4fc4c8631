"""Signing: Ed25519 signatures in the files of minisign, so that its own tools can check ours.

The format (jedisct1.github.io/minisign): a comment line, then base64 of the algorithm, the key's
id and the signature; a trusted comment, then base64 of a second signature over the first and that
comment. "ED" signs the BLAKE2b-512 of the file, "Ed" (older) the file itself. We write "ED" and
read both. Secret keys are those of `minisign -W`, without a password: guard the file.
"""

import base64
import binascii
import os
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.packs import PackError

PLAIN, HASHED = b"Ed", b"ED"
KEY_ID, SEED, SIGNED = 8, 32, 64
"""Bytes of a key's id, of a key and of a signature."""

NO_PASSWORD = b"Ed\0\0B2" + bytes(32 + 8 + 8)
"""Algorithm, no derivation, checksum by BLAKE2b; salt and limits are not used."""

UNTRUSTED, TRUSTED = "untrusted comment: ", "trusted comment: "


@dataclass(frozen=True, slots=True)
class PublicKey:
    id: bytes
    key: bytes

    @property
    def name(self) -> str:
        """The key's id as minisign writes it."""
        return self.id[::-1].hex().upper()

    @property
    def line(self) -> str:
        return base64.b64encode(PLAIN + self.id + self.key).decode()

    def fits(self, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SecretKey:
    id: bytes
    seed: bytes

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.id, self._key.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def fresh() -> SecretKey:
    return SecretKey(os.urandom(KEY_ID), os.urandom(SEED))


def write_keys(key: SecretKey, stem: Path) -> tuple[Path, Path]:
    """`stem`.key (only its owner may read it) and `stem`.pub; raises PackError when one exists."""
    secret, public = Path(f"{stem}.key"), Path(f"{stem}.pub")
    pair = key.id + key.seed + key.public.key
    sum = blake2b(PLAIN + pair, digest_size=32).digest()
    body = base64.b64encode(NO_PASSWORD + pair + sum).decode()
    try:
        handle = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{UNTRUSTED}secret key of Kollega packs\n{body}\n")
        named = f"{UNTRUSTED}minisign public key {key.public.name}"
        public.write_text(f"{named}\n{key.public.line}\n", encoding="utf-8")
    except FileExistsError:
        raise PackError(f"{secret} is there already; choose another name") from None
    return secret, public


def read_secret(file: Path) -> SecretKey:
    raw = _decoded(_lines(file)[-1], f"{file} is no secret key of minisign")
    head, pair, sum = raw[:54], raw[54:126], raw[126:]
    if raw[2:4] != b"\0\0":
        raise PackError(f"{file} has a password; make one without it (minisign -C -W)")
    if head[:2] != PLAIN or sum not in (blake2b(PLAIN + pair, digest_size=32).digest(), bytes(32)):
        raise PackError(f"{file} is no secret key of minisign, or is damaged")
    return SecretKey(pair[:KEY_ID], pair[KEY_ID : KEY_ID + SEED])


def read_public(written: str) -> PublicKey:
    """A public key as one line of base64, or the path of a .pub file."""
    file = Path(written)
    line = _lines(file)[-1] if written.endswith(".pub") else written
    raw = _decoded(line, f"“{written}” is no public key of minisign")
    if len(raw) != 2 + KEY_ID + SEED or raw[:2] != PLAIN:
        raise PackError(f"“{written}” is no public key of minisign")
    return PublicKey(raw[2:10], raw[10:])


def signature(key: SecretKey, message: bytes, comment: str) -> str:
    """The text of a .minisig file; the comment is signed too, and one line."""
    first = key.sign(blake2b(message).digest())
    second = key.sign(first + comment.encode())
    body = base64.b64encode(HASHED + key.id + first).decode()
    glob = base64.b64encode(second).decode()
    return f"{UNTRUSTED}signature of a Kollega pack\n{body}\n{TRUSTED}{comment}\n{glob}\n"


def verified(text: str, message: bytes, keys: tuple[PublicKey, ...]) -> tuple[PublicKey, str]:
    """Who signed the message, and the trusted comment; raises PackError."""
    broken = "the signature cannot be read; fetch the pack again"
    lines = text.splitlines()
    if len(lines) < 4 or not lines[2].startswith(TRUSTED):
        raise PackError(broken)
    raw, second = _decoded(lines[1], broken), _decoded(lines[3], broken)
    how, id, first = raw[:2], raw[2:10], raw[10:]
    if len(first) != SIGNED or how not in (PLAIN, HASHED):
        raise PackError(broken)
    comment = lines[2].removeprefix(TRUSTED)
    key = next((one for one in keys if one.id == id), None)
    if key is None:
        raise PackError(f"it is signed with the key {id[::-1].hex().upper()}, which is not trusted")
    signed = blake2b(message).digest() if how == HASHED else message
    if not (key.fits(first, signed) and key.fits(second, first + comment.encode())):
        raise PackError("the signature does not fit; somebody has changed it. Fetch the pack again")
    return key, comment


def _lines(file: Path) -> list[str]:
    try:
        found = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError):
        raise PackError(f"{file} cannot be read") from None
    return found or [""]


def _decoded(line: str, otherwise: str) -> bytes:
    try:
        return base64.b64decode(line.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise PackError(otherwise) from None
