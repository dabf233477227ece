"""Which edits of the printed MLP lower its validation accuracy? Each alone in small copies, all together as printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log1p
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any, Literal

from bank.lab.trainings.mlp_defects import Settings
from bank.mlp_program import CLASSES, Program, edited

if TYPE_CHECKING:
    from bank.lab import Lab

SEEDS = tuple(range(8))
LOWERS, HARMLESS = 0.03, 0.02  # accuracy lost, mean over the seeds; nothing is said of what lies between
DEARER = 0.3  # negative log-likelihood added where logits are confined: their order suffers less
SMALL_INIT, FADED = 0.01, 0.2  # a standard deviation, and what it leaves of the first layer's gradient at most
RANGES = {"Tanh": 2.0, "Sigmoid": 1.0}  # lengths of the intervals that logits may be confined to

Asked = tuple[Sequence[str], tuple[int, int]]  # edits, and hidden widths of the copies
Result = Mapping[str, Any]


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
    lost = {edit: _less(correct, each, "accuracy") for edit, each in changed.items()}
    return Found(
        lowers={edit: lowers(edited([edit]), correct, each) for edit, each in changed.items()},
        series={
            "x": list(changed),
            "accuracy lost": [round(fmean(each), 4) for each in lost.values()],
            "deviation": [round(stdev(each), 4) for each in lost.values()],
            "loss added": [round(-fmean(_less(correct, each, "nll")), 4) for each in changed.values()],
            "ends": list(ends),
        },
    )


def lowers(program: Program, correct: Result, changed: Result) -> bool | Literal["undecided"]:
    """Whether a program has lost accuracy, from the results of its copies and of the correct program's.

    One whose logits are confined must also stay above the least loss that allows, and one that starts small must show
    the gradient that faded: of every seed.
    """
    lost, added = fmean(_less(correct, changed, "accuracy")), -fmean(_less(correct, changed, "nll"))
    if lost <= HARMLESS:
        return False
    enough = lost >= LOWERS or (_confined(program) is not None and added >= DEARER)
    return (enough and min(changed["nll"]) >= _floor(program) and _has_faded(program, correct, changed)) or "undecided"


def _confined(program: Program) -> float | None:
    return 1.0 if program.last == "softmax_first" else RANGES.get(program.output)


def _floor(program: Program) -> float:
    """The least loss: all of the interval between the right class and the others.

    >>> round(_floor(edited(["tanh_on_logits"])), 4), round(_floor(edited(["double_softmax"])), 4)
    (0.7966, 1.4612)
    """
    confined = _confined(program)
    return 0.0 if confined is None else log1p((CLASSES - 1) * exp(-confined))


def _has_faded(program: Program, correct: Result, changed: Result) -> bool:
    if program.init != "normal" or program.scale > SMALL_INIT:
        return True
    return all(b < FADED * a for a, b in zip(correct["gradient"], changed["gradient"], strict=True))


def _less(correct: Result, changed: Result, measure: str) -> list[float]:
    """By how much each seed has less of it."""
    return [a - b for a, b in zip(correct[measure], changed[measure], strict=True)]
