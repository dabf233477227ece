"""How a learner's formula is read: by the grammar of the keys, and kindly; what may mean two things is asked about.

What is stored is read by `grammar.Reader` alone, the same for ever.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from bank.errors import Unreadable
from bank.notation.expression.grammar import Node, Reader, Token
from bank.notation.expression.literals import Mark
from bank.notation.expression.spelling import Spelled
from bank.notation.expression.symbols import Symbols, several, symbols
from bank.notation.expression.tokens import Tokens, unknown
from bank.notation.expression.writing import write_text

NATURAL = "log is read as ln, the natural logarithm"
NAMES = {"letter", "constant", "function", "logarithm", "unknown"}
ATOMS = {*NAMES, "number", "vulgar"}
CLOSING = {"(": ")", "[": "]", "{": "}"}
LIKE_AN_EXPONENT = re.compile(r"[eE](?:[0-9][A-Za-z0-9_]*)?\Z", re.ASCII)
LONGEST_SHOWN = 60  # characters of a reading in a message


@dataclass(frozen=True, slots=True)
class Read:
    """A text as it was read; `decimal` tells whether a number in it may have been rounded, `notes` what to add."""

    tree: Node
    letters: frozenset[str]
    decimal: bool
    notes: tuple[str, ...]


def read_kindly(source: Spelled, letters: tuple[str, ...], mark: Mark) -> Read:
    """Raises Unreadable with the position of the fault in the text as typed."""
    known = symbols(letters)
    tokens = Tokens(source, known, mark).all()
    reader = Learner(source, known, tokens)
    tree = reader.whole()
    decimal = any(token.decimal for token in tokens) or reader.power_of_ten
    return Read(tree, frozenset(reader.seen), decimal, tuple(dict.fromkeys(reader.notes)))


class Learner(Reader):
    """The same recursive descent over a learner's tokens, within the same bounds."""

    def __init__(self, source: Spelled, known: Symbols, tokens: list[Token]) -> None:
        super().__init__(tokens, frozenset(known.letters), len(source.typed))
        self.typed, self.known = source.typed, known
        self.notes: list[str] = []
        self.power_of_ten = False  # a number times 10^-3 is a decimal too

    def product(self) -> Node:
        tree = self.signed()
        over: tuple[Node, Node] | None = None  # what was divided by what, where nothing has come since
        while True:
            if token := self.take("*", "/"):
                factor = self.signed()
                over = (tree, factor) if token.text == "/" else None
                tree = self.node(token.text, token.at, tree, factor)
                self.power_of_ten = self.power_of_ten or (token.text == "*" and _small_power_of_ten(factor))
            elif self.juxtaposed():
                tree = self._beside(tree, over)
            else:
                return tree

    def _beside(self, tree: Node, over: tuple[Node, Node] | None) -> Node:
        """A product without a sign."""
        token, before = self.tokens[self.place], self.tokens[self.place - 1]
        if before.kind == "number" and LIKE_AN_EXPONENT.match(token.text) and not (over and token.kind == "constant"):
            raise self._no_exponent(before, token)
        factor = self.power()
        product = self.node("*", token.at, tree, factor)
        if over:
            other = self.node("/", token.at, over[0], self.node("*", token.at, over[1], factor))
            raise two_readings("a product without a sign after a division", token.at, product, other)
        if before.kind == "number" and token.text == r"\frac":
            mixed = self.node("+", token.at, tree, factor)
            raise two_readings("a number before a fraction", token.at, mixed, product)
        if before.decimal and self.typed[before.at : before.end].endswith(("%", "\uff05")):
            raise Unreadable(f"a product after % at position {token.at + 1}: write * before it", position=token.at)
        return product

    def _no_exponent(self, before: Token, token: Token) -> Unreadable:
        typed, digits = self.typed[before.at : token.end], token.text[1:]
        if not digits:
            what = f"an exponent without digits: write {before.text}*e for Euler's number"
        elif digits.isdigit():
            what = "an exponent that is no whole number"
        else:
            what = "a letter right behind its exponent: write * before the letter"
        return Unreadable(f"{typed!r} at position {before.at + 1} has {what}", position=token.at)

    def juxtaposed(self) -> bool:
        token = self.ahead()
        return token is not None and (token.kind in NAMES or token.text in ("(", r"\frac"))

    def ahead(self) -> Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def _glued(self) -> bool:
        """Whether a factor follows without a sign or a space, as in `2x` and `kc`."""
        token = self.ahead()
        return token is not None and self.juxtaposed() and token.at == self.tokens[self.place - 1].end

    def power(self) -> Node:
        base = self.atom()
        token = self.take("^", "**")
        if not token:
            return base
        self.deeper(token)
        exponent = self.signed()
        self.depth -= 1
        raised, last = self.node("^", token.at, base, exponent), self.tokens[self.place - 1]
        unclear = last.kind == "letter" or (last.kind == "number" and base.name == "e" and base.op == "name")
        if unclear and self._glued() and self.tokens[self.place].kind in NAMES:
            factor = self.power()
            longer = self.node("^", token.at, base, self.node("*", token.at, exponent, factor))
            one = self.node("*", token.at, raised, factor)
            raise two_readings("a product without a sign in an exponent", last.at, one, longer)
        return raised

    def atom(self) -> Node:
        token = self.ahead()
        if token is None:
            raise Unreadable("a number or a letter is missing at the end", position=self.length)
        self.place += 1
        if token.kind in ("number", "vulgar"):
            return self._number(token)
        if token.kind in NAMES:
            return self.named(token)
        if token.text == "(":
            return self.parenthesis(token)
        if token.text == r"\frac":
            return self.node("/", token.at, self._group(token), self._group(token))
        typed = self.typed[token.at : token.end]
        raise Unreadable(
            f"unexpected {typed!r} at position {token.at + 1}: a number or a letter belongs there", position=token.at
        )

    def _number(self, token: Token) -> Node:
        value = token.value or Fraction(0)
        if token.kind == "number":
            leaf, part = self.leaf("number", token, number=value), self.ahead()
            if part is None or part.kind != "vulgar" or token.decimal or value.denominator != 1:
                return leaf
            self.place += 1
            return self.node("+", part.at, leaf, self._number(part))
        top, bottom = (self.leaf("number", token, number=Fraction(n)) for n in value.as_integer_ratio())
        return self.node("/", token.at, top, bottom)

    def named(self, token: Token) -> Node:
        if token.kind == "unknown":
            if several(token.text):
                raise Unreadable(f"{token.text!r} at position {token.at + 1}: give one answer", position=token.at)
            raise unknown(self.known, token, self.typed[token.at : token.end][:40])
        if token.kind in ("function", "logarithm"):
            return self._applied(token)
        if token.kind == "letter":
            self.seen.add(token.text)
        return self.leaf("name", token, name=token.text)

    def _applied(self, token: Token) -> Node:
        """A function of what stands in parentheses, or of the one atom that follows."""
        if opening := self.take("("):
            return self._function(token, self.parenthesis(opening))
        following = self.ahead()
        typed = self.typed[token.at : token.end]
        if following is None or (following.kind not in ATOMS and following.text != r"\frac"):
            raise Unreadable(
                f"{typed!r} at position {token.at + 1} needs parentheses: write {typed}(2)", position=token.end
            )
        self.deeper(token)
        argument = self.atom()
        tree = self._function(token, argument)
        self.depth -= 1
        if self._glued():
            op, factor = "*", self.power()
        elif self.take("^", "**"):
            op, factor = "^", self.signed()
        else:
            return tree
        one, other = (self.node(op, token.at, left, factor) for left in (tree, argument))
        raise two_readings(f"{typed!r} without parentheses", token.at, one, self._function(token, other))

    def _function(self, token: Token, argument: Node) -> Node:
        if token.kind == "logarithm":
            base = self.leaf("number", token, number=Fraction(token.text))
            return self.node("/", token.at, self.node("ln", token.at, argument), self.node("ln", token.at, base))
        if token.text == "log":
            self.notes.append(NATURAL)
        return self.node("ln" if token.text == "log" else token.text, token.at, argument)

    def _group(self, fraction: Token) -> Node:
        opening = self.take("(")
        if not opening or self.typed[opening.at] != "{":
            raise Unreadable(
                rf"a fraction at position {fraction.at + 1} is written \frac{{1}}{{2}}", position=fraction.at
            )
        return self.parenthesis(opening)

    def parenthesis(self, opening: Token) -> Node:
        self.deeper(opening)
        tree = self.sum()
        self.depth -= 1
        opened, following = self.typed[opening.at], self.ahead()
        if following is None:
            raise Unreadable(f"{opened!r} at position {opening.at + 1} is not closed", position=opening.at)
        if not self.take(")"):
            raise self.fault("unexpected", following)
        end = following.at
        closed = self.typed[end]
        if closed in CLOSING.values() and CLOSING.get(opened, closed) != closed:
            raise Unreadable(f"{opened!r} is closed by {closed!r} at position {end + 1}", position=end)
        return tree

    def fault(self, what: str, token: Token) -> Unreadable:
        typed, place = self.typed[token.at : token.end], f"at position {token.at + 1}"
        closes = token.text == ")"
        said = "closes nothing" if closes else "follows without a sign: write + or * before it"
        return Unreadable(f"{typed!r} {place} {said}", position=token.at)


def two_readings(what: str, at: int, one: Node, other: Node) -> Unreadable:
    """What was typed may mean either."""
    first, second = (_short(write_text(tree)) for tree in (one, other))
    return Unreadable(f"{what} at position {at + 1} has two readings: write {first} or {second}", position=at)


def _short(text: str) -> str:
    half = LONGEST_SHOWN // 2
    return text if len(text) <= LONGEST_SHOWN else f"{text[:half]}…{text[-half:]}"


def _small_power_of_ten(node: Node) -> bool:
    if node.op != "^" or node.args[0].number != 10:
        return False
    return node.args[1].op == "neg" or node.args[1].number < 0
