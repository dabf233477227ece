"""The KL divergence of two Gaussians with diagonal covariance, and what mistakes make of it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cached_property
from math import inf, lcm, log, prod
from typing import NamedTuple

from bank.authoring import STEP, Constant, Number, adding, exact, multiplying
from bank.families.vae import decimal, row

FACTORS = {"1": 1.0, "-1": -1.0, "2": 2.0, "1/ln(10)": 1 / log(10)}

Numbers = tuple[Fraction, ...]


class Term(NamedTuple):
    """Of one dimension: v1/v2 + (m1 - m2)^2/v2 - 1 as `rest`, its second summand as `far`, and v2/v1 as `volume`.

    With a mistake (m1 - m2)/v2 stands for the second summand, or (m1 - m2)^2/v1 for both, or all variances are squared.
    """

    rest: Fraction
    volume: Fraction
    far: Fraction
    unsquared: Fraction
    own: Fraction
    deviations: Fraction


def term(m1: Fraction, v1: Fraction, m2: Fraction, v2: Fraction) -> Term:
    """Of KL(N(m1, v1) || N(m2, v2)), in whole numbers: those cost a tenth of what fractions do."""
    apart = m1 - m2
    n, d, p, q, r, s = (*apart.as_integer_ratio(), *v1.as_integer_ratio(), *v2.as_integer_ratio())
    nn, dd = n * n, d * d
    return Term(
        rest=Fraction((p * dd + nn * q) * s - q * dd * r, q * dd * r),
        volume=Fraction(r * q, s * p),
        far=Fraction(nn * s, dd * r),
        unsquared=Fraction((p * d + n * q) * s - q * d * r, q * d * r),
        own=Fraction(nn * q, dd * p),
        deviations=Fraction((p * p * dd + nn * q * q) * s * s - (q * d * r) ** 2, (q * d * r) ** 2),
    )


class Pair:
    """Two Gaussians, by their means and variances."""

    def __init__(self, m1: Numbers, v1: Numbers, m2: Numbers, v2: Numbers) -> None:
        self.m1, self.v1, self.m2, self.v2 = m1, v1, m2, v2
        self.D = len(m1)

    @cached_property
    def reversed(self) -> Pair:
        return Pair(self.m2, self.v2, self.m1, self.v1)

    @cached_property
    def terms(self) -> list[Term]:
        """One a dimension."""
        return list(map(term, self.m1, self.v1, self.m2, self.v2))

    def total(self, name: str) -> Fraction:
        """Of that summand over the dimensions."""
        summands = [getattr(each, name) for each in self.terms]
        if len(summands) == 1:
            return summands[0]
        bottom = lcm(*(summand.denominator for summand in summands))
        return Fraction(sum(summand.numerator * (bottom // summand.denominator) for summand in summands), bottom)

    @cached_property
    def rest(self) -> Fraction:
        """Twice the divergence but for the logarithms."""
        return self.total("rest")

    @cached_property
    def volume(self) -> Fraction:
        return prod((each.volume for each in self.terms[1:]), start=self.terms[0].volume)

    @cached_property
    def divergence(self) -> Number:
        """KL(first || second)"""
        return half(self.rest, self.volume)

    @property
    def cancelled(self) -> float:
        """The sizes of its terms together, as a multiple of it."""
        size = float(self.rest) + 2 * self.D + abs(log(self.volume))
        return size / (2 * float(self.divergence)) if self.divergence else inf


def half(rest: Fraction, volume: Fraction, times: str = "1") -> Number:
    """(rest + times ln(volume)) / 2"""
    if volume == 1:
        return rest / 2
    about = (float(rest) + FACTORS[times] * log(volume)) / 2
    factor = "" if times == "1" else f"({times})*"
    return Constant(f"({rest} + {factor}ln({volume}))/2", about)


def scaled(value: Number, factor: Fraction) -> Number:
    if isinstance(value, Constant):
        return Constant(f"({factor})*{value.text}", float(factor) * float(value))
    return value * factor


def quotient(one: Number, other: Number) -> Number:
    if isinstance(one, Constant) or isinstance(other, Constant):
        return Constant(f"({exact(one)})/({exact(other)})", float(one) / float(other))
    return Fraction(one) / other


def difference(one: Number, other: Number) -> Number:
    if isinstance(one, Constant) or isinstance(other, Constant):
        return Constant(f"{exact(one)} - ({exact(other)})", float(one) - float(other))
    return one - other


# By the mistake, what it takes for KL(first || second).
MISTAKES: dict[str, Callable[[Pair], Number]] = {
    "sign": lambda pair: half(pair.rest, pair.volume, "-1"),
    "unit": lambda pair: half(pair.rest + pair.D, pair.volume),
    "once": lambda pair: half(pair.rest + pair.D - 1, pair.volume),
    "decadic": lambda pair: half(pair.rest, pair.volume, "1/ln(10)"),
    "doubled": lambda pair: half(pair.rest, pair.volume, "2"),
    "log_of_sum": lambda pair: half(pair.rest, sum(pair.v2, Fraction(0)) / sum(pair.v1)),
    "no_log": lambda pair: pair.rest / 2,
    "distance": lambda pair: half(pair.total("unsquared"), pair.volume),
    "own": lambda pair: half(pair.total("own"), pair.volume),
    "deviations": lambda pair: half(pair.total("deviations"), pair.volume, "2"),
    "means": lambda pair: half(pair.rest - pair.total("far"), pair.volume),
    "only_means": lambda pair: pair.total("far") / 2,
}
ACROSS = ("once", "log_of_sum")  # that can be made only where there are several dimensions


def cost(m1: Fraction, v1: Fraction, m2: Fraction, v2: Fraction) -> float:
    """A square, two quotients or none, and the sum."""
    apart = m1 - m2
    square = apart * apart
    return multiplying(apart, apart) + adding(v1, square) + 2 * STEP + (0 if v2 == 1 else multiplying(square, v2))


def line(m1: Fraction, v1: Fraction, m2: Fraction, v2: Fraction) -> str:
    """What is halved, worked out with the numbers of one dimension (TeX)."""
    apart, logarithm = m1 - m2, log(v2 / v1)
    squared = f"{decimal(apart)}^2" if apart >= 0 else f"({decimal(apart)})^2"
    above = f"{decimal(v1)} + {squared}"
    first = above if v2 == 1 else rf"\frac{{{above}}}{{{decimal(v2)}}}"
    sign = "-" if logarithm < 0 else "+"
    return rf"{first} - 1 {sign} {abs(logarithm):.4f} = {float((v1 + apart**2) / v2) - 1 + logarithm:.4f}"


CODE = ("q(z|x)", "p(z)")
CODES = (r"q(\mathbf{z}|\mathbf{x})", r"p(\mathbf{z})")


class Divergence:
    """Of a question about one or two Gaussians: what is compared, and how the texts write it (TeX)."""

    mean1: Numbers
    var1: Numbers
    mean2: Numbers | None
    var2: Numbers | None
    beta: Fraction | None
    ask: str

    @property
    def D(self) -> int:
        return len(self.mean1)

    @property
    def asking(self) -> str:
        return f"{self.ask} {self.D}"

    @property
    def to_prior(self) -> bool:
        return self.ask in ("prior", "weighted")

    @cached_property
    def pair(self) -> Pair:
        zeros, ones = (Fraction(0),) * self.D, (Fraction(1),) * self.D
        return Pair(self.mean1, self.var1, self.mean2 or zeros, self.var2 or ones)

    @property
    def pairs(self) -> list[Pair]:
        """One for each divergence that is needed."""
        return [self.pair, self.pair.reversed] if self.ask == "ratio" else [self.pair]

    @cached_property
    def value(self) -> Number:
        """What is asked for."""
        return self.asked_of(*(pair.divergence for pair in self.pairs))

    def asked_of(self, *divergences: Number) -> Number:
        """Of these divergences what is asked for."""
        if self.ask == "ratio":
            return quotient(*divergences)
        return scaled(divergences[0], self.beta) if self.beta else divergences[0]

    @property
    def numbers(self) -> dict[str, str]:
        names = ("mean1", "var1", "mean2", "var2")
        return {name: row(getattr(self, name)) for name in names if getattr(self, name) is not None}

    @property
    def weight(self) -> str:
        return decimal(self.beta) if self.beta else ""

    @property
    def about(self) -> str:
        return f"{float(self.value):.4f}"

    @property
    def forward(self) -> str:
        return _named(*(("p", "q") if not self.to_prior else CODE if self.D == 1 else CODES))

    @property
    def backward(self) -> str:
        return _named("q", "p")

    @property
    def larger(self) -> str:
        return self.forward if float(self.value) > 1 else self.backward

    @property
    def worked(self) -> list[tuple[str, list[str], str, str]]:
        """Of each divergence that is needed the name, a line for each dimension, their sum, and its half."""
        found = []
        for name, pair in zip((self.forward, self.backward), self.pairs, strict=False):
            value = float(pair.divergence)
            lines = list(map(line, pair.m1, pair.v1, pair.m2, pair.v2))
            found.append((name, lines, f"{2 * value:.4f}", f"{value:.4f}"))
        return found


def _named(one: str, other: str) -> str:
    return rf"\mathrm{{KL}}({one}\,\|\,{other})"
