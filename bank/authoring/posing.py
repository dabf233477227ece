"""An exercise put in each kind: the shape of a response, the key, the choices, the reason against each mistake."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

from bank.notation.values import Number, Value, exact, show
from bank.variant import Posed

if TYPE_CHECKING:
    from bank.authoring.exercise import Exercise

RIGHT = "Correct."


def single_choice(exercise: Exercise, rng: Random) -> Posed:
    """The key among some of the mistakes, in an order of the dice or in that of the family."""
    key, mistakes = exercise.key, list(exercise.mistakes)
    chosen = sorted(rng.sample(range(len(mistakes)), exercise.options - 1))
    options: list[tuple[Value, str]] = [(key, RIGHT), *(mistakes[place] for place in chosen)]
    rng.shuffle(options)
    if exercise.order:
        options.sort(key=lambda option: exercise.order.index(str(option[0])))
    letters = [chr(ord("a") + place) for place in range(len(options))]
    right = next(place for place, (_, why) in enumerate(options) if why is RIGHT)
    return Posed(
        shape={"choices": letters},
        answer={"choice": letters[right]} | _worth(key),
        choices=[show(value) for value, _ in options],
        feedback=[({"choice": letter}, why) for letter, (_, why) in zip(letters, options, strict=True)],
    )


def numeric(exercise: Exercise, rng: Random) -> Posed:
    """A number, with the tolerance it is accepted in."""
    key: Any = exercise.key
    return Posed(
        shape={},
        answer=_number(key) | {"tolerance": exercise.tolerance()},
        feedback=[({"value": exact(wrong.value)}, wrong.why) for wrong in exercise.mistakes],  # type: ignore[arg-type]
    )


def expression(exercise: Exercise, rng: Random) -> Posed:
    """A formula in the letters that the stem names."""
    formula = exercise.formula()
    assert formula is not None, f"{exercise.name()} lists the kind expression but has no formula"  # noqa: S101 - a bug
    variables = list(formula.at)
    return Posed(
        shape={"variables": variables},
        answer={"expression": formula.text, "variables": variables},
        feedback=[({"expression": text}, why) for text, why in formula.wrong],
    )


def fields(exercise: Exercise, rng: Random) -> Posed:
    """Several named numbers; a mistake may be in any of them."""
    key: Any = exercise.key
    tolerance = {"absolute": 0, "relative": exercise.relative}
    reasons = [
        ({"field": name, "value": exact(value)}, wrong.why)
        for wrong in exercise.mistakes
        for name, value in wrong.value.items()  # type: ignore[union-attr]  # fields have fields as mistakes
        if value != key[name]
    ]
    answers = {name: _number(value) | {"tolerance": _exact_or(value, tolerance)} for name, value in key.items()}
    return Posed(shape={"fields": list(key)}, answer={"fields": answers}, feedback=reasons)


def matrix(exercise: Exercise, rng: Random) -> Posed:
    """A matrix of exact numbers."""
    key: Any = exercise.key
    return Posed(
        shape={"rows": len(key), "columns": len(key[0])},
        answer={"matrix": _cells(key), "tolerance": {"absolute": 0, "relative": 0}},
        feedback=[({"matrix": _cells(wrong.value)}, wrong.why) for wrong in exercise.mistakes],
    )


POSINGS: dict[str, Callable[[Exercise, Random], Posed]] = {
    "single_choice": single_choice,
    "numeric": numeric,
    "expression": expression,
    "fields": fields,
    "matrix": matrix,
}


def _number(value: Number) -> dict[str, Any]:
    as_float = float(value)
    return {"value": int(as_float) if as_float.is_integer() else as_float, "exact": exact(value)}


def _worth(value: Value) -> dict[str, Any]:
    """`value` and `exact` where the option is a number."""
    return {} if isinstance(value, str | dict | tuple) else _number(value)  # type: ignore[arg-type]  # narrowed


def _exact_or(value: Number, tolerance: dict[str, float]) -> dict[str, float]:
    return {"absolute": 0, "relative": 0} if float(value).is_integer() else tolerance


def _cells(rows: Any) -> list[list[str]]:
    return [[exact(cell) for cell in row] for row in rows]
