"""What a parameter may be: declared once; draws, validates, documents and counts."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

from bank.errors import BadParams, Problem

RATIONAL = re.compile(r"-?[0-9]{1,12}(/[0-9]{1,12}|\.[0-9]{1,12})?", re.ASCII)
MOST_SHOWN = 60  # characters of what was given


class Domain(ABC):
    """A set of values: a question draws one of some, a client may set any member."""

    @abstractmethod
    def draw(self, rng: Random) -> Any: ...

    @abstractmethod
    def read(self, given: object, pointer: str) -> Any:
        """The value that JSON `given` stands for. Raises BadParams with the pointer."""

    @abstractmethod
    def schema(self) -> dict[str, Any]: ...

    def draw_after(self, rng: Random, drawn: Mapping[str, Any]) -> Any:
        """The same where the values of other parameters are known: all that come before, and those a client fixed."""
        return self.draw(rng)

    @property
    def size(self) -> int | None:
        """How many values can be drawn; None where that is not counted."""
        return None

    def every(self) -> Iterable[Any] | None:
        """All values that are drawn; None where they cannot be listed."""
        return None


@dataclass(frozen=True)
class Integers(Domain):
    """Whole numbers: low..high are drawn, a client may set min..max (the same unless told)."""

    low: int
    high: int
    min: int | None = None
    max: int | None = None

    def draw(self, rng: Random) -> int:
        return rng.randint(self.low, self.high)

    def read(self, given: object, pointer: str) -> int:
        low, high = self._bounds()
        number = whole(given)
        if not isinstance(number, int) or isinstance(number, bool):
            raise refused(pointer, "must be an integer", given)
        if not low <= number <= high:
            raise refused(pointer, f"must be from {low} to {high}", given)
        return number

    def schema(self) -> dict[str, Any]:
        low, high = self._bounds()
        return {"type": "integer", "minimum": low, "maximum": high}

    @property
    def size(self) -> int:
        return self.high - self.low + 1

    def every(self) -> Iterable[int]:
        return range(self.low, self.high + 1)

    def _bounds(self) -> tuple[int, int]:
        return (self.low if self.min is None else self.min), (self.high if self.max is None else self.max)


@dataclass(frozen=True)
class Rationals(Domain):
    """Exact numbers: one of `values` is drawn, a client may set any p/q between `low` and `high`.

    `above` and `below` say that the bound itself is excluded.
    """

    values: tuple[Fraction | int, ...]
    low: Fraction | int
    high: Fraction | int
    above: bool = False
    below: bool = False

    def draw(self, rng: Random) -> Fraction:
        return Fraction(rng.choice(self.values))

    def read(self, given: object, pointer: str) -> Fraction:
        value = rational(given, pointer)
        too_low = value <= self.low if self.above else value < self.low
        too_high = value >= self.high if self.below else value > self.high
        if too_low or too_high:
            raise refused(pointer, f"must lie {self._interval()}", given)
        return value

    def schema(self) -> dict[str, Any]:
        return {
            "type": ["integer", "number", "string"],
            "pattern": f"^{RATIONAL.pattern}$",
            "description": f"an exact number {self._interval()}, such as 3, 0.4 or '2/5'",
        }

    @property
    def size(self) -> int:
        return len(set(self.values))

    def every(self) -> Iterable[Fraction]:
        return {Fraction(value) for value in self.values}

    def _interval(self) -> str:
        return f"{'above' if self.above else 'from'} {self.low} {'to below' if self.below else 'to'} {self.high}"


@dataclass(frozen=True)
class OneOf(Domain):
    """One of a few named values: words, flags, or None. `aliases` pairs other names that clients use with a value."""

    values: tuple[str | bool | int | None, ...]
    aliases: tuple[tuple[str, str], ...] = field(default=(), kw_only=True)

    def draw(self, rng: Random) -> Any:
        return rng.choice(self.values)

    def read(self, given: object, pointer: str) -> Any:
        number = whole(given)
        for value in self.values:
            if type(number) is type(value) and number == value:
                return value
        for name, value in self.aliases:
            if given == name:
                return value
        raise refused(pointer, f"must be one of {', '.join(map(_in_json, self.values))}", given)

    def schema(self) -> dict[str, Any]:
        return {"enum": [*self.values, *(name for name, _ in self.aliases)]}

    @property
    def size(self) -> int:
        return len(self.values)

    def every(self) -> Iterable[Any]:
        return self.values


@dataclass(frozen=True)
class Optional(Domain):
    """A parameter that only some questions have, the others null: those whose parameter `where` is `equals`.

    Without `where` the family draws it, and says in its `constraints` which questions have it.
    """

    of: Domain
    where: str = ""
    equals: Any = None

    def draw(self, rng: Random) -> None:
        return None

    def draw_after(self, rng: Random, drawn: Mapping[str, Any]) -> Any:
        return self.of.draw(rng) if self.where and drawn[self.where] == self.equals else None

    def fits(self, value: Any, others: object) -> bool:
        """Whether it is set in a question that has it, and in no other."""
        return not self.where or (value is not None) == (getattr(others, self.where) == self.equals)

    def read(self, given: object, pointer: str) -> Any:
        return None if given is None else self.of.read(given, pointer)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [self.of.schema(), {"type": "null"}]}


def param(domain: Domain, about: str) -> Any:
    """Declare a parameter of a family."""
    return field(metadata={"domain": domain, "about": about})


def rational(given: object, pointer: str) -> Fraction:
    """An exact number from JSON: an integer, a decimal as it is written, or a string such as "9/2"."""
    if isinstance(given, Fraction):
        return given
    written = repr(given) if isinstance(given, int | float) and not isinstance(given, bool) else given
    if not isinstance(written, str) or not RATIONAL.fullmatch(written):
        raise refused(pointer, "must be an exact number such as 3, 0.4 or '2/5'", given)
    if "." in written:
        return Fraction(written)
    numerator, _, denominator = written.partition("/")
    try:
        return Fraction(int(numerator), int(denominator or 1))
    except ZeroDivisionError:
        raise refused(pointer, "divides by zero", given) from None


def written(value: Any) -> Any:
    """The JSON of a parameter's value: lists for tuples, "9/2" for a fraction, 4 for a whole number, objects too."""
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else str(value)
    if isinstance(value, Mapping):
        return {name: written(member) for name, member in value.items()}
    if isinstance(value, tuple | list):
        return [written(item) for item in value]
    return value


def whole(given: object) -> object:
    """A number with nothing but zeros behind the point as JSON has it: 7.0 is 7."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


def refused(pointer: str, detail: str, *given: object) -> BadParams:
    """The error that names the field at fault, and what was given for it, if anything was."""
    shown = (json.dumps(value, default=str, ensure_ascii=False) for value in given)
    was = "".join(f"; {_shortened(text)} was given" for text in shown)
    return BadParams("", Problem(pointer, f"{named(pointer)} {detail}{was}"))


def named(pointer: str) -> str:
    """A field as people write it.

    >>> named("/params/M"), named("/params/x/0"), named("/params/layers/1/in")
    ('M', 'x[0]', 'layers[1].in')
    """
    first, *rest = pointer.removeprefix("/params").strip("/").split("/")
    return first + "".join(f"[{name}]" if name.isdecimal() else f".{name}" for name in rest)


def _in_json(value: str | bool | int | None) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"
