"""Corrections of published banks, by name and finding, as they are told: rows of the record, read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, func, or_, select

from bank.store.exam_tables import CORRECTED, CORRECTIONS, DRAWN, DRAWS, REGRADES
from bank.store.paging import Place
from bank.store.tables import RESPONSES, VARIANTS

SAME, CHANGED, UNPROVEN, ANNULLED = "same", "changed", "unproven", "annulled"
FINDINGS = (SAME, CHANGED, UNPROVEN, ANNULLED)
STATES = ("looking", "proposed", "applying", "applied")
REGRADED = (CHANGED, ANNULLED)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a variant; `before` and `after` are its keys, options by their texts.

    `checked` is the version of the family by which the variant was found fit to be drawn again.
    """

    variant: str
    finding: str
    before: Any
    after: Any = None
    successor: str | None = None
    why: str | None = None
    checked: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """`state` is looking, proposed, applying or applied; `annul` names the variants to annul."""

    id: str
    bank: str
    revision: int
    state: str
    reason: str
    who: str
    confirmed_by: str | None
    job: str | None
    created: datetime
    confirmed: datetime | None
    annul: Sequence[str]
    lower: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Candidate:
    """A variant of the revision, as it was when a correction was asked for.

    `group` is its item and its place there; with `builds_on` a parameter of it is the answer to an earlier part of it.
    """

    group: tuple[int, int]
    builds_on: bool
    variant: str
    family: str
    version: str
    checked: str | None
    corrected: tuple[str | None, ...]  # by earlier ones, the last one last: versions of successors, None where annulled


@dataclass(frozen=True, slots=True)
class Points:
    """Of all learners together."""

    gain: float = 0.0
    loss: float = 0.0


@dataclass(frozen=True, slots=True)
class Told:
    """One variant of a proposal.

    `points` are those that regrading adds, and takes away where it lowers, as they were counted; `since` is how many
    responses, and draws of what is annulled, have come in since. `applied` is what regrading has changed so far.
    """

    variant: str
    family: str
    finding: str
    before: Any
    after: Any
    successor: str | None
    why: str | None
    points: Points
    applied: Points
    learners: int
    responses: int
    since: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """All that was found but what is the same, of which there is the number; `counts` are variants by finding."""

    variants: Sequence[Told]
    counts: Mapping[str, int]
    learners: int
    regraded: int


def proposal(connection: Connection, correction: Correction) -> Proposal:
    here = CORRECTED.c.correction == correction.id
    counted = select(CORRECTED.c.finding, func.count().label("number")).where(here).group_by(CORRECTED.c.finding)
    counts = dict.fromkeys(FINDINGS, 0) | {row.finding: row.number for row in connection.execute(counted)}
    touched = {row.variant: row for row in connection.execute(_touched(correction, CORRECTED.c.variant))}
    learners = connection.execute(_touched(correction)).one().learners
    regraded = select(func.count()).where(REGRADES.c.correction == correction.id)
    rows = select(CORRECTED, VARIANTS.c.family).join(VARIANTS, VARIANTS.c.id == CORRECTED.c.variant)
    rows = rows.where(here, CORRECTED.c.finding != SAME).order_by(VARIANTS.c.family, CORRECTED.c.variant)
    variants = [_told(row, touched.get(row["variant"])) for row in connection.execute(rows).mappings()]
    return Proposal(variants, counts, learners, connection.execute(regraded).scalar_one())


def _touched(correction: Correction, *by: Any) -> Select[Any]:
    """Learners and responses: who has answered, and of what is annulled who was given it."""
    answered = (RESPONSES.c.draw == DRAWN.c.draw, RESPONSES.c.variant == DRAWN.c.variant)
    columns = (
        func.count(DRAWN.c.learner.distinct()).label("learners"),
        func.count(DRAWN.c.draw.distinct()).label("draws"),
        func.count(RESPONSES.c.id).label("responses"),
    )
    found = select(*by, *columns).select_from(CORRECTED).join(DRAWN, DRAWN.c.variant == CORRECTED.c.variant)
    found = found.join(DRAWS, DRAWS.c.id == DRAWN.c.draw).join(RESPONSES, and_(*answered), isouter=True)
    counts = or_(RESPONSES.c.id.is_not(None), CORRECTED.c.finding == ANNULLED)
    here = (CORRECTED.c.correction == correction.id, CORRECTED.c.finding.in_(REGRADED))
    return found.where(*here, DRAWS.c.bank == correction.bank, counts).group_by(*by)


def _told(row: RowMapping, touched: Any) -> Told:
    detail = json.loads(row["detail"])
    count = detail.get("count", detail)  # which older proposals have not by itself
    told: dict[str, Any] = {name: row[name] for name in ("variant", "family", "finding", "successor")}
    told |= {name: json.loads(row[name]) for name in ("before", "after")}
    told |= {name: getattr(touched, name, 0) for name in ("learners", "responses")}
    return Told(
        **told,
        why=detail["why"],
        points=Points(count.get("gain", 0.0), count.get("loss", 0.0)),
        applied=Points(**detail.get("applied", {})),
        since=_since(row["finding"], count, touched),
    )


def _since(finding: str, count: Mapping[str, Any], touched: Any) -> int:
    """What has come in since the points were counted, if it is known what they were counted of."""
    if touched is None or "responses" not in count:
        return 0
    responses: int = touched.responses - count["responses"]
    return responses + (touched.draws - count["draws"] if finding == ANNULLED else 0)


def correction_of(row: RowMapping) -> Correction:
    request, confirmed = json.loads(row["request"]), row["confirmed"]
    passed = [row[moment] is not None for moment in ("proposed", "confirmed", "applied")]
    about = {name: row[name] for name in ("id", "bank", "revision", "reason", "who", "confirmed_by", "job")}
    return Correction(
        **about,
        state=STATES[sum(passed)],
        created=datetime.fromtimestamp(row["created"], UTC),
        confirmed=confirmed and datetime.fromtimestamp(confirmed, UTC),
        annul=request["annul"],
        lower=request.get("lower", False),
        place=Place(row["created"], row["id"]),
    )


def applied(connection: Connection, bank: str) -> dict[str, list[str | None]]:
    """By variant, what earlier corrections put in its place: the versions; None where it was annulled."""
    successors = VARIANTS.alias("successors")
    found = select(CORRECTED.c.variant, successors.c.version).join(
        CORRECTIONS, CORRECTIONS.c.id == CORRECTED.c.correction
    )
    found = found.join(successors, successors.c.id == CORRECTED.c.successor, isouter=True)
    found = found.where(CORRECTIONS.c.bank == bank, CORRECTIONS.c.confirmed.is_not(None), CORRECTED.c.finding != SAME)
    versions: dict[str, list[str | None]] = {}
    for variant, version in connection.execute(found.order_by(CORRECTIONS.c.confirmed)):
        versions.setdefault(variant, []).append(version)
    return versions
