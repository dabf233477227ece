"""The gradients of quadratic layers that are defined in several ways, in TeX and in numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from itertools import combinations, product
from typing import Any, NamedTuple

from bank.authoring import Exact

TERMS = {  # the parameters that have a term of their own, which lambda may multiply
    "A": r"\mathbf{{x}}^\top \mathbf{{A}}^{{({0})}} \mathbf{{x}}",
    "b": r"\mathbf{{x}}^\top \mathbf{{b}}^{{({0})}}",
    "c": "c^{{({0})}}",
    "s": "s_{0} x_{0}",
}
OWN = ("b", "c", "lam", "s")  # those that each output has, or all outputs share
HALF = r"\frac{1}{2}"


class Line(NamedTuple):
    """The slope of one output, and the derivative of the loss, in TeX; the latter in numbers, too.

    The claim is of a draw of the lab, and of indices from 0.
    """

    slope: str
    right: str
    claim: Callable[..., Exact]


@dataclass(frozen=True)
class Layer:
    """A definition: what y is, and which of its numbers are one parameter.

    `names` are the parameters whose lines are asked about; y has terms of those. Lambda is trained where it is shown.
    Where the line of x is `doubled`, it has 2 A as of a symmetric matrix, else A + A^T. See the family for the rest.
    """

    names: tuple[str, ...]
    matrix: str
    doubled: bool
    half: bool
    scaled: frozenset[str]
    shared: frozenset[str]
    skip: bool

    @property
    def trained(self) -> bool:
        return "lam" in self.names

    @property
    def terms(self) -> tuple[str, ...]:
        return tuple(name for name in TERMS if name in self.names)

    @property
    def output(self) -> str:
        """y_i in TeX."""
        terms = [joined(self.factors(name, "i"), TERMS[name].format("i")) for name in self.terms]
        return " + ".join([*terms, *(["x_i"] if self.skip else [])])

    def factors(self, name: str, at: str) -> str:
        """What stands in front of the term of a parameter in the output `at`, in TeX; nothing where that is 1."""
        lam = rf"\lambda^{{({at})}}" if self.trained else r"\lambda"
        return joined(HALF if name == "A" and self.half else "", lam if name in self.scaled else "")

    def scale(self, draw: Any, name: str, k: int) -> Exact:
        """The same in numbers."""
        half = Fraction(1, 2) if name == "A" and self.half else 1
        return half * (draw.lam[k] if name in self.scaled else 1)

    @cached_property
    def lines(self) -> dict[str, Line]:
        """The lines that are right, of each parameter that is shown."""
        special = {"x": _of_x, "A": _of_A, "lam": _of_lambda}
        return {name: special[name](self) if name in special else _of_own(self, name) for name in self.names}

    @property
    def definition(self) -> dict[str, Any]:
        """What the lab builds it from."""
        told = ("terms", "matrix", "half", "scaled", "shared", "skip", "trained")
        return {name: getattr(self, name) for name in told}


def joined(*factors: str) -> str:
    """
    >>> joined("2", "", "x_m")
    '2 x_m'
    """
    return " ".join(factor for factor in factors if factor)


def by_output(at: str) -> str:
    return rf"\frac{{\partial L}}{{\partial y_{at}}}"


def product_of(scale: str, inner: str, at: str, total: str = "") -> str:
    """By the chain rule: factors, the derivative by an output, what else there is; perhaps as a sum over outputs."""
    return joined(rf"\sum_{total}" if total else "", r"\, ".join(filter(None, (scale, by_output(at), inner))))


def _of_x(layer: Layer) -> Line:
    """Of a symmetric matrix both halves of A + A^T are the same: so 2 A."""
    twice = layer.doubled and layer.matrix != "any"
    scale = layer.factors("A", "j")
    if twice:
        scale = scale.removeprefix(HALF).strip() if layer.half else joined("2", scale)
    entries = "A^{(j)}_{im}" if twice else r"\left(A^{(j)}_{im} + A^{(j)}_{mi}\right)"
    inner, linear = rf"\sum_m {entries} x_m", joined(layer.factors("b", "j"), "b^{(j)}_i")
    slope = joined(scale, inner)
    if "b" in layer.terms:
        slope = f"{slope} + {linear}"
        scale, inner = "", rf"\left({slope}\right)"
    right = product_of(scale, inner, at="j", total="j")
    if layer.skip:
        slope, right = rf"{slope} + \delta_{{ij}}", f"{right} + {by_output('i')}"

    def claim(draw: Any, i: int) -> Exact:
        total: Exact = draw.g[i] if layer.skip else 0
        for k, (g, A) in enumerate(zip(draw.g, draw.A, strict=True)):
            sums = [2 * A[i][m] if twice else A[i][m] + A[m][i] for m in range(len(draw.x))]
            quadratic = layer.scale(draw, "A", k) * sum(a * x for a, x in zip(sums, draw.x, strict=True))
            total += g * (quadratic + (layer.scale(draw, "b", k) * draw.b[k][i] if "b" in layer.terms else 0))
        return total

    return Line(slope, right, claim)


def _of_A(layer: Layer) -> Line:
    tied = layer.matrix == "tied"
    scale, inner = layer.factors("A", "k"), joined("x_i x_j", r"\left(2 - \delta_{ij}\right)" if tied else "")

    def claim(draw: Any, k: int, i: int, j: int) -> Exact:
        places = 2 if tied and i != j else 1
        return draw.g[k] * layer.scale(draw, "A", k) * draw.x[i] * draw.x[j] * places

    return Line(joined(scale, inner), product_of(scale, inner, at="k"), claim)


def _of_lambda(layer: Layer) -> Line:
    """What it multiplies."""
    shared = "lam" in layer.shared
    at = "k" if shared else "i"
    scaled = [name for name in layer.terms if name in layer.scaled]
    slope = " + ".join(joined(HALF if name == "A" and layer.half else "", TERMS[name].format(at)) for name in scaled)
    inner = rf"\left({slope}\right)" if scaled[1:] else slope

    def value(draw: Any, k: int) -> Exact:
        x, places = draw.x, range(len(draw.x))
        form = sum(x[i] * draw.A[k][i][j] * x[j] for i in places for j in places)
        linear = sum(b * p for b, p in zip(draw.b[k], x, strict=True))
        values = {"A": Fraction(form, 2 if layer.half else 1), "b": linear, "c": draw.c[k]}
        return sum(values[name] for name in scaled)

    def claim(draw: Any, i: int) -> Exact:
        return sum(draw.g[k] * value(draw, k) for k in _outputs(draw, shared, i))

    return Line(slope, product_of("", inner, at=at, total="k" if shared else ""), claim)


def _of_own(layer: Layer, name: str) -> Line:
    """Of what each output has: its own output alone counts, or all outputs where they share it."""
    shared = name in layer.shared
    at = "k" if shared else "i"
    scale, inner = layer.factors(name, at), {"b": "x_j", "c": "", "s": f"x_{at}"}[name]

    def claim(draw: Any, i: int, j: int = 0) -> Exact:
        inputs = {"b": [draw.x[j]] * len(draw.x), "c": [1] * len(draw.x), "s": draw.x}[name]
        return sum(draw.g[k] * layer.scale(draw, name, k) * inputs[k] for k in _outputs(draw, shared, i))

    return Line(joined(scale, inner) or "1", product_of(scale, inner, at=at, total="k" if shared else ""), claim)


def _outputs(draw: Any, shared: bool, i: int) -> Sequence[int]:
    """Those that a parameter of output i is in."""
    return range(len(draw.g)) if shared else [i]


@cache
def layers_of(parameters: str) -> list[dict[str, Any]]:
    """Every layer that has a right line for each of these parameters, as parameters of the family.

    Without the line of x it makes no difference whether entries that are two parameters are equal.
    """
    names, x = parameters.split(), "x" in parameters
    matrices = [("tied", False), ("any", False)]
    matrices += [("tied", True), ("symmetric", False), ("symmetric", True)] if x else []
    given = product(
        matrices,
        (True, False),
        _subsets([name for name in names if name in TERMS])[1:],
        _subsets([name for name in names if name in OWN]),
        (True, False) if x else (False,),
    )
    keys = ("half", "scaled", "shared", "skip")
    return [
        {"parameters": parameters, "matrix": matrix, "doubled": doubled, **dict(zip(keys, rest, strict=True))}
        for (matrix, doubled), *rest in given
    ]


def _subsets(names: list[str]) -> list[tuple[str, ...]]:
    """The empty one first."""
    return [each for size in range(len(names) + 1) for each in combinations(sorted(names), size)]
