"""Every true option is to be selected, and no other.

A stored question says how it is scored: `all` or nothing, or `per_option`, where each right selection adds its share
and each wrong one takes as much away, down to nothing. One guess then earns what it earns in a single choice, and more
guesses hardly more. That is not so where most options apply: such a question is not put `per_option`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from bank.kinds.kind import MALFORMED, Grade, Json, Kind, Reading, Samples, no_answer, reasons, unreadable
from bank.kinds.posing import RIGHT, WRONG, Asked, Posed, letters
from bank.kinds.quantity import spelt_out

ALL, PER_OPTION = "all", "per_option"
SCORED = {
    ALL: "Points are given only for exactly the right selection.",
    PER_OPTION: "Each right selection adds points and each wrong one takes as many away; the total is never below 0.",
}
MISSING = "The selection is not complete."


class MultipleChoice(Kind):
    """`{"choices": ["a", "d"]}`"""

    name = "multiple_choice"
    key = "choices"

    def response_schema(self, shape: Mapping[str, Any]) -> dict[str, Any]:
        options = list(shape["choices"])
        member = {
            "type": "array",
            "items": {"enum": options},
            "uniqueItems": True,
            "minItems": 1,
            "maxItems": len(options),
        }
        return self.object_schema(member)

    def instruction(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
        return f"Select every option that applies. {SCORED[shape.get('scoring', ALL)]}"

    def pose(self, asked: Asked, rng: Random) -> Posed:
        """The options in the order of the key, which says of each whether it applies."""
        key = asked.key
        assert isinstance(key, Mapping), "a key that says of each option whether it applies"  # noqa: S101 - a bug
        ids = dict(zip(key, letters(len(key)), strict=True))
        reasons = {name: wrong.why for wrong in asked.mistakes for name in key if wrong.value[name] != key[name]}  # type: ignore[index,call-overload]  # a mistake has the form of the key
        return Posed(
            shape={"choices": list(ids.values()), "scoring": asked.scoring},
            answer={
                "choices": [letter for name, letter in ids.items() if key[name]],
                "statements": [name for name in key if key[name]],
            },
            choices=asked.show(list(key)),
            feedback=[
                ({"choice": letter}, f"{RIGHT if key[name] else WRONG} {reasons[name]}") for name, letter in ids.items()
            ],
        )

    def faults(self, asked: Asked) -> Iterator[str]:
        applies = [bool(each) for each in asked.key.values()] if isinstance(asked.key, Mapping) else []
        if len(set(applies)) == 1:
            yield "every option applies, or none does"
        elif asked.scoring == PER_OPTION and 2 * sum(applies) > len(applies):
            yield "most options apply, so that guessing pays where each counts by itself"

    def read(self, shape: Mapping[str, Any], response: Json) -> Reading:
        chosen = self.member(response)
        if chosen == [] or chosen is None:
            raise no_answer("/choices")
        if not isinstance(chosen, list):
            raise unreadable("/choices", "must be a list of options")
        if len(chosen) > len(shape["choices"]):
            raise unreadable("/choices", "has more entries than there are options")
        for place, choice in enumerate(chosen):
            if not isinstance(choice, str) or choice not in shape["choices"]:
                raise unreadable(f"/choices/{place}", f"must be one of {', '.join(shape['choices'])}")
        if len(set(chosen)) < len(chosen):
            raise unreadable("/choices", "must have no option twice")
        picked = sorted(chosen)
        return Reading(picked, spelt_out(f"Options {', '.join(picked)}"))

    def grade(self, private: Mapping[str, Any], reading: Reading) -> Grade:
        """A selected option that does not apply gets its reason; which ones are missing is not told."""
        picked, key = set(reading.value), set(private["answer"]["choices"])
        feedback = [reason for letter in sorted(picked - key) for reason in reasons(private, "choice", letter)]
        if key - picked:
            feedback.append({"text": MISSING, "html": MISSING})
        score = float(picked == key)
        if private["shape"].get("scoring") == PER_OPTION:
            score = max(0.0, (len(picked & key) - len(picked - key)) / max(1, len(key)))
        return Grade(score, picked == key, feedback=feedback)

    def samples(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> Samples:
        key, options = list(answer["choices"]), list(shape["choices"])
        others = [letter for letter in options if letter not in key]
        return Samples(
            right=[{"choices": key}, {"choices": key[::-1]}],
            wrong=[{"choices": picked} for picked in (others, options) if picked and set(picked) != set(key)],
            malformed=[*MALFORMED, *({"choices": picked} for picked in ([], "a", ["zz"], ["a", "a"], [1]))],
        )
