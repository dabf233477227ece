"""What a report tells of a variant, taken once when a bank takes it: where the right option stands, what guesses earn
on it, and what makes it easy or hard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bank.errors import Unreadable
from bank.notation.expression import number
from bank.strategies import CHOSEN, Question, chance_of, earned, place_by_value, question
from bank.strategies.seen import numbers_in

FEATURES = {  # of difficulty, by name, and in words
    "effort": "work by hand, in steps with one-digit numbers",
    "size": "largest number, without its sign",
    "digits": "digits of all numbers",
    "steps": "steps of the worked solution",
    "nearest": "distance of the nearest mistake, relative to the larger of the two",
    "length": "characters of the question",
}
STEP = re.compile(r"=|\\(?:approx|le|ge|iff|Rightarrow)\b|<|>")  # what a line of a solution is taken on by
SHOWN = 4  # significant digits of a trait


def traits(public: Mapping[str, Any], private: Mapping[str, Any]) -> dict[str, Any]:
    """Of a variant's two records, as small JSON.

    Where options are shown: `options`, how many; `right`, the letters of the right ones; `rank`, the place of the only
    right one among numbers by size, from 1; `chance`, what blind guessing earns; `guesses`, what each strategy earns
    that applies. Of every kind `features`, those of FEATURES that can be told of it.
    """
    seen = question(public)
    return {**_choice(private, seen), "features": dict(_features(seen, private))}


def _choice(private: Mapping[str, Any], seen: Question) -> dict[str, Any]:
    kind, answer = private["kind"], private["answer"]
    if kind not in CHOSEN:
        return {}
    guesses = {name: _short(share) for name, share in earned(kind, seen, answer).items()}
    count = len(seen.options)
    found = {"options": count, "chance": _short(chance_of(kind, count)), "guesses": guesses}
    if kind == "multiple_choice":
        return {**found, "right": list(answer["choices"])}
    place = place_by_value(seen, answer["choice"])
    return {**found, "right": [answer["choice"]], **({} if place is None else {"rank": place + 1})}


def _features(seen: Question, private: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    keys = _keys(private["answer"])
    numbers = [abs(value) for value in (*numbers_in(seen.stem), *seen.values, *keys.values())]
    if "effort" in private:
        yield "effort", private["effort"]
    if numbers:
        yield "size", _short(max(numbers))
    yield "digits", sum(map(str.isdigit, seen.stem)) + sum(c.isdigit() for each in seen.options for c in each.text)
    yield "steps", len(STEP.findall(private["solution"]["text"]))
    nearest = min(_distances(keys, seen, private), default=None)
    if nearest is not None:
        yield "nearest", _short(nearest)
    yield "length", len(seen.stem)


def _keys(answer: Mapping[str, Any]) -> dict[str, float]:
    """The numbers asked for, by field; the only one under an empty name."""
    asked = answer.get("fields", {"": answer})
    return {name: float(one["value"]) for name, one in asked.items() if isinstance(one.get("value"), int | float)}


def _distances(keys: Mapping[str, float], seen: Question, private: Mapping[str, Any]) -> Iterator[float]:
    """From the key to each mistake: of the options that are shown, else of those that are answered by a reason."""
    if seen.options:
        key = next((each.value for each in seen.options if each.id == private["answer"].get("choice")), None)
        yield from _apart(key, [value for value in seen.values if value != key])
        return
    for reason in private["feedback"]:
        mistake = reason["on"]
        if isinstance(mistake.get("value"), str):
            yield from _apart(keys.get(mistake.get("field", "")), _read(mistake["value"]))


def _apart(key: float | None, others: Iterable[float]) -> Iterator[float]:
    """Distances relative to the larger of two numbers, 0 to 2."""
    if key is None:
        return
    for other in others:
        if key != other:
            yield abs(key - other) / max(abs(key), abs(other))


def _read(written: str) -> Iterator[float]:
    try:
        yield float(number(written))
    except Unreadable:
        return


def _short(value: float) -> float:
    return float(f"{value:.{SHOWN}g}")
