"""What the lab measured, beside what the solver claimed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bank.notation.values import Measured, Value, agree, constant, exact, is_number

Results = Sequence[Mapping[str, Any]]  # of experiments: each with experiment, key, seconds and device
Verdict = Literal["confirmed", "refuted", "proven", "reference"]


def devices(results: Results) -> str:
    """On which they were made."""
    return " and ".join(sorted({str(result["device"]) for result in results}))


@dataclass(frozen=True)
class Within:
    """A second measurement of the same answer; it may lie `below` under the claimed value and `above` over it.

    Of several named fields it measures the one called `field`.
    """

    experiment: str
    measured: float
    below: float
    above: float
    field: str | None = None

    def holds(self, claimed: Any) -> bool:
        value = claimed if self.field is None else claimed[self.field]
        return -self.below <= self.measured - float(value) <= self.above


@dataclass(frozen=True)
class Measurement:
    """One measured answer. `tolerance` is relative (absolute near 0), as `bank.notation.values.agree` reads it.

    `series` is the measured curve that a figure is drawn from: {"x": [...], "<name>": [...]}. `results` are those of
    experiments that it rests on, as `Lab.noted` tells them.
    """

    value: Measured
    tolerance: float
    seeds: Sequence[int] = (0,)
    also: Sequence[Within] = ()
    series: Mapping[str, Any] | None = None
    results: Results = ()


@dataclass(frozen=True)
class Evidence:
    """The record of how an answer key was confirmed or refuted."""

    verdict: Verdict
    tier: str
    experiment: str
    claimed: Any
    measured: Any
    tolerance: float
    distractors: Sequence[Mapping[str, Any]] = ()
    seeds: Sequence[int] = (0,)
    series: Mapping[str, Any] | None = None
    results: Results = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    def record(self, seconds: float, versions: Mapping[str, str]) -> dict[str, Any]:
        """As `GET /v1/variants/{id}/evidence` sends it. What rests on no kept result was measured on the CPU."""
        return {
            "verdict": self.verdict,
            "tier": self.tier,
            "claimed": self.claimed,
            "measured": self.measured,
            "tolerance": self.tolerance,
            "distractors": list(self.distractors),
            "experiment": self.experiment,
            "seeds": list(self.seeds),
            "seconds": round(seconds, 6),
            "versions": dict(versions),
            "device": devices(self.results) or "cpu",
            "series": self.series,
            **({"results": [dict(result) for result in self.results]} if self.results else {}),
            **self.more,
        }


def judge(
    claimed: Value | float,
    mistakes: Sequence[Value],
    measured: Measurement,
    tier: str,
    experiment: str,
    whole: Value | float | None = None,
) -> Evidence:
    """Confirmed if the measured value is the claimed one, each second measurement holds and no mistake agrees too.

    `whole` is the answer that second measurements are compared with, where what is claimed is a part of it.
    """
    whole = claimed if whole is None else whole
    agrees, _ = agree(claimed, measured.value, measured.tolerance)
    seconds_hold = all(check.holds(whole) for check in measured.also)
    refuted = [_refutation(mistake, measured) for mistake in mistakes]
    fine = agrees and seconds_hold and all(mistake["verdict"] == "refuted" for mistake in refuted)
    return Evidence(
        verdict="confirmed" if fine else "refuted",
        tier=tier,
        experiment=experiment,
        claimed=plainly(claimed),
        measured=plainly(measured.value),
        tolerance=measured.tolerance,
        distractors=refuted,
        seeds=measured.seeds,
        series=measured.series,
        results=measured.results,
        more={"checks": [_check(check, whole) for check in measured.also]} if measured.also else {},
    )


def beside_options(found: Evidence, shown: Sequence[Value]) -> Evidence:
    """The same with the options of this very variant: one that is no named mistake is refuted by the same measurement.

    Numbers only: words and matrices are always named mistakes.
    """
    known = [mistake["value"] for mistake in found.distractors]
    others = [value for value in shown if is_number(value) and plainly(value) not in known]
    if not others:
        return found
    value = constant(found.measured) if isinstance(found.measured, str) else found.measured
    refuted = [_refutation(other, Measurement(value, found.tolerance)) for other in others]
    fine = all(option["verdict"] == "refuted" for option in refuted)
    return replace(found, verdict=found.verdict if fine else "refuted", distractors=[*found.distractors, *refuted])


def plainly(value: Any) -> Any:
    """A value as JSON: exact numbers as "9/2", measured ones as floats, words as they are."""
    if isinstance(value, str | float | bool):
        return value
    if isinstance(value, Mapping):
        return {name: plainly(part) for name, part in value.items()}
    if isinstance(value, Sequence):
        return [plainly(part) for part in value]
    return exact(value)


def _refutation(mistake: Value, measured: Measurement) -> dict[str, Any]:
    same, margin = agree(mistake, measured.value, measured.tolerance)
    return {"value": plainly(mistake), "verdict": "not refuted" if same else "refuted", "margin": margin}


def _check(check: Within, claimed: Value | float) -> dict[str, Any]:
    named = {"field": check.field} if check.field else {}
    return {"experiment": check.experiment, "measured": check.measured, "holds": check.holds(claimed), **named}
