"""Words, graded by a person with the rubric that is stored with the question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from typing import Any

from bank.kinds.kind import MALFORMED, Grade, Json, Kind, Reading, Samples, no_answer, unreadable
from bank.kinds.posing import Asked, Essay, Posed
from bank.kinds.quantity import spelt_out

LONGEST = 10_000
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")  # control characters, halves of characters


class Text(Kind):
    """`{"text": "…"}`"""

    name = "text"
    key = "text"

    def response_schema(self, shape: Mapping[str, Any]) -> dict[str, Any]:
        return self.object_schema({"type": "string", "minLength": 1, "maxLength": LONGEST})

    def instruction(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
        return "Answer in a few sentences."

    def pose(self, asked: Asked, rng: Random) -> Posed:
        assert asked.essay is not None, "a question in this kind has a model answer"  # noqa: S101 - a bug
        return posed(asked.essay)

    def read(self, shape: Mapping[str, Any], response: Json) -> Reading:
        text = self.member(response)
        if text is None or (isinstance(text, str) and not text.strip()):
            raise no_answer("/text")
        if not isinstance(text, str):
            raise unreadable("/text", "must be a text")
        if len(text) > LONGEST:
            raise unreadable("/text", f"must have at most {LONGEST} characters", LONGEST)
        if FORBIDDEN.search(text):
            raise unreadable("/text", "must have no control characters and no halves of characters")
        return Reading(text, spelt_out(text))

    def grade(self, private: Mapping[str, Any], reading: Reading) -> Grade:
        return Grade(None, None, rubric=private["answer"]["rubric"])

    def samples(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> Samples:
        return Samples(
            right=[{"text": answer["model"]}],
            wrong=[],
            malformed=[*MALFORMED, {"text": ""}, {"text": " \n"}, {"text": 3}, {"text": "x" * (LONGEST + 1)}],
        )


def posed(essay: Essay) -> Posed:
    return Posed(shape={}, answer={"model": essay.model, "rubric": [part._asdict() for part in essay.rubric]})
