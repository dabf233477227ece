"""Gradients as autograd finds them, and what optimisers make of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from bank.notation.matrices import Exact

if TYPE_CHECKING:
    from bank.lab import Lab


class Component(NamedTuple):
    """Along one eigenvector: its eigenvalue, the component at the start, and the one at the end."""

    eigenvalue: float
    start: float
    end: float


class Gradients:
    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def optimiser_run(
        self, A: Sequence[Sequence[Exact]], b: Sequence[Exact], x: Sequence[Exact], eta: Exact, steps: int
    ) -> list[float]:
        """Where SGD on x^T A x / 2 - b^T x stands after some steps."""
        matrix, linear = doubles(A), doubles(b)
        place = doubles(x).requires_grad_()
        optimiser = torch.optim.SGD([place], lr=float(eta))
        for _ in range(steps):
            optimiser.zero_grad()
            (place @ matrix @ place / 2 - linear @ place).backward()
            optimiser.step()
        found: list[float] = place.detach().tolist()
        return found

    def components_after(
        self, A: Sequence[Sequence[Exact]], x: Sequence[Exact], eta: Exact, steps: int
    ) -> list[Component]:
        """A run on the symmetric part of A, seen along each of its eigenvectors; x gets components along all."""
        matrix = (doubles(A) + doubles(A).T) / 2
        values, vectors = torch.linalg.eigh(matrix)
        start = doubles(x) + vectors.sum(dim=1) / 2
        end = self.optimiser_run(matrix.tolist(), [0] * len(x), start.tolist(), eta, steps)
        seen = zip(values.tolist(), (vectors.T @ start).tolist(), (vectors.T @ doubles(end)).tolist(), strict=True)
        return [Component(*along) for along in seen]


def doubles(numbers: Sequence[object]) -> Tensor:
    """Exact numbers, nested as they are, as a tensor of float64."""
    return torch.tensor(_floats(numbers), dtype=torch.float64)


def _floats(numbers: object) -> object:
    return [_floats(part) for part in numbers] if isinstance(numbers, list | tuple) else float(numbers)  # type: ignore[arg-type]
