"""A family whose measurement does to its worker what it is told: only the tests of faults know it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from typing import Any

from bank.authoring import WHOLE, Exercise, Integers, Measurement, OneOf, Wrong, param
from workers.limits import TookTooLong

HARM = ("nothing", "lingers", "dies", "crashes", "raises", "loops", "clings", "hoards")


class Venomous(Exercise):
    title = "Poison"
    source = ("-",)
    points = 1
    kinds = ("numeric",)
    tiers = ("exact",)
    experiment = "what it does"
    form = WHOLE

    n: int = param(Integers(1, 10_000), "a number")
    harm: str = param(OneOf(HARM), "what it does to its worker")

    stem = "What is <<n>>, without <<harm|plain>>?"
    solution = "It is <<n>>."

    def solve(self) -> int:
        return self.n

    def distractors(self) -> Iterator[Wrong]:
        yield Wrong(self.n + 1, "One more.")

    @classmethod
    def measure(cls, lab: Any, questions: Sequence[Venomous]) -> list[Measurement]:
        for question in questions:
            _suffer(question.harm)
        return [Measurement(question.n, tolerance=0.0) for question in questions]


def _suffer(harm: str) -> None:
    if harm == "lingers":
        time.sleep(0.2)
    elif harm == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    elif harm == "crashes":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif harm == "raises":
        raise MemoryError("poison")
    elif harm == "hoards":
        bytearray(12 * 2**30)
    while harm in ("loops", "clings"):
        try:
            time.sleep(0.01)
        except TookTooLong:
            if harm == "loops":
                raise
