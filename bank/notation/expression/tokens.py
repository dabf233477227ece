"""The tokens of what a learner typed: numbers with their values, names with what they stand for, signs."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from bank.errors import Unreadable
from bank.notation.expression.grammar import Token
from bank.notation.expression.literals import LONGEST_NUMBER, Mark, fault, number_at
from bank.notation.expression.spelling import VULGAR, Spelled, named
from bank.notation.expression.symbols import Symbols

BEFORE = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9_]*'*\s*)?(?:=(?!=)\s*~?|~)\s*", re.ASCII)  # "≈", "=", "ρ ="
TOKEN = re.compile(
    r"(?P<sign>\*\*|\\frac|[-+*/^()])"
    r"|(?P<whole>[0-9]+(?=[-+/^)]|\*[A-Za-z(]|\Z))"  # a number of which nothing more has to be asked
    r"|(?P<word>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<number>[0-9]|\.[0-9])"
    r"|(?P<space>[ \t]+)"
    rf"|(?P<vulgar>[{VULGAR}])",
    re.ASCII,
)
INSTEAD = {
    "=": "give one answer, without =",
    ";": "give one answer",
    ",": "give one answer, with a comma only inside a number",
    ".": "a point stands only inside a number",
    ":": "write / for a division",
    "%": "it belongs right behind a number",
    "'": "it stands only between groups of three digits",
    "\n": "give one answer, in one line",
}


class Tokens:
    """Reads a text from its beginning to its end; a sign or a name in front, as in "ρ = 0.3", is left out."""

    def __init__(self, source: Spelled, known: Symbols, mark: Mark) -> None:
        self.source, self.known, self.mark = source, known, mark
        self.x_is_times = not {"x", "X"} & {*known.letters, *known.folded}
        self.tokens: list[Token] = []

    def all(self) -> list[Token]:
        text = self.source.text
        before = BEFORE.match(text)
        at = before.end() if before else 0
        while at < len(text):
            at = self._next(at)
        return self.tokens

    def _next(self, at: int) -> int:
        found = TOKEN.match(self.source.text, at)
        if not found:
            raise self._fault(at)
        sort, text, end = found.lastgroup, found.group(), found.end()
        if sort == "space":
            return end
        if sort == "sign":
            return self._add("sign", text, at, end)
        if sort == "word":
            return self._word(text, at)
        if sort == "whole" and len(text) <= LONGEST_NUMBER:
            return self._add("number", text, at, end, Fraction(int(text)))
        if sort == "vulgar":
            top, _, bottom = unicodedata.normalize("NFKC", text).partition("⁄")
            return self._add("vulgar", text, at, end, Fraction(int(top), int(bottom)))
        return self._number(at)

    def _fault(self, at: int) -> Unreadable:
        char = self.source.text[at]
        what = "a line break" if char == "\n" else named(char)
        return fault(what, self.source, at, f"cannot be read{': ' if char in INSTEAD else ''}{INSTEAD.get(char, '')}")

    def _number(self, at: int) -> int:
        found = number_at(self.source, at, self.mark, self.x_is_times, self._behind())
        return self._add("number", self.source.text[at : found.end], at, found.end, found.value, found.decimal)

    def _behind(self) -> str:
        """The `/`, `^` or function that stands before a number and may be of the number alone, its sign aside."""
        before = next((token for token in reversed(self.tokens) if token.text not in ("+", "-")), None)
        binds = before and (before.text in ("/", "^", "**") or before.kind in ("function", "logarithm"))
        return before.text if before and binds else ""

    def _word(self, word: str, at: int) -> int:
        symbols = self.known.of(word)
        for symbol in symbols:
            self._add(symbol.sort, symbol.name, at + symbol.start, at + symbol.end)
        return at + len(word) if symbols else self._add("unknown", word, at, at + len(word))

    def _add(
        self, kind: str, text: str, at: int, end: int, value: Fraction | None = None, decimal: bool = False
    ) -> int:
        starts, ends = self.source.starts, self.source.ends
        self.tokens.append(Token(kind, text, starts[at], ends[end - 1], value, decimal))
        return end


def unknown(known: Symbols, token: Token, typed: str) -> Unreadable:
    """A word that means nothing here, with what might have been meant and the names that may be used."""
    place, advice = f"at position {token.at + 1}", known.advice(token.text)
    if advice:
        said = f"unknown name {typed!r} {place}: {advice}; the names are {known.names()}"
    elif known.letters:
        said = f"unknown name {typed!r} {place}: the names are {known.names()}"
    else:
        said = f"{typed!r} {place} cannot be read: give a number without words or units; names are {known.names()}"
    return Unreadable(said, position=token.at)
