"""Nonlinear beta-VAEs of one data set at several betas, which share their start, their batches and their noise.

The decoder is Gaussian with a fixed variance. All betas of all seeds stand in one tensor.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from bank.lab import stacks
from bank.lab.acceptance import Criterion
from bank.lab.experiment import Experiment, by_shape
from bank.lab.perceptrons import Perceptrons, by_fan_in, half_cosine, step

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab
    from bank.lab.conditions import Conditions

POINTS, FACTORS, WIDTH, HIDDEN, LATENTS = 1024, 2, 12, 32, 3
MIXING = 16  # units of the random net that makes the data
NOISE = 0.05  # of the data, before they are scaled
VARIANCE = 0.1  # of the decoder
RATE, BATCH, STEPS, END = 5e-3, 128, 300, 0.02  # of Adam
ACTIVE = 0.05  # nats of a latent dimension that carries something

RISES, FALLS, COLLAPSED = 0.10, 0.30, 0.05  # of ln MSE at least, of the KL at least, the KL at the largest beta
EVERY, CURVE_DIGITS = 10, 4  # steps between two points of a curve, and their digits
MOVES = 0.02  # of the encoder's mean variance, and of the mean square of its means, at least
BETAS = (0.25, 1.0, 4.0, 16.0, 256.0)
JUDGED = 4  # seeds of which the mean is judged


@dataclass(frozen=True)
class Settings:
    """One data set with one start: trained once for each beta; `curves` asks for the way there too."""

    seed: int
    betas: tuple[float, ...] = BETAS
    steps: int = STEPS
    curves: bool = False


class BetaVae(Experiment[Settings]):
    """A result has, for each beta: `kl`, the mean KL in nats; `mse`, the mean squared error of a coordinate.

    Besides, the number of `active` latent dimensions, the mean of the encoder's variances (`variance`) and the mean
    square of its means (`spread`), and how much the outputs vary over the data (`output`), over the data's variance.
    With curves, `kl_curves` and `mse_curves` hold for each beta what it was after `x` steps.
    """

    settings = Settings
    seconds = 0.22
    stack = 16
    seeds = 100

    @classmethod
    def run(cls, lab: Conditions, settings: Sequence[Settings]) -> list[dict[str, Any]]:
        return by_shape(settings, _shape, lambda alike, *_: Autoencoders(lab, alike).trained())

    @classmethod
    def criteria(cls, lab: Lab, seeds: int) -> list[Criterion]:
        """Of each beta to the next: on the mean of four seeds, and over all of them one by one."""
        results = [kept.value for kept in lab.results("beta_vae", [Settings(seed) for seed in range(seeds)])]
        found = []
        told = (("0.45 ± 0.10", "1.77 ± 0.23"), ("0.83 ± 0.07", "1.64 ± 0.22"), ("1.06 ± 0.07", "1.24 ± 0.07"))
        for place, (low, high) in enumerate(pairwise(BETAS)):
            mse, kl = (*told, ("1.07 ± 0.18", "0.98 ± 0.17"))[place]
            rises = [risen(result["mse"])[place] for result in results]
            falls = [fallen(result["kl"])[place] for result in results]
            step_up = f"beta {low:g} to {high:g}"
            found.append(Criterion(f"ln MSE rises, {step_up}", rises, RISES, judged=JUDGED, specified=mse))
            found.append(Criterion(f"KL falls, {step_up}", falls, FALLS, judged=JUDGED, specified=kl))
        variance = [min(-step for step in fallen(result["variance"][1:])) for result in results]
        found.append(Criterion("smallest rise of the encoder's variance, beta 1 on", variance, MOVES, judged=JUDGED))
        spread = [min(fallen(result["spread"])) for result in results]
        found.append(Criterion("smallest fall of the square of its means", spread, MOVES, judged=JUDGED))
        last = [result["kl"][-1] for result in results]
        return [*found, Criterion("KL, beta 256", last, most=COLLAPSED, judged=JUDGED, specified="0.000")]


def risen(errors: Sequence[float]) -> list[float]:
    """The logarithm of the error, from one beta to the next."""
    return [math.log(more / less) for less, more in pairwise(errors)]


def fallen(kls: Sequence[float]) -> list[float]:
    return [more - less for more, less in pairwise(kls)]


def averaged(results: Sequence[dict[str, Any]], name: str) -> list[float]:
    """The mean over the seeds, for each beta."""
    return [fmean(values) for values in zip(*(result[name] for result in results), strict=True)]


def _shape(settings: Settings) -> tuple[int, int, bool]:
    """What stands in one tensor has it in common."""
    return len(settings.betas), settings.steps, settings.curves


class Autoencoders:
    """S seeds with C betas each, R = S C models in the order (S, C)."""

    def __init__(self, lab: Conditions, settings: Sequence[Settings]) -> None:
        self.lab, self.settings = lab, settings
        self.count, self.steps = len(settings[0].betas), settings[0].steps
        self.data = _data(self._noise("factors")).to(lab.device)
        self.encoder = self._net("encoder", WIDTH, HIDDEN, 2 * LATENTS)
        self.decoder = self._net("decoder", LATENTS, HIDDEN, WIDTH)
        betas = [beta for each in settings for beta in each.betas]
        self.betas = torch.tensor(betas, device=lab.device)

    def trained(self) -> list[dict[str, Any]]:
        optimiser = torch.optim.Adam([*self.encoder.parameters(), *self.decoder.parameters()], lr=RATE, fused=True)
        order, noise = self._noise("batches"), self._noise("codes")
        index = torch.stack([torch.randint(POINTS, (self.steps, BATCH), generator=each) for each in order])
        curves = []
        for done in range(self.steps):
            self.lab.progress(done, self.steps)
            if self.settings[0].curves and done % EVERY == 0:
                curves.append(self._measured())
            half_cosine([optimiser], done, self.steps, END)
            x = stacks.pick(self.data, index[:, done].to(self.lab.device))
            epsilon = stacks.normal(noise, BATCH, LATENTS).to(self.lab.device)
            step(optimiser, self._losses(self._repeated(x), self._repeated(epsilon)).sum())
        found = self._seen(self._measured())
        return self._with_curves(found, [*curves, self._measured()]) if curves else found

    def _losses(self, x: Tensor, epsilon: Tensor) -> Tensor:
        """The negative objective of each model, a mean over its batch: (R,)."""
        mean, log_variance = self._encoded(x)
        decoded = self.decoder(mean + epsilon * (log_variance / 2).exp())
        error = (decoded - x).square().sum(dim=2) / (2 * VARIANCE)
        return (error + self.betas[:, None] * _kl(mean, log_variance).sum(dim=2)).mean(dim=1)

    def _encoded(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Means and logarithms of variances, (R, batch, LATENTS) each."""
        mean, log_variance = self.encoder(x).chunk(2, dim=2)
        return mean, log_variance

    @torch.no_grad()
    def _measured(self) -> dict[str, Tensor]:
        """Of each model, (S, C), on all data and always with the same noise."""
        x = self._repeated(self.data)
        mean, log_variance = self._encoded(x)
        noise = self._noise("codes that are measured")
        epsilon = self._repeated(stacks.normal(noise, POINTS, LATENTS).to(self.lab.device))
        decoded = self.decoder(mean + epsilon * (log_variance / 2).exp())
        each = _kl(mean, log_variance).mean(dim=1)
        found = {
            "kl": each.sum(dim=1),
            "mse": (decoded - x).square().mean(dim=(1, 2)),
            "active": (each > ACTIVE).sum(dim=1).float(),
            "variance": log_variance.exp().mean(dim=(1, 2)),
            "spread": mean.square().mean(dim=(1, 2)),
            "output": self.decoder(mean).var(dim=1).mean(dim=1) / x.var(dim=1).mean(dim=1),
        }
        return {name: values.reshape(-1, self.count).cpu() for name, values in found.items()}

    def _seen(self, measured: dict[str, Tensor]) -> list[dict[str, Any]]:
        return [
            {"betas": list(one.betas), **{name: stacks.rounded(values[place]) for name, values in measured.items()}}
            for place, one in enumerate(self.settings)
        ]

    def _with_curves(self, found: list[dict[str, Any]], curves: list[dict[str, Tensor]]) -> list[dict[str, Any]]:
        for name in ("kl", "mse"):
            values = torch.stack([measured[name] for measured in curves], dim=2)
            for one, own in zip(found, values, strict=True):
                one[f"{name}_curves"] = stacks.rounded(own, CURVE_DIGITS)
        for one in found:
            one["x"] = [*range(0, self.steps, EVERY), self.steps]
        return found

    def _repeated(self, x: Tensor) -> Tensor:
        """What all betas of a seed share: (S, …) -> (R, …)."""
        return x.repeat_interleave(self.count, dim=0)

    def _net(self, purpose: str, *sizes: int) -> Perceptrons:
        weights = by_fan_in(self._noise(purpose), *sizes, variance=1.0)
        return Perceptrons([self._repeated(weight).to(self.lab.device) for weight in weights], "tanh")

    def _noise(self, purpose: str) -> list[torch.Generator]:
        return [self.lab.noise(f"{purpose} of beta-VAEs, seed {each.seed}") for each in self.settings]


def _kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    """To the standard normal distribution, dimension by dimension."""
    return (log_variance.exp() + mean.square() - 1 - log_variance) / 2


def _data(noises: Sequence[torch.Generator]) -> Tensor:
    """(S, POINTS, WIDTH): uniform factors through a random net, with noise, scaled to the variance 1."""
    factors = 2 * stacks.uniform(noises, POINTS, FACTORS) - 1
    first, second = (stacks.normal(noises, d, h) / math.sqrt(d) for d, h in ((FACTORS, MIXING), (MIXING, WIDTH)))
    x = torch.tanh(2 * factors @ first) @ second
    x = x + NOISE * stacks.normal(noises, POINTS, WIDTH)
    x = x - x.mean(dim=1, keepdim=True)
    return x / x.flatten(1).std(dim=1)[:, None, None]
