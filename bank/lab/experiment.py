"""A training, or any run that is dear enough to keep: its settings, its cost, and how a stack of them is run."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from bank.sources import digest

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab
    from bank.lab.acceptance import Criterion
    from bank.lab.conditions import Conditions

Settings = TypeVar("Settings")


class Experiment(ABC, Generic[Settings]):
    """One a file under `bank/lab/trainings`, found by being there; its name is the module's.

    `settings` is a frozen dataclass of JSON values and tuples, seeds among them; `seconds` of CPU are what a setting
    takes in a full stack, `stack` is how many fit into one tensor on a CPU. `seeds` are those that its acceptance is
    measured over unless more are asked for.
    """

    settings: ClassVar[type]
    seconds: ClassVar[float]
    stack: ClassVar[int]
    seeds: ClassVar[int] = 8

    @classmethod
    @abstractmethod
    def run(cls, lab: Conditions, settings: Sequence[Settings]) -> Sequence[Any]:
        """One result (JSON, rounded) a setting, in their order; tells `lab.progress` between steps."""

    @classmethod
    @abstractmethod
    def criteria(cls, lab: Lab, seeds: int) -> list[Criterion]:
        """What it has to show before a key rests on it, measured over seeds from 0 on."""

    @classmethod
    def name(cls) -> str:
        return cls.__module__.rpartition(".")[2]

    @classmethod
    def version(cls) -> str:
        """Digest of the experiment's own module and of what it imports of ours, and of nothing else in the lab."""
        return digest(cls.__module__)

    @classmethod
    def read(cls, given: Any) -> Any:
        """Settings from JSON, or as they are. Raises TypeError for a member that is missing or unknown."""
        return given if isinstance(given, cls.settings) else cls.settings(**_frozen(given))

    @classmethod
    def written(cls, settings: Any) -> str:
        """Settings as one line, the same for the same settings."""
        return json.dumps(asdict(settings), sort_keys=True, separators=(",", ":"))


def by_shape(
    settings: Sequence[Settings],
    shape: Callable[[Settings], Hashable],
    run: Callable[[Sequence[Settings], int, int], Iterable[Any]],
) -> list[Any]:
    """Results in the order given, where only settings of one shape fit into one tensor.

    `run` gets those of one shape, and which of how many shapes it is, from 0 on: for its progress.
    """
    shapes = dict.fromkeys(map(shape, settings))
    found: dict[Settings, Any] = {}
    for place, own in enumerate(shapes):
        alike = [each for each in settings if shape(each) == own]
        found |= zip(alike, run(alike, place, len(shapes)), strict=True)
    return [found[each] for each in settings]


def _frozen(value: Any) -> Any:
    """Lists as tuples, so that settings can be hashed."""
    if isinstance(value, Mapping):
        return {name: _frozen(part) for name, part in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value
