"""What a figure shows, declared by a family; `bank.figures` draws it from the measured series."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: its name in the series, and what the legend calls it."""

    series: str
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Curves over the series `x`; `mark` names a number of the series that is marked on the x axis."""

    title: str
    x: str
    y: str
    curves: tuple[Curve, ...]
    alt: str
    logarithmic: bool = False
    mark: str = ""
