"""An open question: a model answer, and the rubric by which a person grades."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from bank.authoring.statements import folded
from bank.kinds.posing import Criterion, Essay, Posed
from bank.kinds.text import posed


class OpenQuestion(NamedTuple):
    """A question that is answered in words (Markdown).

    `claims` are the statements that the model answer rests on: the lab confirms them in its place.
    """

    question: str
    model: str
    rubric: tuple[Criterion, ...]
    claims: tuple[str, ...]

    def posed(self) -> Posed:
        return posed(Essay(self.model, self.rubric))


def read_essay(family: str, written: Mapping[str, Any], points: float, true: Collection[str]) -> OpenQuestion:
    """The table `essay` of a pool's TOML. Raises TypeError where points or claims do not fit the family."""
    rubric = tuple(Criterion(row["id"], row["points"], folded(row["criterion"])) for row in written["rubric"])
    essay = OpenQuestion(folded(written["question"]), written["model"].strip(), rubric, tuple(written["claims"]))
    if faults := [*_faults(essay, points, true)]:
        raise TypeError(f"{family}: {'; '.join(faults)}")
    return essay


def _faults(essay: OpenQuestion, points: float, true: Collection[str]) -> Iterator[str]:
    given = sum(criterion.points for criterion in essay.rubric)
    if given != points:
        yield f"the rubric gives {given} points, the question is worth {points}"
    if len({criterion.id for criterion in essay.rubric}) < len(essay.rubric):
        yield "two criteria of the rubric have the same id"
    yield from (
        f"the model answer rests on {name}, which is no true statement" for name in essay.claims if name not in true
    )
