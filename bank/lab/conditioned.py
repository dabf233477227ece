"""Discriminators of an AAE that are told a label, and such as are not: the best ones, and what random ones push.

Ten classes have a mode each. The best discriminator is p / (p + q) at a code and, where it is told, a label: p the
density of the positive samples, q that of the codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bank.lab.similar_images import CLASSES, UNKNOWN
from bank.lab.trainings.aae import CODE, means
from bank.latent_plane import SIGMA

if TYPE_CHECKING:
    from bank.lab import Lab

RADIUS = 4.0
PLACES = 200
ROUNDING = 1e-12
EVENLY, RARELY, YET_RARER = 0.1, 0.02, 0.01  # how often class 0 is shown
OTHER = 5  # a class whose mode lies on the other side of the circle


class Conditioned:
    """Class 0 is the rare one. `told` says whether the discriminator gets labels."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def accepted(self, label: int | None) -> list[int]:
        """Modes at whose centre the best discriminator takes codes for samples, or cannot tell: of all classes' codes.

        The codes of each class are distributed like the whole prior; no label is that of an image that has none.
        """
        modes = self._modes(means(RADIUS).double())
        p = modes.mean(dim=0) if label is None else modes[label]
        output = p / (p + modes.mean(dim=0))
        return (output >= 0.5 - ROUNDING).nonzero()[:, 0].tolist()

    def output_in_a_gap(self) -> float:
        """Of the best discriminator that gets no label, amid the circle, where it finds a tenth of the codes."""
        amid = torch.zeros(1, CODE).double()
        p = self._modes(amid).mean()
        q = 0.9 * p + 0.1 / (2 * torch.pi * SIGMA**2)
        return float(p / (p + q))

    def is_content_with(self, matched: str) -> bool:
        """Whether it is undecided where "each digit" matches, or "all digits", each in the mode of another."""
        modes = self._modes(self._places())
        codes = modes if matched == "each digit" else modes.roll(1, dims=0)
        return bool((modes / (modes + codes) - 0.5).abs().max() <= ROUNDING)

    def inputs(self, d: int, K: int, unknown: bool) -> int:
        """The width of a code with its one-hot vector, which may have an entry for an unknown label."""
        hot = F.one_hot(torch.tensor([0]), K + unknown)
        return torch.cat([torch.zeros(1, d), hot], dim=1).shape[1]

    def label_betrays(self, of_samples: str, of_codes: str) -> bool:
        """Whether one-hot vectors alone, "own" or "unknown", tell every sample from every code."""
        labels = {"own": range(CLASSES), "unknown": [UNKNOWN] * CLASSES}
        return not set(labels[of_samples]) & set(labels[of_codes])

    def is_undecided(self, told: bool, share: float = RARELY) -> bool:
        """Whether the best discriminator outputs 1/2 where each class lies exactly in its mode."""
        return bool((self._best(told, share, stray=0.0) - 0.5).abs().max() <= ROUNDING)

    def depends_on_frequency(self, told: bool) -> bool:
        """Whether it is another one where class 0 is rarer, its codes being where they were, half of them astray."""
        rare, rarer = (self._best(told, share, stray=0.5) for share in (RARELY, YET_RARER))
        return bool((rare - rarer).abs().max() > ROUNDING)

    def output_for_a_stray(self, told: bool) -> float:
        """At the centre of the mode of another class, for a code of class 0, half of whose codes lie there."""
        place = means(RADIUS).double()[OTHER][None]
        return float(self._best(told, RARELY, stray=0.5, places=place)[0, 0])

    def pushes_alike(self, told: bool) -> bool:
        """Whether the gradient of a random discriminator by the code is the same for every class."""
        net = self._net(CODE + CLASSES + 1)
        codes = self._places().expand(CLASSES, -1, -1).clone().requires_grad_()
        labels = torch.arange(CLASSES) if told else torch.full((CLASSES,), UNKNOWN)
        hot = F.one_hot(labels, CLASSES + 1).double()[:, None].expand(-1, codes.shape[1], -1)
        (push,) = torch.autograd.grad(F.softplus(-net(torch.cat([codes, hot], dim=2))).sum(), codes)
        return bool((push - push[:1]).abs().max() <= ROUNDING)

    def _best(self, told: bool, share: float, stray: float, places: Tensor | None = None) -> Tensor:
        """(classes, places) where it is told, else (1, places); a part of class 0 is astray, in the mode of another."""
        modes = self._modes(self._places() if places is None else places)
        codes = modes.clone()
        codes[0] = (1 - stray) * modes[0] + stray * modes[OTHER]
        weights = torch.full((CLASSES, 1), (1 - share) / (CLASSES - 1), dtype=torch.double)
        weights[0] = share
        if told:  # a positive sample has the label of an image, so both have the weights of the classes
            p, q = weights * modes, weights * codes
        else:
            p, q = modes.mean(dim=0, keepdim=True), (weights * codes).sum(dim=0, keepdim=True)
        return p / (p + q)

    def _places(self) -> Tensor:
        """(PLACES, CODE), over all modes, near enough to the circle for densities that are not 0."""
        noise = self.lab.noise("places of a told discriminator")
        return 3 * torch.randn(PLACES, CODE, generator=noise).double()

    def _modes(self, places: Tensor) -> Tensor:
        """The density of each mode, (CLASSES, places)."""
        squares = torch.cdist(means(RADIUS).double(), places).square()
        return (-squares / (2 * SIGMA**2)).exp() / (2 * torch.pi * SIGMA**2)

    def _net(self, inputs: int) -> nn.Sequential:
        net = nn.Sequential(nn.Linear(inputs, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1)).double()
        noise = self.lab.noise("weights of a told discriminator")
        with torch.no_grad():
            for weight in net.parameters():
                weight.copy_(torch.randn(weight.shape, generator=noise))
        return net
