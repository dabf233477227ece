"""Four lines of gradients, of which one is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

from bank.authoring import STEP, Exact, Exercise, Lab, Measurement, OneOf, Problem, Wrong, param, table_beside, times
from bank.families.quadratic_layer import QUADRATIC_LAYER

LINES: dict[str, Any] = table_beside(__file__)
FAULTS = tuple(dict.fromkeys(fault for line in LINES.values() for fault in line["faults"]))


def _by_x(d: Any, i: int, slope: Exact, copies: int = 1) -> Exact:
    """The sum over the outputs of g (slope A x + copies b), at i."""
    return sum(g * (slope * times(A, d.x)[i] + copies * b[i]) for g, A, b in zip(d.g, d.A, d.b, strict=True))


CLAIMS: dict[str, dict[str, Callable[..., Exact]]] = {  # of a draw of the lab, and indices from 0
    "x": {
        "": lambda d, i: _by_x(d, i, 2 * d.lam),
        "lambda_dropped": lambda d, i: _by_x(d, i, 2),
        "two_dropped": lambda d, i: _by_x(d, i, d.lam),
        "b_in_sum": lambda d, i: _by_x(d, i, 2 * d.lam, copies=len(d.x)),
    },
    "A": {
        "": lambda d, k, i, j: d.lam * d.g[k] * d.x[i] * d.x[j] * (2 - (i == j)),
        "lambda_dropped": lambda d, k, i, j: d.g[k] * d.x[i] * d.x[j] * (2 - (i == j)),
        "other_output": lambda d, k, i, j: d.lam * d.g[i] * d.x[i] * d.x[j] * (2 - (i == j)),
        "tie_forgotten": lambda d, k, i, j: d.lam * d.g[k] * d.x[i] * d.x[j],
    },
    "b": {
        "": lambda d, i, j: d.g[i] * d.x[j],
        "index_swapped": lambda d, i, j: d.g[i] * d.x[i],
        "lambda_added": lambda d, i, j: d.lam * d.g[i] * d.x[j],
    },
    "c": {
        "": lambda d, i: d.g[i],
        "lambda_added": lambda d, i: d.lam * d.g[i],
        "input_added": lambda d, i: d.g[i] * d.x[i],
    },
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

    line: str = param(OneOf(tuple(LINES)), "which line is wrong: that of x, A, b or c")
    fault: str = param(OneOf(FAULTS), "how it is")

    band = (9.0, 9.0)

    prelude = QUADRATIC_LAYER
    stem = r"""
        Of each matrix only the numbers on and above the diagonal are stored: for \(i < j\), \(A^{(k)}_{ij}\) and
        \(A^{(k)}_{ji}\) are **one** parameter. A loss \(L\) is computed from \(\mathbf{y}\); \(M = N\), and
        \(\delta_{ij}\) is 1 for \(i = j\), otherwise 0. Three of these lines are right for every such layer. Which one
        is **wrong**?
    """
    solution = r"""
        In the wrong line <<faulty.why>>. Right is

        \[<<correct.left>> = <<correct.right>>,\]

        since <<correct.why>>
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """A line first: all four are wrong equally often."""
        line = fixed.get("line", rng.choice(tuple(LINES)))
        return {"line": line, "fault": rng.choice(tuple(LINES[line]["faults"]))}

    def constraints(self) -> Iterator[Problem]:
        known = self.correct["faults"]
        if self.fault not in known:
            yield Problem("/params/fault", f"the line of {self.line} can have {', '.join(known)}")

    @property
    def correct(self) -> dict[str, Any]:
        return LINES[self.line]

    @property
    def faulty(self) -> dict[str, str]:
        return {"left": self.correct["left"], **self.correct["faults"][self.fault]}

    def solve(self) -> str:
        return _shown(self.faulty)

    def effort(self) -> float:
        """The four lines are derived: three steps for the input, three for the matrix, two for b, one for c."""
        return 9 * STEP

    def distractors(self) -> Iterator[Wrong]:
        for name, line in LINES.items():
            if name != self.line:
                yield Wrong(_shown(line), f"This line is right: {line['why']}")

    def measured(self, lab: Lab) -> Measurement:
        """The line that deviates when all are tried on the same layers, if it is one and the others do not."""
        faults = {name: self.fault if name == self.line else "" for name in LINES}
        verdicts = {name: lab.layer_gradients.verdict(name, CLAIMS[name][fault]) for name, fault in faults.items()}
        wrong = [name for name, right in verdicts.items() if right is False]
        if len(wrong) != 1 or None in verdicts.values():
            return Measurement(f"undecided: {verdicts}", tolerance=0.0)
        return Measurement(_shown(self.faulty if wrong == [self.line] else LINES[wrong[0]]), tolerance=0.0)


def _shown(line: dict[str, str]) -> str:
    return rf"\(\displaystyle {line['left']} = {line['right']}\)"
