"""The Gaussians nearest to a mixture of two, in both directions of the divergence: a grid, then Newton's method."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor

from bank.lab.experiment import Experiment
from bank.lab.mixture_acceptance import fits_keep_to_theory, mode_seeking_begins, quadrature_is_exact
from bank.lab.mixtures import Divergence, Mixture

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab
    from bank.lab.acceptance import Criterion
    from bank.lab.conditions import Conditions

MEANS, DEVIATIONS = 61, 41  # of the grid
COARSE = 61  # points of q, by which the grid is compared
STEPS, HALVINGS = 40, 12  # of Newton's method, and of one step
STILL = 1e-8  # a step so small is the last
FLATTEST = 1e-9  # curvature that a step is still divided by
FINE, MOST = 8, 300  # points of the density: in a deviation, and in all
BEYOND = 4.5  # deviations, to which it is drawn
DIRECTIONS = ("forward", "reverse")


@dataclass(frozen=True)
class Settings:
    """p = w N(-m, s^2) + (1 - w) N(m, t^2)."""

    w: float
    m: float
    s: float
    t: float


class KlFits(Experiment[Settings]):
    """For each direction, `forward` KL(p || q) and `reverse` KL(q || p), the nearest Gaussian with its divergence.

    `found_from` tells where Newton's method ends that starts at a component, or between them, as broad as p; `named`
    are the divergences of Gaussians that were not searched for: each component, the one with the mean and the variance
    of p, and a narrow one at the mean of p. The density of p at `x` is for figures.
    """

    settings = Settings
    seconds = 0.025
    stack = 4
    seeds = 20

    @classmethod
    def run(cls, lab: Conditions, settings: Sequence[Settings]) -> list[dict[str, Any]]:
        p = Mixture.of([astuple(each) for each in settings], lab.device)
        found = {}
        for done, direction in enumerate(DIRECTIONS):
            lab.progress(done, len(DIRECTIONS))
            found[direction] = _searched(p, Divergence(p, direction))
        return [
            {direction: each[place] for direction, each in found.items()} | _density(setting)
            for place, setting in enumerate(settings)
        ]

    @classmethod
    def criteria(cls, lab: Lab, seeds: int) -> list[Criterion]:
        """Over as many mixtures, which take the place of seeds."""
        fits = fits_keep_to_theory(lab, seeds)
        return [*fits, quadrature_is_exact(lab, seeds), *mode_seeking_begins(lab)]


class Gaussians(NamedTuple):
    """Means and logarithms of the standard deviations, (V, G) each."""

    mean: Tensor
    log_sd: Tensor


def _searched(p: Mixture, divergence: Divergence) -> list[dict[str, Any]]:
    """Newton's method from the best of a grid and from named places; the nearest of all it ends at."""
    named = _named(p)
    starts = {name: named[name] for name in ("left", "right", "match")}
    best = _best_of_grid(p, Divergence(p, divergence.direction, COARSE))
    everywhere = Gaussians(*(torch.cat(each, dim=1) for each in zip(best, *starts.values(), strict=True)))
    ends = _newton(divergence, everywhere)
    reached = divergence(*ends)
    nearest = reached.argmin(dim=1, keepdim=True)
    chosen = [each.gather(1, nearest) for each in (ends.mean, ends.log_sd, reached)]
    values = {name: divergence(*gaussian)[:, 0].tolist() for name, gaussian in named.items()}
    return [
        _fit(*(each[place, 0] for each in chosen))
        | {
            "found_from": {
                n: _fit(ends.mean[place, at], ends.log_sd[place, at], reached[place, at])
                for at, n in enumerate(starts, 1)
            }
        }
        | {"named": {name: _rounded(value[place]) for name, value in values.items()}}
        for place in range(len(p.w))
    ]


def _named(p: Mixture) -> dict[str, Gaussians]:
    """Gaussians to start from or to compare with, (V, 1); the moments of p are sums over its points."""
    points, weights = p.nodes()
    mean = (weights * points).sum(dim=1, keepdim=True)
    spread = (weights * (points - mean).square()).sum(dim=1, keepdim=True).sqrt()
    return {
        "left": Gaussians(-p.m, p.s.log()),
        "right": Gaussians(p.m, p.t.log()),
        "match": Gaussians(mean, spread.log()),
        "between": Gaussians(mean, torch.minimum(p.s, p.t).log()),
    }


def _best_of_grid(p: Mixture, divergence: Divergence) -> Gaussians:
    """Means from beyond one component to beyond the other; deviations from half of the narrower to more than all."""
    low, high = -p.m - p.s, p.m + p.t
    steps = torch.linspace(0, 1, MEANS, dtype=p.m.dtype, device=p.m.device)
    means = low + (high - low) * steps
    narrow, broad = (torch.minimum(p.s, p.t) / 2).log(), (2 * (p.m + torch.maximum(p.s, p.t))).log()
    deviations = narrow + (broad - narrow) * torch.linspace(0, 1, DEVIATIONS, dtype=p.m.dtype, device=p.m.device)
    mean, log_sd = means.repeat_interleave(DEVIATIONS, dim=1), deviations.repeat(1, MEANS)
    best = divergence(mean, log_sd).argmin(dim=1, keepdim=True)
    return Gaussians(mean.gather(1, best), log_sd.gather(1, best))


def _newton(divergence: Divergence, start: Gaussians) -> Gaussians:
    """Steps along |H|^-1 g, halved until the divergence falls; each search ends where it moves no more."""
    at = torch.stack(start, dim=-1)
    moving = torch.ones_like(start.mean, dtype=torch.bool)
    for _ in range(STEPS):
        value, gradient, curvature = _second_order(divergence, at)
        scale, turned = torch.linalg.eigh(curvature)
        along = (turned.mT @ gradient[..., None])[..., 0] / scale.abs().clamp(min=FLATTEST)
        step = -(turned @ along[..., None])[..., 0] * moving[..., None]
        taken, waiting = torch.zeros_like(step), moving
        for halving in range(HALVINGS):
            tried = step / 2**halving
            better = waiting & (divergence(*(at + tried).unbind(-1)) < value)
            taken = torch.where(better[..., None], tried, taken)
            waiting = waiting & ~better
            if not waiting.any():
                break
        at, moving = at + taken, moving & (taken.abs().amax(dim=-1) > STILL)
        if not moving.any():
            break
    return Gaussians(*at.unbind(-1))


def _second_order(divergence: Divergence, at: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Value (V, G), gradient (V, G, 2) and Hessian (V, G, 2, 2); Gaussians do not act on one another."""
    at = at.detach().requires_grad_()
    value = divergence(*at.unbind(-1))
    (gradient,) = torch.autograd.grad(value.sum(), at, create_graph=True)
    rows = [torch.autograd.grad(part.sum(), at, retain_graph=True)[0] for part in gradient.unbind(-1)]
    return value.detach(), gradient.detach(), torch.stack(rows, dim=-2)


def _density(setting: Settings) -> dict[str, list[float]]:
    """Of p over equally distant x, among them the two means where these are a multiple of half a deviation apart."""
    low, high = -setting.m - BEYOND * setting.s, setting.m + BEYOND * setting.t
    apart = max(min(setting.s, setting.t) / FINE, (high - low) / MOST)
    x = low + apart * torch.arange(round((high - low) / apart) + 1, dtype=torch.float64)[None]
    p = Mixture.of([astuple(setting)], "cpu").log_density(x).exp()
    return {"x": [_rounded(each, 6) for each in x[0].tolist()], "p": [_rounded(each, 6) for each in p[0].tolist()]}


def _fit(mean: Tensor, log_sd: Tensor, value: Tensor) -> dict[str, float]:
    return {"mean": _rounded(float(mean)), "sd": _rounded(math.exp(float(log_sd))), "kl": _rounded(float(value))}


def _rounded(value: float, digits: int = 10) -> float:
    return float(f"{value:.{digits}g}")
