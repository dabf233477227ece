"""Linear beta-VAEs, trained on the expectation of their objective over Gaussian data: nothing is sampled.

Of x ~ N(0, C) with an encoder N(x E, diag(v)) and a decoder N(z W, S I), the objective is a function of matrices.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from bank.lab.acceptance import Criterion
from bank.lab.experiment import Experiment

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab
    from bank.lab.conditions import Conditions

STEPS = 1500  # with 600 a dimension that has to switch on is now and then still off
RATE, BETAS = 0.03, (0.9, 0.99)  # of Adam; the rate falls to 0 by half a cosine
START = 0.1  # standard deviation of the first weights
ACTIVE = 0.03  # nats: the KL of a dimension that is on
KL_ERROR, MSE_ERROR = 0.01, 0.01  # a key may be off by: nats; relative
APART, WIDEST = 0.25, 30  # |ln(l/D)| at least; l_1/D at most
# of random settings
EIGENVALUES = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0)
VARIANCES = (0.1, 0.2, 0.25, 0.5, 2.0, 3.0)
WEIGHTS = (0.25, 0.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0)


@dataclass(frozen=True)
class Settings:
    """One model: eigenvalues of C, number of latent variables, decoder variance, beta, and the seed of its start."""

    eigenvalues: tuple[float, ...]
    latents: int
    S: float
    beta: float
    seed: int = 0


class LinearBetaVae(Experiment[Settings]):
    """Of each model `active`, the number of dimensions whose KL is above 0.03 nats, their `kl` together, and `error`.

    The error is E||x - z W||^2 with z drawn from the encoder; `loss` is what was minimised, the objective over beta.
    """

    settings = Settings
    seconds = 0.01
    stack = 400
    seeds = 100

    @classmethod
    def run(cls, lab: Conditions, settings: Sequence[Settings]) -> list[dict[str, Any]]:
        return Models(lab, settings).trained()

    @classmethod
    def criteria(cls, lab: Lab, seeds: int) -> list[Criterion]:
        """Over random settings, which take the place of seeds, against the closed form."""
        settings = [random_setting(Random(f"linear beta-VAE {seed}")) for seed in range(seeds)]
        found = [kept.value for kept in lab.results("linear_beta_vae", settings)]
        known = [closed_form(each) for each in settings]
        pairs = list(zip(found, known, strict=True))
        return [
            Criterion(
                "active dimensions counted wrongly",
                [float(abs(one["active"] - other["active"])) for one, other in pairs],
                most=0,
                by="each",
                judged=1,
                specified="0 of 500",
            ),
            Criterion(
                "error of the KL (nats)",
                [abs(one["kl"] - other["kl"]) for one, other in pairs],
                most=KL_ERROR,
                by="each",
                judged=1,
                specified="at most 1.9e-5",
            ),
            Criterion(
                "relative error of the squared error",
                [abs(one["error"] / other["error"] - 1) for one, other in pairs],
                most=MSE_ERROR,
                by="each",
                judged=1,
                specified="at most 1e-6",
            ),
        ]


class Models:
    """V models in one tensor: C (V, d, d), E (V, d, k), W (V, k, d), ln v (V, k).

    Smaller ones are filled up with zeros, which have no gradient and stay.
    """

    def __init__(self, lab: Conditions, settings: Sequence[Settings]) -> None:
        self.lab = lab
        d, k, V = max(len(each.eigenvalues) for each in settings), max(each.latents for each in settings), len(settings)
        C, E, W = (torch.zeros(V, *shape, dtype=torch.float64) for shape in ((d, d), (d, k), (k, d)))
        for place, each in enumerate(settings):
            noise = lab.noise(f"linear beta-VAE {each}")
            n, own = len(each.eigenvalues), torch.tensor(each.eigenvalues, dtype=torch.float64)
            Q, _ = torch.linalg.qr(torch.randn(n, n, generator=noise, dtype=torch.float64))
            C[place, :n, :n] = Q @ torch.diag(own / own.max()) @ Q.T
            E[place, :n, : each.latents] = START * torch.randn(n, each.latents, generator=noise, dtype=torch.float64)
            W[place, : each.latents, :n] = START * torch.randn(each.latents, n, generator=noise, dtype=torch.float64)
        self.scale = torch.tensor([max(each.eigenvalues) for each in settings], dtype=torch.float64)
        self.S = torch.tensor([each.S for each in settings], dtype=torch.float64) / self.scale
        self.beta = torch.tensor([each.beta for each in settings], dtype=torch.float64)
        self.C = C.to(lab.device)
        self.scale, self.S, self.beta = (each.to(lab.device) for each in (self.scale, self.S, self.beta))
        self.weights = [each.to(lab.device).requires_grad_() for each in (E, W, torch.zeros(V, k, dtype=torch.float64))]

    def trained(self) -> list[dict[str, Any]]:
        optimiser = torch.optim.Adam(self.weights, lr=RATE, betas=BETAS)
        for step in range(STEPS):
            optimiser.param_groups[0]["lr"] = RATE * (1 + math.cos(math.pi * step / STEPS)) / 2
            optimiser.zero_grad()
            torch.autograd.backward(self.losses().sum())
            optimiser.step()
            self.lab.progress(step + 1, STEPS)
        return self._measured()

    def losses(self) -> Tensor:
        """The objective of each model, its sign changed, over beta: (V,)."""
        return errors(self.C, *self.weights) / (2 * self.S * self.beta) + divergences(self.C, *self.weights).sum(dim=1)

    @torch.no_grad()
    def _measured(self) -> list[dict[str, Any]]:
        kl, error = divergences(self.C, *self.weights), self.scale * errors(self.C, *self.weights)
        found = zip((kl > ACTIVE).sum(dim=1), kl.sum(dim=1), error, self.losses(), strict=True)
        return [
            {"active": int(active), "kl": _kept(kl), "error": _kept(error), "loss": _kept(loss)}
            for active, kl, error, loss in found
        ]


def errors(C: Tensor, E: Tensor, W: Tensor, log_v: Tensor) -> Tensor:
    """E||x - z W||^2 of each model: what the mean code misses, and what the noise of the code adds. (V,)"""
    missed = torch.eye(C.shape[1], dtype=C.dtype, device=C.device) - E @ W
    return (missed * (C @ missed)).sum(dim=(1, 2)) + (log_v.exp() * (W**2).sum(dim=2)).sum(dim=1)


def divergences(C: Tensor, E: Tensor, W: Tensor, log_v: Tensor) -> Tensor:
    """The mean KL of each dimension of the code to N(0, 1), whatever the decoder is: (V, k)."""
    return (log_v.exp() + (E * (C @ E)).sum(dim=1) - 1 - log_v) / 2


def _kept(value: Tensor) -> float:
    return float(f"{float(value):.9g}")


def closed_form(settings: Settings) -> dict[str, float]:
    """Reverse water-filling at the level D = beta S: what the acceptance compares trainings with."""
    level = settings.beta * settings.S
    eigenvalues = sorted(settings.eigenvalues, reverse=True)
    coded, rest = eigenvalues[: settings.latents], eigenvalues[settings.latents :]
    active = [each for each in coded if each > level]
    return {
        "active": len(active),
        "kl": sum(math.log(each / level) for each in active) / 2,
        "error": sum(min(each, level) for each in coded) + sum(rest),
    }


def random_setting(rng: Random) -> Settings:
    """None of 2 to 6 eigenvalues is within a quarter (of its logarithm) of the level, nor the largest far above it."""
    while True:
        d = rng.randint(2, 6)
        setting = Settings(
            eigenvalues=tuple(sorted(rng.sample(EIGENVALUES, d), reverse=True)),
            latents=rng.randint(1, d),
            S=rng.choice(VARIANCES),
            beta=rng.choice(WEIGHTS),
        )
        level = setting.beta * setting.S
        apart = min(abs(math.log(each / level)) for each in setting.eigenvalues)
        if apart >= APART and setting.eigenvalues[0] / WIDEST <= level:
            return setting
