"""The ELBO in small, in float64: one code and one observation on a grid, an encoder and a decoder with gradients."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.distributions import Normal, kl_divergence

from bank.lab.code_grid import CodeGrid, log

if TYPE_CHECKING:
    from bank.lab import Lab

W, S, X = 1.3, 0.4, 0.9  # the decoder is N(W z, S), and X was observed
ENCODERS = ((0.0, 1.0), (0.5, 0.3), (-0.4, 0.7), (1.1, 0.2))  # mean and variance
CLOSE = 1e-6


class Elbo:
    """Nothing in here knows a closed form of the bound: densities are multiplied and summed up."""

    TINY = 0.05  # a variance that has all but gone

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.grid = CodeGrid()
        self.prior = self.grid.gaussian(0.0, 1.0)
        self.likelihood = self.grid.likelihood(X, W, S)
        self.evidence = self.grid.integral(self.prior * self.likelihood)
        self.posterior = self.prior * self.likelihood / self.evidence

    def _bound(self, q: Tensor) -> Tensor:
        return self.grid.integral(q * log(self.likelihood)) - self.grid.divergence(q, self.prior)

    def _encoders(self) -> list[Tensor]:
        return [self.grid.gaussian(mean, variance) for mean, variance in ENCODERS]

    def gap_is_divergence_from(self, name: str) -> bool:
        """Whether log p(x) exceeds the bound by the divergence from "posterior" or "prior", for every encoder."""
        other = {"posterior": self.posterior, "prior": self.prior}[name]
        gaps = [self.evidence.log() - self._bound(q) - self.grid.divergence(q, other) for q in self._encoders()]
        return all(bool(gap.abs() < CLOSE) for gap in gaps)

    def stays_below_the_evidence(self) -> bool:
        return all(bool(self._bound(q) <= self.evidence.log() + CLOSE) for q in self._encoders())

    def is_tight_at(self, name: str) -> bool:
        """Whether the bound is log p(x) where the encoder gives the "posterior", or the "prior"."""
        q = {"posterior": self.posterior, "prior": self.prior}[name]
        return bool((self._bound(q) - self.evidence.log()).abs() < CLOSE)

    def evidence_changes_with_the_encoder(self) -> bool:
        """log p(x) is the bound and its gap, whatever the encoder: worked out for each of several."""
        found = [self._bound(q) + self.grid.divergence(q, self.posterior) for q in self._encoders()]
        return bool(max(found) - min(found) > CLOSE)

    def divergence_of(self, mean: float, variance: float) -> float:
        """Of a Gaussian code from the prior."""
        return float(self.grid.divergence(self.grid.gaussian(mean, variance), self.prior))

    def best_variance(self, kl_weight: float) -> float:
        """Of the encoder with the best mean, where the divergence has a weight."""
        ((_, variance),) = self.lab.linear_code.best([(W, S, X, kl_weight)])
        return float(variance)

    @staticmethod
    def _normal_places() -> Tensor:
        """Quantiles of the standard normal distribution, in place of random numbers."""
        return Normal(0.0, 1.0).icdf((torch.arange(99, dtype=torch.float64) + 0.5) / 99)

    def best_code_without_reconstruction_is(self, name: str) -> bool:
        """Whether the divergence alone is smallest, of codes on a lattice, at the "prior" or at an exact code."""
        lattice = [(mean, variance) for mean in (-1.0, 0.0, 0.9) for variance in (0.01, 0.3, 1.0, 2.0)]
        best = min(lattice, key=lambda code: self.divergence_of(*code))
        return best == {"prior": (0.0, 1.0), "an exact code": (0.9, 0.01)}[name]

    def information_without_divergence(self) -> float:
        """Nats that a code tells of which of three images it belongs to, where each has the prior as its codes."""
        return self._information([self.prior] * 3)

    def average_divergence_is(self, information: int) -> bool:
        """Whether the mean divergence from the prior is KL(q(z) || p(z)) plus so many times the information."""
        codes = self._encoders()
        mixed = torch.stack(codes).mean(dim=0)
        mean = torch.stack([self.grid.divergence(q, self.prior) for q in codes]).mean()
        told = self.grid.divergence(mixed, self.prior) + information * self._information(codes)
        return bool((mean - told).abs() < CLOSE)

    def _information(self, codes: list[Tensor]) -> float:
        """By entropies: that of all codes, less the mean of those of each image."""
        mixed = torch.stack(codes).mean(dim=0)
        found = self._entropy(mixed) - torch.stack([self._entropy(q) for q in codes]).mean()
        return round(float(found), 9)

    def _entropy(self, q: Tensor) -> Tensor:
        return -self.grid.integral(q * log(q))

    def divergence_over_dimensions_is(self, how: str) -> bool:
        """Whether the divergence of a code of two dimensions is the "sum" or the "product" of both."""
        grid = CodeGrid(401, 8.0)
        z, prior = grid.z, grid.gaussian(0.0, 1.0)
        one, other = grid.gaussian(*ENCODERS[1]), grid.gaussian(*ENCODERS[2])
        q, p = one[:, None] * other, prior[:, None] * prior
        both = torch.trapezoid(torch.trapezoid(q * (q / p).log(), z), z)
        parts = [grid.divergence(each, prior) for each in (one, other)]
        told = {"sum": parts[0] + parts[1], "product": parts[0] * parts[1]}[how]
        return bool((both - told).abs() < 1e-4)

    def growth_with_dimensions(self, more: int) -> int | None:
        """How many times as large a divergence becomes with so many more equal dimensions; None if not whole."""
        q = Normal(torch.full((1 + more,), 0.5).double(), torch.full((1 + more,), 0.6).double())
        p = Normal(torch.zeros(1 + more).double(), torch.ones(1 + more).double())
        places = self._normal_places()
        joint = torch.stack([q.mean + q.stddev * place for place in places])
        costs = (q.log_prob(joint) - p.log_prob(joint)).mean(dim=0)
        growth = float(costs.sum() / costs[0])
        return round(growth) if abs(growth - round(growth)) < CLOSE else None

    def reaches(self, term: str, part: str) -> bool:
        """Whether a term, "kl" or "reconstruction", has a gradient by the weights of the "encoder" or "decoder"."""
        terms, parts = self._terms()
        weights = list(parts[part].parameters())
        gradients = torch.autograd.grad(terms[term], weights, allow_unused=True)
        return any(gradient is not None and bool(gradient.any()) for gradient in gradients)

    def follows_scaled_weights(self) -> tuple[bool, bool]:
        """Whether the divergence changes when weights are scaled so that codes stay, and when codes change."""
        before = self._terms()[0]["kl"]
        same, other = (self._terms(*scales)[0]["kl"] for scales in ((2.0, 0.5), (2.0, 2.0)))
        return bool((same - before).abs() > CLOSE), bool((other - before).abs() > CLOSE)

    def _terms(self, first: float = 1.0, second: float = 1.0) -> tuple[dict[str, Tensor], dict[str, nn.Module]]:
        """Both terms of a small VAE, the layers of whose encoder are multiplied by these factors."""
        noise = self.lab.noise("a small VAE")

        def layer(d: int, h: int, factor: float = 1.0) -> nn.Linear:
            made = nn.Linear(d, h, bias=False).double()
            with torch.no_grad():
                made.weight.copy_(factor * torch.randn(h, d, generator=noise) / math.sqrt(d))
            return made

        encoder = nn.Sequential(layer(6, 8, first), nn.ReLU(), layer(8, 4, second))
        decoder = nn.Sequential(layer(2, 8), nn.Tanh(), layer(8, 6))
        x, epsilon = (torch.randn(16, size, generator=noise).double() for size in (6, 2))
        mean, log_variance = encoder(x).chunk(2, dim=1)
        q = Normal(mean, (log_variance / 2).exp())
        decoded = Normal(decoder(q.mean + q.stddev * epsilon), math.sqrt(S))
        prior = Normal(torch.zeros_like(mean), torch.ones_like(mean))
        terms = {"kl": kl_divergence(q, prior).sum(), "reconstruction": decoded.log_prob(x).sum()}
        return terms, {"encoder": encoder, "decoder": decoder}
