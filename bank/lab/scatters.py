"""What a scatter of codes shows, counted again from its points as they are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from bank.lab.aae import decided
from bank.lab.trainings.aae import means
from bank.lab.trainings.aae_figure import shows
from bank.latent_plane import CLASSES, LABELLINGS, RADIUS, SIGMA

if TYPE_CHECKING:
    from bank.lab import Lab

YES, NO = 0.25, 0.05  # from and up to which a share of the codes of a class says so

Drawn = Mapping[str, Any]
"""The series of a figure: points x0, y0, x1, … of the classes; and the modes' numbers, in the order of their angles."""


class Scatters:
    """Each method finds the mode whose centre is nearest to each drawn point."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._last: tuple[Drawn, tuple[Tensor, float]] | None = None

    def says(self, drawn: Drawn, proposition: str, values: Sequence[int]) -> bool | None:
        """Whether a proposition about classes and modes holds of the drawn points; None where it is not clear."""
        statistic = STATISTICS[proposition](self.shares(drawn), *values)
        return decided(round(float(statistic), 6), yes=YES, no=NO)

    def labels(self, drawn: Drawn) -> str | None:
        """Which images had a label, by where the codes lie; None where no labelling leads there."""
        counts, near = self._counted(drawn)
        fitting = [labels for labels in LABELLINGS if shows(labels, counts.tolist(), near)]
        return fitting[0] if len(fitting) == 1 else None

    def moved(self, drawn: Drawn) -> float:
        """The part of the drawn points that lie in another mode than the table of the figure says."""
        shown = torch.tensor([row[1 : CLASSES + 1] for row in drawn["table"]["rows"]])
        counts, _ = self._counted(drawn)
        return float((counts - shown).abs().sum()) / 2 / int(counts.sum())

    def shares(self, drawn: Drawn) -> Tensor:
        """(mode, class): the part of the codes of a class that lie in a mode."""
        counts, _ = self._counted(drawn)
        return counts.double() / counts.sum(dim=0)

    def _counted(self, drawn: Drawn) -> tuple[Tensor, float]:
        """Counted once for all that is asked of a figure."""
        if self._last is None or self._last[0] is not drawn:
            self._last = drawn, self._count(drawn)
        return self._last[1]

    def _count(self, drawn: Drawn) -> tuple[Tensor, float]:
        """Counts by mode and class, and the share of the points within three sigma of a mode."""
        centres, order = means(RADIUS), torch.tensor(drawn["order"])
        columns, near, whole = [], 0, 0
        for number in range(CLASSES):
            points = torch.tensor([drawn[f"x{number}"], drawn[f"y{number}"]]).T
            distance, place = (points[:, None] - centres).square().sum(dim=2).min(dim=1)
            columns.append(torch.bincount(order[place], minlength=CLASSES))
            near, whole = near + int((distance <= (3 * SIGMA) ** 2).sum()), whole + len(points)
        return torch.stack(columns, dim=1), near / whole


def _second(shares: Tensor) -> Tensor:
    return shares.sort(descending=True).values[1]


def _single(shares: Tensor) -> Tensor:
    """High where one share is, low where a second one is too or none is."""
    largest, second = shares.sort(descending=True).values[:2]
    return _and(largest, _not(second))


def _alone(shares: Tensor, place: int) -> Tensor:
    others = torch.cat([shares[:place], shares[place + 1 :]])
    return _and(shares[place], _not(others.max()))


def _not(share: Tensor) -> Tensor:
    """Mirrors what says no and what says yes."""
    return YES + NO - share


def _and(*shares: Tensor) -> Tensor:
    return torch.stack(shares).min()


STATISTICS: dict[str, Callable[..., Tensor]] = {
    "occupies": lambda shares, a, k: shares[k, a],
    "avoids": lambda shares, a, k: _not(shares[k, a]),
    "owns": lambda shares, a: shares[a, a],
    "splits": lambda shares, a: _second(shares[:, a]),
    "stays": lambda shares, a: _single(shares[:, a]),
    "mixes": lambda shares, k: _second(shares[k]),
    "parts": lambda shares, k: _single(shares[k]),
    "both": lambda shares, k, a, b: _and(shares[k, a], shares[k, b]),
    "only": lambda shares, a, k: _alone(shares[k], a),
    "meet": lambda shares, a, b: torch.minimum(shares[:, a], shares[:, b]).max(),
    "part": lambda shares, a, b: _not(torch.minimum(shares[:, a], shares[:, b]).max()),
}
