"""LIX, the Swedish readability index: words a sentence, and the share of long words.

C. H. Björnsson, Läsbarhet (1968): under 30 is easy, 30-40 as in fiction, over 50 official prose.
"""

import re
from collections.abc import Iterable

LONG = 6
"""A word is long when it has more letters than this."""


def lix(sentences: Iterable[str]) -> float:
    """Of several lines together; each line ends a sentence, as do . ! ? and : before a space."""
    said = [part for line in sentences for part in re.split(r"[.!?:…]+(?=\s|$|\")", line)]
    counted = [found for part in said if (found := re.findall(r"[^\W_]+(?:-[^\W_]+)*", part))]
    words = [word for part in counted for word in part]
    long = sum(len(word) > LONG for word in words)
    return len(words) / len(counted) + 100 * long / len(words)
