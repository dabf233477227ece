"""Which edits of the printed MLP lower its validation accuracy? Each alone in small copies, all together as printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any, Literal

from bank.lab.mlp_costs import Result, less, lowers
from bank.lab.trainings.mlp_defects import Settings
from bank.mlp_program import edited

if TYPE_CHECKING:
    from bank.lab import Lab

SEEDS = tuple(range(8))
Asked = tuple[Sequence[str], tuple[int, int]]  # edits, and hidden widths of the copies


@dataclass(frozen=True)
class Found:
    """Of each edit whether it lowers the accuracy; what was lost, and the ends of the printed code's curves."""

    lowers: Mapping[str, bool | Literal["undecided"]]
    series: Mapping[str, Any]
    seeds: Sequence[int] = SEEDS
    results: Sequence[Mapping[str, Any]] = ()


class MlpEdits:
    """Differences are between nets that share data, first noise, batches and dropout."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def measured(self, asked: Sequence[Asked]) -> list[Found]:
        """Of each question; all that is missing is trained together."""
        alone = [setting for edits, widths in asked for setting in _alone(edits, widths)]
        whole = [setting for edits, widths in asked for setting in _whole(edits, widths)]
        copies, curves = iter(self.lab.results("mlp_defects", alone)), iter(self.lab.results("printed_mlp", whole))
        return [
            replace(
                _found(
                    next(copies).value,
                    {edit: next(copies).value for edit in edits},
                    [next(curves).value["accuracy"][-1] for _ in ("without edits", "with all of them")],
                ),
                results=self._behind(edits, widths),
            )
            for edits, widths in asked
        ]

    def _behind(self, edits: Sequence[str], widths: tuple[int, int]) -> list[dict[str, Any]]:
        """The results, kept by now, that one question rests on."""
        with self.lab.noted() as used:
            self.lab.results("mlp_defects", _alone(edits, widths))
            self.lab.results("printed_mlp", _whole(edits, widths))
        return used


def _alone(edits: Sequence[str], widths: tuple[int, int]) -> list[Settings]:
    """Of small copies: without any edit, and with each alone."""
    return [Settings(own, widths, SEEDS) for own in ((), *((each,) for each in edits))]


def _whole(edits: Sequence[str], widths: tuple[int, int]) -> list[dict[str, Any]]:
    """Of the printed code: without any edit, and with all of them."""
    return [{"edits": own, "widths": widths} for own in ([], sorted(edits))]


def _found(correct: Result, changed: Mapping[str, Result], ends: Sequence[float]) -> Found:
    lost = {edit: less(correct, each, "accuracy") for edit, each in changed.items()}
    return Found(
        lowers={edit: lowers(edited([edit]), correct, each) for edit, each in changed.items()},
        series={
            "x": list(changed),
            "accuracy lost": [round(fmean(each), 4) for each in lost.values()],
            "deviation": [round(stdev(each), 4) for each in lost.values()],
            "loss added": [round(-fmean(less(correct, each, "nll")), 4) for each in changed.values()],
            "ends": list(ends),
        },
    )
