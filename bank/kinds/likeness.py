"""What options have in common at sight: their form, the pieces of their text, one number that follows from another."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

PIECE = re.compile(r"\\[a-zA-Z]+|[a-zA-Z]+|.", re.DOTALL)  # a command of TeX, a word, any other letter
COMPOUND = re.compile(r"\\(?:frac|sqrt|ln|log|exp|cdot)|[+*/^ ]|(?<=.)-")  # more than one number or one letter
ROUNDED = 5e-3  # relative, by which a printed number may be off
STEP = 10  # whole numbers from here on count as doubled or halved where that was rounded

MARKS = 509  # a prime: bits that the marks of a text are spread over

WHOLE, DECIMAL, FRACTION, ROOT, WORDS = range(5)


class Look(NamedTuple):
    """What is seen of an option's text.

    `marks` has bits for its pieces, their places and their neighbours: the more of them differ between two texts, the
    more letters have to be changed to make one of the other.
    """

    length: int
    form: tuple[int, bool]
    marks: int


@lru_cache(maxsize=1 << 13)
def look(text: str) -> Look:
    """How an option looks, whatever stands beside it."""
    pieces = PIECE.findall(_inner(text).replace(" ", ""))
    seen: dict[int, int] = {}
    marks = before = 0
    for place, piece in enumerate(pieces):
        code = ord(piece) if len(piece) == 1 else crc32(piece.encode())
        times = seen[code] = seen.get(code, 0) + 1
        marks |= 1 << (code + 131 * times) % MARKS | 1 << (17 * code + place) % MARKS
        marks |= 1 << (code + 257 * before) % MARKS
        before = code
    return Look(len(text), (form_of(text), text.startswith("\\(-")), marks)


def form_of(text: str) -> int:
    r"""
    >>> form_of(r"\(4\)") == WHOLE, form_of(r"\(-\frac{7}{2}\)") == FRACTION, form_of(r"\(\sqrt{2}\)") == ROOT
    (True, True, True)
    """
    if "\\sqrt" in text or "\\ln" in text or "\\log" in text:
        return ROOT
    if "\\frac" in text:
        return FRACTION
    inner = _inner(text).lstrip("-")
    if inner.isdigit():
        return WHOLE
    return DECIMAL if inner.replace(".", "", 1).isdigit() else WORDS


def contains(text: str, key: str) -> bool:
    r"""Whether an option holds the key as a part: `1/(ln 2/ln 3)` where the key is `ln 2/ln 3`.

    A plain number or one letter is part of much by chance.

    >>> contains(r"\(1 - \frac{3}{5}\)", r"\(\frac{3}{5}\)"), contains(r"\(15\)", r"\(5\)")
    (True, False)
    """
    part = _inner(key)
    return len(part) < len(text) - 4 and part in text and is_compound(key)


def is_compound(text: str) -> bool:
    """Whether a formula is more than one number or letter."""
    return COMPOUND.search(_inner(text)) is not None


def _inner(text: str) -> str:
    return text.removeprefix("\\(").removesuffix("\\)")


def derived(key: float, other: float) -> bool:
    """Whether a number is another one doubled, halved, inverted, squared, negated, or its root.

    >>> derived(165, 329), derived(0.5, 2.0), derived(9, 81), derived(9, 10)
    (True, True, True, False)
    """
    if not key or not other:
        return False
    off = ROUNDED * abs(other)
    if abs(other - 2 * key) < off or abs(other - key / 2) < off or abs(other + key) < off:
        return True
    if abs(key * other - 1) < ROUNDED or abs(other - key * key) < off or abs(key - other * other) < ROUNDED * abs(key):
        return True
    large, small = max(abs(key), abs(other)), min(abs(key), abs(other))
    return large >= STEP and abs(large - 2 * small) <= 1 and key.is_integer() and other.is_integer()
