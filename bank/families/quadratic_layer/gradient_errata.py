"""Four lines of gradients, of which one is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple, Self

from bank.authoring import Exercise, Lab, Measurement, OneOf, Problem, Wrong, param
from bank.families.quadratic_layer import QUADRATIC_LAYER

Claim = Callable[..., int | Fraction]  # (a draw of the lab, indices from 0)


class Line(NamedTuple):
    """The right side of a line in TeX, the same in numbers, and what is wrong with it."""

    tex: str
    claim: Claim
    fault: str = ""


LEFT = {
    "x": r"\frac{\partial L}{\partial x_i}",
    "A": r"\frac{\partial L}{\partial A^{(k)}_{ij}}",
    "b": r"\frac{\partial L}{\partial b^{(i)}_j}",
    "c": r"\frac{\partial L}{\partial c^{(i)}}",
}
NO_LAMBDA = r"the factor \(\lambda\) does not belong: it multiplies the quadratic term only"
BY = {name: rf"\frac{{\partial L}}{{\partial y_{name}}}" for name in "ijk"}


def _row(d: Any, j: int, i: int) -> int | Fraction:
    """(A x)_i of output j."""
    return sum(a * p for a, p in zip(d.A[j][i], d.x, strict=True))


def _over_outputs(d: Any, inner: Claim, i: int) -> int | Fraction:
    return sum(g * inner(d, j, i) for j, g in enumerate(d.g))


CORRECT = {
    "x": Line(
        rf"\sum_j {BY['j']} \left(2 \lambda \sum_m A^{{(j)}}_{{im}} x_m + b^{{(j)}}_i\right)",
        lambda d, i: _over_outputs(d, lambda d, j, i: 2 * d.lam * _row(d, j, i) + d.b[j][i], i),
    ),
    "A": Line(
        rf"\lambda\, {BY['k']}\, x_i x_j\, (2 - \delta_{{ij}})",
        lambda d, k, i, j: d.lam * d.g[k] * d.x[i] * d.x[j] * (2 - (i == j)),
    ),
    "b": Line(rf"{BY['i']}\, x_j", lambda d, i, j: d.g[i] * d.x[j]),
    "c": Line(BY["i"], lambda d, i: d.g[i]),
}
FAULTS = {
    "x": {
        "lambda_dropped": Line(
            rf"\sum_j {BY['j']} \left(2 \sum_m A^{{(j)}}_{{im}} x_m + b^{{(j)}}_i\right)",
            lambda d, i: _over_outputs(d, lambda d, j, i: 2 * _row(d, j, i) + d.b[j][i], i),
            r"\(\lambda\) is missing: it multiplies the quadratic term",
        ),
        "two_dropped": Line(
            rf"\sum_j {BY['j']} \left(\lambda \sum_m A^{{(j)}}_{{im}} x_m + b^{{(j)}}_i\right)",
            lambda d, i: _over_outputs(d, lambda d, j, i: d.lam * _row(d, j, i) + d.b[j][i], i),
            r"the factor 2 is missing: \(\mathbf{x}\) occurs twice in the quadratic term, and the matrix is symmetric",
        ),
        "b_in_sum": Line(
            rf"\sum_{{j,m}} {BY['j']} \left(2 \lambda A^{{(j)}}_{{im}} x_m + b^{{(j)}}_i\right)",
            lambda d, i: _over_outputs(d, lambda d, j, i: 2 * d.lam * _row(d, j, i) + len(d.x) * d.b[j][i], i),
            r"\(b^{(j)}_i\) stands inside the sum over \(m\), and is added \(M\) times",
        ),
    },
    "A": {
        "lambda_dropped": Line(
            rf"{BY['k']}\, x_i x_j\, (2 - \delta_{{ij}})",
            lambda d, k, i, j: d.g[k] * d.x[i] * d.x[j] * (2 - (i == j)),
            r"\(\lambda\) is missing: it multiplies the quadratic term",
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
        "lambda_added": Line(
            rf"\lambda\, {BY['i']}\, x_j",
            lambda d, i, j: d.lam * d.g[i] * d.x[j],
            NO_LAMBDA,
        ),
    },
    "c": {
        "lambda_added": Line(rf"\lambda\, {BY['i']}", lambda d, i: d.lam * d.g[i], NO_LAMBDA),
        "input_added": Line(
            rf"{BY['i']}\, x_i",
            lambda d, i: d.g[i] * d.x[i],
            r"the factor \(x_i\) does not belong: \(c^{(i)}\) is added, and multiplied by no input",
        ),
    },
}
REASONS = {
    "x": r"This line is right: every output has \(\mathbf{x}\) twice in its quadratic term, once in the linear one.",
    "A": r"This line is right: a parameter off the diagonal stands in the sum twice, one on the diagonal once.",
    "b": r"This line is right: \(b^{(i)}_j\) occurs in \(y_i\) only, multiplied by \(x_j\).",
    "c": r"This line is right: \(c^{(i)}\) is added to \(y_i\).",
}


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
    fault: str = param(
        OneOf(tuple(dict.fromkeys(fault for faults in FAULTS.values() for fault in faults))), "how it is"
    )

    prelude = QUADRATIC_LAYER
    stem = r"""
        Of each matrix only the numbers on and above the diagonal are stored: for \(i < j\), \(A^{(k)}_{ij}\) and
        \(A^{(k)}_{ji}\) are **one** parameter. A loss \(L\) is computed from \(\mathbf{y}\); \(M = N\), and
        \(\delta_{ij}\) is 1 for \(i = j\), otherwise 0. Three of these lines are right for every such layer. Which one
        is **wrong**?
    """
    solution = r"""
        In the wrong line <<reason>>. Right is

        \[<<right>>.\]
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """A line first: all four are wrong equally often."""
        lines = [line for line, faults in FAULTS.items() if fixed.get("fault", next(iter(faults))) in faults]
        line = fixed["line"] if "line" in fixed else rng.choice(lines)
        return {"line": line, "fault": rng.choice(list(FAULTS[line])), **fixed}

    @classmethod
    def space(cls, kind: str) -> int:
        return sum(map(len, FAULTS.values()))

    def constraints(self) -> Iterator[Problem]:
        if self.fault not in FAULTS[self.line]:
            yield Problem("/params/fault", f"the line of {self.line} can have {', '.join(FAULTS[self.line])}")

    @property
    def _lines(self) -> dict[str, Line]:
        """The four lines as they are shown."""
        return CORRECT | {self.line: FAULTS[self.line][self.fault]}

    def solve(self) -> str:
        return _shown(self.line, self._lines[self.line])

    def distractors(self) -> Iterator[Wrong]:
        for name, line in CORRECT.items():
            if name != self.line:
                yield Wrong(_shown(name, line), REASONS[name])

    def words(self, kind: str) -> Mapping[str, object]:
        right = f"{LEFT[self.line]} = {CORRECT[self.line].tex}"
        return {"reason": FAULTS[self.line][self.fault].fault, "right": right}

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        """Try every line, in numbers, on the same layers."""
        return [Measurement(question._found(lab), tolerance=0.0) for question in questions]

    def _found(self, lab: Lab) -> str:
        """The line that deviates, if it is one and the others do not."""
        verdicts = {name: lab.layer_gradients.verdict(name, line.claim) for name, line in self._lines.items()}
        wrong = [name for name, right in verdicts.items() if right is False]
        if len(wrong) != 1 or None in verdicts.values():
            return f"undecided: {verdicts}"
        return _shown(wrong[0], self._lines[wrong[0]])


def _shown(name: str, line: Line) -> str:
    return rf"\(\displaystyle {LEFT[name]} = {line.tex}\)"
