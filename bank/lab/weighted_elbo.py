"""The objective of a beta-VAE in small, on a grid of codes, and its best encoder for a decoder that stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bank.lab.code_grid import CodeGrid, log

if TYPE_CHECKING:
    from bank.lab import Lab

W, S, X = 1.3, 0.4, 0.9  # the decoder is N(W z, S), and X was observed
ENCODERS = ((0.0, 0.5), (0.5, 0.3), (-0.4, 0.7), (1.1, 0.2))  # mean and variance, none of them the prior
CLOSE = 1e-6  # of a search
ROUNDING = 1e-7


class Best(NamedTuple):
    mean: float
    variance: float


class WeightedElbo:
    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.grid = CodeGrid()
        self.prior, self.likelihood = self.grid.gaussian(0.0, 1.0), self.grid.likelihood(X, W, S)
        self.evidence = self.grid.integral(self.prior * self.likelihood)

    def _value(self, code: tuple[float, float], beta: float) -> float:
        """Of the objective, by quadrature."""
        q = self.grid.gaussian(*code)
        return float(self.grid.integral(q * log(self.likelihood)) - beta * self.grid.divergence(q, self.prior))

    def _posterior(self) -> tuple[float, float]:
        """Mean and variance, by quadrature."""
        density, z = self.prior * self.likelihood / self.evidence, self.grid.z
        mean = float(self.grid.integral(density * z))
        return mean, float(self.grid.integral(density * (z - mean).square()))

    def stays_below_the_evidence(self, beta: float) -> bool:
        codes = [*ENCODERS, self._posterior()]
        return max(self._value(code, beta) for code in codes) <= float(self.evidence.log()) + ROUNDING

    def lies_below_that_of(self, beta: float, other: float) -> bool:
        """For every encoder that is not the prior."""
        return all(self._value(code, beta) < self._value(code, other) for code in ENCODERS)

    def best(self, beta: float, variance: float = S) -> Best:
        """The encoder that Newton's method finds for this decoder; the image that was seen is X."""
        ((mean, spread),) = self.lab.linear_code.best([(W, variance, X, beta)])
        return Best(mean, spread)

    def optimum_stays(self, times: int, how: str) -> bool:
        """Where beta is multiplied by it, and the variance of the decoder "divided" or "multiplied" as well."""
        variance = {"divided": S / times, "multiplied": S * times}[how]
        return _near(self.best(1.0), self.best(float(times), variance))

    def equals_a_plain_one(self, told: str) -> bool:
        """Whether a VAE without a weight has the same best encoder, with the variance of the decoder as is told."""
        beta = 3.0
        variance = {r"\(\beta \sigma^2\)": beta * S, r"\(\sigma^2 / \beta\)": S / beta}[told]
        return _near(self.best(beta), self.best(1.0, variance))

    def optimum_moves(self) -> bool:
        return not _near(self.best(1.0), self.best(8.0))

    def best_variance_rises(self) -> bool:
        return self.best(0.5).variance < self.best(2.0).variance < self.best(8.0).variance

    def best_mean_shrinks(self) -> bool:
        return abs(self.best(0.5).mean) > abs(self.best(2.0).mean) > abs(self.best(8.0).mean)

    def loses_its_noise_at(self, beta: str) -> bool:
        """Whether the best variance of a code all but vanishes."""
        return self.best({"small": 1e-3, "large": 1e3}[beta]).variance < 0.05


def _near(one: Best, other: Best) -> bool:
    return abs(one.mean - other.mean) < CLOSE and abs(one.variance - other.variance) < CLOSE
