"""One number: as a decimal, a fraction or a constant expression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bank.kinds import quantity
from bank.kinds.kind import MALFORMED, Grade, Json, Kind, Reading, Samples, reasons


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
