"""Quadratic layers: the definition that their questions begin with, numbers for them, a check of derivatives."""

import re
from fractions import Fraction
from functools import cache
from random import Random

from bank.authoring import STEP, Within, multiplying

MATRICES = {
    "": "",
    "symmetric": r"every \(\mathbf{A}^{(i)} \in \mathbb{R}^{M \times M}\) is symmetric",
    "full": r"the \(\mathbf{A}^{(i)} \in \mathbb{R}^{M \times M}\) are any square matrices",
    "diagonal": r"every \(\mathbf{A}^{(i)} \in \mathbb{R}^{M \times M}\) is a diagonal matrix",
    "strict": r"every \(\mathbf{A}^{(i)} \in \mathbb{R}^{M \times M}\) has zeros on and below its diagonal",
    "lowrank": (
        r"every \(\mathbf{A}^{(i)} = \mathbf{U}^{(i)} {\mathbf{U}^{(i)}}^\top\) with \(\mathbf{U}^{(i)} \in"
        r" \mathbb{R}^{M \times r}\)"
    ),
    "shared": r"all outputs share **one** symmetric matrix \(\mathbf{A} \in \mathbb{R}^{M \times M}\)",
}
SCALAR = {
    "": "",
    "fixed": r"\(\lambda \in \mathbb{R}\) is a fixed" "\nhyperparameter that is not trained",
    "trained": r"\(\lambda \in \mathbb{R}\) is trained as well: one number for the whole layer",
}


@cache
def quadratic_layer(
    matrices: str = "symmetric", lam: str = "fixed", c: bool = True, inputs: str = "M", outputs: str = "N"
) -> str:
    r"""The definition of the very layer that a question is about (Markdown): it says nothing that the stem takes back.

    `matrices` and `lam` are keys of MATRICES and SCALAR, "" where the stem itself says what holds; without `c` the
    layer has none; `inputs` and `outputs` are the letters of both sizes. A family gives it by a property, and has
    `prelude = "<<definition>>"`.

    >>> print(quadratic_layer("full", "trained", c=False, inputs="D", outputs="K").splitlines()[0])
    A *quadratic layer* maps \(\mathbf{x} \in \mathbb{R}^D\) to \(\mathbf{y} \in \mathbb{R}^K\) by
    """
    matrix = r"\mathbf{A}" if matrices == "shared" else r"\mathbf{A}^{(i)}"
    said = [text for text in (MATRICES[matrices], SCALAR[lam]) if text]
    lines = (
        r"A *quadratic layer* maps \(\mathbf{x} \in \mathbb{R}^M\) to \(\mathbf{y} \in \mathbb{R}^N\) by",
        "",
        rf"\[y_i = \lambda\, \mathbf{{x}}^\top {matrix} \mathbf{{x}} + \mathbf{{x}}^\top \mathbf{{b}}^{{(i)}}"
        + (" + c^{(i)}," if c else ","),
        r"\qquad i = 1, \dots, N" + (r",\]" if said else r".\]"),
        *(("", f"where {' and '.join(said)}.") if said else ()),
    )
    return relettered("\n".join(lines), inputs, outputs)


def relettered(text: str, inputs: str, outputs: str) -> str:
    """A text or a formula with other letters for M and N, which stand alone there."""
    return re.sub(r"(?<![A-Za-z])[MN](?![A-Za-z])", lambda found: {"M": inputs, "N": outputs}[found[0]], text)


QUADRATIC_LAYER = quadratic_layer()  # the exam's own

LAMBDAS = (1, 2, Fraction(1, 2), -1, Fraction(1, 10))  # of one layer
STACKED = (0, 1, -1, Fraction(1, 2), 2)  # of layers that follow one another: where it is 0, a layer is linear
COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six")
AUTOGRAD = 1e-10  # what automatic differentiation may be off by


def signed(rng: Random, count: int) -> tuple[int, ...]:
    """Numbers from -4 to 4 whose absolute values differ, none of them 0."""
    return tuple(rng.choice((-1, 1)) * value for value in rng.sample(range(1, 5), count))


def by_autograd(found: float, field: str | None = None) -> Within:
    """The check that a derivative is what automatic differentiation found."""
    margin = AUTOGRAD * max(1.0, abs(found))
    return Within("automatic differentiation", found, margin, margin, field)


def parameters(lam: Fraction, m: int, n: int) -> int:
    """Of a layer of a stack, with m inputs and n outputs; with lambda = 0 it stores no matrices.

    >>> parameters(Fraction(2), 3, 2), parameters(Fraction(0), 3, 2)
    (20, 8)
    """
    return n * ((m * (m + 1) // 2 if lam else 0) + m + 1)


def counting(lam: Fraction, m: int, n: int) -> float:
    """What it costs to count them by hand."""
    return STEP + (multiplying(m, m + 1) if lam else 0) + multiplying(n, parameters(lam, m, n) // n)
