"""A family is a class, a question is an instance, and its fields are the parameters."""

from __future__ import annotations

import hashlib
import inspect
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, Self, dataclass_transform

from bank.errors import BadParams, NoFairQuestion, Problem, UnknownFamily
from bank.params import Domain, param, written
from bank.plot import Plot
from bank.text import fill
from bank.variant import Draft, Heading, Posed, compose

if TYPE_CHECKING:
    from bank.evidence import Evidence
    from bank.lab import Lab

ENGINE = 1  # raise it when a change outside of the families alters what students see
THROWS = 2000  # a fair draw is found in a few throws; the rest is for parameters that a client fixed


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(param,))
class Family(ABC):
    """What every family declares; `Exercise` and `StatementPool` say how a question is posed and proven."""

    title: ClassVar[str]
    topic: ClassVar[str]
    source: ClassVar[tuple[str, ...]]
    points: ClassVar[int]
    kinds: ClassVar[tuple[str, ...]]
    tiers: ClassVar[tuple[str, ...]]
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
        """What the holes of stem and solution may name, besides the parameters."""
        return {}

    @classmethod
    def dice(cls, rng: Random, given: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """One throw of every parameter that is not given; a family whose parameters hang together has its own."""
        return {name: given[name] if name in given else domain.draw(rng) for name, domain in cls.domains().items()}

    @classmethod
    def space(cls) -> int | None:
        """How many distinct variants the dice can reach, fair or not; None where it is not bounded."""
        count = 1
        for domain in cls.domains().values():
            if domain.size is None:
                return None
            count *= domain.size
        return count

    @classmethod
    def name(cls) -> str:
        return cls.__module__.rpartition(".")[2]

    @classmethod
    @cache
    def version(cls) -> str:
        """Digest of the family's source and of its text: whatever changes it changes the draws."""
        source = Path(inspect.getfile(cls)).read_bytes()
        return hashlib.sha256(b"%d:" % ENGINE + source + cls.stem.encode() + cls.solution.encode()).hexdigest()[:12]

    @classmethod
    @cache
    def domains(cls) -> dict[str, Domain]:
        return {f.name: f.metadata["domain"] for f in fields(cls)}  # type: ignore[arg-type]  # made one by __init_subclass__

    @classmethod
    def draft(cls, seed: int | None, kind: str | None = None, params: Mapping[str, Any] | None = None) -> Draft:
        """The finished question of a seed. `params` (JSON) fixes some or all parameters.

        Raises UnknownFamily for a kind it cannot be asked in, BadParams for parameters out of bounds or unfair.
        """
        kind = kind or cls.kinds[0]
        if kind not in cls.kinds:
            raise UnknownFamily("", Problem("/kind", f"kind must be one of {', '.join(cls.kinds)}"))
        rng = cls.dice_of(seed)
        return cls.draw(rng, kind, cls.read(params or {})).finished(seed, kind, rng)

    @classmethod
    def dice_of(cls, seed: int | None) -> Random:
        """The private dice of a seed, as long as the version stands."""
        return Random(f"{cls.name()}/{cls.version()}/{seed}")

    @classmethod
    def draw(cls, rng: Random, kind: str, given: Mapping[str, Any] | None = None) -> Self:
        """Throw the dice until the question is fair. Raises BadParams where what is given never makes a fair one."""
        given = given or {}
        refused: Counter[Problem] = Counter()
        throws = 1 if set(given) == set(cls.domains()) else THROWS
        for _ in range(throws):
            question = cls(**cls.dice(rng, given, kind))
            problems = list(question.refusals(kind))
            if not problems:
                return question
            refused.update(problems)
        reasons = [problem for problem, _ in refused.most_common(3)]
        if given:
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

    def finished(self, seed: int | None, kind: str, rng: Random) -> Draft:
        """All text of this question, in type."""
        posed = self.pose(kind, rng)
        holes = {name: getattr(self, name) for name in self.domains()} | {"kind": kind} | dict(self.words(kind))
        heading = Heading(self.name(), self.title, self.topic, self.source, self.points)
        origin = {"seed": seed, "version": self.version(), "params": self.to_json()}
        return compose(heading, kind, fill(self.stem, **holes), fill(self.solution, **holes), posed, origin)

    @classmethod
    def catalogue(cls) -> dict[str, Any]:
        """The entry of `GET /v1/families/{family}`."""
        return {
            "name": cls.name(),
            "title": cls.title,
            "topic": cls.topic,
            "source": list(cls.source),
            "kinds": list(cls.kinds),
            "points": cls.points,
            "version": cls.version(),
            "parameters": cls.schema(),
            "space": cls.space(),
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
