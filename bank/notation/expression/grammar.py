r"""A whitelist grammar of formulas: that of the stored keys, for ever; what learners type adds to it in `learner`.

    sum     = product (("+" | "-") product)*
    product = signed (("*" | "/") signed | power)*        a power without a sign may follow at once: 2M, 2(M+1)
    signed  = ("+" | "-")* power
    power   = atom (("^" | "**") signed)?
    atom    = number | name | function "(" sum ")" | "(" sum ")"

Nothing else is ever executed: no text reaches the interpreter or a library that would run it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from bank.errors import Unreadable
from bank.notation.expression.arithmetic import CONSTANTS, FUNCTIONS, bounded

LONGEST = 200  # characters
MOST_NODES = 100
DEEPEST = 40
LONGEST_NUMBER = 40  # digits
ZERO = Fraction(0)

TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]{1,3}(?![A-Za-z0-9_]))?|\.[0-9]+)"
    r"|(?P<name>[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)?)"
    r"|(?P<sign>\*\*|[-+*/^()])"
    r"|(?P<space>[ \t]+)",
    re.ASCII,
)
MEANT = str.maketrans({"−": "-", "·": "*", "×": "*", "⋅": "*", "λ": "lambda ", "κ": "kappa ", "η": "eta ", "π": "pi "})


class Token(NamedTuple):
    """A learner's token has an end too, and a number its value; it is `decimal` where it may have been rounded."""

    kind: str
    text: str
    at: int
    end: int = 0
    value: Fraction | None = None
    decimal: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the tree: `op` is a sign, "neg", "number", a variable's "name" or a function's name."""

    op: str
    args: tuple[Node, ...] = ()
    number: Fraction = ZERO
    name: str = ""
    at: int = 0


def tokens_of(text: str) -> list[Token]:
    tokens, at = [], 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if not found:
            raise Unreadable(f"unexpected character at position {at + 1}", position=at)
        if found.lastgroup != "space":
            tokens.append(Token(str(found.lastgroup), found.group(), at))
        at = found.end()
    return tokens


class Reader:
    """Recursive descent over the tokens, with bounds on nodes and on depth."""

    def __init__(self, tokens: list[Token], variables: frozenset[str], length: int) -> None:
        self.tokens, self.variables, self.length = tokens, variables, length
        self.place = self.nodes = self.depth = 0
        self.seen: set[str] = set()

    def whole(self) -> Node:
        tree = self.sum()
        if self.place < len(self.tokens):
            raise self.fault("unexpected", self.tokens[self.place])
        return tree

    def sum(self) -> Node:
        tree = self.product()
        while token := self.take("+", "-"):
            tree = self.node(token.text, token.at, tree, self.product())
        return tree

    def product(self) -> Node:
        tree = self.signed()
        while True:
            if token := self.take("*", "/"):
                tree = self.node(token.text, token.at, tree, self.signed())
            elif self.juxtaposed():
                tree = self.node("*", self.tokens[self.place].at, tree, self.power())
            else:
                return tree

    def juxtaposed(self) -> bool:
        """2M and 2(M+1) are products; two numbers in a row are a slip of the pen."""
        if self.place >= len(self.tokens):
            return False
        token, before = self.tokens[self.place], self.tokens[self.place - 1]
        return token.kind == "name" or (token.text == "(" and before.text != "(")

    def signed(self) -> Node:
        negative, first = False, None
        while token := self.take("+", "-"):
            first = first or token
            negative ^= token.text == "-"
            self.count()
        tree = self.power()
        return self.node("neg", first.at, tree) if negative and first else tree

    def power(self) -> Node:
        base = self.atom()
        if token := self.take("^", "**"):
            self.deeper(token)
            base = self.node("^", token.at, base, self.signed())
            self.depth -= 1
        return base

    def atom(self) -> Node:
        if self.place >= len(self.tokens):
            raise Unreadable("something is missing at the end", position=self.length)
        token = self.tokens[self.place]
        self.place += 1
        if token.kind == "number":
            return self.leaf("number", token, number=_literal(token))
        if token.kind == "name":
            return self.named(token)
        if token.text == "(":
            return self.parenthesis(token)
        raise self.fault("unexpected", token)

    def named(self, token: Token) -> Node:
        if token.text in self.variables:
            self.seen.add(token.text)
            return self.leaf("name", token, name=token.text)
        if token.text in FUNCTIONS:
            opening = self.take("(")
            if not opening:
                raise Unreadable(f"{token.text} needs parentheses", position=token.at + len(token.text))
            return self.node(token.text, token.at, self.parenthesis(opening))
        if token.text in CONSTANTS:
            return self.leaf("name", token, name=token.text)
        raise self.fault("unknown name", token)

    def parenthesis(self, opening: Token) -> Node:
        self.deeper(opening)
        tree = self.sum()
        self.depth -= 1
        if not self.take(")"):
            raise Unreadable("a parenthesis is not closed", position=opening.at)
        return tree

    def take(self, *texts: str) -> Token | None:
        if self.place < len(self.tokens) and self.tokens[self.place].text in texts:
            self.place += 1
            return self.tokens[self.place - 1]
        return None

    def node(self, op: str, at: int, *args: Node) -> Node:
        self.count()
        return Node(op, args, at=at)

    def leaf(self, op: str, token: Token, number: Fraction = ZERO, name: str = "") -> Node:
        self.count()
        return Node(op, number=number, name=name, at=token.at)

    def count(self) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise Unreadable("too many terms", position=self.tokens[self.place - 1].at)

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable("nested too deeply", position=token.at)

    def fault(self, what: str, token: Token) -> Unreadable:
        return Unreadable(f"{what} {token.text!r} at position {token.at + 1}", position=token.at)


def _literal(token: Token) -> Fraction:
    if len(token.text) > LONGEST_NUMBER:
        raise Unreadable("a number with too many digits", position=token.at)
    value = Fraction(token.text.replace(",", "."))
    bounded(value, token.at)
    return value
