"""What a question about a run shows: the result of an experiment that a worker makes, or finds kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bank.authoring.plot import Plot


@dataclass(frozen=True)
class Run:
    """The experiment and its settings (JSON), by which its result is kept; seeds are among the settings.

    `specimen` is a made-up result in the form of a real one: for previews and snapshots that train nothing.
    """

    experiment: str
    settings: Mapping[str, Any]
    specimen: Any


@dataclass(frozen=True)
class Shown:
    """A figure of the question: a plot, and the series of the run that it shows."""

    plot: Plot
    series: Mapping[str, Any]
