"""Small seeded experiments that know no formulas; the only package that imports torch and numpy.

A bench holds the experiments of one matter: `lab.layers` builds and counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Protocol

import torch

if TYPE_CHECKING:
    from bank.lab.bias import Bias
    from bank.lab.degree import Degree
    from bank.lab.gradients import Gradients
    from bank.lab.layer_gradients import LayerGradients
    from bank.lab.layers import Layers
    from bank.lab.modules import Modules
    from bank.lab.rates import Rates
    from bank.lab.symmetry import Symmetry


class Memory(Protocol):
    """Where results of experiments are kept, so that variants which share one do not pay twice."""

    def once(self, name: str, compute: Callable[[], Any]) -> Any:
        """The JSON value kept under a name, computed by the first who asks for it."""


class Notebook:
    """The memory of one process."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def once(self, name: str, compute: Callable[[], Any]) -> Any:
        if name not in self._kept:
            self._kept[name] = compute()
        return self._kept[name]


class Lab:
    """A bench with its own dice: the same seed measures the same numbers, up to rounding.

    `device` is "cpu", "cuda" or "auto" (a GPU where there is one); `memory` keeps what `recall` computed.
    `progress` is told between steps how many of how many are done; what it raises interrupts the experiment.
    """

    def __init__(self, seed: int = 0, device: str = "cpu", memory: Memory | None = None) -> None:
        self.seed = seed
        self.memory = memory or Notebook()
        self.progress: Callable[[int, int], None] = lambda done, steps: None
        self.device = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device

    def dice(self, purpose: str) -> Random:
        """Exact dice (integers, fractions) of one experiment."""
        return Random(f"{purpose}/{self.seed}")

    def noise(self, purpose: str) -> torch.Generator:
        """Gaussian dice of one experiment."""
        return torch.Generator().manual_seed(self.dice(purpose).getrandbits(63))

    def recall(self, experiment: str, compute: Callable[[], Any]) -> Any:
        """The JSON result of an experiment, kept by its name, the seed and the versions it was measured with.

        The name must tell the experiment's parameters too.
        """
        return self.memory.once(f"{experiment}/{self.seed}/{version()}/{torch.__version__}", compute)

    @property
    def versions(self) -> dict[str, str]:
        return {"lab": version(), "torch": torch.__version__}

    @cached_property
    def bias(self) -> Bias:
        from bank.lab.bias import Bias

        return Bias(self)

    @cached_property
    def layers(self) -> Layers:
        from bank.lab.layers import Layers

        return Layers(self)

    @cached_property
    def modules(self) -> Modules:
        from bank.lab.modules import Modules

        return Modules(self)

    @cached_property
    def symmetry(self) -> Symmetry:
        from bank.lab.symmetry import Symmetry

        return Symmetry(self)

    @cached_property
    def rates(self) -> Rates:
        from bank.lab.rates import Rates

        return Rates(self)

    @cached_property
    def gradients(self) -> Gradients:
        from bank.lab.gradients import Gradients

        return Gradients(self)

    @cached_property
    def degree(self) -> Degree:
        from bank.lab.degree import Degree

        return Degree(self)

    @cached_property
    def layer_gradients(self) -> LayerGradients:
        from bank.lab.layer_gradients import LayerGradients

        return LayerGradients(self)


@cache
def version() -> str:
    """Digest of the lab's own source: evidence names the lab that measured it."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
