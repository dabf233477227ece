"""What the two directions of the divergence do: each method measures one proposition about one of them.

A direction is "forward", KL(p || q), or "reverse", KL(q || p). None says that the effect lies between what says yes and
what says no.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch.distributions import Categorical, MultivariateNormal, Normal, kl_divergence

from bank.lab.aae import decided
from bank.lab.mixtures import log_gaussian

if TYPE_CHECKING:
    from bank.lab import Lab

FAR = 5.0  # of one standard deviation: the means of the components are -FAR and FAR
SAME, APART = 0.05, 0.5  # in standard deviations: two means are the same, or differ
SAMPLES = 20_000
GRID = 161  # deviations, or means, that are compared


class Directions:
    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def _fit(self, direction: str, w: float, m: float = FAR, s: float = 1.0, t: float = 1.0) -> dict[str, Any]:
        (fits,) = self.lab.mixture_fits.fits([(w, m, s, t)])
        found: dict[str, Any] = fits[direction]
        return found

    def has_mean(
        self, direction: str, mean: float, w: float, m: float, v: float, t: float | None = None
    ) -> bool | None:
        """Of the mixture with the means -m and m and the variances v and t, or v alone."""
        sds = math.sqrt(v), math.sqrt(v if t is None else t)
        off = abs(self._fit(direction, w, m, *sds)["mean"] - mean) / min(sds)
        return decided(-off, yes=-SAME, no=-APART)

    def has_variance(self, direction: str, variance: float, w: float, m: float, v: float) -> bool | None:
        found = self._fit(direction, w, m, math.sqrt(v), math.sqrt(v))["sd"] ** 2
        return decided(-abs(found / variance - 1), yes=-0.02, no=-0.2)

    def peaks_in_the_gap(self, direction: str, m: float) -> bool | None:
        """Whether the density of two equal components at the mean of q is below 1 % of that at a mode."""
        mean = self._fit(direction, 0.5, m)["mean"]
        there = 0.5 * sum(math.exp(-((mean - mode) ** 2) / 2) for mode in (-m, m))
        return decided(-there, yes=-0.005, no=-0.25)

    def is_at_a_mode(self, m: float) -> bool | None:
        """Of KL(q || p) for two equal components with variance 1; else q is centred between them."""
        mean = abs(self._fit("reverse", 0.5, m)["mean"])
        return decided(mean / m, yes=0.95, no=0.05)

    def costs_of_a_component(self, direction: str, w: float, value: float) -> bool | None:
        """Whether the divergence of the component of weight w is about this value."""
        found = self._fit(direction, w)["named"]["left"]
        return decided(-abs(found - value), yes=-0.01, no=-0.1)

    def gives_one_fit(self, w: float) -> bool | None:
        """Whether both directions have the same nearest Gaussian."""
        forward, reverse = self._fit("forward", w), self._fit("reverse", w)
        return decided(-abs(forward["mean"] - reverse["mean"]), yes=-1e-4, no=-APART)

    def traps(self, direction: str, w: float) -> bool | None:
        """Whether a search that starts on the lighter component, of weight w, ends there; else it covers both."""
        fit = self._fit(direction, w)
        off = abs(fit["found_from"]["left"]["mean"] + FAR)
        return decided(-off, yes=-SAME, no=-APART)

    def grows_apart(self, direction: str) -> bool | None:
        """Whether the smallest divergence grows when the components move from 8 deviations to 12; else it stays."""
        near, far = (self._fit(direction, 0.6, m)["kl"] for m in (4.0, 6.0))
        return decided(far - near, yes=0.1, no=0.01)

    def broadens_apart(self, direction: str) -> bool | None:
        near, far = (self._fit(direction, 0.6, m)["sd"] for m in (4.0, 6.0))
        return decided(far / near, yes=1.2, no=1.02)

    def moves_with_the_weight(self, direction: str) -> bool | None:
        """Towards the heavier component at FAR, whose weight grows from 0.6 to 0.8; else the mean stays."""
        before, after = (self._fit(direction, w)["mean"] for w in (0.4, 0.2))
        return decided(after - before, yes=APART, no=SAME)

    def leaves(self, direction: str, w: float, kind: str) -> bool | None:
        """Whether q puts much of its mass into the "gap", or almost none on a component, which is then "missing"."""
        fit = self._fit(direction, w)
        below, above = (_mass_below(x, fit["mean"], fit["sd"]) for x in (-FAR / 2, FAR / 2))
        if kind == "gap":
            return decided(above - below, yes=0.2, no=0.02)
        return decided(-min(below, 1 - above), yes=-0.02, no=-0.1)

    def follows_outliers(self, direction: str, far: float) -> float:
        """How many times larger the variance becomes when 1 % of the data lie so many deviations away."""
        found: float = self._fit(direction, 0.99, far / 2)["sd"] ** 2
        return found

    def is_likelihood(self, direction: str) -> bool | None:
        """Whether mean negative log-likelihood minus divergence is one number, whatever Gaussian q is."""
        w, noise = 0.3, self.lab.noise("samples of a mixture")
        left = torch.rand(SAMPLES, generator=noise, dtype=torch.float64) < w
        x = torch.where(left, -FAR, FAR) + torch.randn(SAMPLES, generator=noise, dtype=torch.float64)
        gaussians = [(mean, variance) for mean in (-2.0, 0.0, 2.0) for variance in (16.0, 36.0)]
        divergences = self.lab.mixture_fits.divergences((w, FAR, 1.0, 1.0), direction, gaussians)
        numbers = []
        for (mean, variance), divergence in zip(gaussians, divergences, strict=True):
            density = log_gaussian(x, torch.tensor(mean), torch.tensor(variance).log() / 2)
            numbers.append(-float(density.mean()) - divergence)
        return decided(min(numbers) - max(numbers), yes=-0.05, no=-0.5)

    def is_the_gap_of_the_elbo(self, first: str) -> bool | None:
        """Of p(z) = N(0, 1), p(x | z) = N(2 z, 1) and some q(z | x): ln p(x) - ELBO, by sums over a fine grid of z.

        Whether it is the divergence with q, or with the true posterior, as its first argument.
        """
        z = torch.linspace(-12, 12, 24_001, dtype=torch.float64)
        step, x = float(z[1] - z[0]), torch.tensor(1.5, dtype=torch.float64)
        none = torch.zeros_like(z)
        joint = log_gaussian(z, none, none) + log_gaussian(x, 2 * z, none)
        evidence = torch.logsumexp(joint, 0) + math.log(step)
        q = log_gaussian(z, none + 1.0, none + math.log(0.8))
        posterior = joint - evidence
        gap = evidence - (q.exp() * (joint - q)).sum() * step
        a, b = (q, posterior) if first == "q" else (posterior, q)
        off = float(((a.exp() * (a - b)).sum() * step - gap).abs())
        return decided(-off, yes=-1e-6, no=-0.01)

    def discrete(self, direction: str, p: Sequence[float], q: Sequence[float]) -> float:
        return self._directed(direction, *(Categorical(torch.tensor(each, dtype=torch.float64)) for each in (p, q)))

    def gaussian(self, direction: str, v: float, mean: float, u: float) -> float:
        """Between N(0, v) and N(mean, u)."""
        p, q = Normal(torch.tensor(0.0).double(), math.sqrt(v)), Normal(torch.tensor(mean).double(), math.sqrt(u))
        return self._directed(direction, p, q)

    def _directed(self, direction: str, p: Any, q: Any) -> float:
        return float(kl_divergence(p, q) if direction == "forward" else kl_divergence(q, p))

    def term(self, direction: str, p: float, q: float) -> float:
        a, b = (p, q) if direction == "forward" else (q, p)
        return a * math.log(a / b)

    def variance_beside(self, direction: str, rho: float) -> float:
        """Of the nearest Gaussian of independent variables, beside the variances 1 of one with this correlation."""
        correlated = torch.tensor([[1.0, rho], [rho, 1.0]]).expand(GRID, 2, 2)
        p = MultivariateNormal(torch.zeros(GRID, 2), correlated)
        variances = torch.linspace(0.1, 1.7, GRID)
        q = MultivariateNormal(torch.zeros(GRID, 2), torch.diag_embed(variances[:, None].expand(GRID, 2)))
        divergence = kl_divergence(p, q) if direction == "forward" else kl_divergence(q, p)
        return float(variances[divergence.argmin()])


def _mass_below(x: float, mean: float, sd: float) -> float:
    """Of a Gaussian."""
    return 0.5 * (1 + math.erf((x - mean) / (sd * math.sqrt(2))))
