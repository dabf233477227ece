"""What every kind of question can do: describe, pose, read, grade, and make responses to test itself with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from bank.errors import Problem, Unreadable
from bank.kinds.posing import Asked, Posed
from bank.notation.text import Rich
from bank.notation.values import Value

Json = Any


@dataclass(frozen=True, slots=True)
class Reading:
    """A response as it was understood; `shown` is what the learner sees of it."""

    value: Any
    shown: Rich


@dataclass(frozen=True, slots=True)
class Grade:
    """`score` is a part of 1; None where a person has to grade. `feedback` is {text, html} each."""

    score: float | None
    correct: bool | None
    parts: Sequence[Mapping[str, Any]] = ()
    feedback: Sequence[Mapping[str, str]] = ()
    rubric: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Samples:
    """Responses that a kind makes for its tests."""

    right: Sequence[Json]
    wrong: Sequence[Json]
    malformed: Sequence[Json]


class Kind(ABC):
    """One way of answering. `shape`, `answer` and `private` are the JSON stored with the variant."""

    name: ClassVar[str]
    key: ClassVar[str]  # the one member of a response

    @abstractmethod
    def response_schema(self, shape: Mapping[str, Any]) -> dict[str, Any]:
        """JSON Schema of a response."""

    @abstractmethod
    def instruction(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
        """The sentence under the stem that says how to answer (Markdown)."""

    @abstractmethod
    def pose(self, asked: Asked, rng: Random) -> Posed:
        """Put a question: its key, the options in the order shown, the reason against each mistake."""

    def faults(self, asked: Asked) -> Iterator[str]:
        """Why the question is not fair, or not possible, in this kind; nothing if it is fine."""
        yield from ()

    def lets_pass(self, asked: Asked, mistake: Value) -> bool:
        """Whether a mistake would be graded right, given exactly or rounded to three or four digits."""
        return False

    @abstractmethod
    def read(self, shape: Mapping[str, Any], response: Json) -> Reading:
        """Raises Unreadable with the pointer of the fault."""

    @abstractmethod
    def grade(self, private: Mapping[str, Any], reading: Reading) -> Grade:
        """Compare a reading with the key."""

    @abstractmethod
    def samples(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> Samples:
        """Right, wrong and malformed responses."""

    def member(self, response: Json) -> Json:
        """The one member of a response. Raises Unreadable where it is missing or not alone."""
        if not isinstance(response, Mapping):
            raise unreadable("", f"must be an object with the member {self.key!r}")
        for name in response:
            if name != self.key:
                raise unreadable("", f"only the member {self.key!r} is allowed")
        if self.key not in response:
            raise unreadable(f"/{self.key}", "is missing")
        return response[self.key]

    def object_schema(self, member: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {self.key: member},
            "required": [self.key],
            "additionalProperties": False,
        }


def unreadable(place: str, detail: str, position: int | None = None) -> Unreadable:
    """The error that names the member at fault."""
    return Unreadable(detail, Problem(f"/response{place}", detail, position), position=position)


def no_answer(place: str) -> Unreadable:
    """The error of a response in which nothing is answered."""
    return unreadable(place, "no answer was given")


def all_of_them(faults: Sequence[Unreadable]) -> Unreadable:
    """One error for all parts of a response that cannot be read; its position is that of the first."""
    problems = [problem for fault in faults for problem in fault.problems]
    return Unreadable("; ".join(map(str, faults)), *problems, position=faults[0].position)


def reasons(private: Mapping[str, Any], member: str, given: object) -> list[dict[str, str]]:
    """The feedback stored against this very mistake."""
    return [
        {"text": entry["text"], "html": entry["html"]}
        for entry in private["feedback"]
        if entry["on"].get(member) == given
    ]


MALFORMED: tuple[Json, ...] = (None, 7, "a", [], {}, {"answer": "a"}, True)
