"""What stands behind the statements of a question: measurements, proofs, sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bank.authoring.statements import MEASURED, Statement
from bank.evidence import Evidence, Results, Verdict

TIERS = {"D": "proof", "L": "reference", "E0": "exact", "E1": "numeric", "E2": "monte-carlo", "E3": "training"}
UNMEASURED: dict[str, Verdict] = {"proof": "proven", "reference": "reference"}
LEAST_EVIDENT = 2  # statements of a question that are measured or proven


def evident(statement: Statement) -> bool:
    """Measured, or proven by a line that is spelled out; not merely cited."""
    return statement.level != "L"


def tiers_of(statements: Iterable[Statement]) -> tuple[str, ...]:
    """By what the statements are verified, the measured ones first."""
    levels = {statement.level for statement in statements}
    return tuple(TIERS[level] for level in (*MEASURED, "D", "L") if level in levels)


def testimony(
    statements: Sequence[Statement],
    claimed: Mapping[str, bool],
    holds: Mapping[str, bool | None],
    rests_on: Mapping[str, Results],
) -> Evidence:
    """Confirmed where something was measured, and nothing otherwise than claimed.

    `rests_on` are the results of experiments behind each statement.

    The tier is the costliest by which a statement was measured; of none, whether one is proven.
    """
    records = [_record(statement, claimed[statement.id], holds) for statement in statements]
    levels = {statement.level for statement in statements}
    tier = TIERS[max(levels & set(MEASURED), default="D" if "D" in levels else "L")]
    refuted = any(record["verdict"] == "refuted" for record in records)
    return Evidence(
        verdict="refuted" if refuted else UNMEASURED.get(tier, "confirmed"),
        tier=tier,
        experiment="each statement that can be measured, checked by itself",
        claimed=dict(claimed),
        measured={name: holds[name] for name in claimed if name in holds},
        tolerance=0.0,
        results=list({result["key"]: result for name in claimed for result in rests_on.get(name, ())}.values()),
        more={"statements": records},
    )


def _record(statement: Statement, claimed: bool, holds: Mapping[str, bool | None]) -> dict[str, Any]:
    record: dict[str, Any] = {"id": statement.id, "level": statement.level, "claimed": claimed}
    if statement.level == "D":
        return record | {"verdict": "proven", "proof": statement.why}
    if statement.level == "L":
        return record | {"verdict": "reference", "reference": statement.why}
    same = holds[statement.id] == claimed  # what lies in the grey zone is neither
    return record | {"measured": holds[statement.id], "verdict": "confirmed" if same else "refuted"}
