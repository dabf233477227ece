"""A family is a class, a question is an instance, and its fields are the parameters."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, Self, dataclass_transform

from bank.authoring.params import Domain, param, written
from bank.authoring.plot import Plot
from bank.authoring.versions import version_of
from bank.errors import BadParams, NoFairQuestion, Problem, UnknownFamily
from bank.notation.text import fill, holes_of
from bank.variant import Heading, Posed, Variant, compose

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab
    from bank.evidence import Evidence

SECONDS_TO_PROVE = 0.01  # a question that needs no training
DRAWS_BEFORE_GIVING_UP = 2000  # a fair one is found among a few; the rest is for parameters that a client fixed


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(param,))
class Family(ABC):
    """What every family declares; `Exercise` and `StatementPool` say how a question is posed and proven."""

    title: ClassVar[str]
    source: ClassVar[tuple[str, ...]]
    points: ClassVar[int]
    kinds: ClassVar[tuple[str, ...]]
    tiers: ClassVar[tuple[str, ...]]
    prelude: ClassVar[str] = ""  # what a reader must know before the stem: the definition that the topic begins with
    stem: ClassVar[str]
    solution: ClassVar[str]
    plot: ClassVar[Plot | None] = None  # drawn from what was measured

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)

    @abstractmethod
    def pose(self, kind: str, rng: Random) -> Posed:
        """Put the question in one kind: its key, its choices in the order shown, the reason against each mistake."""

    @abstractmethod
    def refusals(self, kind: str) -> Iterator[Problem]:
        """Why this question would be ill-posed or unfair when asked in that kind; nothing if it is fine."""

    @classmethod
    @abstractmethod
    def prove(cls, lab: Lab, asked: Sequence[tuple[str, Self]]) -> list[Evidence]:
        """Measure the answers of a batch of (kind, question) by a route that does not use the solver."""

    def words(self, kind: str) -> Mapping[str, object]:
        """What the holes of stem and solution may name beside the public attributes, since it depends on the kind."""
        return {}

    def seconds(self, kind: str) -> float:
        """What it costs to prove this question alone, where the lab remembers nothing: says which queue it waits in."""
        return SECONDS_TO_PROVE

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """A value for every parameter; a family whose parameters hang together has its own.

        What a client fixed stands in `fixed`, for parameters that depend on it; `draw` puts it over what is drawn.
        """
        return {name: fixed[name] if name in fixed else domain.draw(rng) for name, domain in cls.domains().items()}

    @classmethod
    def space(cls, kind: str) -> int | None:
        """How many distinct questions can be drawn in a kind, fair or not; None where that is not bounded."""
        count = 1
        for domain in cls.domains().values():
            if domain.size is None:
                return None
            count *= domain.size
        return count

    @classmethod
    def texts(cls) -> Sequence[str]:
        """What its questions are made of and a few seeds may not show: each statement of a pool."""
        return ()

    @classmethod
    def name(cls) -> str:
        return cls.__module__.rpartition(".")[2]

    @classmethod
    def topic(cls) -> str:
        """The name of the folder that the family's file lies in."""
        return cls.__module__.split(".")[-2].replace("_", "-")

    @classmethod
    @cache
    def version(cls) -> str:
        """Digest of the family's own files and of what `golden.json` says that students see of it."""
        return version_of(cls)

    @classmethod
    @cache
    def domains(cls) -> dict[str, Domain]:
        return {f.name: f.metadata["domain"] for f in fields(cls)}  # type: ignore[arg-type]  # made one by __init_subclass__

    @classmethod
    def variant(cls, seed: int | None, kind: str | None = None, params: Mapping[str, Any] | None = None) -> Variant:
        """The finished question of a seed. `params` (JSON) fixes some or all parameters.

        Raises UnknownFamily for a kind it cannot be asked in, BadParams for parameters out of bounds or unfair.
        """
        kind = kind or cls.kinds[0]
        if kind not in cls.kinds:
            raise UnknownFamily("", Problem("/kind", f"kind must be one of {', '.join(cls.kinds)}"))
        rng = cls.rng(seed)
        return cls.draw(rng, kind, cls.read(params or {})).finished(seed, kind, rng)

    @classmethod
    def rng(cls, seed: int | None) -> Random:
        """A generator of random numbers for a seed: neither the text nor the version of a family changes its draws."""
        return Random(f"{cls.name()}/{seed}")

    @classmethod
    def draw(cls, rng: Random, kind: str, fixed: Mapping[str, Any] | None = None) -> Self:
        """Draw until the question is fair. Raises BadParams where what is fixed never makes a fair one."""
        fixed = fixed or {}
        refused: Counter[Problem] = Counter()
        for _ in range(1 if set(fixed) == set(cls.domains()) else DRAWS_BEFORE_GIVING_UP):
            question = cls(**{**cls.draw_params(rng, fixed, kind), **fixed})
            problems = list(question.refusals(kind))
            if not problems:
                return question
            refused.update(problems)
        reasons = [problem for problem, _ in refused.most_common(3)]
        if fixed:
            raise BadParams("these parameters make no fair question", *reasons)
        raise NoFairQuestion(cls.name(), *reasons)

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters from JSON. Raises BadParams naming each field that is unknown or out of bounds."""
        domains = cls.domains()
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for name, given in params.items():
            try:
                if name not in domains:
                    raise BadParams("", Problem(f"/params/{name}", f"{cls.name()} has no parameter {name!r}"))
                values[name] = domains[name].read(given, f"/params/{name}")
            except BadParams as error:
                problems.extend(error.problems)
        if problems:
            raise BadParams("", *problems)
        return values

    @classmethod
    def from_json(cls, params: Mapping[str, Any]) -> Self:
        """The question of stored parameters."""
        return cls(**cls.read(params))

    def to_json(self) -> dict[str, Any]:
        return {name: written(getattr(self, name)) for name in self.domains()}

    def finished(self, seed: int | None, kind: str, rng: Random) -> Variant:
        """All text of this question, in type."""
        posed = self.pose(kind, rng)
        words = {"kind": kind, **self.words(kind)}
        heading = Heading(self.name(), self.title, self.topic(), self.source, self.points)
        origin = {"seed": seed, "version": self.version(), "params": self.to_json()}
        stem, solution = self._filled(f"{self.prelude}\n{self.stem}", words), self._filled(self.solution, words)
        return compose(heading, kind, stem, solution, posed, origin)

    def _filled(self, template: str, words: Mapping[str, object]) -> str:
        """Holes are filled from `words`, else with the attribute of that name; one that has none is an error."""
        own = {name: getattr(self, name) for name in holes_of(template) - words.keys() if hasattr(self, name)}
        return fill(template, **own, **words)

    @classmethod
    def catalogue(cls) -> dict[str, Any]:
        """The entry of `GET /v1/families/{family}`."""
        return {
            "name": cls.name(),
            "title": cls.title,
            "topic": cls.topic(),
            "source": list(cls.source),
            "kinds": list(cls.kinds),
            "points": cls.points,
            "version": cls.version(),
            "parameters": cls.schema(),
            "space": cls.space(cls.kinds[0]),
            "spaces": {kind: cls.space(kind) for kind in cls.kinds},
            "evidence": list(cls.tiers),
        }

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """The parameters as JSON Schema, for validation, for OpenAPI and for the docs."""
        about = {f.name: f.metadata["about"] for f in fields(cls)}  # type: ignore[arg-type]  # as in `domains`
        properties = {name: _described(domain.schema(), about[name]) for name, domain in cls.domains().items()}
        return {"type": "object", "properties": properties, "additionalProperties": False}


def _described(schema: dict[str, Any], about: str) -> dict[str, Any]:
    bounds = schema.pop("description", None)
    return {**schema, "description": f"{about} ({bounds})" if bounds else about}
