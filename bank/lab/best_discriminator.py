"""What a discriminator says at a point once nothing else earns it more: its objective maximised, and a cell counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.distributions import MultivariateNormal, Normal
from torch.nn import functional as F

if TYPE_CHECKING:
    from bank.lab import Lab

Gaussian = tuple[Sequence[float], float]  # mean, and standard deviation along each axis

STEPS = 100
CELL = 1e-3  # side of a small square around the point


class BestDiscriminator:
    """Two Gaussians: samples of the prior are to be told from codes."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def at(
        self, points: Sequence[Sequence[float]], priors: Sequence[Gaussian], codes: Sequence[Gaussian]
    ) -> list[float]:
        """At each point the output D for which p ln D + q ln(1 - D) is largest, from a random start.

        Newton's method on the logit of D, whose derivatives are those of autograd.
        """
        z = torch.tensor(points, dtype=torch.float64)
        p, q = _densities(z, priors), _densities(z, codes)
        scale = p + q  # of the objective, which the maximum does not depend on
        logit = torch.randn(len(z), generator=self.lab.noise("logits of a discriminator")).double().requires_grad_()
        for _ in range(STEPS):
            gained = (p / scale) * F.logsigmoid(logit) + (q / scale) * F.logsigmoid(-logit)
            (slope,) = torch.autograd.grad(gained.sum(), logit, create_graph=True)
            (bend,) = torch.autograd.grad(slope.sum(), logit)
            with torch.no_grad():
                logit = (logit - (slope / bend).clamp(-1, 1)).requires_grad_()
        return logit.sigmoid().tolist()

    def in_a_cell(
        self, points: Sequence[Sequence[float]], priors: Sequence[Gaussian], codes: Sequence[Gaussian]
    ) -> list[float]:
        """The part of what falls into a small square around each point that is of the prior."""
        z = torch.tensor(points, dtype=torch.float64)
        p, q = _masses(z, priors), _masses(z, codes)
        return (p / (p + q)).tolist()


def _densities(z: Tensor, gaussians: Sequence[Gaussian]) -> Tensor:
    """(points), of each point in its own Gaussian."""
    means, deviations = _parts(gaussians)
    spread = deviations[:, None, None].square() * torch.eye(2, dtype=torch.float64)
    gaussian: Any = MultivariateNormal(means, spread)  # torch does not say of what type its methods are
    found: Tensor = gaussian.log_prob(z).exp()
    return found


def _masses(z: Tensor, gaussians: Sequence[Gaussian]) -> Tensor:
    """(points), of the square around each point in its own Gaussian, by its distribution functions."""
    means, deviations = _parts(gaussians)
    along: Any = Normal(means, deviations[:, None])
    found: Tensor = (along.cdf(z + CELL / 2) - along.cdf(z - CELL / 2)).prod(dim=1)
    return found


def _parts(gaussians: Sequence[Gaussian]) -> tuple[Tensor, Tensor]:
    """(points, 2) and (points)."""
    means = torch.tensor([mean for mean, _ in gaussians], dtype=torch.float64)
    return means, torch.tensor([deviation for _, deviation in gaussians], dtype=torch.float64)
