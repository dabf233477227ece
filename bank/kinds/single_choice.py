"""Exactly one option is right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bank.kinds.kind import MALFORMED, Grade, Json, Kind, Reading, Samples, reasons, unreadable
from bank.kinds.quantity import spelt_out


class SingleChoice(Kind):
    """`{"choice": "c"}`"""

    name = "single_choice"
    key = "choice"

    def response_schema(self, shape: Mapping[str, Any]) -> dict[str, Any]:
        return self.object_schema({"enum": list(shape["choices"])})

    def instruction(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
        return "Choose one option."

    def read(self, shape: Mapping[str, Any], response: Json) -> Reading:
        choice = self.member(response)
        if not isinstance(choice, str) or choice not in shape["choices"]:
            raise unreadable("/choice", f"must be one of {', '.join(shape['choices'])}")
        return Reading(choice, spelt_out(f"Option {choice}"))

    def grade(self, private: Mapping[str, Any], reading: Reading) -> Grade:
        correct = reading.value == private["answer"]["choice"]
        return Grade(float(correct), correct, feedback=reasons(private, "choice", reading.value))

    def samples(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> Samples:
        wrong = [{"choice": letter} for letter in shape["choices"] if letter != answer["choice"]]
        return Samples(
            right=[{"choice": answer["choice"]}],
            wrong=wrong,
            malformed=[*MALFORMED, {"choice": None}, {"choice": "zz"}, {"choice": ["a"]}, {"choice": "a", "x": 1}],
        )
