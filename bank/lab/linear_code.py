"""A Gaussian code and a linear Gaussian decoder of one variable each: bounds by quadrature, the best code by Newton."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Normal, kl_divergence

from bank.lab.gaussian_divergence import POINTS, REACH, integrated, log_density
from bank.notation.matrices import Exact

if TYPE_CHECKING:
    from bank.lab import Lab

NODES = 40
STEPS = 40  # of Newton; from the prior to a variance of 1e-6 it takes 15


class Bounds(NamedTuple):
    """E_q[log p(x|z)] - KL(q||p(z)), log p(x), and KL(q||p(z|x)), each by quadrature of its own."""

    bound: float
    evidence: float
    to_posterior: float


class LinearCode:
    """p(z) = N(0, 1), p(x|z) = N(w z, S), q(z|x) = N(m, v); the second numbers are variances."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def best(self, cases: Sequence[tuple[Exact, ...]]) -> list[tuple[float, float]]:
        """Mean and variance of the code of largest E_q[log p(x|z)] - beta KL(q||p(z)), for each w, S, x, beta."""
        w, S, x, beta = _columns(cases)
        at = torch.zeros(len(cases), 2, dtype=torch.float64)  # m and ln v of the prior
        for _ in range(STEPS):
            at.requires_grad_()
            objective = expected_log_likelihood(w, S, x, at[:, 0], at[:, 1].exp()) - beta * kl_divergence(
                Normal(at[:, 0], (at[:, 1] / 2).exp()), Normal(torch.zeros_like(w), torch.ones_like(w))
            )
            gradient = _gradient(objective.sum(), at)
            curvature = torch.stack([_gradient(gradient[:, place].sum(), at) for place in (0, 1)], dim=1)
            at = at.detach() - torch.linalg.solve(curvature, gradient.detach())
        return list(zip(at[:, 0].tolist(), at[:, 1].exp().tolist(), strict=True))

    def bounds(self, cases: Sequence[tuple[Exact, ...]]) -> list[Bounds]:
        """For each w, S, x, m, v."""
        w, S, x, m, v = _columns(cases)
        zero, one = torch.zeros_like(m), torch.ones_like(m)
        bound = expected_log_likelihood(w, S, x, m, v) - integrated(m, v, zero, one)
        t = torch.linspace(-REACH, REACH, POINTS, dtype=torch.float64)[:, None]  # (points, cases) from here on
        z = m + v.sqrt() * t
        evidence = torch.trapezoid((log_density(x, w * t, S) + log_density(t, zero, one)).exp(), t, dim=0).log()
        code, posterior = log_density(z, m, v), log_density(x, w * z, S) + log_density(z, zero, one) - evidence
        to_posterior = torch.trapezoid(code.exp() * (code - posterior), z, dim=0)
        return [Bounds(*each) for each in torch.stack([bound, evidence, to_posterior], dim=1).tolist()]


def expected_log_likelihood(w: Tensor, S: Tensor, x: Tensor, m: Tensor, v: Tensor) -> Tensor:
    """E_q[log p(x|z)] by Gauss-Hermite quadrature over z; all of them (cases,)."""
    nodes, weights = gauss_hermite(NODES)
    z = m[:, None] + v.sqrt()[:, None] * nodes
    return log_density(x[:, None], w[:, None] * z, S[:, None]) @ weights


@cache
def gauss_hermite(count: int) -> tuple[Tensor, Tensor]:
    """Nodes and weights of an expectation under N(0, 1)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    return torch.from_numpy(nodes), torch.from_numpy(weights / math.sqrt(2 * math.pi))


def _gradient(of: Tensor, at: Tensor) -> Tensor:
    return torch.autograd.grad(of, at, create_graph=True)[0]


def _columns(cases: Sequence[tuple[Exact, ...]]) -> list[Tensor]:
    return [torch.tensor([float(case[place]) for case in cases], dtype=torch.float64) for place in range(len(cases[0]))]
