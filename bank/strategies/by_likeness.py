"""Guesses by what options share with one another, and with the stem."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from bank.kinds.likeness import PIECE
from bank.strategies.by_value import Strategy, lowest
from bank.strategies.seen import Option, Question

ENTRY = re.compile(r"-?\d+(?:\.\d+)?|\\[a-zA-Z]+|[a-zA-Z]{2,}")  # a number, a command of TeX, a word
LEAST = 3  # letters of an option that can be told from the rest of a stem


def most_alike(asked: Question) -> Sequence[Option]:
    """The least letters have to be changed to come from it to the others."""
    return lowest(asked, _distances(asked))


def least_alike(asked: Question) -> Sequence[Option]:
    return lowest(asked, [-distance for distance in _distances(asked)])


def most_shared(asked: Question) -> Sequence[Option]:
    """Most of its numbers, factors, terms, entries or words stand in the others too."""
    parts = [Counter(ENTRY.findall(option.text)) for option in asked.options]
    return lowest(asked, [-sum((one & other).total() for other in parts if other is not one) for one in parts])


def in_the_stem(asked: Question) -> Sequence[Option]:
    """Its text stands in the stem, letter by letter."""
    texts = [option.text.removeprefix("\\(").removesuffix("\\)") for option in asked.options]
    return [
        option
        for option, text in zip(asked.options, texts, strict=True)
        if re.search(rf"(?<![\w.]){re.escape(text)}(?![\w.])", asked.stem)
    ]


def diagonal_in_the_stem(asked: Question) -> Sequence[Option]:
    """Most of its pieces stand in the stem in the same place, row by row: the diagonal of a matrix that is printed."""
    matrix = re.search(r"\\begin\{pmatrix\}.*?\\end\{pmatrix\}", asked.stem, re.DOTALL)
    if matrix is None:
        return []
    printed = PIECE.findall(matrix[0].replace(" ", ""))
    marks = []
    for option in asked.options:
        pieces = PIECE.findall(option.text.removeprefix("\\(").removesuffix("\\)").replace(" ", ""))
        marks.append(-sum(one == other for one, other in zip(pieces, printed, strict=False)))
    return lowest(asked, marks)


def _distances(asked: Question) -> list[int]:
    texts = [option.text for option in asked.options]
    return [sum(edits(*sorted((one, other))) for other in texts if other is not one) for one in texts]


@lru_cache(maxsize=1 << 16)
def edits(one: str, other: str) -> int:
    """How many letters are inserted, left out or replaced to make one text of the other.

    By the columns of the table as bits (Hyyrö 2003, after Myers 1999).

    >>> edits("kitten", "sitting"), edits("", "abc"), edits("same", "same")
    (3, 3, 0)
    """
    if not one:
        return len(other)
    full, last = (1 << len(one)) - 1, 1 << len(one) - 1
    places: dict[str, int] = {}
    for place, letter in enumerate(one):
        places[letter] = places.get(letter, 0) | 1 << place
    up, down, distance = full, 0, len(one)
    for letter in other:
        match = places.get(letter, 0)
        same = (((match & up) + up) ^ up) | match | down
        rise, fall = down | ~(same | up) & full, up & same
        distance += bool(rise & last) - bool(fall & last)
        rise, fall = rise << 1 | 1, fall << 1
        up, down = (fall | ~(same | rise)) & full, rise & same & full
    return distance


BY_LIKENESS: dict[str, Strategy] = {
    "most like the others": most_alike,
    "least like the others": least_alike,
    "shares most with the others": most_shared,
    "printed in the stem": in_the_stem,
    "most like the matrix in the stem": diagonal_in_the_stem,
}
