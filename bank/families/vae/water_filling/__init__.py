"""What a linear beta-VAE codes at its optimum, by the level D = beta S, and what mistakes make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from math import log, prod
from typing import Any, NamedTuple

from bank.authoring import Constant, Number, exact
from bank.families.vae import decimal

ONE = Fraction(1)

Eigenvalues = Sequence[Fraction]


class Optimum(NamedTuple):
    """The number of active dimensions, exp(2 KL), and the squared error; of a mistake, what it takes for these."""

    active: int
    ratio: Fraction
    error: Fraction

    @property
    def kl(self) -> Number:
        return half_log(self.ratio)


Rule = Callable[[Eigenvalues, int, Fraction], Optimum]


def optimum(eigenvalues: Eigenvalues, k: int, level: Fraction) -> Optimum:
    """Of eigenvalues in falling order, with k latent variables.

    >>> optimum((Fraction(8), Fraction(4), Fraction(1)), 3, Fraction(2))
    Optimum(active=2, ratio=Fraction(8, 1), error=Fraction(5, 1))
    """
    active = [value for value in eigenvalues[:k] if value > level]
    lost = sum(eigenvalues[len(active) :], start=len(active) * level)
    return Optimum(len(active), prod(active, start=ONE) / level ** len(active), lost)


def without_threshold(eigenvalues: Eigenvalues, k: int, level: Fraction) -> Optimum:
    """Every latent variable is used, and costs the level."""
    return Optimum(k, prod(eigenvalues[:k], start=ONE) / level**k, sum(eigenvalues[k:], start=k * level))


def without_limit(eigenvalues: Eigenvalues, k: int, level: Fraction) -> Optimum:
    """There are as many latent variables as are wanted."""
    return optimum(eigenvalues, len(eigenvalues), level)


def capacity(eigenvalues: Eigenvalues, k: int, level: Fraction) -> Optimum:
    """1/2 ln(1 + l/D) for each latent variable."""
    return optimum(eigenvalues, k, level)._replace(
        ratio=prod((1 + value / level for value in eigenvalues[:k]), start=ONE)
    )


def of_mean_code(eigenvalues: Eigenvalues, k: int, level: Fraction) -> Optimum:
    """The error where the mean of the code is decoded, with nothing sampled: D^2/l."""
    right = optimum(eigenvalues, k, level)
    missed = sum((level**2 / value for value in eigenvalues[: right.active]), start=Fraction(0))
    return right._replace(error=sum(eigenvalues[right.active :], start=missed))


def of_active_alone(eigenvalues: Eigenvalues, k: int, level: Fraction) -> Optimum:
    """The error without the dimensions that are not coded."""
    right = optimum(eigenvalues, k, level)
    return right._replace(error=right.active * level)


def with_code_alone(eigenvalues: Eigenvalues, k: int, level: Fraction) -> Optimum:
    """The error without the dimensions that have no latent variable."""
    right = optimum(eigenvalues, k, level)
    return right._replace(error=right.error - sum(eigenvalues[k:]))


# What else is taken for the level, of beta and S.
LEVELS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "beta_alone": lambda beta, S: beta,
    "quotient": lambda beta, S: beta / S,
    "S_squared": lambda beta, S: beta * S**2,
    "beta_squared": lambda beta, S: beta**2 * S,
}


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
        return [optimum(self.eigenvalues, self.latents, level) for level in self.levels]

    @property
    def spectrum(self) -> str:
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

    @property
    def worked(self) -> list[dict[str, Any]]:
        """For each beta its numbers, as the solution writes them."""
        found = []
        for beta, level, at in zip(self.betas, self.levels, self.optima, strict=True):
            active, rest = self.eigenvalues[: at.active], self.eigenvalues[at.active :]
            quotients = r" \cdot ".join(rf"\frac{{{decimal(value)}}}{{{decimal(level)}}}" for value in active)
            found.append(
                {
                    "beta": decimal(beta),
                    "level": decimal(level),
                    "above": sum(value > level for value in self.eigenvalues),
                    "active": at.active,
                    "quotients": quotients,
                    "kl": f"{float(at.kl):.4f}",
                    "lost": " + ".join([rf"{at.active} \cdot {decimal(level)}", *map(decimal, rest)]),
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
