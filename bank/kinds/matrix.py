"""A matrix of numbers, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from random import Random
from typing import Any

from bank.kinds import forms, quantity
from bank.kinds.forms import FORMS
from bank.kinds.kind import MALFORMED, Grade, Json, Kind, Reading, Samples, unreadable
from bank.kinds.posing import Asked, Posed
from bank.notation.values import Value, exact


class Matrix(Kind):
    """`{"matrix": [["1", "5/2"], ["5/2", "0"]]}`

    Each right cell earns its share. Where a symmetric matrix is asked for (`"symmetric": true` in the shape), nothing
    is earned by one that is not symmetric, nor by the diagonal, which is only copied: the pairs i < j earn equal
    shares, each where (i, j), (j, i), (i, i) and (j, j) are right.
    """

    name = "matrix"
    key = "matrix"

    def response_schema(self, shape: Mapping[str, Any]) -> dict[str, Any]:
        rows, columns = shape["rows"], shape["columns"]
        row = {"type": "array", "items": dict(quantity.PART), "minItems": columns, "maxItems": columns}
        return self.object_schema({"type": "array", "items": row, "minItems": rows, "maxItems": rows})

    def instruction(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
        return f"Give the {shape['rows']} × {shape['columns']} matrix, row by row: {FORMS[shape['form']].many}."

    def pose(self, asked: Asked, rng: Random) -> Posed:
        key: Any = asked.key
        symmetric = {"symmetric": True} if asked.symmetric else {}
        return Posed(
            shape={"rows": len(key), "columns": len(key[0]), "form": asked.form.name, **symmetric},
            answer={"matrix": _cells(key), "tolerance": {"absolute": 0, "relative": 0}},
            feedback=[({"matrix": _cells(value)}, why) for value, why, *_ in asked.mistakes],
        )

    def faults(self, asked: Asked) -> Iterator[str]:
        key: Any = asked.key
        yield from (fault for cell in chain(*key) for fault in asked.form.faults(cell))

    def lets_pass(self, asked: Asked, mistake: Value) -> bool:
        key: Any = asked.key
        given: Any = mistake
        cells = zip(chain(*given), chain(*key), strict=True)
        return all(quantity.lets_pass(cell, right, asked.form) for cell, right in cells)

    def read(self, shape: Mapping[str, Any], response: Json) -> Reading:
        given = self.member(response)
        if not isinstance(given, list) or len(given) != shape["rows"]:
            raise unreadable("/matrix", f"must be a list of {shape['rows']} rows")
        for i, row in enumerate(given):
            if not isinstance(row, list) or len(row) != shape["columns"]:
                raise unreadable(f"/matrix/{i}", f"must be a list of {shape['columns']} numbers")
        cells = {f"/matrix/{i}/{j}": cell for i, row in enumerate(given) for j, cell in enumerate(row)}
        parts, width = list(quantity.read_parts(cells, forms.of(shape)).values()), shape["columns"]
        read = [parts[start : start + width] for start in range(0, len(parts), width)]
        values = [[value for value, _ in row] for row in read]
        rows = r" \\ ".join(" & ".join(tex for _, tex in row) for row in read)
        return Reading(values, quantity.shown(rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"))

    def grade(self, private: Mapping[str, Any], reading: Reading) -> Grade:
        answer = private["answer"]
        right = [
            [quantity.matches(cell, _cell(key, answer["tolerance"])) for cell, key in zip(row, keys, strict=True)]
            for row, keys in zip(reading.value, answer["matrix"], strict=True)
        ]
        earning = _pairs(right, reading.value) if private["shape"].get("symmetric") else right
        shares = len(right) * (len(right) - 1) if private["shape"].get("symmetric") else sum(map(len, right))
        parts = [
            {
                "name": f"{i + 1},{j + 1}",
                "correct": fine,
                "score": earning[i][j] / shares,
                "blank": reading.value[i][j] is None,
            }
            for i, row in enumerate(right)
            for j, fine in enumerate(row)
        ]
        correct = all(map(all, right))
        feedback = [] if correct else self._reason(private, reading.value)
        return Grade(sum(map(sum, earning)) / shares, correct, parts, feedback)

    @staticmethod
    def _reason(private: Mapping[str, Any], given: Sequence[Sequence[Any]]) -> list[dict[str, str]]:
        return [
            {"text": entry["text"], "html": entry["html"]}
            for entry in private["feedback"]
            if [[quantity.key_of(cell) for cell in row] for row in entry["on"]["matrix"]] == given
        ]

    def samples(self, shape: Mapping[str, Any], answer: Mapping[str, Any]) -> Samples:
        key = answer["matrix"]

        def with_first(cell: Any) -> Json:
            return {"matrix": [[cell, *key[0][1:]], *key[1:]]}

        form = forms.of(shape)
        first = _cell(key[0][0], answer["tolerance"])
        return Samples(
            right=[{"matrix": key}, *(with_first(way) for way in quantity.spellings(first, form))],
            wrong=[with_first(way) for way in (*quantity.misses(first), *quantity.BLANK)],
            malformed=[
                *MALFORMED,
                {"matrix": key[1:]},
                {"matrix": [["" for _ in row] for row in key]},
                {"matrix": [row[1:] for row in key]},
                {"matrix": [key]},
                *(with_first(way) for way in quantity.unread(form)),
            ],
        )


def _pairs(right: Sequence[Sequence[bool]], given: Sequence[Sequence[Any]]) -> list[list[bool]]:
    """Which cells earn something where a symmetric matrix is asked for."""
    places = range(len(right))
    pairs = [(given[i][j], given[j][i]) for i in places for j in range(i)]
    if any(None not in pair and pair[0] != pair[1] for pair in pairs):
        return [[False for _ in places] for _ in places]
    return [[i != j and right[i][j] and right[j][i] and right[i][i] and right[j][j] for j in places] for i in places]


def _cells(rows: Any) -> list[list[str]]:
    return [[exact(cell) for cell in row] for row in rows]


def _cell(text: str, tolerance: Mapping[str, float]) -> dict[str, Any]:
    return {"exact": text, "value": float(quantity.key_of(text)), "tolerance": tolerance}
