"""The names of a formula as learners write them: as the stem shows a letter, as TeX calls it, as the key spells it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from bank.notation.expression.arithmetic import CONSTANTS, FUNCTIONS

SHORT = {"lam": "lambda"}  # stems of letters that the keys do not call as TeX does
LETTER = re.compile(r"([A-Za-z]+)_?([A-Za-z0-9]*)\Z", re.ASCII)
LOGARITHM = re.compile(r"log_?([1-9][0-9]{0,2})\Z", re.ASCII | re.IGNORECASE)
APPLIED = re.compile(rf"({'|'.join(FUNCTIONS)})([A-Za-z0-9][A-Za-z0-9_]*)\Z", re.ASCII | re.IGNORECASE)
TO_A_BASE = re.compile(r"log_?([0-9]+)([A-Za-z][A-Za-z0-9_]*)\Z", re.ASCII | re.IGNORECASE)
LONGEST_EXPLAINED = 20  # characters of a word for which a product is proposed
SEVERAL_ANSWERS = {"or", "and", "oder", "und"}

Sort = Literal["letter", "function", "constant", "logarithm"]


class Symbol(NamedTuple):
    """What a word, or a part of it that begins at `start`, stands for: `name` is as in the key, a base for `log2`."""

    sort: Sort
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Symbols:
    """The letters of one question by all their spellings."""

    letters: tuple[str, ...]
    spelled: dict[str, str]  # by how a letter is written
    folded: dict[str, str]  # the same in small letters, where that is one letter only
    longest: int  # of the spellings

    def of(self, word: str) -> tuple[Symbol, ...]:
        """The one symbol that is meant, or the letters whose product a word is; none where it means nothing."""
        whole = self._whole(word)
        return (Symbol(*whole, 0, len(word)),) if whole else self._product(word)

    def _whole(self, word: str) -> tuple[Sort, str] | None:
        small = word.lower()
        if word in self.letters:
            return "letter", word
        if word in CONSTANTS or word in FUNCTIONS:
            return ("constant" if word in CONSTANTS else "function"), word
        if word in self.spelled:
            return "letter", self.spelled[word]
        if base := LOGARITHM.match(word):
            return "logarithm", base[1]
        if small in FUNCTIONS or small == "pi":
            return ("constant" if small == "pi" else "function"), small
        return ("letter", self.folded[small]) if small in self.folded else None

    def _product(self, word: str) -> tuple[Symbol, ...]:
        """The letters that make up a word, where they can be told apart in one way only."""
        ways: list[list[tuple[Symbol, ...]]] = [[()], *([] for _ in word)]
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - self.longest), end):
                letter = self.spelled.get(word[start:end])
                if letter is not None and ways[start]:
                    ways[end] += [(*way, Symbol("letter", letter, start, end)) for way in ways[start]]
            ways[end] = ways[end][:2]  # two are as good as many
        return ways[-1][0] if len(ways[-1]) == 1 else ()

    def advice(self, word: str) -> str:
        """What might have been meant by a word that means nothing here; empty where nothing comes to mind."""
        if base := TO_A_BASE.match(word):
            return f"write log{base[1]}({base[2]}) or ln({base[1]}*{base[2]})"
        if applied := APPLIED.match(word):
            return f"write {applied[1].lower()}({applied[2]})"
        if len(word) > LONGEST_EXPLAINED:
            return ""
        words = sorted({*self.folded, *map(str.lower, self.letters), *CONSTANTS}, key=len, reverse=True)
        part = re.compile("|".join(["[0-9]+", *map(re.escape, words)]), re.IGNORECASE)
        parts = part.findall(word)
        if "".join(parts) != word or len(parts) < 2:
            return ""
        known = [self._whole(part) for part in parts]
        factors = [whole[1] if whole else part for whole, part in zip(known, parts, strict=True)]
        power = f" or {factors[0]}^{factors[1]}" if len(factors) == 2 and factors[1].isdigit() else ""
        return f"write {'*'.join(factors)}{power}"

    def names(self) -> str:
        """All that may be used, for a message."""
        own = [f"{name} ({SHORT[name]})" if name in SHORT else name for name in self.letters]
        return ", ".join([*own, *CONSTANTS, *FUNCTIONS])


@lru_cache(maxsize=256)
def symbols(letters: tuple[str, ...]) -> Symbols:
    """
    >>> known = symbols(("lam", "x_1", "M", "N"))
    >>> [known.of(word)[0].name for word in ("lambda", "x1", "x_1", "Lam", "m", "LN")]
    ['lam', 'x_1', 'x_1', 'lam', 'M', 'ln']
    >>> [part.name for part in known.of("MN")], known.of("M2"), known.advice("M2"), known.advice("ln2")
    (['M', 'N'], (), 'write M*2 or M^2', 'write ln(2)')
    """
    spelled: dict[str, str] = {}
    taken = {*letters, *CONSTANTS, *FUNCTIONS}
    shared = set()
    for letter in letters:
        for way in set(_ways(letter)) - {*taken} | {letter}:
            shared |= {way} if spelled.setdefault(way, letter) != letter else set()
    for way in shared:
        del spelled[way]
    small: dict[str, set[str]] = {}
    for way, letter in spelled.items():
        small.setdefault(way.lower(), set()).add(letter)
    folded = {way: min(meant) for way, meant in small.items() if len(meant) == 1 and way not in CONSTANTS}
    return Symbols(letters, spelled, folded, max(map(len, spelled), default=0))


def _ways(letter: str) -> Iterator[str]:
    """`lam`, `lambda`; `x_1`, `x1`; an index that is a letter always stands after a low line."""
    yield letter
    found = LETTER.match(letter)
    stem, index = (found[1], found[2]) if found else (letter, "")
    for name in {stem, SHORT.get(stem, stem)}:
        yield f"{name}_{index}" if index else name
        if index.isdigit():
            yield f"{name}{index}"


def several(word: str) -> bool:
    """Whether a word joins two answers."""
    return word.lower() in SEVERAL_ANSWERS
