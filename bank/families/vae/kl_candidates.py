"""Which of some discrete models is nearest in which direction of the divergence?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, cached_property
from math import inf, isfinite, log
from random import Random
from typing import Any, NamedTuple, Self

from bank.authoring import WHOLE, Exercise, Lab, Lists, Measurement, Problem, Rationals, Wrong, param
from bank.families.vae import DISCRETE_KL
from bank.families.vae.candidates import CANDIDATES, GAP, PARTS, TENTHS, drawn, questions, some

PROBABILITY = Rationals(TENTHS, 0, 1)
BINS = (4, 5)
DECIMALS = [f"{float(tenth):g}" for tenth in TENTHS]


class KlCandidates(Exercise):
    """The first term decides which candidates stay finite, the rest is a sum of a few terms.

    >>> half, third = Fraction(1, 2), Fraction(1, 3)
    >>> KlCandidates(p=(half, 0, half), candidates=((third, third, third), (1, 0, 0), (0, 1, 0))).solve()
    {'forward': 1, 'reverse': 2}
    """

    title = "Discrete models: the nearest in each direction of the divergence"
    source = ("8d+",)
    points = 4
    kinds = ("fields",)
    tiers = ("numeric",)
    experiment = "both divergences of every candidate by torch.distributions, the smallest of each"
    form = WHOLE
    band = (20, 60)
    calculator = True

    p: tuple[Fraction, ...] = param(Lists(PROBABILITY, 3, 6), "probabilities of the bins, which sum to 1")
    candidates: tuple[tuple[Fraction, ...], ...] = param(
        Lists(Lists(PROBABILITY, 3, 6), 3, 8, distinct=True), "the models, each with as many bins as p"
    )

    prelude = DISCRETE_KL
    stem = r"""
        The probabilities of \(p\) and of <<candidates|length|string>> candidates for \(q\) are:

        | |<% for bin in p %> bin <<loop.index|string>> |<% endfor +%>
        |:---:|<% for bin in p %>:---:|<% endfor +%>
        | \(p\) |<% for part in written %> \(<<part>>\) |<% endfor +%>
        <% for each in rows -%>
        | \(q_{<<loop.index>>}\) |<% for part in each.written %> \(<<part>>\) |<% endfor +%>
        <% endfor %>

        `forward` is the number of the candidate with the smallest \(\mathrm{KL}(p \,\|\, q)\), `reverse` the number of
        the candidate with the smallest \(\mathrm{KL}(q \,\|\, p)\). Which are they?
    """
    solution = r"""
        \(\mathrm{KL}(p \,\|\, q)\) is infinite where \(q\) is 0 in a bin in which \(p\) is not, and
        \(\mathrm{KL}(q \,\|\, p)\) where \(p\) is 0 in a bin in which \(q\) is not. What is left:

        | | \(\mathrm{KL}(p \,\|\, q)\) | \(\mathrm{KL}(q \,\|\, p)\) |
        |:---:|:---:|:---:|
        <% for each in rows if each.finite -%>
        | \(q_{<<each.number>>}\) | <<each.forward>> | <<each.reverse>> |
        <% endfor %>

        The smallest \(\mathrm{KL}(p \,\|\, q)\) is that of \(q_{<<answer.forward>>}\):
        \[<<sums.forward>> = <<smallest.forward>>.\]

        The smallest \(\mathrm{KL}(q \,\|\, p)\) is that of \(q_{<<answer.reverse>>}\):
        \[<<sums.reverse>> = <<smallest.reverse>>.\]
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """p has two groups of bins with an empty one between them; three candidates are finite in each direction."""
        bins = len(fixed["candidates"][0]) if "candidates" in fixed else rng.choice(BINS)
        if not fixed:
            p, candidates = drawn(rng, bins)
            return {"p": p, "candidates": candidates}
        p = fixed.get("p") or some(rng, bins, 1)[0]
        return {"p": p, "candidates": some(rng, len(p), CANDIDATES)}

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        """Each p with some candidates of each sort in any order, fair or not."""
        return sum(map(questions, BINS))

    def constraints(self) -> Iterator[Problem]:
        if any(len(q) != len(self.p) for q in self.candidates):
            yield Problem("/params/candidates", "the candidates must have as many bins as p")
            return
        for name, each in (("p", self.p), *((f"candidates/{place}", q) for place, q in enumerate(self.candidates))):
            if not sums_to_one(each):
                yield Problem(f"/params/{name}", "the probabilities must sum to 1")
        for values in (self._forward, self._reverse):
            first, second, *_ = sorted(values)
            if not second - first >= GAP:
                yield Problem("/params/candidates", f"no candidate must come within {GAP} nats of the nearest")

    def effort(self) -> float:
        """A look at every entry, and a term for each bin of the divergences that are finite."""
        looks = len(self.candidates) * len(self.p)
        terms = sum(
            sum(part > 0 for part in (self.p if values is self._forward else q))
            for values in (self._forward, self._reverse)
            for q, value in zip(self.candidates, values, strict=True)
            if isfinite(value)
        )
        return looks / 4 + terms

    def solve(self) -> dict[str, int]:
        return {"forward": _first(self._forward), "reverse": _first(self._reverse)}

    def distractors(self) -> Iterator[Wrong]:
        p, qs = self._floats
        key = self.solve()
        distance = _first([sum(abs(a - b) for a, b in zip(p, q, strict=True)) for q in qs])
        yield Wrong(key | {"forward": key["reverse"]}, _SWAPPED.format("q", "p", "reverse"))
        yield Wrong(key | {"reverse": key["forward"]}, _SWAPPED.format("p", "q", "forward"))
        yield Wrong(key | {"forward": _first([_sum(p, q, 0.0) for q in qs])}, _LEFT_OUT.format("q", "p"))
        yield Wrong(key | {"reverse": _first([_sum(q, p, 0.0) for q in qs])}, _LEFT_OUT.format("p", "q"))
        yield Wrong(key | {"forward": _last_finite(self._forward)}, _LARGEST.format("p", "q"))
        yield Wrong(key | {"reverse": _last_finite(self._reverse)}, _LARGEST.format("q", "p"))
        for field in key:
            yield Wrong(key | {field: distance}, _DISTANCE)

    @cached_property
    def _floats(self) -> tuple[list[float], list[list[float]]]:
        return _as_floats(self.p), [_as_floats(q) for q in self.candidates]

    @cached_property
    def _forward(self) -> list[float]:
        p, qs = self._floats
        return [_sum(p, q, inf) for q in qs]

    @cached_property
    def _reverse(self) -> list[float]:
        p, qs = self._floats
        return [_sum(q, p, inf) for q in qs]

    @property
    def bins(self) -> int:
        return len(self.p)

    @property
    def written(self) -> list[str]:
        return list(map(_decimal, self.p))

    @property
    def rows(self) -> list[Row]:
        """What the tables say of each candidate."""
        divergences = zip(self._forward, self._reverse, strict=True)
        return [
            Row(number, list(map(_decimal, q)), _nats(forward), _nats(reverse), forward < inf or reverse < inf)
            for number, (q, (forward, reverse)) in enumerate(zip(self.candidates, divergences, strict=True), 1)
        ]

    @property
    def smallest(self) -> dict[str, str]:
        """The divergences of the answer."""
        return {"forward": f"{min(self._forward):.4f}", "reverse": f"{min(self._reverse):.4f}"}

    @property
    def sums(self) -> dict[str, str]:
        """The two smallest divergences with the numbers put in."""
        key = self.solve()
        return {
            "forward": _terms(self.p, self.candidates[key["forward"] - 1]),
            "reverse": _terms(self.candidates[key["reverse"] - 1], self.p),
        }

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        found = lab.discrete_kl.divergences([(question.p, question.candidates) for question in questions])
        return [
            Measurement({"forward": _first(each.forward), "reverse": _first(each.reverse)}, tolerance=0.0)
            for each in found
        ]


class Row(NamedTuple):
    """One candidate as the tables write it."""

    number: int
    written: list[str]
    forward: str
    reverse: str
    finite: bool  # in one direction at least


_SWAPPED = (
    r"This candidate has the smallest \(\mathrm{{KL}}({0} \,\|\, {1})\): it is the answer to `{2}`. The distribution "
    "over which the terms are averaged is the first argument."
)
_LEFT_OUT = (
    r"Terms that are infinite were left out here: in a bin with \({0} = 0\) and \({1} > 0\) the divergence is infinite."
)
_LARGEST = (
    r"Of the candidates with a finite divergence this one has the largest. In \(\mathrm{{KL}}({0} \,\|\, {1})\) the "
    r"logarithm is that of \({0}_i / {1}_i\), not of \({1}_i / {0}_i\)."
)
_DISTANCE = (
    r"For this candidate the sum of \(|p_i - q_i|\) is smallest. The divergence compares probabilities by their ratio, "
    "not by their difference."
)


def sums_to_one(parts: Sequence[Fraction]) -> bool:
    if any(PARTS % part.denominator for part in parts):
        return sum(parts) == 1
    return sum(part.numerator * (PARTS // part.denominator) for part in parts) == PARTS  # ten times as fast


def _as_floats(parts: Sequence[Fraction]) -> list[float]:
    return [part.numerator / part.denominator for part in parts]  # float(part) takes much longer


def _sum(a: Sequence[float], b: Sequence[float], impossible: float) -> float:
    """The divergence of b from a; a term that is infinite counts as `impossible`."""
    return sum((x * log(x / y) if y else impossible) for x, y in zip(a, b, strict=True) if x)


def _first(values: Sequence[float]) -> int:
    """The number of the smallest."""
    return min(range(len(values)), key=values.__getitem__) + 1


def _last_finite(values: Sequence[float]) -> int:
    """The number of the largest that is finite."""
    return max((value, place) for place, value in enumerate(values, 1) if isfinite(value) or value == min(values))[1]


def _decimal(part: Fraction) -> str:
    """As a decimal where it has one of at most three places, else as a fraction."""
    return (
        f"{part.numerator / part.denominator:g}"
        if 1000 % part.denominator == 0
        else rf"\frac{{{part.numerator}}}{{{part.denominator}}}"
    )


def _nats(value: float) -> str:
    return rf"\({value:.4f}\)" if isfinite(value) else "infinite"


def _terms(a: Sequence[Fraction], b: Sequence[Fraction]) -> str:
    pairs = [(_decimal(x), _decimal(y)) for x, y in zip(a, b, strict=True) if x]
    return " + ".join(rf"{x} \ln\frac{{{x}}}{{{y}}}" for x, y in pairs)
