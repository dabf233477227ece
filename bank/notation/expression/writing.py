"""How a formula is written back: in one ASCII spelling, and as TeX."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction

from bank.notation.expression.arithmetic import FUNCTIONS
from bank.notation.expression.grammar import LONGEST_NUMBER, Node

BINDING = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 2, "^": 4}
HIGH = re.compile(r"frac|\\sqrt|\\binom|\\begin|\\left|\^")  # TeX of what is higher than a line
GREEK = {"alpha", "beta", "gamma", "delta", "eta", "kappa", "lambda", "mu", "rho", "sigma", "tau", "pi"}


def write_text(node: Node) -> str:
    """One spelling in ASCII."""
    if node.op == "number":
        return _number(node.number, "e{}")
    if node.op == "name":
        return node.name
    if node.op in FUNCTIONS:
        return f"{node.op}({write_text(node.args[0])})"
    parts = [_wrapped(arg, node, place, write_text, "({})".format) for place, arg in enumerate(node.args)]
    if node.op == "neg":
        return f"-{parts[0]}"
    space = " " if node.op in "+-" else ""
    return f"{parts[0]}{space}{node.op}{space}{parts[1]}"


def write_tex(node: Node) -> str:
    """The reading as a formula."""
    if node.op == "number":
        return _number(node.number, r"\mathrm{{e}}{{{}}}")
    if node.op == "name":
        return tex_name(node.name)
    if node.op == "sqrt":
        return rf"\sqrt{{{write_tex(node.args[0])}}}"
    if node.op == "abs":
        return rf"\left|{write_tex(node.args[0])}\right|"
    if node.op in FUNCTIONS:
        return rf"\{'ln' if node.op == 'log' else node.op}{parenthesised(_argument(node.args[0]))}"
    if node.op == "/":
        return rf"\frac{{{write_tex(node.args[0])}}}{{{write_tex(node.args[1])}}}"
    if node.op == "^":
        base = _wrapped(node.args[0], node, 0, write_tex, parenthesised)
        return f"{{{base}}}^{{{write_tex(node.args[1])}}}"
    parts = [_wrapped(arg, node, place, write_tex, parenthesised) for place, arg in enumerate(node.args)]
    if node.op == "neg":
        return f"-{parts[0]}"
    return rf"{parts[0]} \cdot {parts[1]}" if node.op == "*" else f"{parts[0]} {node.op} {parts[1]}"


def _argument(node: Node) -> str:
    """What a function is applied to: a quotient of two numbers on one line, where it is read with ease."""
    on_a_line = node.op == "/" and all(part.op == "number" for part in node.args)
    return "/".join(map(write_tex, node.args)) if on_a_line else write_tex(node)


def tex_name(name: str) -> str:
    r"""
    >>> tex_name("kappa"), tex_name("beta1"), tex_name("x_i"), tex_name("lam")
    ('\\kappa', '\\beta_{1}', 'x_{i}', '\\lambda')
    """
    stem, _, index = name.partition("_")
    if not index and (digits := re.search(r"[0-9]+$", stem)):
        stem, index = stem[: digits.start()], digits.group()
    stem = "lambda" if stem == "lam" else stem
    head = f"\\{stem}" if stem in GREEK else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    return f"{head}_{{{index}}}" if index else head


def parenthesised(tex: str) -> str:
    r"""In parentheses, which are as high as what they hold only where that is higher than a line.

    >>> parenthesised("9"), parenthesised(r"\frac{1}{2}")
    ('(9)', '\\left(\\frac{1}{2}\\right)')
    """
    return rf"\left({tex}\right)" if HIGH.search(tex) else f"({tex})"


def _wrapped(
    arg: Node, parent: Node, place: int, write: Callable[[Node], str], in_brackets: Callable[[str], str]
) -> str:
    written, outer, inner = write(arg), BINDING[parent.op], BINDING.get(arg.op, 5)
    two_signs = written.startswith("-") and (place == 1 or parent.op == "neg")
    tight = inner < outer or (inner == outer and (place == 1 or parent.op == "^")) or two_signs
    return (
        in_brackets(written) if tight and not (write is write_tex and arg.op == "/" and parent.op != "^") else written
    )


def _number(value: Fraction, power: str) -> str:
    """A literal as a decimal, exact as all that were typed are; where that is too long, with a power of ten.

    `power` is how that is written, with a hole for the exponent.
    """
    places = _places(value.denominator)
    written = _decimal(value, places)
    if len(written) <= LONGEST_NUMBER:
        return written
    digits = str((value * 10**places).numerator).rstrip("0")
    exponent = len(written) - len(digits) if places == 0 else -places
    shift = min(0, exponent + 999)  # an exponent has three digits at most
    return _decimal(Fraction(int(digits)) * Fraction(10) ** shift, -shift) + power.format(exponent - shift)


def _places(denominator: int) -> int:
    """Decimals of a fraction whose denominator has no factors but 2 and 5."""
    twos = (denominator & -denominator).bit_length() - 1
    return max(twos, round(math.log(denominator >> twos, 5)))


def _decimal(value: Fraction, places: int) -> str:
    if places == 0:
        return str(value.numerator)
    digits = str((value * 10**places).numerator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"
