"""Codes: sixteen digits that are shown once, found by their first four and proved by the rest.

What is kept: a keyed hash of the first four digits, and scrypt of all sixteen, both with a pepper
of the agency that lies sealed. Without the keys not even all codes can be tried.
"""

import hmac
from hashlib import scrypt, sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.guards import look
from bot.turn import Turn
from storage.anonymous import CaseCode, with_lookup
from storage.secrets import secret

DIGITS, GROUP = 16, 4
COST = {"n": 2**14, "r": 8, "p": 1}
"""OWASP's floor for scrypt is 2**13 with r = 8 and p = 10; one try here takes about 50 ms, and
the twelve digits behind the first four are 10**12 of them."""

PEPPER = "anonymous"


def fresh(turn: Turn) -> str:
    """Such as 4821-7730-1956-0042; never one that the guard would take for a personal number."""
    while True:
        code = grouped(turn.digits(DIGITS))
        if not look(code, strict=True):
            return code


def grouped(digits: str) -> str:
    return "-".join(digits[at : at + GROUP] for at in range(0, DIGITS, GROUP))


def digits_of(written: str) -> str | None:
    """The digits of a code as somebody typed it, or None when it is none."""
    found = "".join(one for one in written if one.isdecimal() and one.isascii())
    others = {*written} - {*found, *" -–—.\u00a0"}
    return found if len(found) == DIGITS and not others else None


def coded(turn: Turn, case: int, code: str) -> CaseCode:
    digits, salt = digits_of(code) or "", turn.secret(16)
    return CaseCode(
        case=case, lookup=lookup(turn, digits), salt=salt, hashed=slow(turn, digits, salt)
    )


def find(turn: Turn, written: str) -> CaseCode | None:
    """The case of a code. As slow for a wrong one as for a right one."""
    digits = digits_of(written)
    if digits is None:
        return None
    found = with_lookup(turn.session, lookup(turn, digits))
    proved = [one for one in found if hmac.compare_digest(slow(turn, digits, one.salt), one.hashed)]
    if not found:
        slow(turn, digits, b"\0" * 16)
    return proved[0] if proved else None


def lookup(turn: Turn, digits: str) -> str:
    pepper = secret(turn.session, PEPPER)
    return hmac.new(pepper, b"lookup" + digits[:GROUP].encode(), sha256).hexdigest()[:16]


def slow(turn: Turn, digits: str, salt: bytes) -> bytes:
    pepper = secret(turn.session, PEPPER)
    return scrypt(pepper + digits.encode(), salt=salt, dklen=32, **COST)


# Where to tell somebody of a question


def relay(turn: Turn, code: CaseCode, ref: str) -> bytes:
    """Who asked to be told, sealed with a key that comes from the code's own hash."""
    nonce = turn.secret(12)
    return nonce + AESGCM(_relay_key(code)).encrypt(nonce, ref.encode(), b"relay")


def relayed_to(code: CaseCode) -> str | None:
    if code.relay is None:
        return None
    nonce, sealed = code.relay[:12], code.relay[12:]
    try:
        return AESGCM(_relay_key(code)).decrypt(nonce, sealed, b"relay").decode()
    except InvalidTag:
        return None


def _relay_key(code: CaseCode) -> bytes:
    return hmac.new(code.hashed, b"relay", sha256).digest()
