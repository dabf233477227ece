"""One number: as a decimal, a fraction or a constant expression."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from bank.kinds import quantity
from bank.kinds.kind import MALFORMED, Grade, Json, Kind, Reading, Samples, reasons
from bank.kinds.posing import Asked, Posed, number_json
from bank.notation.values import exact, is_number


class Numeric(Kind):
    """`{"value": "ln(5/3)/ln(3)"}`"""

    name = "numeric"
    key = "value"

    def response_schema(self, shape: Mapping[str, Any]) -> dict[str, Any]:
        return self.object_schema(dict(quantity.SCHEMA))

    def instruction(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
        if answer["tolerance"]["relative"] or answer["tolerance"]["absolute"]:
            return "Give a number, a fraction or an expression; 3 significant digits suffice."
        return "Give the exact number: whole, a fraction or a decimal."

    def pose(self, asked: Asked, rng: Random) -> Posed:
        key: Any = asked.key
        mistakes: Any = asked.mistakes
        return Posed(
            shape={},
            answer=number_json(key) | {"tolerance": tolerance(asked)},
            feedback=[({"value": exact(value)}, why) for value, why, _ in mistakes],
        )

    def faults(self, asked: Asked) -> Iterator[str]:
        if 0 < tolerance(asked)["relative"] < asked.relative / 5:
            yield "a named mistake is too close to the key"

    def read(self, shape: Mapping[str, Any], response: Json) -> Reading:
        value, tex = quantity.read(self.member(response), "/value")
        return Reading(value, quantity.shown(tex))

    def grade(self, private: Mapping[str, Any], reading: Reading) -> Grade:
        answer = private["answer"]
        if quantity.matches(reading.value, answer):
            return Grade(1.0, True)
        for entry in private["feedback"]:
            mistake = {**answer, "exact": entry["on"]["value"], "value": float(quantity.key_of(entry["on"]["value"]))}
            if quantity.matches(reading.value, mistake):
                return Grade(0.0, False, feedback=reasons(private, "value", entry["on"]["value"]))
        return Grade(0.0, False)

    def samples(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> Samples:
        return Samples(
            right=[{"value": text} for text in quantity.spellings(answer)] + [{"value": answer["value"]}],
            wrong=[{"value": text} for text in quantity.misses(answer)],
            malformed=[*MALFORMED, *({"value": given} for given in quantity.WRONG_SPELLINGS)],
        )


def tolerance(asked: Asked) -> dict[str, float]:
    """What a number may be off by: nothing where whole numbers are exact, never so much that a mistake passes.

    Raises TypeError where the question has no number.
    """
    key: Any = asked.key
    if not asked.relative:
        return {"absolute": 0, "relative": 0}
    if asked.whole_exact and isinstance(key, int | Fraction) and key.denominator == 1:
        return {"absolute": 0, "relative": 0 if key else asked.relative}
    value = float(key)
    gaps = [abs(float(mistake) - value) / abs(value) for mistake, *_ in asked.mistakes if is_number(mistake)]
    return {"absolute": 0, "relative": float(f"{min([asked.relative, *(gap / 3 for gap in gaps)]):.3g}")}
