"""Signing: one Ed25519 key of this installation, outside the database.

The private half signs the audit's chain; the public half is all that an auditor needs to check it.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from storage.files import write_private

SEED_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """`public` and signatures are hexadecimal; `key` is a short name of the public half. `file` is
    where the private half stands, and what this machine signed beside it."""

    private: Ed25519PrivateKey
    file: Path

    @property
    def public(self) -> str:
        return self.private.public_key().public_bytes_raw().hex()

    @property
    def key(self) -> str:
        return name_of(self.public)

    def sign(self, text: str) -> str:
        return self.private.sign(text.encode()).hex()


def name_of(public: str) -> str:
    return sha256(bytes.fromhex(public)).hexdigest()[:16]


def holds(public: str, text: str, signature: str) -> bool:
    """Was this text signed by that key?"""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def signer(file: Path) -> Signer:
    """The key in the file; a new one where there is none yet, readable by its owner alone.

    Raises OSError where the file cannot be used, ValueError where it holds no key.
    """
    try:
        seed = bytes.fromhex(file.read_text("ascii").strip())
    except FileNotFoundError:
        return _made(file)
    if len(seed) != SEED_BYTES:
        raise ValueError(f"{file} holds no signing key")
    return Signer(Ed25519PrivateKey.from_private_bytes(seed), file)


def _made(file: Path) -> Signer:
    """Another process may have made one meanwhile: then it is that one's."""
    write_private(file, Ed25519PrivateKey.generate().private_bytes_raw().hex() + "\n", first=True)
    return signer(file)
