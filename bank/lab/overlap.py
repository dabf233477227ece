"""Why classes can share a mode of the prior: each method computes one proposition, on codes laid out by hand."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

if TYPE_CHECKING:
    from bank.lab import Lab

MODES = 10
RADIUS, SIGMA = 4.0, 0.5  # of the circle of the means, and of each mode
SAMPLES = 40  # a mode
PIXELS = 16
ROUNDING = 1e-12
CROWD, PER_MODE = 20, 2  # images in a small world that matches the prior exactly, and how many a mode holds


class Overlap:
    """Codes of ten classes in a prior of ten modes on a circle."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def exchange_keeps_the_loss(self) -> bool:
        before, after = self._losses_about_an_exchange()
        return bool((after - before).abs().max() <= ROUNDING)

    def assignments_of_least_loss(self) -> int:
        """How many of the assignments that differ by one exchange, and of the first, have the smallest loss."""
        before, after = self._losses_about_an_exchange()
        losses = torch.cat([before[:1], after])
        return int((losses <= losses.min() + ROUNDING).sum())

    def _losses_about_an_exchange(self) -> tuple[Tensor, Tensor]:
        """The adversarial loss at a random discriminator, before and after the exchange of each pair of classes."""
        codes, discriminator = self._codes(), self._net(2, 1)
        centres = _centres()
        exchanged = []
        for one, other in combinations(range(MODES), 2):
            moved = codes.clone()
            moved[one], moved[other] = (
                codes[one] - centres[one] + centres[other],
                codes[other] - centres[other] + centres[one],
            )
            exchanged.append(moved)
        with torch.no_grad():
            before = F.softplus(-discriminator(codes)).mean()
            after = torch.stack([F.softplus(-discriminator(moved)).mean() for moved in exchanged])
        return before.expand_as(after), after

    def _codes(self) -> Tensor:
        """(class, sample, 2): each class fills the mode of its number, all in the same shape."""
        shape = SIGMA * torch.randn(SAMPLES, 2, generator=self.lab.noise("codes of a class")).double()
        return _centres()[:, None] + shape

    def matches_the_prior(self, layout: str) -> bool:
        """Whether all codes together have the density of the prior."""
        places = self._places()
        return bool((_all_codes(places, layout) / _prior(places) - 1).abs().max() <= ROUNDING)

    def best_discriminator_is_undecided(self, layout: str) -> bool:
        """Whether p / (p + q) is 1/2 everywhere."""
        places = self._places()
        p, q = _prior(places), _all_codes(places, layout)
        return bool((p / (p + q) - 0.5).abs().max() <= ROUNDING)

    def _places(self) -> Tensor:
        return self._codes().flatten(0, 1)

    def reconstruction_reaches(self, part: str) -> bool:
        """Whether the gradient of the reconstruction loss by a part, "encoder" or "decoder", is other than zero."""
        nets = {"encoder": self._net(PIXELS, 2), "decoder": self._net(2, PIXELS)}
        images = torch.randn(SAMPLES, PIXELS, generator=self.lab.noise("images of an AAE")).double()
        torch.autograd.backward(F.mse_loss(nets["decoder"](nets["encoder"](images)), images))
        return all(weight.grad is not None and bool(weight.grad.any()) for weight in nets[part].parameters())

    def _net(self, inputs: int, outputs: int) -> nn.Sequential:
        net = nn.Sequential(nn.Linear(inputs, 32), nn.LeakyReLU(0.2), nn.Linear(32, outputs)).double()
        noise = self.lab.noise(f"net from {inputs} to {outputs}")
        with torch.no_grad():
            for weight in net.parameters():
                weight.copy_(torch.randn(weight.shape, generator=noise))
        return net

    def fits_into_one_mode(self, images: int) -> bool:
        """Whether so many of twenty images, all of one class, can lie in one of ten modes of equal weight."""
        return any(len({place // PER_MODE for place in places}) == 1 for places in combinations(range(CROWD), images))

    def fills_one_mode(self, images: int) -> bool:
        """Whether so many of twenty images, all of one class, can be all that lies in some mode."""
        full = [set(range(mode * PER_MODE, (mode + 1) * PER_MODE)) for mode in range(CROWD // PER_MODE)]
        return any(any(mode <= set(places) for mode in full) for places in combinations(range(CROWD), images))


def _centres() -> Tensor:
    angles = 2 * torch.pi * torch.arange(MODES).double() / MODES
    return RADIUS * torch.stack([angles.cos(), angles.sin()], dim=1)


def _mode(places: Tensor, number: int) -> Tensor:
    distance = (places - _centres()[number]).square().sum(dim=1)
    return (-distance / (2 * SIGMA**2)).exp() / (2 * torch.pi * SIGMA**2)


def _prior(places: Tensor) -> Tensor:
    return torch.stack([_mode(places, number) for number in range(MODES)]).mean(dim=0)


def _all_codes(places: Tensor, layout: str) -> Tensor:
    """The density of the codes of ten equally frequent classes."""
    of_class = {"one class in each mode": _mode, "two classes in each mode": _halves}[layout]
    return torch.stack([of_class(places, number) for number in range(MODES)]).mean(dim=0)


def _halves(places: Tensor, number: int) -> Tensor:
    """A class whose codes are the right half of one mode and the left half of the next one."""
    right, left = number, (number + 1) % MODES
    centres = _centres()[:, 0]
    one = _mode(places, right) * (places[:, 0] > centres[right])
    other = _mode(places, left) * (places[:, 0] <= centres[left])
    return one + other
