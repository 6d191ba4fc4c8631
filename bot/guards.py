"""Guards: no personal number gets in by a free text; phone numbers and addresses are asked about.

Pure. Sources: P2 of `spec/non-functional.md` 4.3; numbers as Skatteverket builds them (SKV 704 and
707): ten or twelve digits, the day of a coordination number 60 higher, the last digit by Luhn.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

OPEN, CLOSE = ">>>", "<<<"
"""How a number is marked in a text that comes back: readable everywhere, also aloud."""


class Kind(StrEnum):
    NUMBER = "number"
    PHONE = "phone"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Found:
    """Where something stands in a text; only a `NUMBER` may never be saved."""

    kind: Kind
    start: int
    end: int


INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
BETWEEN = rf"[\s\-+–—−‐‑./_·{INVISIBLE}]{{0,3}}"
"""What people put between the digits; a colon and a comma are left to times and sums."""

RUN = re.compile(rf"\d(?:{BETWEEN}\d){{5,}}")
GROUP = re.compile(r"\d+")
RANGE = re.compile(
    r"(?:19|20)\d\d-\d\d-\d\d\W{0,5}(?:till|to|och|and)?\W{0,5}(?:19|20)\d\d-\d\d-\d\d"
)
RESERVE = re.compile(
    rf"(?<!\d)((?:18|19|20)?\d\d{BETWEEN}\d\d{BETWEEN}\d\d){BETWEEN}"
    r"(?:TF\d\d|[TRSUWXJKLMN]\d{3})(?!\d)",
    re.IGNORECASE,
)
"""A hospital's or a student's reserve number: a letter (or TF) where the last four begin."""

PHONE = re.compile(r"(?<![\w+])(?:\+\d{1,3}|00[1-9]\d|0[1-9])(?:[ \u00a0()/-]{0,2}\d){5,11}(?!\w)")
STREET = (
    "gatan|gata|vägen|väg|gränd|gränden|torget|torg|stigen|stig|allén|allé|backen|plan|leden|kajen|"
    "stranden|platsen|esplanaden|svängen|liden|bron"
)
TOWN = "köping|borg|stad|sund|holm|hamn|ås|berg|by"
ADDRESS = re.compile(
    rf"\b\w{{2,}}(?:{STREET})\s+\d{{1,4}}\s?[a-h]?\b"
    rf"|\b\w+\s(?:{STREET.replace('plan|', '')})\s+\d{{1,4}}\s?[a-h]?\b"
    r"|\b\d{1,4}[a-h]?\s+(?:\w+\s){1,2}(?:street|road|lane|avenue|drive)\b"
    rf"|\b(?!114 14|113 13)\d{{3}}\s\d{{2}}\s+\w{{2,}}(?:{TOWN})\b"
    r"|\b(?!114 14|113 13)\d{3}\s\d{2}\s+(?-i:[A-ZÅÄÖ])\w{2,}",
    re.IGNORECASE,
)


def look(text: str, strict: bool = False) -> list[Found]:
    """Everything in a text that may not, or perhaps should not, be saved, in order.

    `strict` stops what has the shape and the date of a number also where its last digit is wrong.
    """
    found = [Found(Kind.NUMBER, *span) for span in apart(numbers_in(text, strict))]
    for kind, shape in (Kind.PHONE, PHONE), (Kind.ADDRESS, ADDRESS):
        for start, end in (match.span() for match in shape.finditer(text)):
            if all(end <= one.start or one.end <= start for one in found):
                found.append(Found(kind, start, end))
    return sorted(found, key=lambda one: one.start)


def numbers_in(text: str, strict: bool = False) -> Iterator[tuple[int, int]]:
    """Where personal and coordination numbers stand."""
    for match in RESERVE.finditer(text):
        if is_date(digits(match[1])):
            yield match.span()
    for run in RUN.finditer(RANGE.sub(lambda dates: "x" * len(dates[0]), text)):
        groups = [(m.start() + run.start(), m.end() + run.start()) for m in GROUP.finditer(run[0])]
        yield from _windows(text, groups, strict)


def _windows(text: str, groups: list[tuple[int, int]], strict: bool) -> Iterator[tuple[int, int]]:
    """Whole groups of digits that together have ten or twelve of them."""
    for first in range(len(groups)):
        for last in range(first, len(groups)):
            start, end = groups[first][0], groups[last][1]
            found = digits(text[start:end])
            if len(found) > 12:
                break
            if len(found) in (10, 12) and _is_number(found, text[start:end], strict):
                yield start, end


def _is_number(found: str, written: str, strict: bool) -> bool:
    if not is_date(found[:-4]) or not (strict or luhn(found[-10:])):
        return False
    return not any(shape.fullmatch(written.strip()) for shape in OTHERWISE)


OTHERWISE = (
    re.compile(
        r"0\d{1,2}[\s-]+\d{2,3}(?: \d{2,3}){1,3}|0\d{2,3}-\d{6,7}"
    ),  # a phone: 070-123 45 67
    re.compile(r"\d{1,3}(?: \d{3})+"),  # a sum: 1 211 301 234
    re.compile(r"\d{2,4}-\d\d-\d\d\s+[0-2]\d\.[0-5]\d"),  # a day and a time: 2026-11-25 14.30
)
"""What has the digits of a number by chance, and the spacing of something else."""


def digits(written: str) -> str:
    """The digits alone, whatever script they are written in."""
    return "".join(str(unicodedata.digit(one)) for one in written if one.isdecimal())


def is_date(found: str) -> bool:
    """Six digits (or eight with a century) of somebody's birth; 60 more in a coordination number.

    A coordination number may have month 00 and day 60, where the day is not known.
    """
    if len(found) == 8 and found[:2] not in ("18", "19", "20"):
        return False
    month, day = int(found[-4:-2]), int(found[-2:])
    if day >= 60:
        return month <= 12 and day <= 91
    return (
        1 <= month <= 12 and 1 <= day <= (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    )


def luhn(found: str) -> bool:
    doubled = (int(one) * (2 - place % 2) for place, one in enumerate(found))
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def apart(spans: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those that overlap become one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def marked(text: str, found: list[Found]) -> str:
    """The whole text as it was typed, with each of these between the marks."""
    for one in reversed(found):
        text = f"{text[: one.start]}{OPEN}{text[one.start : one.end]}{CLOSE}{text[one.end :]}"
    return text


def unmarked(text: str) -> str:
    return text.replace(OPEN, "").replace(CLOSE, "")


def look_at(inputs: Mapping[str, str], strict: bool = False) -> dict[str, list[Found]]:
    """The same for every input of a form that has something in it."""
    looked = {name: look(text, strict) for name, text in inputs.items()}
    return {name: found for name, found in looked.items() if found}


def stops(found: Mapping[str, list[Found]]) -> bool:
    """Is there a number, which is never saved?"""
    return any(one.kind is Kind.NUMBER for many in found.values() for one in many)
