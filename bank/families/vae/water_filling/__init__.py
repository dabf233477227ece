"""What a linear beta-VAE codes at its optimum, by the level D = beta S, and what mistakes make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from math import log, prod
from operator import add, mul
from typing import Any, NamedTuple

from bank.authoring import Constant, Number, exact
from bank.families.vae import decimal

ONE = Fraction(1)


class Optimum(NamedTuple):
    """The number of active dimensions, exp(2 KL), and the squared error; of a mistake, what it takes for these."""

    active: int
    ratio: Fraction
    error: Fraction

    @property
    def kl(self) -> Number:
        return half_log(self.ratio)


class Spectrum:
    """Eigenvalues in falling order, of which k latent variables can take the first ones.

    `products` and `inverses` are the products of so many first ones and the sums of 1/l over them; `sums` are those of
    all but so many.
    """

    def __init__(self, eigenvalues: Sequence[Fraction], k: int) -> None:
        self.eigenvalues, self.k = eigenvalues, k
        self.sizes = [float(value) for value in eigenvalues]
        self.coded_values = eigenvalues[:k]
        self.inverses = [*accumulate((1 / value for value in self.coded_values), add, initial=Fraction(0))]
        self.products = [ONE, *accumulate(eigenvalues, mul)]
        self.sums = [*accumulate(reversed(eigenvalues), add, initial=Fraction(0))][::-1]

    def above(self, level: Fraction) -> int:
        """How many eigenvalues are larger."""
        size = float(level)
        return sum(value > size for value in self.sizes)

    def coded(self, count: int, level: Fraction) -> Optimum:
        """With so many active ones; in whole numbers, which cost less than fractions."""
        top, bottom = level.as_integer_ratio()
        product, first = self.products[count].as_integer_ratio()
        rest, last = self.sums[count].as_integer_ratio()
        ratio = Fraction(product * bottom**count, first * top**count)
        return Optimum(count, ratio, Fraction(count * top * last + rest * bottom, bottom * last))


Rule = Callable[[Spectrum, Fraction], Optimum]


def optimum(spectrum: Spectrum, level: Fraction) -> Optimum:
    """
    >>> optimum(Spectrum((Fraction(8), Fraction(4), Fraction(1)), 3), Fraction(2))
    Optimum(active=2, ratio=Fraction(8, 1), error=Fraction(5, 1))
    """
    return spectrum.coded(min(spectrum.above(level), spectrum.k), level)


def without_threshold(spectrum: Spectrum, level: Fraction) -> Optimum:
    """Every latent variable is used, and costs the level."""
    return spectrum.coded(spectrum.k, level)


def without_limit(spectrum: Spectrum, level: Fraction) -> Optimum:
    """There are as many latent variables as are wanted."""
    return spectrum.coded(spectrum.above(level), level)


def capacity(spectrum: Spectrum, level: Fraction) -> Optimum:
    """1/2 ln(1 + l/D) for each latent variable."""
    (top, bottom), sums = level.as_integer_ratio(), [value.as_integer_ratio() for value in spectrum.coded_values]
    ratio = Fraction(prod(n * bottom + top * d for n, d in sums), prod(top * d for _, d in sums))
    return optimum(spectrum, level)._replace(ratio=ratio)


def of_mean_code(spectrum: Spectrum, level: Fraction) -> Optimum:
    """The error where the mean of the code is decoded, with nothing sampled: D^2/l."""
    right = optimum(spectrum, level)
    return right._replace(error=level * level * spectrum.inverses[right.active] + spectrum.sums[right.active])


def of_active_alone(spectrum: Spectrum, level: Fraction) -> Optimum:
    """The error without the dimensions that are not coded."""
    right = optimum(spectrum, level)
    return right._replace(error=right.active * level)


def with_code_alone(spectrum: Spectrum, level: Fraction) -> Optimum:
    """The error without the dimensions that have no latent variable."""
    right = optimum(spectrum, level)
    return right._replace(error=right.error - spectrum.sums[spectrum.k])


def half_log(ratio: Fraction) -> Number:
    """ln(ratio) / 2"""
    return Fraction(0) if ratio == 1 else Constant(f"ln({ratio})/2", log(ratio) / 2)


def compared(found: Sequence[Optimum]) -> dict[str, Number]:
    """What a model has; of two, what changes from the first to the second."""
    last = found[-1]
    if len(found) == 1:
        return {"active": last.active, "kl": kl_of(found), "error": last.error}
    first = found[0]
    return {"active": first.active - last.active, "kl": kl_of(found), "error": last.error - first.error}


def kl_of(found: Sequence[Optimum]) -> Number:
    """The KL, or by how much it falls."""
    return half_log(found[0].ratio if len(found) == 1 else found[0].ratio / found[1].ratio)


def difference(models: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The same of the results of trainings."""
    last = models[-1]
    if len(models) == 1:
        return {name: last[name] for name in ("active", "kl", "error")}
    first = models[0]
    falls = {name: first[name] - last[name] for name in ("active", "kl")}
    return {**falls, "error": last["error"] - first["error"]}


def times(value: Number, factor: str, about: float) -> Number:
    return Constant(f"{factor}*{exact(value)}", about)


class Models:
    """Of a question: the models that it is about, and their numbers as the texts write them (TeX)."""

    eigenvalues: tuple[Fraction, ...]
    latents: int
    S: Fraction
    beta: Fraction
    before: Fraction | None

    @property
    def betas(self) -> tuple[Fraction, ...]:
        """In rising order."""
        return (self.before, self.beta) if self.before else (self.beta,)

    @cached_property
    def levels(self) -> list[Fraction]:
        return [beta * self.S for beta in self.betas]

    @cached_property
    def optima(self) -> list[Optimum]:
        """For each beta."""
        return [optimum(self.spectrum, level) for level in self.levels]

    @cached_property
    def spectrum(self) -> Spectrum:
        return Spectrum(self.eigenvalues, self.latents)

    @property
    def listed(self) -> str:
        return r",\; ".join(map(decimal, self.eigenvalues))

    @property
    def largest(self) -> str:
        return decimal(self.eigenvalues[0])

    @property
    def d(self) -> int:
        return len(self.eigenvalues)

    @property
    def variance(self) -> str:
        return decimal(self.S)

    @cached_property
    def worked(self) -> list[dict[str, Any]]:
        """For each beta its numbers, as the solution writes them."""
        found = []
        for beta, level, at in zip(self.betas, self.levels, self.optima, strict=True):
            active, rest = self.eigenvalues[: at.active], self.eigenvalues[at.active :]
            coded = decimal(level) if at.active == 1 else rf"{at.active} \cdot {decimal(level)}"
            quotients = r" \cdot ".join(rf"\frac{{{decimal(value)}}}{{{decimal(level)}}}" for value in active)
            found.append(
                {
                    "beta": decimal(beta),
                    "level": decimal(level),
                    "above": self.spectrum.above(level),
                    "active": at.active,
                    "quotients": quotients,
                    "kl": f"{float(at.kl):.4f}",
                    "lost": " + ".join([coded, *map(decimal, rest)]),
                    "error": decimal(at.error),
                }
            )
        return found

    @property
    def grown(self) -> str:
        return decimal(self.optima[-1].error - self.optima[0].error)

    @property
    def collapse(self) -> str:
        return decimal(self.eigenvalues[0] / self.S)

    @property
    def rounded_kl(self) -> str:
        return f"{float(kl_of(self.optima)):.4f}"
