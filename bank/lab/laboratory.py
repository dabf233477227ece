"""The lab: benches by name, and results of experiments that are kept."""

from __future__ import annotations

import hashlib
import pkgutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import torch

from bank.errors import UnknownExperiment
from bank.kept import Kept
from bank.lab import trainings
from bank.lab.conditions import Conditions, Progress
from bank.lab.experiment import Experiment
from bank.lab.memory import Memory, Notebook
from bank.sources import digest

LOOK_AGAIN_SECONDS = 0.2  # for results that somebody else computes
STACKS_ON_A_GPU = 8  # times more settings in one tensor


class Lab(Conditions):
    """Where answers are measured. A bench goes by the name of its module: `lab.layers` builds and counts.

    `memory` keeps the results of experiments; the lab's own ends with it.
    """

    def __init__(
        self, seed: int = 0, device: str = "cpu", memory: Memory | None = None, on_progress: Progress | None = None
    ) -> None:
        super().__init__(seed, device, on_progress)
        self.memory: Memory = memory or Notebook()
        self._used: list[dict[str, Any]] | None = None

    def __getattr__(self, bench: str) -> Any:
        """The bench of that name, made when it is first asked for."""
        if bench.startswith("_") or bench not in benches():
            raise AttributeError(f"the lab has no bench {bench!r}; it has {', '.join(sorted(benches()))}")
        made = benches()[bench]()(self)
        self.__dict__[bench] = made
        return made

    @property
    def versions(self) -> dict[str, str]:
        return {"lab": version(), "torch": torch.__version__}

    def results(self, experiment: str, settings: Sequence[Any]) -> list[Kept]:
        """The result of each setting (JSON, or the experiment's own record): found kept, or made now and kept.

        Settings that are missing run in stacks, each stack kept as it ends. Those that somebody else is computing are
        waited for. Raises UnknownExperiment.
        """
        known = self.experiment(experiment)
        asked = [known.read(given) for given in settings]
        keys = [self.key(known, each) for each in asked]
        found = self._found(known, dict(zip(keys, asked, strict=True)))
        if self._used is not None:
            self._used += [_reference(experiment, key, found[key]) for key in dict.fromkeys(keys)]
        return [found[key] for key in keys]

    def experiment(self, name: str) -> type[Experiment[Any]]:
        """Raises UnknownExperiment."""
        known = experiments()
        if name not in known:
            raise UnknownExperiment(f"the lab has no experiment {name!r}; it has {', '.join(known)}")
        return known[name]

    @contextmanager
    def noted(self) -> Iterator[list[dict[str, Any]]]:
        """The results that are used meanwhile: their experiment, key, seconds and device."""
        before, self._used = self._used, []
        try:
            yield self._used
        finally:
            self._used = before

    def key(self, experiment: type[Experiment[Any]], settings: Any) -> str:
        """The name that a result is kept under: whatever could change the result changes it."""
        told = hashlib.sha256(f"{experiment.written(settings)}/{self.seed}".encode()).hexdigest()[:24]
        return f"{experiment.name()}/{told}/{experiment.version()}/{torch.__version__}"

    def _found(self, experiment: type[Experiment[Any]], wanted: dict[str, Any]) -> dict[str, Kept]:
        found: dict[str, Kept] = {}
        while missing := [key for key in wanted if key not in found]:
            found |= self.memory.find(missing)
            mine = self.memory.claim([key for key in missing if key not in found])
            if mine:
                found |= self._computed(experiment, {key: wanted[key] for key in missing if key in mine})
            elif len(found) < len(wanted):
                time.sleep(LOOK_AGAIN_SECONDS)
                self.progress(len(found), len(wanted))
        return found

    def _computed(self, experiment: type[Experiment[Any]], mine: dict[str, Any]) -> dict[str, Kept]:
        """Stack by stack; whatever goes wrong, the rest is somebody else's."""
        size = experiment.stack * (1 if self.device == "cpu" else STACKS_ON_A_GPU)
        left, kept = list(mine), dict[str, Kept]()
        try:
            while left:
                stack, started = left[:size], time.process_time()
                values = experiment.run(self, [mine[key] for key in stack])
                seconds = round((time.process_time() - started) / len(stack), 4)
                for key, value in zip(stack, values, strict=True):
                    kept[key] = Kept(value, seconds, self.device)
                    self.memory.keep(key, kept[key])
                left = left[size:]
        finally:
            self.memory.release(left)
        return kept


def _reference(experiment: str, key: str, kept: Kept) -> dict[str, Any]:
    return {"experiment": experiment, "key": key, "seconds": kept.seconds, "device": kept.device}


@cache
def benches() -> dict[str, Callable[[], Callable[[Lab], Any]]]:
    """How each bench is loaded: a module beside this one with a class of the same name, `layer_norm.LayerNorm`."""
    modules = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]) if not module.ispkg]
    return {name: _loader(name) for name in modules if _holds_a_bench(name)}


def _class_name(module: str) -> str:
    """
    >>> _class_name("layer_norm")
    'LayerNorm'
    """
    return "".join(word.capitalize() for word in module.split("_"))


def _holds_a_bench(module: str) -> bool:
    """Told from the source: to load all of them would take a while."""
    source = Path(__file__).with_name(f"{module}.py").read_text()
    return f"class {_class_name(module)}:" in source and "def __init__(self, lab: Lab)" in source


def _loader(module: str) -> Callable[[], Callable[[Lab], Any]]:
    def load() -> Callable[[Lab], Any]:
        bench: Callable[[Lab], Any] = getattr(import_module(f"bank.lab.{module}"), _class_name(module))
        return bench

    return load


@cache
def experiments() -> dict[str, type[Experiment[Any]]]:
    """Every experiment by the name of its module, the one class of its sort in there."""
    found = {}
    for module in sorted(pkgutil.iter_modules(trainings.__path__), key=lambda module: module.name):
        (found[module.name],) = _experiments_in(f"{trainings.__name__}.{module.name}")
    return found


def _experiments_in(module: str) -> list[type[Experiment[Any]]]:
    things = vars(import_module(module)).values()
    return [t for t in things if isinstance(t, type) and issubclass(t, Experiment) and t.__module__ == module]


@cache
def version() -> str:
    """Digest of the lab with all its benches: evidence names the lab that measured it."""
    digests = (digest(f"bank.lab.{name}") for name in sorted(benches()))
    return hashlib.sha256("".join(digests).encode()).hexdigest()[:12]
