"""The app's two icons, drawn by us: a plain folder, as neutral as the app's name.

A few lines of geometry instead of picture files: nobody has to ask who owns them.
"""

import struct
import zlib
from collections.abc import Callable
from functools import cache

Pixel = tuple[int, int, int, int]

TEAL: Pixel = (36, 82, 92, 255)
WHITE: Pixel = (255, 255, 255, 255)
CLEAR: Pixel = (255, 255, 255, 0)
FINE = 3
"""Samples a pixel, in each direction: edges look smooth."""


@cache
def color() -> bytes:
    """192 x 192, a white folder on teal."""
    return png(192, lambda x, y: WHITE if folder(x, y) else TEAL)


@cache
def outline() -> bytes:
    """32 x 32, the folder's outline in white on nothing, as Teams wants it."""
    return png(32, lambda x, y: WHITE if folder(x, y) and not folder(x, y, 0.075) else CLEAR)


def folder(x: float, y: float, inside: float = 0.0) -> bool:
    """A folder with its tab, in a square of side 1; `inside` makes it smaller on every side."""
    body = _rounded(x, y, (0.17 + inside, 0.33 + inside, 0.83 - inside, 0.77 - inside), 0.05)
    tab = _rounded(x, y, (0.17 + inside, 0.23 + inside, 0.47 - inside, 0.5), 0.05)
    return body or tab


def _rounded(x: float, y: float, box: tuple[float, float, float, float], radius: float) -> bool:
    left, top, right, bottom = box
    if not (left <= x <= right and top <= y <= bottom):
        return False
    dx = max(left + radius - x, x - right + radius, 0.0)
    dy = max(top + radius - y, y - bottom + radius, 0.0)
    return dx * dx + dy * dy <= radius * radius


def png(side: int, paint: Callable[[float, float], Pixel]) -> bytes:
    places = range(side)
    rows = (b"".join(_pixel(side, column, row, paint) for column in places) for row in places)
    lines = b"".join(b"\0" + row for row in rows)
    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _pixel(side: int, column: int, row: int, paint: Callable[[float, float], Pixel]) -> bytes:
    """The mean of what lies under it."""
    steps = [(step + 0.5) / FINE for step in range(FINE)]
    found = [paint((column + dx) / side, (row + dy) / side) for dx in steps for dy in steps]
    return bytes(sum(one[channel] for one in found) // len(found) for channel in range(4))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
