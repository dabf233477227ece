"""A family is a class, a question is an instance, and its fields are the parameters."""

from __future__ import annotations

import inspect
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, Self

from bank import sources
from bank.authoring.alternatives import described, table
from bank.authoring.composing import Heading, Text, compose
from bank.authoring.parameters import Parameters
from bank.authoring.plot import Plot
from bank.authoring.references import references_in, words_for
from bank.authoring.run import Run, Shown
from bank.authoring.versions import version_of
from bank.errors import Problem, UnknownFamily
from bank.kinds.posing import Posed
from bank.notation.text import fill, holes_of
from bank.variant import Draft, digest, ready

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab
    from bank.evidence import Evidence
    from bank.notation.values import Value

Band = tuple[float, float]
MISSING = object()
NOTHING: Mapping[str, Any] = {}
SECONDS_TO_PROVE = 0.01  # a question that needs no training


class Family(Parameters):
    """What every family declares; `Exercise` and `StatementPool` say how a question is posed and proven."""

    title: ClassVar[str]
    source: ClassVar[tuple[str, ...]]
    points: ClassVar[int]
    kinds: ClassVar[tuple[str, ...]]
    tiers: ClassVar[tuple[str, ...]]
    prelude: ClassVar[str] = ""  # what a reader must know before the stem: the definition that the topic begins with
    stem: ClassVar[str]
    solution: ClassVar[str]
    band: ClassVar[Band | Mapping[str, Band] | None] = None  # least and most effort; by what is asked where it differs
    calculator: ClassVar[bool] = False  # whether a learner needs one
    plot: ClassVar[Plot | None] = None  # drawn from what was measured
    outcome: ClassVar[Any] = None  # of a question about a run, the result of it, once there is one

    @abstractmethod
    def pose(self, kind: str, rng: Random) -> Posed:
        """Put the question in one kind: its key, its choices in the order shown, the reason against each mistake."""

    @classmethod
    @abstractmethod
    def prove(cls, lab: Lab, asked: Sequence[tuple[str, Self]]) -> list[Evidence]:
        """Measure the answers of a batch of (kind, question) by a route that does not use the solver."""

    def effort(self) -> float:
        """What it costs to work the answer out by hand, in the units of `bank.authoring.effort`."""
        return 0.0

    @cached_property
    def _effort(self) -> float:
        return self.effort()

    @classmethod
    @cache
    def bands(cls) -> Mapping[str, Band]:
        """Least and most effort by what is asked; nothing of a family that declares none."""
        return cls.band if isinstance(cls.band, Mapping) else {"": cls.band} if cls.band else {}

    @property
    def strays(self) -> bool:
        bands = self.bands()
        band = bands.get(self.asking) or bands.get("")
        return band is not None and not band[0] <= self._effort <= band[1]

    def words(self, kind: str) -> Mapping[str, object]:
        """What the holes of stem and solution may name beside the public attributes, since it depends on the kind."""
        return {}

    def seconds(self, kind: str) -> float:
        """What it costs to prove this question alone, where the lab remembers nothing: says which queue it waits in."""
        return SECONDS_TO_PROVE

    @classmethod
    def texts(cls) -> Sequence[str]:
        """What its questions are made of and a few seeds may not show: each statement of a pool."""
        return ()

    @classmethod
    def topic(cls) -> str:
        """The name of the folder that the family's file lies in."""
        return cls.__module__.split(".")[-2].replace("_", "-")

    @classmethod
    @cache
    def version(cls) -> str:
        """Digest of the family's own files and of what `golden.json` says that students see of it."""
        return version_of(cls.name(), Path(inspect.getfile(cls)))

    @classmethod
    def draft(cls, seed: int | None, kind: str | None = None, params: Mapping[str, Any] | None = None) -> Draft:
        """The finished question of a seed. `params` (JSON) fixes some or all parameters.

        Raises UnknownFamily for a kind it cannot be asked in, BadParams for parameters out of bounds or unfair.
        """
        kind = kind or cls.kinds[0]
        if kind not in cls.kinds:
            raise UnknownFamily("", Problem("/kind", f"kind must be one of {', '.join(cls.kinds)}"))
        rng = cls.rng(seed)
        question = cls.draw(rng, kind, cls.read(params or {}))
        if question.run() is not None:
            return question.unfinished(seed, kind)
        return question.finished(seed, kind, question.posing(seed, kind), earlier=references_in(params or {}))

    @classmethod
    def rehearsed(cls, seed: int, kind: str) -> Draft:
        """The question of a seed with all its text; one about a run shows a made-up result, and nothing is trained."""
        rng = cls.rng(seed)
        question = cls.draw(rng, kind)
        run = question.run()
        if run is None:
            return question.finished(seed, kind, question.posing(seed, kind))
        question = question.knowing(run.specimen)
        shown = question.shown(run.specimen)
        words, numbers = described(shown.plot, shown.series, question), table(shown.plot, shown.series)
        return question.composed(seed, kind, [{"alt": words, "data": numbers}])

    def run(self) -> Run | None:
        """The run that this question is about and shows; None where all of its text follows from the parameters."""
        return None

    def knowing(self, outcome: Any) -> Self:
        """The same question once its run has ended: key and options may depend on the result, as its `outcome`."""
        known = self.from_json(self.to_json())
        known.__dict__["outcome"] = outcome
        return known

    def shown(self, result: Any) -> Shown:
        """The figure that shows the result of the run."""
        raise TypeError(f"{self.name()} is about a run and does not say what it shows of it")

    def unfinished(self, seed: int | None, kind: str) -> Draft:
        """A question about a run before there is one: named by its recipe, since nobody has seen its bytes yet."""
        return Draft(
            content=self.recipe(kind),
            looks="",
            family=self.name(),
            version=self.version(),
            seed=seed,
            kind=kind,
            params=self.to_json(),
            seen=b"",
            private=b"",
            seconds=self.seconds(kind),
        )

    def posing(self, seed: int | None, kind: str) -> Random:
        """What options are drawn and shuffled with: the same again for the same question of the same seed."""
        return Random(f"{self.name()}/{seed}/{kind}")

    def shown_beside(self, seed: int | None, kind: str) -> Sequence[Value]:
        """The wrong options of a question that shows one right answer among others."""
        return ()

    def recipe(self, kind: str) -> str:
        """The digest of all that decides what a question about a run will be."""
        return digest(ready({"version": self.version(), "made": self._made(kind)}))

    def composed(self, seed: int | None, kind: str, figures: Sequence[Mapping[str, Any]]) -> Draft:
        """A question about a run, finished with the figures of it: the same text wherever the run is found again."""
        return self.finished(seed, kind, Random(f"{self.name()}/{kind}/{ready(self.to_json())!r}"), figures)

    def _made(self, kind: str) -> dict[str, Any]:
        run = self.run()
        told = {"family": self.name(), "kind": kind, "params": self.to_json()}
        by = f"bank.lab.trainings.{run.experiment}" if run else ""
        return told | ({"settings": run.settings, "experiment": sources.digest(by)} if run else {})

    def finished(
        self,
        seed: int | None,
        kind: str,
        rng: Random,
        figures: Sequence[Mapping[str, Any]] = (),
        earlier: Mapping[str, Any] = NOTHING,
    ) -> Draft:
        """All text of this question, in type; `figures` are the records of those that it shows.

        `earlier` are parameters that are answers to earlier parts: the stem names the part in their place.
        """
        posed = self.pose(kind, rng)
        words = {"kind": kind, **self.words(kind)}
        heading = Heading(self.name(), self.title, self.topic(), self.source, self.points, self.seconds(kind))
        work = {"effort": round(self._effort, 1), "calculator": self.calculator}
        origin = {"seed": seed, "version": self.version(), "params": {**self.to_json(), **earlier}}
        prelude, solution = self._filled(self.prelude, words), self._filled(self.solution, words)
        stem = self._filled(self.stem, {**words, **words_for(earlier)})
        return compose(heading, kind, Text(prelude, stem, solution, figures), posed, origin | work)

    def _filled(self, template: str, words: Mapping[str, object]) -> str:
        """Holes are filled from `words`, else with the attribute of that name; one that has none is an error."""
        names = holes_of(template)
        if not names:
            return fill(template)
        found = {name: words[name] if name in words else getattr(self, name, MISSING) for name in names}
        return fill(template, **{name: value for name, value in found.items() if value is not MISSING})
