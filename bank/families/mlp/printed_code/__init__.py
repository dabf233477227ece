"""Questions about the printed MLP: what is said of its edits, and the run that shows them all at work.

A package, since a module of a topic is a family.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from math import prod
from pathlib import Path
from random import Random
from typing import Any, Self

from bank.authoring import (
    Curve,
    Evidence,
    Exercise,
    Lab,
    Lists,
    Measurement,
    OneOf,
    Plot,
    Problem,
    Run,
    Shown,
    Wrong,
    mlp_program,
    param,
    table_beside,
)
from bank.families.mlp import TRAINING


@dataclass(frozen=True)
class Told:
    """What is said of an edit: the change, as an option names it, and why it is a defect or harmless.

    Of a defect also its name, the words by which a person finds it in an answer, and what mends it.
    """

    change: str
    defect: bool
    why: str
    name: str = ""
    words: str = ""
    fix: str = ""


def _told() -> Iterator[tuple[str, Told]]:
    for group in table_beside(str(Path(__file__).with_name("edits"))).values():
        for name, change in group.pop("edits").items():
            yield name, Told(change, name not in mlp_program.HARMLESS, **group)


TOLD = dict(_told())
COUNTS = (2, 3)  # of defects, and of harmless edits
STEPS = tuple(range(0, mlp_program.STEPS + 1, 2))
SPECIMEN = {"x": STEPS, "accuracy": [round(0.4 - 0.3 * 0.93**step, 3) for step in STEPS]}


class PrintedCode(Exercise):
    """The key is derived edit by edit (edits.toml), the proof trains small copies with each edit alone."""

    source = ("7a",)
    points = 4
    tiers = ("training",)
    experiment = "validation accuracy of small copies with each edit alone, 8 seeds each, beside the same without it"
    band = (4, 6)

    edits: tuple[str, ...] = param(
        Lists(OneOf(tuple(TOLD)), 2 * COUNTS[0], 2 * COUNTS[-1], distinct=True), "the changes, in the order shown"
    )
    widths: tuple[int, int] = param(
        Lists(OneOf((24, 32, 48, 64, 96)), 2, 2),
        "hidden widths of the copies that prove the key, (48, 24), (64, 32) or (96, 48); the code prints 8 times more",
    )

    prelude = TRAINING

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """Two or three defects, two or three harmless edits, equally often."""
        counts, drawn = {defect: rng.choice(COUNTS) for defect in (True, False)}, list[str]()
        while not drawn or any(mlp_program.clash(one, other) for one, other in combinations(drawn, 2)):
            drawn = [name for defect, count in counts.items() for name in _some(rng, defect, count)]
        rng.shuffle(drawn)
        return {"edits": tuple(drawn), "widths": rng.choice(mlp_program.WIDTHS)}

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        """Sets of edits of which no two change one line: edits of the same lines stand for one another."""
        alike = Counter((frozenset(mlp_program.EDITS[name]), told.defect) for name, told in TOLD.items())
        defects, harmless = (
            [some for count in COUNTS for some in combinations([one for one in alike if one[1] is defect], count)]
            for defect in (True, False)
        )
        sets = (some + others for some in defects for others in harmless)
        return sum(prod(alike[one] for one in some) for some in sets if _disjoint([fields for fields, _ in some]))

    def identity(self, kind: str) -> Hashable:
        return frozenset(self.edits)

    def seconds(self, kind: str) -> float:
        return 3.0

    def effort(self) -> float:
        """A look at the code for each edit."""
        return float(len(self.edits))

    def constraints(self) -> Iterator[Problem]:
        if self.widths not in mlp_program.WIDTHS:
            yield Problem("/params/widths", "widths must be (48, 24), (64, 32) or (96, 48)")
        for defect, what in ((True, "defects"), (False, "harmless edits")):
            if sum(TOLD[name].defect is defect for name in self.edits) not in COUNTS:
                yield Problem("/params/edits", f"edits must hold two or three {what}")
        for one, other in combinations(sorted(self.edits), 2):
            if mlp_program.clash(one, other):
                yield Problem("/params/edits", f"{one} and {other} change the same line")

    def solve(self) -> dict[str, bool]:
        return {name: TOLD[name].defect for name in self.edits}

    def distractors(self) -> Iterator[Wrong]:
        key = self.solve()
        for name, defect in key.items():
            yield Wrong(key | {name: not defect}, TOLD[name].why)

    @property
    def code(self) -> str:
        return mlp_program.printed(mlp_program.edited(self.edits), self.widths).strip()

    @property
    def changes(self) -> list[Told]:
        return [TOLD[name] for name in self.edits]

    @property
    def steps(self) -> int:
        return mlp_program.STEPS

    @property
    def batch(self) -> int:
        return mlp_program.BATCH

    def run(self) -> Run:
        return Run("printed_mlp", {"edits": sorted(self.edits), "widths": list(self.widths)}, SPECIMEN)

    def shown(self, result: Any) -> Shown:
        plot = Plot(
            title="",
            x="training step",
            y="validation accuracy",
            alt="What the printed code learns in <<steps>> training steps: an accuracy of at most <<accuracy|max>>",
            curves=(Curve("accuracy", "validation accuracy"),),
            limits=(0, 1),
        )
        return Shown(plot, result)

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        found = lab.mlp_edits.measured([(question.edits, question.widths) for question in questions])
        return [
            Measurement(each.lowers, tolerance=0.0, seeds=each.seeds, series=each.series, results=each.results)
            for each in found
        ]

    def judged(self, found: Measurement, kind: str) -> Evidence:
        """The figure must look like what is asked: the printed code ends well below the code that learned well."""
        evidence = super().judged(found, kind)
        assert found.series is not None  # noqa: S101 - see measure
        well, printed = found.series["ends"]
        plausible = mlp_program.is_seen_to_fail(well, printed)
        check = {"experiment": "accuracy lost by the printed code", "measured": well - printed, "holds": plausible}
        verdict = evidence.verdict if plausible else "refuted"
        return replace(evidence, verdict=verdict, more={**evidence.more, "checks": [check]})


def _some(rng: Random, defect: bool, count: int) -> list[str]:
    """Edits of different lines; first the lines, so that one with many edits is not changed more often."""
    lines: dict[str, list[str]] = {}
    for name, told in TOLD.items():
        if told.defect is defect:
            lines.setdefault(mlp_program.line(name), []).append(name)
    return [rng.choice(lines[line]) for line in rng.sample(list(lines), count)]


def _disjoint(sets: Sequence[frozenset[str]]) -> bool:
    return sum(map(len, sets)) == len(frozenset().union(*sets))
