"""Four lines of gradients, of which one is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any, NamedTuple

from bank.authoring import Exact, Exercise, Lab, Measurement, OneOf, Problem, Wrong, param, times
from bank.families.quadratic_layer import QUADRATIC_LAYER


class Line(NamedTuple):
    """The right side of a line in TeX, the same in numbers (of a draw and indices from 0), why it is right or wrong."""

    tex: str
    claim: Callable[..., Exact]
    why: str


LEFT = {
    "x": r"\frac{\partial L}{\partial x_i}",
    "A": r"\frac{\partial L}{\partial A^{(k)}_{ij}}",
    "b": r"\frac{\partial L}{\partial b^{(i)}_j}",
    "c": r"\frac{\partial L}{\partial c^{(i)}}",
}
BY = {name: rf"\frac{{\partial L}}{{\partial y_{name}}}" for name in "ijk"}
NO_LAMBDA = r"\(\lambda\) is missing: it multiplies the quadratic term"
LAMBDA = r"the factor \(\lambda\) does not belong: it multiplies the quadratic term only"


def _by_x(d: Any, i: int, slope: Exact, copies: int = 1) -> Exact:
    """The sum over the outputs of g (slope A x + copies b), at i."""
    return sum(g * (slope * times(A, d.x)[i] + copies * b[i]) for g, A, b in zip(d.g, d.A, d.b, strict=True))


CORRECT = {
    "x": Line(
        rf"\sum_j {BY['j']} \left(2 \lambda \sum_m A^{{(j)}}_{{im}} x_m + b^{{(j)}}_i\right)",
        lambda d, i: _by_x(d, i, 2 * d.lam),
        r"every output has \(\mathbf{x}\) twice in its quadratic term, once in the linear one.",
    ),
    "A": Line(
        rf"\lambda\, {BY['k']}\, x_i x_j\, (2 - \delta_{{ij}})",
        lambda d, k, i, j: d.lam * d.g[k] * d.x[i] * d.x[j] * (2 - (i == j)),
        "a parameter off the diagonal stands in the sum twice, one on the diagonal once.",
    ),
    "b": Line(
        rf"{BY['i']}\, x_j",
        lambda d, i, j: d.g[i] * d.x[j],
        r"\(b^{(i)}_j\) occurs in \(y_i\) only, multiplied by \(x_j\).",
    ),
    "c": Line(BY["i"], lambda d, i: d.g[i], r"\(c^{(i)}\) is added to \(y_i\)."),
}
FAULTS = {
    "x": {
        "lambda_dropped": Line(
            rf"\sum_j {BY['j']} \left(2 \sum_m A^{{(j)}}_{{im}} x_m + b^{{(j)}}_i\right)",
            lambda d, i: _by_x(d, i, 2),
            NO_LAMBDA,
        ),
        "two_dropped": Line(
            rf"\sum_j {BY['j']} \left(\lambda \sum_m A^{{(j)}}_{{im}} x_m + b^{{(j)}}_i\right)",
            lambda d, i: _by_x(d, i, d.lam),
            r"the factor 2 is missing: \(\mathbf{x}\) occurs twice in the quadratic term, and the matrix is symmetric",
        ),
        "b_in_sum": Line(
            rf"\sum_{{j,m}} {BY['j']} \left(2 \lambda A^{{(j)}}_{{im}} x_m + b^{{(j)}}_i\right)",
            lambda d, i: _by_x(d, i, 2 * d.lam, copies=len(d.x)),
            r"\(b^{(j)}_i\) stands inside the sum over \(m\), and is added \(M\) times",
        ),
    },
    "A": {
        "lambda_dropped": Line(
            rf"{BY['k']}\, x_i x_j\, (2 - \delta_{{ij}})",
            lambda d, k, i, j: d.g[k] * d.x[i] * d.x[j] * (2 - (i == j)),
            NO_LAMBDA,
        ),
        "other_output": Line(
            rf"\lambda\, {BY['i']}\, x_i x_j\, (2 - \delta_{{ij}})",
            lambda d, k, i, j: d.lam * d.g[i] * d.x[i] * d.x[j] * (2 - (i == j)),
            r"the output is not the right one: \(\mathbf{A}^{(k)}\) acts on \(y_k\) alone",
        ),
        "tie_forgotten": Line(
            rf"\lambda\, {BY['k']}\, x_i x_j",
            lambda d, k, i, j: d.lam * d.g[k] * d.x[i] * d.x[j],
            r"the factor \(2 - \delta_{ij}\) is missing: \(A_{ij}\) and \(A_{ji}\) are one parameter, which stands in "
            "the sum twice",
        ),
    },
    "b": {
        "index_swapped": Line(
            rf"{BY['i']}\, x_i",
            lambda d, i, j: d.g[i] * d.x[i],
            r"the input is not the right one: \(b^{(i)}_j\) is multiplied by \(x_j\)",
        ),
        "lambda_added": Line(rf"\lambda\, {BY['i']}\, x_j", lambda d, i, j: d.lam * d.g[i] * d.x[j], LAMBDA),
    },
    "c": {
        "lambda_added": Line(rf"\lambda\, {BY['i']}", lambda d, i: d.lam * d.g[i], LAMBDA),
        "input_added": Line(
            rf"{BY['i']}\, x_i",
            lambda d, i: d.g[i] * d.x[i],
            r"the factor \(x_i\) does not belong: \(c^{(i)}\) is added, and multiplied by no input",
        ),
    },
}
NAMES = tuple(dict.fromkeys(fault for faults in FAULTS.values() for fault in faults))


class GradientErrata(Exercise):
    r"""Which line is wrong?

    The exam's own line for the input has the b inside the sum over m (and lacks lambda).

    >>> GradientErrata(line="x", fault="b_in_sum").solve()[:60]
    '\\(\\displaystyle \\frac{\\partial L}{\\partial x_i} = \\sum_{j,m}'
    """

    title = "Quadratic layer: the wrong gradient"
    source = ("2g+",)
    points = 2
    kinds = ("single_choice",)
    tiers = ("numeric",)
    experiment = "every line against automatic differentiation of 20 random layers"

    line: str = param(OneOf(tuple(LEFT)), "which line is wrong: that of x, A, b or c")
    fault: str = param(OneOf(NAMES), "how it is")

    prelude = QUADRATIC_LAYER
    stem = r"""
        Of each matrix only the numbers on and above the diagonal are stored: for \(i < j\), \(A^{(k)}_{ij}\) and
        \(A^{(k)}_{ji}\) are **one** parameter. A loss \(L\) is computed from \(\mathbf{y}\); \(M = N\), and
        \(\delta_{ij}\) is 1 for \(i = j\), otherwise 0. Three of these lines are right for every such layer. Which one
        is **wrong**?
    """
    solution = r"""
        In the wrong line <<faulty.why>>. Right is

        \[<<right>>.\]
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """A line first: all four are wrong equally often."""
        line = fixed.get("line", rng.choice(tuple(FAULTS)))
        return {"line": line, "fault": rng.choice(tuple(FAULTS[line]))}

    def constraints(self) -> Iterator[Problem]:
        if self.fault not in FAULTS[self.line]:
            yield Problem("/params/fault", f"the line of {self.line} can have {', '.join(FAULTS[self.line])}")

    @property
    def faulty(self) -> Line:
        return FAULTS[self.line][self.fault]

    @property
    def right(self) -> str:
        return f"{LEFT[self.line]} = {CORRECT[self.line].tex}"

    def solve(self) -> str:
        return _shown(self.line, self.faulty)

    def distractors(self) -> Iterator[Wrong]:
        for name, line in CORRECT.items():
            if name != self.line:
                yield Wrong(_shown(name, line), f"This line is right: {line.why}")

    def measured(self, lab: Lab) -> Measurement:
        """The line that deviates when all are tried on the same layers, if it is one and the others do not."""
        lines = CORRECT | {self.line: self.faulty}
        verdicts = {name: lab.layer_gradients.verdict(name, line.claim) for name, line in lines.items()}
        wrong = [name for name, right in verdicts.items() if right is False]
        if len(wrong) != 1 or None in verdicts.values():
            return Measurement(f"undecided: {verdicts}", tolerance=0.0)
        return Measurement(_shown(wrong[0], lines[wrong[0]]), tolerance=0.0)


def _shown(name: str, line: Line) -> str:
    return rf"\(\displaystyle {LEFT[name]} = {line.tex}\)"
