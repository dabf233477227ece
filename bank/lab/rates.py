"""Rates for batches of any mixture of sizes: plain numbers in, plain numbers out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from bank.lab.descent import Array, Descent, HeavyBall, Spectrum, bisect, search
from bank.notation.matrices import Exact

if TYPE_CHECKING:
    from bank.lab import Lab


class Contraction(NamedTuple):
    """Of one step of gradient descent: the operator norm, and the worst ratio seen on trajectories."""

    norm: float
    seen: float


class Tuned(NamedTuple):
    """Heavy ball at its best: step, momentum, spectral radius, and the step of the averaging form."""

    alpha: float
    beta: float
    rate: float
    eta_ema: float


class Sweep(NamedTuple):
    """Contraction over a grid of learning rates up to the stability limit, and where it is smallest."""

    etas: list[float]
    rates: list[float]
    best: float
    step: float


class Compared(NamedTuple):
    """Steps of heavy ball for one of descent, each at its best: by the two rates, and by a real run of heavy ball."""

    by_rates: float
    by_run: float
    curves: dict[str, list[float]]


class Rates:
    """Measured rates of gradient descent and heavy ball."""

    def __init__(self, lab: Lab) -> None:
        self.descent, self.heavy_ball = Descent(lab), HeavyBall(lab)

    def contractions(self, spectra: Sequence[Spectrum], etas: Sequence[Exact]) -> list[Contraction]:
        def run(group: Sequence[Spectrum], at: Array) -> Iterable[Contraction]:
            forms = self.descent.forms(group)
            norms, seen = self.descent.contraction(forms, at), self.descent.worst_ratio(forms, at)
            return map(Contraction, norms.tolist(), seen.tolist())

        return by_size(spectra, run, etas)

    def best_etas(self, spectra: Sequence[Spectrum]) -> list[float]:
        return by_size(spectra, lambda group: self.descent.best_eta(self.descent.forms(group)).tolist())

    def stability_limits(self, spectra: Sequence[Spectrum]) -> list[float]:
        return by_size(spectra, lambda group: self.descent.largest_stable_eta(self.descent.forms(group)).tolist())

    def best_rates(self, spectra: Sequence[Spectrum]) -> list[float]:
        def run(group: Sequence[Spectrum]) -> Iterable[float]:
            forms = self.descent.forms(group)
            rates: list[float] = self.descent.contraction(forms, self.descent.best_eta(forms)).tolist()
            return rates

        return by_size(spectra, run)

    def sweep(self, spectrum: Spectrum) -> Sweep:
        forms = self.descent.forms([spectrum])
        etas, rates = self.descent.sweep(forms[0], float(self.descent.largest_stable_eta(forms)[0]))
        return Sweep(etas.tolist(), rates.tolist(), float(etas[rates.argmin()]), float(etas[1]))

    def conditions_for(self, rates: Sequence[Exact]) -> list[float]:
        """The condition number at which descent at its best has this rate: forms of two eigenvalues, by bisection."""
        wanted = np.array(rates, dtype=np.float64)

        def slower(kappa: Array) -> Array:
            forms = self.descent.forms(np.stack([np.ones_like(kappa), kappa], axis=1))
            best = search(lambda etas: self.descent.contraction(forms, etas), 0 * kappa, 2 + 0 * kappa, sections=60)
            return self.descent.contraction(forms, best) > wanted

        found: list[float] = bisect(slower, np.ones_like(wanted), np.full_like(wanted, 2e4)).tolist()
        return found

    def shifts_to(self, spectra: Sequence[Spectrum], targets: Sequence[Exact]) -> list[float]:
        """The mu at which A + mu I has the wanted condition number, by bisection on the matrix itself."""

        def run(group: Sequence[Spectrum], wanted: Array) -> Iterable[float]:
            forms = self.descent.forms(group)
            identity = np.eye(forms.shape[1])

            def low_enough(mu: Array) -> Array:
                return np.linalg.cond(forms + mu[:, None, None] * identity, 2) <= wanted

            end = 2.0 * np.array([max(map(float, spectrum)) for spectrum in group]) / np.minimum(wanted - 1, 1)
            found: list[float] = bisect(low_enough, np.zeros_like(wanted), end).tolist()
            return found

        return by_size(spectra, run, targets)

    def radii(self, spectra: Sequence[Spectrum], alphas: Sequence[Exact], betas: Sequence[Exact]) -> list[Contraction]:
        """Of heavy ball: the spectral radius of its iteration, and its growth by repeated squaring."""

        def run(group: Sequence[Spectrum], alpha: Array, beta: Array) -> Iterable[Contraction]:
            steps = self.heavy_ball.iteration(group, alpha, beta)
            radius, growth = self.heavy_ball.radius(steps), self.heavy_ball.growth(steps)
            return map(Contraction, radius.tolist(), growth.tolist())

        return by_size(spectra, run, alphas, betas)

    def stable_steps(self, spectra: Sequence[Spectrum], betas: Sequence[Exact]) -> list[float]:
        """Of heavy ball: the step size up to which it converges at this momentum."""
        return by_size(spectra, lambda group, beta: self.heavy_ball.largest_stable_step(group, beta).tolist(), betas)

    def tuned(self, extremes: Sequence[tuple[Exact, Exact]]) -> list[Tuned]:
        """Heavy ball at its best on forms whose extreme eigenvalues are given."""
        low, high = np.array(extremes, dtype=np.float64).T
        alpha, beta = self.heavy_ball.tuned(low, high)
        rates = self.heavy_ball.radius(self.heavy_ball.iteration(np.stack([low, high], axis=1), alpha, beta))
        averaging = self.heavy_ball.tuned_average(low, high, beta)
        return list(map(Tuned, alpha.tolist(), beta.tolist(), rates.tolist(), averaging.tolist()))

    def steps_until(self, spectra: Sequence[Spectrum], deltas: Sequence[float], of: str) -> list[int]:
        return self.descent.steps_until(spectra, deltas, of)

    def methods_compared(self, spectra: Sequence[Spectrum], shown: int) -> list[Compared]:
        """`curves` hold the errors of the first steps of both methods."""
        etas, descent = self.best_etas(spectra), self.best_rates(spectra)
        tuned = self.tuned([(min(spectrum), max(spectrum)) for spectrum in spectra])
        asked = zip(spectra, etas, descent, tuned, strict=True)
        return [self._compared(*question, shown=shown) for question in asked]

    def _compared(self, spectrum: Spectrum, eta: float, descent: float, ball: Tuned, shown: int) -> Compared:
        run = self.heavy_ball.rate_of_run(spectrum, ball.alpha, ball.beta, ball.rate)
        curves = {
            "gradient_descent": self.heavy_ball.errors(spectrum, eta, 0.0, shown).tolist(),
            "heavy_ball": self.heavy_ball.errors(spectrum, ball.alpha, ball.beta, shown).tolist(),
        }
        return Compared(math.log(descent) / math.log(ball.rate), math.log(descent) / math.log(run), curves)


def by_size(spectra: Sequence[Spectrum], run: Callable[..., Iterable[Any]], *numbers: Sequence[Exact]) -> list[Any]:
    """Run each group of spectra of one size as one stack; answers in the order of the questions."""
    sizes: dict[int, list[int]] = {}
    for place, spectrum in enumerate(spectra):
        sizes.setdefault(len(spectrum), []).append(place)
    found: dict[int, Any] = {}
    for places in sizes.values():
        arrays = [np.array([row[place] for place in places], dtype=np.float64) for row in numbers]
        found.update(zip(places, run([spectra[place] for place in places], *arrays), strict=True))
    return [found[place] for place in range(len(spectra))]
