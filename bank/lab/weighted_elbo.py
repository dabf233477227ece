"""The objective of a beta-VAE in small, on a grid of codes, and its best encoder for a decoder that stays."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor
from torch.distributions import Normal, kl_divergence

if TYPE_CHECKING:
    from bank.lab import Lab

GRID, WIDE = 4001, 12.0  # points of a quadrature, and its ends
W, S, X = 1.3, 0.4, 0.9  # the decoder is N(W z, S), and X was observed
ENCODERS = ((0.0, 0.5), (0.5, 0.3), (-0.4, 0.7), (1.1, 0.2))  # mean and variance, none of them the prior
PLACES, STEPS = 99, 500  # quantiles in place of noise, and steps of a search
CLOSE = 1e-3  # of a search
ROUNDING = 1e-7


class Best(NamedTuple):
    mean: float
    variance: float


class WeightedElbo:
    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.z = torch.linspace(-WIDE, WIDE, GRID, dtype=torch.float64)

    def _log(self, x: Tensor | float, mean: Tensor | float, variance: float) -> Tensor:
        """Of a Gaussian density."""
        distance = torch.as_tensor(x, dtype=torch.float64) - mean
        return -distance.square() / (2 * variance) - math.log(2 * math.pi * variance) / 2

    def _value(self, code: tuple[float, float], beta: float, variance: float = S) -> float:
        """Of the objective, by quadrature."""
        log_q, log_prior = self._log(self.z, *code), self._log(self.z, 0.0, 1.0)
        inside = self._log(X, W * self.z, variance) - beta * (log_q - log_prior)
        return float(torch.trapezoid(log_q.exp() * inside, self.z))

    def _evidence(self) -> float:
        joint = self._log(X, W * self.z, S) + self._log(self.z, 0.0, 1.0)
        return math.log(float(torch.trapezoid(joint.exp(), self.z)))

    def _posterior(self) -> tuple[float, float]:
        """Mean and variance, by quadrature."""
        joint = (self._log(X, W * self.z, S) + self._log(self.z, 0.0, 1.0)).exp()
        total = torch.trapezoid(joint, self.z)
        mean = float(torch.trapezoid(joint * self.z, self.z) / total)
        return mean, float(torch.trapezoid(joint * (self.z - mean).square(), self.z) / total)

    def stays_below_the_evidence(self, beta: float) -> bool:
        codes = [*ENCODERS, self._posterior()]
        return max(self._value(code, beta) for code in codes) <= self._evidence() + ROUNDING

    def lies_below_that_of(self, beta: float, other: float) -> bool:
        """For every encoder that is not the prior."""
        return all(self._value(code, beta) < self._value(code, other) for code in ENCODERS)

    def best(self, beta: float, variance: float = S) -> Best:
        """The encoder that Adam finds for this decoder; the image that was seen is X."""
        found: Best = self.lab.remember(f"best encoder {beta} {variance}", lambda: _searched(beta, variance))
        return found

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


def _searched(beta: float, variance: float) -> Best:
    mean = torch.zeros((), dtype=torch.float64, requires_grad=True)
    log_variance = torch.zeros((), dtype=torch.float64, requires_grad=True)
    noise = Normal(0.0, 1.0).icdf((torch.arange(PLACES, dtype=torch.float64) + 0.5) / PLACES)
    noise = noise / noise.square().mean().sqrt()
    optimiser = torch.optim.Adam([mean, log_variance], lr=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, STEPS)
    prior = Normal(torch.zeros((), dtype=torch.float64), torch.ones((), dtype=torch.float64))
    for _ in range(STEPS):
        q = Normal(mean, (log_variance / 2).exp())
        decoded = Normal(W * (q.mean + q.stddev * noise), math.sqrt(variance))
        reconstruction = decoded.log_prob(torch.tensor(X, dtype=torch.float64)).mean()
        optimiser.zero_grad()
        torch.autograd.backward((beta * kl_divergence(q, prior) - reconstruction) / max(1.0, beta))
        optimiser.step()
        schedule.step()
    return Best(float(mean.detach()), float(log_variance.detach().exp()))


def _near(one: Best, other: Best) -> bool:
    return abs(one.mean - other.mean) < CLOSE and abs(one.variance - other.variance) < CLOSE
