"""Statements beside one another, of which the true ones are to be ticked, or one is to be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from bank.authoring.statements import Statement
from bank.authoring.testimony import testimony
from bank.evidence import Evidence, Results
from bank.kinds.posing import RIGHT, Posed, letters

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab

WRONGLY_CHOSEN = {True: "This one is true.", False: "This one is false."}  # whatever was sought


def posed(kind: str, drawn: Sequence[Statement], truth: Mapping[str, bool], sought: bool = True) -> Posed:
    """The statements in their order; those whose truth, by their ids, is the one `sought` are to be picked."""
    ids = letters(len(drawn))
    names = [statement.id for statement in drawn if truth[statement.id] == sought]
    picked = [letter for letter, statement in zip(ids, drawn, strict=True) if statement.id in names]
    reasons = [
        ({"choice": letter}, f"{RIGHT if letter in picked else WRONGLY_CHOSEN[statement.true]} {statement.why}.")
        for letter, statement in zip(ids, drawn, strict=True)
    ]
    several = kind == "multiple_choice"
    return Posed(
        shape={"choices": ids},
        answer={"choices": picked, "statements": names} if several else {"choice": picked[0]},
        choices=[statement.text for statement in drawn],
        feedback=reasons,
    )


def examined(lab: Lab, drawn: Sequence[Statement], truth: Mapping[str, bool]) -> Evidence:
    """What the lab says of each statement that it can measure, beside the truth that is claimed."""
    return testimony(drawn, truth, *checked(lab, drawn))


def checked(lab: Lab, statements: Iterable[Statement]) -> tuple[dict[str, bool | None], dict[str, Results]]:
    """By id, whether each statement that can be measured holds, and the results that this rests on."""
    holds, rests_on = dict[str, bool | None](), dict[str, Results]()
    for statement in statements:
        if statement.check is not None:
            with lab.noted() as rests_on[statement.id]:
                holds[statement.id] = statement.check(lab)
    return holds, rests_on
