"""What the quantities around the ELBO do when encoder, decoder or prior are changed: tried on a grid of codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor

from bank.lab.code_grid import CodeGrid, log

if TYPE_CHECKING:
    from bank.lab import Lab

X, S = 0.9, 0.4  # the image, and the variance of the decoder
ENCODERS = ((0.4, 0.3), (-0.2, 0.7))  # mean and variance
WEIGHTS = (1.3, 0.6)  # the decoder is N(w z, S)
CLOSE = 1e-6


class ElboRoles:
    """Of each quantity: whether the encoder moves it, whether the decoder does, and which encoder makes it zero.

    The names follow from that: regularisation knows no decoder and vanishes at the prior, the gap vanishes at the
    posterior, the evidence knows no encoder, and what is left reconstructs.
    """

    NAMED = {
        "divergence_from_prior": (True, False, "prior"),
        "divergence_from_posterior": (True, True, "posterior"),
        "evidence": (False, True, ""),
        "expected_log_likelihood": (True, True, ""),
    }

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.grid = CodeGrid()
        self.prior = self.grid.gaussian(0.0, 1.0)

    def does(self, quantity: str) -> dict[str, bool | str]:
        """As it is found."""
        (one, other), (w, v) = (self.grid.gaussian(*code) for code in ENCODERS), WEIGHTS
        value = self._value(quantity, one, w)
        zero = [
            name
            for name, q in (("prior", self.prior), ("posterior", self._posterior(w)))
            if abs(self._value(quantity, q, w)) < CLOSE
        ]
        return {
            "follows_encoder": abs(self._value(quantity, other, w) - value) > CLOSE,
            "follows_decoder": abs(self._value(quantity, one, v) - value) > CLOSE,
            "zero_at": " and ".join(zero),
        }

    def quantity_that(self, follows_encoder: bool, follows_decoder: bool, zero_at: str) -> str:
        """The one that is named after what it does; "none" where nothing does that."""
        told = (follows_encoder, follows_decoder, zero_at)
        return next((name for name, role in self.NAMED.items() if role == told), "none")

    def _value(self, quantity: str, q: Tensor, w: float) -> float:
        likelihood = self.grid.likelihood(X, w, S)
        found = {
            "expected_log_likelihood": lambda: self.grid.integral(q * log(likelihood)),
            "divergence_from_prior": lambda: self.grid.divergence(q, self.prior),
            "divergence_from_posterior": lambda: self.grid.divergence(q, self._posterior(w)),
            "evidence": lambda: self.grid.integral(likelihood * self.prior).log(),
        }[quantity]()
        return float(found)

    def _posterior(self, w: float) -> Tensor:
        joint = self.grid.likelihood(X, w, S) * self.prior
        return joint / self.grid.integral(joint)
