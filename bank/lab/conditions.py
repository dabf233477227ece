"""What an experiment is run under: seeded numbers, a device, and somebody who is told how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from typing import Any

import torch

from bank.errors import NoSuchDevice

DEVICES = ("cpu", "cuda", "auto")
PROGRESS_EVERY_SECONDS = 0.25  # at most so often is told how far a run is

Progress = Callable[[int, int], None]  # steps done, of so many; raises to interrupt the run


class Conditions:
    """The same seed measures the same numbers, up to rounding. `device` is "cpu", "cuda" or "auto".

    Raises NoSuchDevice for "cuda" where there is no GPU; "auto" takes one where there is one.
    """

    def __init__(self, seed: int = 0, device: str = "cpu", on_progress: Progress | None = None) -> None:
        torch.set_num_threads(1)  # processes share the cores: more threads only fight, and round in another order
        self.seed = seed
        self.device = _device(device)
        self.on_progress = on_progress
        self._told = time.monotonic()
        self._remembered: dict[str, Any] = {}

    def rng(self, purpose: str) -> Random:
        """Exact random numbers (integers, fractions) of one experiment."""
        return Random(f"{purpose}/{self.seed}")

    def noise(self, purpose: str) -> torch.Generator:
        """Gaussian numbers of one experiment; made on the CPU, so that every device is given the same."""
        return torch.Generator().manual_seed(self.rng(purpose).getrandbits(63))

    def remember(self, measurement: str, compute: Callable[[], Any]) -> Any:
        """A light measurement, made once in the life of this lab; its name tells its parameters too."""
        if measurement not in self._remembered:
            self._remembered[measurement] = compute()
        return self._remembered[measurement]

    def progress(self, done: int, total: int) -> None:
        """To be called between steps; whatever it raises ends the run, and loses only that."""
        moment = time.monotonic()
        if self.on_progress is not None and moment - self._told >= PROGRESS_EVERY_SECONDS:
            self._told = moment
            self.on_progress(done, total)


def _device(name: str) -> str:
    if name not in DEVICES:
        raise NoSuchDevice(f"a lab runs on {', '.join(DEVICES)}, not on {name!r}")
    there = torch.cuda.is_available() if name != "cpu" else False
    if name == "cuda" and not there:
        raise NoSuchDevice("the lab is to run on cuda, and this machine has no GPU that torch can use")
    return "cuda" if there else "cpu"
