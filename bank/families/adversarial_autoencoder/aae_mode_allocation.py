"""How the modes of the prior are allocated to classes with labels and without; the figure is that of a run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from random import Random
from typing import Any

from bank.authoring import Integers, Run, Shown, StatementPool, Trained, latent_scatter, param
from bank.families.adversarial_autoencoder import LABELLED_AUTOENCODER

SECONDS = 12.0  # of the trainings with labels, without, with exchanged and with random ones, eight seeds each
trained = partial(Trained, "aae", SECONDS)  # checks that read the trainings of the experiment `aae`
SEEDS = 8


class AaeModeAllocation(StatementPool):
    """Statements about trainings with labels and without, and the question how they differ.

    >>> shown = ("T1", "F10", "T17", "F13", "F23")
    >>> AaeModeAllocation(statements=shown, polarity="all", seed=0).solve()
    {'T1': True, 'F10': False, 'T17': True, 'F13': False, 'F23': False}
    """

    title = "Adversarial autoencoder: the modes with labels"
    source = ("4e",)
    points = 2
    kinds = ("text", "multiple_choice")
    options = (5, 6)
    true_ones = (2, 3, 4)
    prelude = LABELLED_AUTOENCODER

    seed: int = param(Integers(0, SEEDS - 1, 0, 10**6), "the seed of the run that is shown")

    checks = {
        "1": trained(lambda lab: lab.allocation.classes_have_one_mode()),
        "2": trained(lambda lab: lab.allocation.modes_have_one_class()),
        "3": trained(lambda lab: lab.aae.classes_are_split()),
        "4": trained(lambda lab: lab.aae.modes_are_shared()),
        "5": trained(lambda lab: lab.allocation.order_repeats()),
        "6": trained(lambda lab: lab.allocation.order_changes_without_labels()),
        "7": trained(lambda lab: lab.allocation.order_follows_the_labels()),
        "8": trained(lambda lab: lab.allocation.alike_are_separate()),
        "9": trained(lambda lab: lab.allocation.every_mode_is_filled()),
        "21": trained(lambda lab: lab.allocation.random_labels_mix()),
    }

    @classmethod
    @cache
    def domains(cls) -> dict[str, Any]:
        return {**super().domains(), "seed": Integers(0, SEEDS - 1, 0, 10**6)}

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        return {**super().draw_params(rng, fixed, kind), "seed": rng.randrange(SEEDS)}

    def seconds(self, kind: str) -> float:
        return super().seconds(kind) + 5.0  # of the run that is shown

    def run(self) -> Run:
        return latent_scatter.run_of("all", self.seed)

    def shown(self, result: Any) -> Shown:
        return latent_scatter.shown(result)
