"""A formula in given letters, compared with the key at random points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from random import Random
from typing import Any

from bank.errors import Unreadable
from bank.kinds.kind import MALFORMED, Grade, Json, Kind, Reading, Samples, reasons, unreadable
from bank.kinds.posing import Asked, Posed
from bank.kinds.quantity import shown
from bank.notation.expression import LONGEST, meets, parse, read, tex_name, values_of


class Formula(Kind):
    """`{"expression": "M/2 + 1"}`"""

    name = "expression"
    key = "expression"

    def response_schema(self, shape: Mapping[str, Any]) -> dict[str, Any]:
        letters = ", ".join(shape["variables"])
        return self.object_schema({"type": "string", "maxLength": LONGEST, "description": f"a formula in {letters}"})

    def instruction(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
        letters = ", ".join(rf"\({tex_name(name)}\) as `{name}`" for name in shape["variables"])
        return f"Give a formula. Write {letters}."

    def pose(self, asked: Asked, rng: Random) -> Posed:
        formula = asked.formula
        assert formula is not None, "a question in this kind has a formula"  # noqa: S101 - a bug
        variables = list(formula.at)
        return Posed(
            shape={"variables": variables},
            answer={"expression": formula.text, "variables": variables},
            feedback=[({"expression": text}, why) for text, why in formula.wrong],
        )

    def faults(self, asked: Asked) -> Iterator[str]:
        if asked.formula is None:
            yield "this question has no answer in letters"

    def read(self, shape: Mapping[str, Any], response: Json) -> Reading:
        given = self.member(response)
        if not isinstance(given, str):
            raise unreadable("/expression", "must be a formula written as text")
        try:
            expression = read(given, shape["variables"])
        except Unreadable as error:
            raise unreadable("/expression", str(error), error.position) from None
        return Reading(expression, shown(expression.tex))

    def grade(self, private: Mapping[str, Any], reading: Reading) -> Grade:
        variables = tuple(private["answer"]["variables"])
        if meets(reading.value, _values(private["answer"]["expression"], variables), variables):
            return Grade(1.0, True)
        for entry in private["feedback"]:
            if meets(reading.value, _values(entry["on"]["expression"], variables), variables):
                return Grade(0.0, False, feedback=reasons(private, "expression", entry["on"]["expression"]))
        return Grade(0.0, False)

    def samples(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> Samples:
        text, letter = answer["expression"], shape["variables"][0]
        return Samples(
            right=[{"expression": way} for way in (text, f"({text})", f"0 + {text}", f"{letter} + {text} - {letter}")],
            wrong=[{"expression": way} for way in (f"{text} + 1", f"2*({text}) + {letter}", f"{letter} + 12345")],
            malformed=[
                *MALFORMED,
                *({"expression": way} for way in ("", None, 3, "unknown_name", "(", "x.y", f"{letter}{letter * 300}")),
            ],
        )


@lru_cache(maxsize=4096)
def _values(text: str, variables: tuple[str, ...]) -> tuple[Any, ...]:
    return values_of(parse(text, variables), variables)
