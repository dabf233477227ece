"""Linear beta-VAEs as questions ask about them: trained, repeated where in doubt, and on the verge of collapse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd.functional import hessian

from bank.lab.trainings.linear_beta_vae import Models, Settings, divergences, errors
from bank.notation.matrices import Exact

if TYPE_CHECKING:
    from bank.lab import Lab

LOWEST, HIGHEST, HALVINGS = 1e-6, 1e6, 40  # of beta, searched on a logarithmic scale


class Case(NamedTuple):
    """One data set and its models, which differ in beta."""

    eigenvalues: Sequence[Exact]
    latents: int
    S: Exact
    betas: Sequence[Exact]

    def settings(self, seed: int) -> list[Settings]:
        eigenvalues = tuple(map(float, self.eigenvalues))
        return [Settings(eigenvalues, self.latents, float(self.S), float(beta), seed) for beta in self.betas]


class Trained(NamedTuple):
    """The results of the models of a case, as the experiment `linear_beta_vae` gives them, and what was used."""

    models: list[dict[str, Any]]
    used: list[dict[str, Any]]


class LinearAutoencoders:
    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def trained(
        self, cases: Sequence[Sequence[Any]], confirms: Callable[[int, Sequence[dict[str, Any]]], bool]
    ) -> list[Trained]:
        """All in one tensor. A case whose results do not confirm what is claimed is repeated from another start.

        Of both starts the lower loss counts, whatever is claimed; `confirms` is told the place of a case.
        """
        known = [Case(*case) for case in cases]
        self._run(known, seed=0)
        found = [self._one(case, seeds=(0,)) for case in known]
        doubted = [place for place, each in enumerate(found) if not confirms(place, each.models)]
        self._run([known[place] for place in doubted], seed=1)
        for place in doubted:
            found[place] = self._one(known[place], seeds=(0, 1))
        return found

    def _run(self, cases: Sequence[Case], seed: int) -> None:
        """So that the lab knows the results."""
        self.lab.results("linear_beta_vae", [each for case in cases for each in case.settings(seed)])

    def _one(self, case: Case, seeds: Sequence[int]) -> Trained:
        with self.lab.noted() as used:
            runs = [[kept.value for kept in self.lab.results("linear_beta_vae", case.settings(seed))] for seed in seeds]
        return Trained([min(alike, key=lambda model: float(model["loss"])) for alike in zip(*runs, strict=True)], used)

    def collapse(self, eigenvalues: Sequence[Exact], S: Exact) -> float:
        """The least beta at which the collapsed model is a minimum, by the curvature of the objective there."""
        model = Models(self.lab, [Settings(tuple(map(float, eigenvalues)), latents=1, S=float(S), beta=1.0)])
        error, divergence = _curvatures(model)
        low, high = LOWEST, HIGHEST
        for _ in range(HALVINGS):
            middle = (low * high) ** 0.5
            rises = torch.linalg.eigvalsh(error / middle + divergence)[0] >= 0
            low, high = (low, middle) if rises else (middle, high)
        return (low * high) ** 0.5


def _curvatures(model: Models) -> tuple[Tensor, Tensor]:
    """Second derivatives by E and W of both terms of the objective at E = 0, W = 0, v = 1."""
    E, W, log_v = (torch.zeros_like(weight) for weight in model.weights)
    size = E.numel()

    def weights(flat: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return flat[:size].reshape(E.shape), flat[size:].reshape(W.shape), log_v

    def error(flat: Tensor) -> Tensor:
        return (errors(model.C, *weights(flat)) / (2 * model.S)).sum()

    def divergence(flat: Tensor) -> Tensor:
        return divergences(model.C, *weights(flat)).sum()

    at = torch.zeros(size + W.numel(), dtype=torch.float64)
    return hessian(error, at), hessian(divergence, at)
