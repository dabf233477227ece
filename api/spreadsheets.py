"""Rows for spreadsheets: CSV as RFC 4180 has it, in UTF-8, with nothing in it that a spreadsheet would execute."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

ROWS_AT_ONCE = 200  # of what is sent in one piece
STARTS = r"=+\-@\uff1d\uff0b\uff0d\uff20"  # of formulas; the last four are full-width forms
EXECUTED = re.compile(rf"[{STARTS}\t\r\n]")  # at the start of a cell
WITHIN = re.compile(rf'[;|\t\r\n](?=[" ]*[{STARTS}])')  # where another cell begins if commas do not part them
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)

Cell = str | int | float | bool | None


def encoded(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The header and the rows, some at a time."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    for number, row in enumerate(rows, 1):
        writer.writerow([written(cell) for cell in row])
        if number % ROWS_AT_ONCE == 0:
            yield _taken(text)
    yield _taken(text)


def written(cell: Cell) -> str:
    """A cell's text; an apostrophe before what a spreadsheet would take for a formula.

    Where the comma is the decimal sign, spreadsheets open a file with semicolons between its cells: there too.

    >>> [written(cell) for cell in ("=1+1", "-1.5e3", "-1+1", -2, True, None, "a = b", "a;=1+1")]
    ["'=1+1", '-1.5e3', "'-1+1", '-2', 'true', '', 'a = b', "a;'=1+1"]
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    text = WITHIN.sub(r"\g<0>'", str(cell))
    return f"'{text}" if EXECUTED.match(text) and not NUMBER.fullmatch(text) else text


def _taken(text: StringIO) -> bytes:
    """What was written since; a half of a surrogate pair, which UTF-8 has no place for, is spelled out."""
    found = text.getvalue().encode("utf-8", "backslashreplace")
    text.seek(0)
    text.truncate()
    return found
