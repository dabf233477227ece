"""One number: as a decimal, a fraction or a constant expression."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from bank.kinds import forms, quantity
from bank.kinds.forms import FORMS
from bank.kinds.kind import MALFORMED, Grade, Json, Kind, Reading, Samples, no_answer, reasons
from bank.kinds.posing import Asked, Posed, number_json
from bank.notation.values import Value, exact


class Numeric(Kind):
    """`{"value": "ln(5/3)/ln(3)"}`"""

    name = "numeric"
    key = "value"

    def response_schema(self, shape: Mapping[str, Any]) -> dict[str, Any]:
        return self.object_schema(dict(quantity.SCHEMA))

    def instruction(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
        return f"Give {FORMS[shape['form']].one}."

    def pose(self, asked: Asked, rng: Random) -> Posed:
        key: Any = asked.key
        mistakes: Any = asked.mistakes
        return Posed(
            shape={"form": asked.form.name},
            answer=number_json(key) | {"tolerance": asked.form.tolerance(key)},
            feedback=[({"value": exact(wrong.value)}, wrong.why) for wrong in mistakes],
        )

    def faults(self, asked: Asked) -> Iterator[str]:
        key: Any = asked.key
        yield from asked.form.faults(key)

    def lets_pass(self, asked: Asked, mistake: Value) -> bool:
        key: Any = asked.key
        given: Any = mistake
        return quantity.lets_pass(given, key, asked.form)

    def read(self, shape: Mapping[str, Any], response: Json) -> Reading:
        given = self.member(response)
        if quantity.is_blank(given):
            raise no_answer("/value")
        value, tex = quantity.read(given, "/value", forms.of(shape))
        return Reading(value, quantity.shown(tex))

    def grade(self, private: Mapping[str, Any], reading: Reading) -> Grade:
        answer = private["answer"]
        if quantity.matches(reading.value, answer):
            return Grade(1.0, True)
        for entry in private["feedback"]:
            if quantity.recognises(reading.value, entry["on"]["value"], answer):
                return Grade(0.0, False, feedback=reasons(private, "value", entry["on"]["value"]))
        return Grade(0.0, False)

    def samples(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> Samples:
        form = forms.of(shape)
        plain = [answer["value"]] if form is None or form.decimals else []
        return Samples(
            right=[{"value": given} for given in (*quantity.spellings(answer, form), *plain)],
            wrong=[{"value": text} for text in quantity.misses(answer)],
            malformed=[*MALFORMED, *({"value": given} for given in (*quantity.BLANK, *quantity.unread(form)))],
        )
