"""Gradient descent and heavy ball on real quadratic forms, many at once.

A form is a symmetric matrix with given eigenvalues in a random basis. Batches are stacks of such matrices of one size:
(V, n, n). Rates are operator norms, spectral radii and trajectories of the iteration itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from bank.lab import Lab

Array = Any  # numpy arrays of float64
Spectrum = Any  # the eigenvalues of one form: a sequence of exact numbers, or a row of an array

STARTS = 8  # of a trajectory
STEPS = 400
SECTIONS = 90  # of a search by thirds: (2/3)^90 is below the resolution of a float
SQUARINGS = 20
GRID = 401  # points of a sweep


class Descent:
    """Experiments on the iteration x' = x - eta A x, and on the one with momentum."""

    def __init__(self, lab: Lab) -> None:
        self._seed = lab.rng("descent").getrandbits(64)

    def forms(self, spectra: Any) -> Array:
        """(V, n, n): Q diag(spectrum) Q^T with a random orthogonal Q each."""
        values = np.array(spectra, dtype=np.float64)
        noise = np.random.default_rng(self._seed).standard_normal((*values.shape, values.shape[1]))
        basis, _ = np.linalg.qr(noise)
        return (basis * values[:, None, :]) @ basis.swapaxes(1, 2)

    def contraction(self, forms: Array, etas: Array) -> Array:
        """The most that one step can leave of an error: the operator norm of I - eta A. forms (..., n, n)."""
        return np.linalg.norm(np.eye(forms.shape[-1]) - etas[..., None, None] * forms, 2, axis=(-2, -1))

    def worst_ratio(self, forms: Array, etas: Array) -> Array:
        """The largest |x'| / |x| seen on eight trajectories of 400 steps each: approaches the rate from below.

        The batch is the last axis of every array, so that one call moves all of it.
        """
        n = forms.shape[1]
        step = np.ascontiguousarray((np.eye(n) - etas[:, None, None] * forms).transpose(1, 2, 0))
        noise = np.random.default_rng(self._seed).standard_normal((len(forms), n, STARTS))
        x = np.ascontiguousarray(noise.transpose(1, 2, 0))
        x /= np.linalg.norm(x, axis=0)
        worst = np.zeros(x.shape[1:])
        for _ in range(STEPS):
            x = np.einsum("ijv,jsv->isv", step, x)
            length = np.sqrt(np.einsum("isv,isv->sv", x, x))
            np.maximum(worst, length, out=worst)
            x /= np.maximum(length, 1e-300)
        return worst.max(axis=0)

    def best_eta(self, forms: Array) -> Array:
        """The learning rate that contracts most, searched for by thirds: the norm is convex in eta."""
        return search(lambda etas: self.contraction(forms, etas), np.zeros(len(forms)), self.largest_stable_eta(forms))

    def largest_stable_eta(self, forms: Array) -> Array:
        """The learning rate at which a step no longer contracts, by bisection."""
        return threshold(lambda etas: self.contraction(forms, etas) > 1, len(forms))

    def sweep(self, form: Array, end: float) -> tuple[Array, Array]:
        """401 learning rates from 0 to `end`, and the contraction at each. form (n, n)."""
        etas = np.linspace(0, end, GRID)
        return etas, self.contraction(form, etas)

    def steps_until(self, spectra: Sequence[Spectrum], deltas: Sequence[float], of: str) -> list[int]:
        """Steps of descent at its best rate until the error ("norm") or f ("value") is delta of what it was.

        From the worst start: equal parts of the eigenvectors of the smallest and the largest eigenvalue.
        """
        return [
            self._count(self.forms([spectrum]), float(delta), of)
            for spectrum, delta in zip(spectra, deltas, strict=True)
        ]

    def _count(self, forms: Array, delta: float, of: str) -> int:
        form, eta = forms[0], float(self.best_eta(forms)[0])
        _, basis = np.linalg.eigh(form)
        start = x = (basis[:, 0] + basis[:, -1]) / np.sqrt(2)
        measure = (lambda y: np.linalg.norm(y)) if of == "norm" else (lambda y: y @ form @ y / 2)
        steps = 0
        while measure(x) > delta * measure(start) and steps < 100_000:
            x = x - eta * (form @ x)
            steps += 1
        return steps


class HeavyBall:
    """Experiments on x'' = x' - alpha A x' + beta (x' - x)."""

    def __init__(self, lab: Lab) -> None:
        self._descent = Descent(lab)
        self._seed = lab.rng("heavy ball").getrandbits(64)

    def iteration(self, spectra: Any, alpha: Array, beta: Array) -> Array:
        """(V, 2n, 2n): one step on the pair (x', x), for forms in a random basis."""
        return self._on_pairs(self._descent.forms(spectra), alpha, beta)

    def largest_stable_step(self, spectra: Any, beta: Array) -> Array:
        """The step size at which the spectral radius of the iteration exceeds 1, by bisection."""
        forms = self._descent.forms(spectra)
        return threshold(lambda alpha: self.radius(self._on_pairs(forms, alpha, beta)) > 1, len(forms))

    def _on_pairs(self, forms: Array, alpha: Array, beta: Array) -> Array:
        n = forms.shape[1]
        step = np.zeros((len(forms), 2 * n, 2 * n))
        step[:, :n, :n] = (1 + beta)[:, None, None] * np.eye(n) - alpha[:, None, None] * forms
        step[:, :n, n:] = -beta[:, None, None] * np.eye(n)
        step[:, n:, :n] = np.eye(n)
        return step

    def radius(self, steps: Array) -> Array:
        """The largest modulus among the eigenvalues of the iteration itself."""
        return np.abs(np.linalg.eigvals(steps)).max(axis=-1)

    def growth(self, steps: Array) -> Array:
        """|M^(2^20)|^(2^-20) by repeated squaring of the normalised matrix: the same number by another road."""
        power, logarithm = steps, np.zeros(len(steps))
        for _ in range(SQUARINGS):
            size = np.linalg.norm(power, axis=(1, 2))
            logarithm = 2 * (logarithm + np.log(size))
            power = power / size[:, None, None]
            power = power @ power
        return np.exp((logarithm + np.log(np.linalg.norm(power, axis=(1, 2)))) / 2**SQUARINGS)

    def tuned(self, low: Array, high: Array) -> tuple[Array, Array]:
        """(alpha, beta) of the smallest spectral radius on the eigenvalues low and high, searched for by thirds."""

        def at_best_alpha(betas: Array) -> Array:
            return self._pair_radius(low, high, self._best_alpha(low, high, betas), betas)

        beta = search(at_best_alpha, np.zeros_like(low), np.full_like(low, 0.9999), sections=45)
        return self._best_alpha(low, high, beta), beta

    def tuned_average(self, low: Array, high: Array, beta: Array) -> Array:
        """The best learning rate where the momentum is an average: m' = beta m + (1 - beta) g, x' = x - eta m'."""

        new = (1 - beta) * np.stack([low, high])  # what a new gradient adds to m, for each eigenvalue

        def radius(eta: Array) -> Array:
            return self._worse(1 - eta * new, -eta * beta, new, beta)

        return search(radius, np.zeros_like(low), 2 * (1 + beta) / (1 - beta) / high)

    def _best_alpha(self, low: Array, high: Array, beta: Array) -> Array:
        return search(lambda a: self._pair_radius(low, high, a, beta), np.zeros_like(low), 2 * (1 + beta) / high, 60)

    def _pair_radius(self, low: Array, high: Array, alpha: Array, beta: Array) -> Array:
        return self._worse(1 + beta - alpha * np.stack([low, high]), -beta, np.ones_like(beta), np.zeros_like(beta))

    def _worse(self, *cells: Array) -> Array:
        """The larger spectral radius of two stacks of 2 x 2 iterations, given cell by cell, (2, V) or (V,)."""
        shape = np.broadcast_shapes(*(cell.shape for cell in cells))
        steps = np.stack([np.broadcast_to(cell, shape) for cell in cells], axis=-1).reshape(*shape, 2, 2)
        return self.radius(steps).max(axis=0)

    def errors(self, spectrum: Spectrum, alpha: float, beta: float, steps: int) -> Array:
        """(steps + 1,): the error after each step over that at the start, median of four random starts at rest."""
        return np.median(self._lengths(spectrum, alpha, beta, steps), axis=1)

    def rate_of_run(self, spectrum: Spectrum, alpha: float, beta: float, expected: float) -> float:
        """The rate per step between t and 2t of a real run, median of four starts.

        At its best the method has double roots, the error is (a + b t) rho^t: hence the factor 2. `expected` only
        tells how long the run may be before the floats end.
        """
        t = min(150, int(65 / -np.log10(expected)))
        lengths = self._lengths(spectrum, alpha, beta, 2 * t)
        return float(np.median((lengths[2 * t] / (2 * lengths[t])) ** (1 / t)))

    def _lengths(self, spectrum: Spectrum, alpha: float, beta: float, steps: int) -> Array:
        """(steps + 1, 4)"""
        form = self._descent.forms([spectrum])[0]
        x = before = np.random.default_rng(self._seed).standard_normal((len(form), 4))
        seen = [np.linalg.norm(x, axis=0)]
        for _ in range(steps):
            x, before = x - alpha * (form @ x) + beta * (x - before), x
            seen.append(np.linalg.norm(x, axis=0))
        return np.array(seen) / seen[0]


def search(f: Callable[[Array], Array], low: Array, high: Array, sections: int = SECTIONS) -> Array:
    """Where functions with one valley each are smallest, all at once."""
    for _ in range(sections):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        rises = f(left) < f(right)
        low, high = np.where(rises, low, left), np.where(rises, right, high)
    return (low + high) / 2


def threshold(above: Callable[[Array], Array], count: int) -> Array:
    """Where predicates that are false near 0 turn true, all at once."""
    high = np.full(count, 1e-6)
    while not np.all(over := above(high)):
        high = np.where(over, high, 2 * high)
    return bisect(above, np.zeros(count), high)


def bisect(above: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Where predicates turn true, all at once."""
    for _ in range(60):
        middle = (low + high) / 2
        over = above(middle)
        low, high = np.where(over, low, middle), np.where(over, middle, high)
    return (low + high) / 2
