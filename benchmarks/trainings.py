"""What stacking trainings in one tensor is worth: each experiment with settings that questions ask for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bank.kept import Kept
from bank.lab import Lab, experiments
from bank.lab.experiment import Experiment

ONE_BY_ONE = 4  # settings that are run alone; the whole stack would take minutes
MOST = 40  # in one stack


@dataclass(frozen=True, slots=True)
class Stacked:
    """Seconds a setting, by the clock: alone, and in one tensor with others."""

    experiment: str
    device: str
    settings: int
    alone: float
    together: float

    @property
    def ratio(self) -> float:
        return self.alone / self.together


class AskedFor(Exception):
    """What an experiment's acceptance asks for first."""

    def __init__(self, settings: Sequence[Any]) -> None:
        super().__init__()
        self.settings = settings


class Listening(Lab):
    """Runs nothing."""

    def results(self, experiment: str, settings: Sequence[Any]) -> list[Kept]:
        raise AskedFor([self.experiment(experiment).read(each) for each in settings])


def stacked(device: str) -> list[Stacked]:
    """Of every experiment; the first run, in which torch warms up, is not timed."""
    return [_stacked(experiment, device) for experiment in experiments().values()]


def typical(experiment: type[Experiment[Any]]) -> list[Any]:
    """Settings that its own acceptance rests on."""
    try:
        experiment.criteria(Listening(), experiment.seeds)
    except AskedFor as asked:
        return list(asked.settings)
    raise ValueError(f"the criteria of {experiment.name()} rest on no result")


def _stacked(experiment: type[Experiment[Any]], device: str) -> Stacked:
    lab, settings = Lab(device=device), typical(experiment)
    few, many = settings[:ONE_BY_ONE], settings[: min(MOST, experiment.stack)]
    _seconds(experiment, lab, few[:1])
    alone = sum(_seconds(experiment, lab, [each]) for each in few) / len(few)
    return Stacked(experiment.name(), lab.device, len(many), alone, _seconds(experiment, lab, many) / len(many))


def _seconds(experiment: type[Experiment[Any]], lab: Lab, settings: Sequence[Any]) -> float:
    started = time.perf_counter()
    experiment.run(lab, settings)
    return time.perf_counter() - started
