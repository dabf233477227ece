"""What a figure says to whoever cannot see it: words and numbers, and a table."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from bank.authoring.plot import Plot
from bank.notation.filters import spelt
from bank.notation.text import fill_plainly, holes_of

ROWS = 10  # values of a curve


def described(plot: Plot, series: Mapping[str, Any], question: object = None) -> str:
    """What the figure is for, from the plot, and what it shows, from the series.

    The holes of `plot.alt` are filled from the series, else with the attribute of that name of the question.
    """
    sentences = [_filled(plot.alt, series, question).rstrip(".")]
    for cloud in () if plot.table else plot.clouds:
        sentences.append(f"{cloud.label}: {len(series[cloud.x])} points")
    for curve in plot.curves:
        values = series[curve.series]
        sentences.append(f"{curve.label}: from {values[0]:.3g} to {values[-1]:.3g}, smallest {min(values):.3g}")
    if plot.mark:
        sentences.append(f"Marked at {plot.x}: {series[plot.mark]:.4g}")
    return ". ".join(sentences) + "."


def table(plot: Plot, series: Mapping[str, Any]) -> dict[str, Any]:
    """What a sighted reader sees at a glance: the values of curves at ten places, the number of points of clouds.

    As numbers, and as HTML.
    """
    if plot.table:
        columns, rows = series[plot.table]["columns"], series[plot.table]["rows"]
    else:
        columns, rows = _curves(plot, series) if plot.curves else _clouds(plot, series)
    return {"columns": columns, "rows": rows, "html": _html(plot.title or plot.y, columns, rows)}


def _curves(plot: Plot, series: Mapping[str, Any]) -> tuple[list[str], list[list[Any]]]:
    last = len(series["x"]) - 1
    places = sorted({round(last * step / (ROWS - 1)) for step in range(ROWS)})
    rows = [[series["x"][place], *(series[curve.series][place] for curve in plot.curves)] for place in places]
    return [plot.x, *(curve.label for curve in plot.curves)], rows


def _clouds(plot: Plot, series: Mapping[str, Any]) -> tuple[list[str], list[list[Any]]]:
    return ["group", "points"], [[cloud.label, len(series[cloud.x])] for cloud in plot.clouds]


def _html(caption: str, columns: list[str], rows: list[list[Any]]) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(spelt(first))}</th>{"".join(f"<td>{spelt(value)}</td>" for value in others)}</tr>'
        for first, *others in rows
    )
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _filled(alt: str, series: Mapping[str, Any], question: object) -> str:
    names = holes_of(alt)
    return fill_plainly(alt, **{name: series[name] if name in series else getattr(question, name) for name in names})
