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
class Ring:
    """A faint circle behind the points, such as a component of a density, and its name beside it, away from 0."""

    x: float
    y: float
    radius: float
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Curves over the series `x`, and clouds of points; at most eight curves and ten clouds can be told apart.

    `alt` says what the figure is for, to those who cannot see it: plain text, with holes for attributes of the question
    and for the series, `<<kappa>>`, `<<error|last>>`, `<<error|reached(0.01)>>`. What its curves begin and end with is
    added, and a table. `mark` names a number of the series that is marked on the x axis, `limits` are the ends of the
    y axis. A figure that a question shows has a title and an `alt` that do not answer it.

    A plane has axes of one scale, from -`span` to `span` each, and may have `rings` whose centres lie on a circle about
    0: lines separate the points that are nearest to each. `notes` names a series of (x, y, text) that is written over
    the points; `table` one with the columns and rows of the table, where it is to say more than how many points a cloud
    has.
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
    span: float = 0.0
    rings: tuple[Ring, ...] = ()
    notes: str = ""
    table: str = ""

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("a figure needs an alternative in words")
        if len(self.curves) > MOST_CURVES or len(self.clouds) > MOST_CLOUDS:
            raise ValueError(f"a figure tells at most {MOST_CURVES} curves and {MOST_CLOUDS} clouds apart")


MOST_CURVES, MOST_CLOUDS = 8, 10
