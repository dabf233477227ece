"""Exactly one option is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from bank.kinds import fair_choice, quantity
from bank.kinds.kind import MALFORMED, Grade, Json, Kind, Reading, Samples, no_answer, reasons, unreadable
from bank.kinds.posing import RIGHT, Asked, Posed, Wrong, letters, number_json
from bank.kinds.quantity import spelt_out
from bank.notation.values import Value, is_number


class SingleChoice(Kind):
    """`{"choice": "c"}`"""

    name = "single_choice"
    key = "choice"

    def response_schema(self, shape: Mapping[str, Any]) -> dict[str, Any]:
        return self.object_schema({"enum": list(shape["choices"])})

    def instruction(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
        return "Choose one option."

    def pose(self, asked: Asked, rng: Random) -> Posed:
        """The key among some of the mistakes, in a random order or in that of the family."""
        options = [Wrong(asked.key, RIGHT), *fair_choice.beside(asked, rng)]
        rng.shuffle(options)
        if asked.order:
            options.sort(key=lambda option: asked.order.index(str(option.value)))
        ids = letters(len(options))
        right = next(letter for letter, option in zip(ids, options, strict=True) if option.why is RIGHT)
        return Posed(
            shape={"choices": ids},
            answer={"choice": right, **(number_json(asked.key) if is_number(asked.key) else {})},
            choices=asked.show([option.value for option in options]),
            feedback=[({"choice": letter}, option.why) for letter, option in zip(ids, options, strict=True)],
        )

    def lets_pass(self, asked: Asked, mistake: Value) -> bool:
        """Whoever works the mistaken number out must not find it among the options as the right one."""
        if is_number(mistake) and is_number(asked.key):
            return quantity.lets_pass(mistake, asked.key, asked.form)
        return mistake == asked.key

    def faults(self, asked: Asked) -> Iterator[str]:
        yield from fair_choice.faults(asked)

    def read(self, shape: Mapping[str, Any], response: Json) -> Reading:
        choice = self.member(response)
        if choice is None or choice == "":
            raise no_answer("/choice")
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
