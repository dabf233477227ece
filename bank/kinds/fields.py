"""Several named numbers; each is graded by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from bank.kinds import forms, quantity
from bank.kinds.forms import FORMS
from bank.kinds.kind import MALFORMED, Grade, Json, Kind, Reading, Samples, unreadable
from bank.kinds.posing import Asked, Posed, number_json
from bank.notation.text import Rich
from bank.notation.values import Number, Value, exact


class Fields(Kind):
    """`{"fields": {"mean": "0", "variance": "3"}}`"""

    name = "fields"
    key = "fields"

    def response_schema(self, shape: Mapping[str, Any]) -> dict[str, Any]:
        names = list(shape["fields"])
        return self.object_schema(
            {
                "type": "object",
                "properties": {name: dict(quantity.PART) for name in names},
                "minProperties": 1,
                "additionalProperties": False,
            }
        )

    def instruction(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
        names = ", ".join(f"`{name}`" for name in shape["fields"])
        return f"Give {names}: {FORMS[shape['form']].many}."

    def pose(self, asked: Asked, rng: Random) -> Posed:
        """A mistake may be in any of the fields."""
        key: Any = asked.key
        reasons = [
            ({"field": name, "value": exact(value)}, wrong.why)
            for wrong in asked.mistakes
            for name, value in wrong.value.items()  # type: ignore[union-attr]  # fields have fields as mistakes
            if _differs(value, key[name])
        ]
        answers = {name: number_json(part) | {"tolerance": asked.form.tolerance(part)} for name, part in key.items()}
        shape = {"fields": list(key), "form": asked.form.name}
        return Posed(shape=shape, answer={"fields": answers}, feedback=reasons)

    def faults(self, asked: Asked) -> Iterator[str]:
        key: Any = asked.key
        yield from (fault for part in key.values() for fault in asked.form.faults(part))

    def lets_pass(self, asked: Asked, mistake: Value) -> bool:
        """In any of the fields: each counts by itself."""
        key: Any = asked.key
        given: Any = mistake
        wrong = {name: part for name, part in key.items() if _differs(given[name], part)}
        return not wrong or any(quantity.lets_pass(given[name], part, asked.form) for name, part in wrong.items())

    def read(self, shape: Mapping[str, Any], response: Json) -> Reading:
        given = self.member(response)
        if not isinstance(given, Mapping):
            raise unreadable("/fields", f"must be an object with the members {', '.join(shape['fields'])}")
        for name in given:
            if name not in shape["fields"]:
                raise unreadable("/fields", f"only the members {', '.join(shape['fields'])} are allowed")
        parts = quantity.read_parts({f"/fields/{name}": given.get(name) for name in shape["fields"]}, forms.of(shape))
        read = dict(zip(shape["fields"], parts.values(), strict=True))
        values = {name: value for name, (value, _) in read.items()}
        lines = [(name, quantity.shown(tex)) for name, (_, tex) in read.items()]
        text = "; ".join(f"{name} = {line.text}" for name, line in lines)
        return Reading(values, Rich(text, "; ".join(f"{name} = {line.html}" for name, line in lines)))

    def grade(self, private: Mapping[str, Any], reading: Reading) -> Grade:
        answers = private["answer"]["fields"]
        right = {name: quantity.matches(value, answers[name]) for name, value in reading.value.items()}
        share = 1 / len(answers)
        feedback = [
            {"text": entry["text"], "html": entry["html"]}
            for entry in private["feedback"]
            if not right[entry["on"]["field"]] and self._made(entry["on"], answers, reading)
        ]
        parts = [
            {"name": name, "correct": fine, "score": share * fine, "blank": reading.value[name] is None}
            for name, fine in right.items()
        ]
        score = sum(right.values()) / len(answers)
        return Grade(score, all(right.values()), parts, [f for i, f in enumerate(feedback) if f not in feedback[:i]])

    @staticmethod
    def _made(mistake: Mapping[str, str], answers: Mapping[str, Any], reading: Reading) -> bool:
        """Whether the learner's number is this very mistake."""
        name, value = mistake["field"], reading.value[mistake["field"]]
        return value is not None and quantity.recognises(value, mistake["value"], answers[name])

    def samples(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> Samples:
        key = {name: part["exact"] for name, part in answer["fields"].items()}
        first, part = next(iter(answer["fields"].items()))
        form, blanks = forms.of(shape), quantity.BLANK if len(key) > 1 else ()
        spelt = [{"fields": {**key, first: way}} for way in quantity.spellings(part, form)]
        return Samples(
            right=[{"fields": key}, *spelt],
            wrong=[{"fields": {**key, first: way}} for way in (*quantity.misses(part), *blanks)],
            malformed=[
                *MALFORMED,
                {"fields": {}},
                {"fields": dict.fromkeys(key, "?")},
                {"fields": {**key, "another": "1"}},
                *({"fields": {**key, first: way}} for way in quantity.unread(form)),
            ],
        )


def _differs(one: Number, other: Number) -> bool:
    """Most parts of a mistake are those of the key, the same objects, and fractions are slow to compare."""
    return one is not other and one != other
