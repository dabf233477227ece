"""What a figure shows, declared by a family; `bank.figures` draws it from the measured series."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: its name in the series, and what the legend calls it."""

    series: str
    label: str


@dataclass(frozen=True, slots=True)
class Cloud:
    """Points of one sort: the names of their coordinates in the series, and what the legend calls them."""

    x: str
    y: str
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Curves over the series `x`, and clouds of points; at most eight curves and ten clouds can be told apart.

    `alt` says what the figure is for, to those who cannot see it: plain text, with holes for attributes of the question
    and for the series, `<<kappa>>`, `<<error|last>>`, `<<error|reached(0.01)>>`. What its curves begin and end with is
    added, and a table. `mark` names a number of the series that is marked on the x axis, `limits` are the ends of the
    y axis. A figure that a question shows has a title and an `alt` that do not answer it.
    """

    title: str
    x: str
    y: str
    alt: str
    curves: tuple[Curve, ...] = ()
    clouds: tuple[Cloud, ...] = ()
    logarithmic: bool = False
    mark: str = ""
    limits: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("a figure needs an alternative in words")
        if len(self.curves) > MOST_CURVES or len(self.clouds) > MOST_CLOUDS:
            raise ValueError(f"a figure tells at most {MOST_CURVES} curves and {MOST_CLOUDS} clouds apart")


MOST_CURVES, MOST_CLOUDS = 8, 10
