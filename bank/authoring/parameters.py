"""The parameters of a family: its fields, declared once; they draw, validate, document and count."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from itertools import product
from math import prod
from random import Random
from typing import Any, Self, dataclass_transform

from bank.authoring import references
from bank.authoring.params import Domain, Optional, param, written
from bank.errors import BadParams, NoFairQuestion, Problem

TRIED = 3000  # questions that are tried one by one to count the fair ones
DRAWS_BEFORE_GIVING_UP = 2000  # a fair one is found among a few; the rest is for parameters that a client fixed
STRAY_DRAWS = 20  # fair ones outside the band of effort, after which what a client fixed is taken to be the reason
STRAYS = Problem("/params", "it would be much less or much more work than other questions")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(param,))
class Parameters(ABC):
    """A class is what may be asked, an instance one question."""

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)

    @abstractmethod
    def refusals(self, kind: str) -> Iterator[Problem]:
        """Why this question would be ill-posed or unfair when asked in that kind; nothing if it is fine."""

    def misplaced(self) -> Iterator[Problem]:
        """Parameters that this question lacks, or that are set although only others have them."""
        for name, domain in self._optional():
            if not domain.fits(getattr(self, name), self):
                detail = f"{name} is set where {domain.where} is {domain.equals}, and only there"
                yield Problem(f"/params/{name}", detail)

    @property
    def asking(self) -> str:
        """Which of the few things that this family asks for is asked here: form, tolerance and effort belong to it."""
        return str(getattr(self, "ask", ""))

    @property
    def strays(self) -> bool:
        """Whether it costs much less or much more work than the other questions that ask the same."""
        return False

    @property
    def irrelevant(self) -> tuple[str, ...]:
        """Parameters that the learner is told, and on which the answer does not depend as this question is asked."""
        return ()

    def identity(self, kind: str) -> Hashable:
        """What is the same in two questions that are one: all parameters on which the answer may depend."""
        return tuple(getattr(self, name) for name in self.domains() if name not in self.irrelevant)

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """A value for every parameter; a family whose parameters hang together has its own.

        What a client fixed stands in `fixed`, for parameters that depend on it; `draw` puts it over what is drawn.
        """
        drawn = dict(fixed)
        for name, domain in cls.domains().items():
            if name not in drawn:
                drawn[name] = domain.draw_after(rng, drawn)
        return drawn

    @classmethod
    def draw(cls, rng: Random, kind: str, fixed: Mapping[str, Any] | None = None) -> Self:
        """Draw until the question is fair, and as much work as others; a client's own numbers may be more or less.

        Raises BadParams where what is fixed never makes a fair one.
        """
        fixed = fixed or {}
        refused: Counter[Problem] = Counter()
        stray: list[Self] = []
        for _ in range(1 if set(fixed) == set(cls.domains()) else DRAWS_BEFORE_GIVING_UP):
            question = cls(**{**cls.draw_params(rng, fixed, kind), **fixed})
            problems = list(question.misplaced()) or list(question.refusals(kind))
            if not problems and not question.strays:
                return question
            stray += [question] if fixed and not problems else []
            if len(stray) == STRAY_DRAWS:
                break
            refused.update(problems or [STRAYS])
        if stray:
            return stray[0]
        reasons = [problem for problem, _ in refused.most_common(3)]
        if fixed:
            raise BadParams("these parameters make no fair question", *reasons)
        raise NoFairQuestion(cls.name(), *reasons)

    @classmethod
    def rng(cls, seed: int | None) -> Random:
        """A generator of random numbers for a seed: neither the text nor the version of a family changes its draws."""
        return Random(f"{cls.name()}/{seed}")

    @classmethod
    def space(cls, kind: str) -> int | None:
        """How many distinct questions can be drawn in a kind; None where that is not bounded.

        Of the fair ones where they are few enough to try each, else fair or not. By default every combination of what
        the domains draw; a family whose parameters hang together counts for itself.
        """
        return cls._combinations() if cls.every(kind) is None else cls._fair_questions(kind)

    @classmethod
    def every(cls, kind: str) -> Iterable[Mapping[str, Any]] | None:
        """All parameters that dice may give in a kind, fair or not; None where they are too many to try each.

        By default every combination of what the domains draw.
        """
        domains, count = cls.domains(), cls._combinations()
        listed = [domain.every() for domain in domains.values()] if count is not None and count <= TRIED else [None]
        return None if None in listed else (dict(zip(domains, values, strict=True)) for values in product(*listed))

    @classmethod
    def _combinations(cls) -> int | None:
        sizes = [domain.size for domain in cls.domains().values()]
        return None if None in sizes else prod(sizes)  # type: ignore[arg-type]  # none of them is None

    @classmethod
    @cache
    def _fair_questions(cls, kind: str) -> int:
        """Every one is tried."""
        questions = (cls(**params) for params in cls.every(kind) or ())
        return len({question.identity(kind) for question in questions if question.is_drawn(kind)})

    def is_drawn(self, kind: str) -> bool:
        """Whether dice may give this question."""
        return not any(self.misplaced()) and not any(self.refusals(kind)) and not self.strays

    def instead(self, params: Mapping[str, Any]) -> Self:
        """The same question with other values of some parameters."""
        return type(self)(**{**{name: getattr(self, name) for name in self.domains()}, **params})

    @classmethod
    def name(cls) -> str:
        return cls.__module__.rpartition(".")[2]

    @classmethod
    @cache
    def domains(cls) -> dict[str, Domain]:
        return {f.name: f.metadata["domain"] for f in fields(cls)}  # type: ignore[arg-type]  # made one by __init_subclass__

    @classmethod
    @cache
    def _optional(cls) -> tuple[tuple[str, Optional], ...]:
        """The parameters that only some questions have."""
        return tuple((name, domain) for name, domain in cls.domains().items() if isinstance(domain, Optional))

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
                values[name] = domains[name].read(references.value_of(given), f"/params/{name}")
            except BadParams as error:
                problems.extend(error.problems)
        if problems:
            raise BadParams("", *problems)
        return values

    @classmethod
    def from_json(cls, params: Mapping[str, Any]) -> Self:
        """The question of stored parameters; those that the family did not have then are null where they may be.

        Raises BadParams naming one that every question of today has, and that is not stored.
        """
        values = cls.read(params)
        for name, domain in cls.domains().items():
            if name not in values:
                values[name] = domain.read(None, f"/params/{name}")
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        return {name: written(getattr(self, name)) for name in self.domains()}

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """The parameters as JSON Schema, for validation, for OpenAPI and for the docs."""
        about = {f.name: f.metadata["about"] for f in fields(cls)}  # type: ignore[arg-type]  # as in `domains`
        properties = {name: _described(domain.schema(), about[name]) for name, domain in cls.domains().items()}
        return {"type": "object", "properties": properties, "additionalProperties": False}


def _described(schema: dict[str, Any], about: str) -> dict[str, Any]:
    bounds = schema.pop("description", None)
    return {**schema, "description": f"{about} ({bounds})" if bounds else about}
