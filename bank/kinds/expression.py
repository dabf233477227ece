"""A formula in given letters, compared with the key where these have a meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from random import Random
from typing import Any

from bank.errors import Unreadable
from bank.kinds import posing
from bank.kinds.kind import MALFORMED, Grade, Json, Kind, Reading, Samples, no_answer, reasons, unreadable
from bank.kinds.posing import Asked, Posed
from bank.kinds.quantity import shown, spelt_out
from bank.notation.expression import LONGEST, parse, read, tex_name
from bank.notation.expression.comparing import Domain, Values, Whole, same

NOT_JUDGED = (
    "This formula could not be compared with the answer: it has no value at most of the numbers that its letters may "
    "stand for, or differs by no more than rounding does. A person will look at it. No attempt is used."
)


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
            shape={"variables": variables, "domain": _domain(formula).record()},
            answer={"expression": formula.text, "variables": variables},
            feedback=[({"expression": text}, why) for text, why in formula.wrong],
        )

    def faults(self, asked: Asked) -> Iterator[str]:
        if asked.formula is None:
            yield "this question has no answer in letters"
        elif asked.formula.domain.keys() != asked.formula.at.keys():
            yield "the domain of its formula has other letters than the formula"

    def read(self, shape: Mapping[str, Any], response: Json) -> Reading:
        given = self.member(response)
        if given is None or (isinstance(given, str) and not given.strip()):
            raise no_answer("/expression")
        if not isinstance(given, str):
            raise unreadable("/expression", "must be a formula written as text")
        try:
            expression = read(given, shape["variables"])
        except Unreadable as error:
            raise unreadable("/expression", str(error), error.position) from None
        return Reading(expression, shown(expression.tex))

    def grade(self, private: Mapping[str, Any], reading: Reading) -> Grade:
        """`correct` is None where the formula has no value at most points of the domain: then a person judges it."""
        variables, domain = tuple(private["answer"]["variables"]), domain_of(private["shape"])
        given = Values(reading.value, domain)
        agrees = same(given, _values(private["answer"]["expression"], variables, domain))
        if agrees is None:
            return Grade(None, None, feedback=[spelt_out(NOT_JUDGED).record()])
        if agrees:
            return Grade(1.0, True)
        for entry in private["feedback"]:
            if same(given, _values(entry["on"]["expression"], variables, domain)):
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


def domain_of(shape: Mapping[str, Any]) -> Domain:
    """Of a stored question; one from before there were domains is compared at whole numbers, as it was then."""
    if "domain" in shape:
        return Domain.load(shape["domain"])
    return Domain.of({name: Whole() for name in shape["variables"]})


def _domain(formula: posing.Formula) -> Domain:
    return Domain.of(formula.domain, formula.below_one)


@lru_cache(maxsize=4096)
def _values(text: str, variables: tuple[str, ...], domain: Domain) -> Values:
    return Values(parse(text, variables), domain)
