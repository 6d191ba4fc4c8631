"""Check a receipt offline: `python receipt_check.py RECEIPT.json PUBLIC_KEY`.

A program of its own, for an auditor: it imports nothing of Kollega, asks no network and no
database, and needs only Python and the package `cryptography`. Exit code 0: the receipt holds.

What that proves: each line that is shown was written so, before the mark was signed.
What it cannot prove: that these are all the lines about the row. The others are hashes.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KIND = "kollega receipt 1"
SAID = ("id", "at", "who", "what", "payload", "outcome", "rows", "event", "salt")


class Wrong(Exception):
    """Why the receipt does not hold."""


def check(receipt: dict[str, Any], public: str) -> int:
    """How many lines the receipt proves; raises Wrong."""
    if receipt.get("kind") != KIND:
        raise Wrong("this is no receipt of a kind that this program knows")
    shown = [line["id"] for line in receipt["lines"]]
    if not shown:
        raise Wrong("it shows no line, so it proves nothing")
    if shown != sorted(set(shown)):
        raise Wrong("a line is shown twice, or in another order than it was written")
    sealed = {line: content for _, line, content in receipt["seals"]}
    for line in receipt["lines"]:
        if sealed.get(line["id"]) != content_of(line):
            raise Wrong(f"line {line['id']} does not say what was sealed")
        if receipt["row"] not in line["rows"]:
            raise Wrong(f"line {line['id']} is not about {receipt['row']}")
    follow(receipt)
    signed(receipt["mark"], public)
    return len(receipt["lines"])


def content_of(line: dict[str, Any]) -> str:
    said = [line[name] for name in SAID]
    return sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def follow(receipt: dict[str, Any]) -> None:
    """From the chain before the first line to the signed mark, link by link."""
    chain, mark = receipt["before"], receipt["mark"]
    numbers = [number for number, _, _ in receipt["seals"]]
    if numbers != list(range(numbers[0], mark["number"] + 1)):
        raise Wrong("seals are missing")
    for number, line, content in receipt["seals"]:
        chain = sha256(f"{chain}:{number}:{line}:{content}".encode()).hexdigest()
    if chain != mark["chain"]:
        raise Wrong("the chain does not lead to the signed mark")


def signed(mark: dict[str, Any], public: str) -> None:
    text = f"kollega audit {mark['number']} {mark['chain']} {mark['at']}"
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(mark["signature"]), text.encode())
    except (InvalidSignature, ValueError):
        raise Wrong("the mark is not signed by this key") from None


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        sys.stderr.write("Usage: python receipt_check.py RECEIPT.json PUBLIC_KEY\n")
        return 2
    try:
        receipt = json.loads(Path(arguments[0]).read_text("utf-8"))
        proved = check(receipt, arguments[1])
    except Wrong as why:
        sys.stderr.write(f"The receipt does not hold: {why}.\n")
        return 1
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        sys.stderr.write(f"{arguments[0]} cannot be read as a receipt.\n")
        return 2
    sys.stdout.write(f"The receipt holds: {said(receipt, proved)}\n")
    return 0


def said(receipt: dict[str, Any], proved: int) -> str:
    """What is proved, and what is not."""
    others = len(receipt["seals"]) - proved
    return (
        f"{proved} lines about {receipt['row']}, each as it was written, signed "
        f"{receipt['mark']['at']}.\nIt does not prove that there are no other lines about it: "
        f"{others} more of the same stretch are hashes here, and earlier or later ones are not "
        "in it. For that, have kollega audit verify and the receipt made before your eyes."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
