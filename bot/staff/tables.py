"""Tables: a spreadsheet (CSV) as rows with their lines, every wrong line named."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import NamedTuple

from bot.content.marks import shown, suggest
from bot.staff import ADDRESSES

REQUIRED = ("id", "name", "languages", "roles", "unit", "site")
WHERE = ("place", "place_en", "area", "floor", "floor_en")
PEOPLE = (*REQUIRED, *WHERE, "deputy", *ADDRESSES)
SLOT = ("site", "ring", "person")
TIMES = {
    "starts": (datetime.fromisoformat, "local date and time such as 2027-03-01 08:00"),
    "ends": (datetime.fromisoformat, "local date and time such as 2027-03-01 17:00"),
    "date": (date.fromisoformat, "date such as 2027-03-01"),
    "from": (time.fromisoformat, "time such as 08:00"),
    "to": (time.fromisoformat, "time such as 17:00"),
}
ROSTER = (*SLOT, *TIMES)

# Year, month and day, the day plus 60 for a coordination number, and four digits more.
PERSONAL = re.compile(
    r"(?<![\w-])(?:19|20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278][0-9]|[39][01])"
    r"[-+]?[0-9]{4}(?![\w-])"
)
PHONE = re.compile(r"\+[0-9 -]+|0[0-9]{9}")


class Wrong(NamedTuple):
    """One wrong line of a file, and the column if it is about one."""

    file: Path
    line: int
    column: str
    text: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.file}:{self.line}", *self[2:]) if part)


class CsvError(Exception):
    """Every wrong line of every file, in the order of the files."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__("\n".join(str(each) for each in wrong))
        self.wrong = list(wrong)


class Row(NamedTuple):
    """One line of a file: its cells by column; a cell that may not be read is not there."""

    file: Path
    line: int
    cells: dict[str, str]

    def wrong(self, column: str, text: str) -> Wrong:
        return Wrong(self.file, self.line, column, text)

    def unknown(self, column: str, word: str, allowed: Collection[str]) -> Wrong:
        return self.wrong(column, f"“{word}” is not known{suggest(word, allowed)}")


Table = tuple[tuple[str, ...], list[Row]]
"""The columns that tell the kind of a file (people or roster), and its rows."""


def table(file: Path, wrong: list[Wrong]) -> Table:
    before = len(wrong)
    lines = _lines(file, wrong)
    if len(wrong) > before:
        return (), []
    if not lines:
        wrong.append(Wrong(shown(file), 1, "", "this file is empty"))
        return (), []
    (first, names), *rest = lines
    header = [name.lower() for name in names]
    columns = max((PEOPLE, ROSTER), key=lambda each: len(set(header) & set(each)))
    wrong += _header_mistakes(Row(shown(file), first, {}), header, columns)
    if not rest:
        wrong.append(Wrong(shown(file), first, "", "there is nothing below the first line"))
    # What an unknown column is called is never said again: it may be a name or a number.
    named = [name if name in columns else "" for name in header]
    return columns, [_row(Row(shown(file), at, {}), named, cells, wrong) for at, cells in rest]


def _lines(file: Path, wrong: list[Wrong]) -> list[tuple[int, list[str]]]:
    """Every line that is not blank, with the number of the line on which it begins."""
    found, start = [], 1
    try:
        text = _text(file.read_bytes())
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((start, [cell.strip() for cell in cells]))
            start = reader.line_num + 1
    except OSError as no:
        wrong.append(Wrong(shown(file), 1, "", f"this file cannot be read: {no.strerror}"))
    except UnicodeDecodeError:
        wrong.append(Wrong(shown(file), 1, "", "this is not text; save the sheet as CSV UTF-8"))
    except csv.Error:
        said = 'a quotation mark (") stands alone; cells need one at both ends or none'
        wrong.append(Wrong(shown(file), start, "", said))
    return found


def _text(raw: bytes) -> str:
    """UTF-8, or what Excel saves in Sweden when it is asked for plain CSV."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252")


def _delimiter(text: str) -> str:
    header = text.lstrip().partition("\n")[0]
    return max(",;\t", key=header.count)


def _header_mistakes(row: Row, header: list[str], columns: tuple[str, ...]) -> Iterator[Wrong]:
    if not set(header) & set(columns):
        said = f"the first line names the columns: {', '.join(REQUIRED)}, … or {', '.join(SLOT)}, …"
        yield row.wrong("", said)
        return
    for at, name in enumerate(header):
        if PERSONAL.search(name):
            yield row.wrong("", "looks like a personal number; leave it out")
        elif name not in columns:
            yield row.wrong("", f"unknown column “{name}”{suggest(name, columns)}")
        elif name in header[:at]:
            yield row.wrong(name, "this column is there twice")
    for name in needed(header, columns):
        if name not in header:
            yield row.wrong("", f"the column “{name}” is missing")


def needed(header: Collection[str], columns: tuple[str, ...]) -> tuple[str, ...]:
    if columns == PEOPLE:
        return REQUIRED
    return (*SLOT, "date", "from", "to") if "date" in header else (*SLOT, "starts", "ends")


def _row(row: Row, header: list[str], cells: list[str], wrong: list[Wrong]) -> Row:
    """The row with its cells, except those that hold what must not be kept or cannot be placed."""
    pairs = list(zip(header, cells, strict=False))
    named = dict(pairs)
    personal = [column for column, cell in pairs if _personal(column, cell)]
    wrong += [row.wrong(each, "looks like a personal number; leave it out") for each in personal]
    if len(cells) != len(header):
        said = f"this line has {len(cells)} cells, the first line has {len(header)}"
        wrong.append(row.wrong("", said))
        named = {"id": named.get("id", "")}
    return row._replace(cells={k: v for k, v in named.items() if k not in personal})


def _personal(column: str, cell: str) -> bool:
    if column in TIMES or (column == "phone" and PHONE.fullmatch(cell)):
        return False
    return PERSONAL.search(cell) is not None
