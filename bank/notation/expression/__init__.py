"""Formulas: read by a whitelist grammar, evaluated exactly while they can be.

Whether two of them are the same is said in `comparing`.

`parse` reads keys and the formulas of families, and never changes; `read` reads what a learner typed, in three steps:
the characters (`spelling`), the tokens (`tokens`, with `literals` and `symbols`), and the grammar (`learner`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from bank.errors import Unreadable
from bank.notation.expression.arithmetic import CONSTANTS, FUNCTIONS, OPERATIONS, Value, bounded
from bank.notation.expression.grammar import LONGEST, MEANT, Node, Reader, tokens_of
from bank.notation.expression.learner import read_kindly
from bank.notation.expression.literals import Mark
from bank.notation.expression.spelling import spelled
from bank.notation.expression.writing import tex_name, write_tex, write_text

__all__ = ["LONGEST", "Expression", "Mark", "number", "parse", "read", "tex_name"]

DONE = {**FUNCTIONS, **OPERATIONS}
SMALL = 1 << 64  # whole numbers that are in no way too large


@dataclass(frozen=True, slots=True)
class Expression:
    """What was read. `text` is the reading in one spelling, `tex` the same as TeX, with what is to be said of it.

    `decimal` tells whether a learner's number may have been rounded: it has decimals, per cent or a small power of ten.
    """

    tree: Node
    variables: frozenset[str]
    decimal: bool = False
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return write_text(self.tree)

    @property
    def tex(self) -> str:
        return write_tex(self.tree) + "".join(rf" \quad \text{{({note})}}" for note in self.notes)

    def evaluate(self, at: Mapping[str, object] | None = None) -> Value:
        """The value with these variables: a Fraction while every step is exact, else a float. Raises Unreadable."""
        value = _value(self.tree, at or {})
        return Fraction(value) if type(value) is int else value


def parse(text: str, variables: Sequence[str] = ()) -> Expression:
    """Read a formula in the named variables. Raises Unreadable with the position of the fault."""
    return _parse(text[: LONGEST + 1], tuple(variables))


@lru_cache(maxsize=4096)
def _parse(text: str, variables: tuple[str, ...]) -> Expression:
    if len(text) > LONGEST:
        raise Unreadable(f"longer than {LONGEST} characters", position=LONGEST)
    reader = Reader(tokens_of(text.translate(MEANT) if not text.isascii() else text), frozenset(variables), len(text))
    tree = reader.whole()
    return Expression(tree, frozenset(reader.seen))


def read(text: str, variables: Sequence[str] = (), mark: Mark = "unclear") -> Expression:
    r"""Read what a learner typed. Raises Unreadable with the position of the fault in the text as typed.

    `mark` says how a comma or a point before three digits is read, where the other reading is a whole number.

    >>> [read(typed).text for typed in ("23 400", "2½", "32.2 %", "≈ 10⁻³", r"\frac{9}{2}", "ln 2")]
    ['23400', '2 + 1/2', '0.322', '10^(-3)', '9/2', 'ln(2)']
    >>> read("λx₃", ("lam", "x_3")).text
    'lam*x_3'
    """
    return _read(text[: LONGEST + 1], tuple(variables), mark)


@lru_cache(maxsize=1024)  # most are asked for twice, by validate and by grade
def _read(text: str, variables: tuple[str, ...], mark: Mark) -> Expression:
    if len(text) > LONGEST:
        raise Unreadable(f"longer than {LONGEST} characters", position=LONGEST)
    found = read_kindly(spelled(text), variables, mark)
    return Expression(found.tree, found.letters, found.decimal, found.notes)


def number(text: str) -> Value:
    """The value of a constant expression such as "9/2", "4,5" or "ln(5/3)/ln(3)".

    >>> number("9/2"), number("4,5"), round(number("ln(5/3)/ln(3)"), 6)
    (Fraction(9, 2), Fraction(9, 2), 0.464974)
    """
    return parse(text).evaluate()


def _value(node: Node, at: Mapping[str, object]) -> Value:
    op = node.op
    if op == "number":
        number = node.number
        return number.numerator if number.denominator == 1 else number
    if op == "name":
        return _letter(node, at)
    args = [_value(arg, at) for arg in node.args]
    try:
        result = DONE[op](*args)
    except ZeroDivisionError:
        raise Unreadable("divides by zero", position=node.at) from None
    except (ValueError, OverflowError):
        raise Unreadable(f"{op} has no value here", position=node.at) from None
    if type(result) is int and -SMALL < result < SMALL:
        return result  # most of what comes out on the way
    return bounded(result, node.at)


def _letter(node: Node, at: Mapping[str, object]) -> Value:
    if node.name in at:
        value = at[node.name]
        if type(value) is int:
            return value
        if isinstance(value, int | Fraction):
            return value.numerator if value.denominator == 1 else value
        return float(value)  # type: ignore[arg-type]  # a number that the lab measured
    return CONSTANTS[node.name]
