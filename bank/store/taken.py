"""Draws and allowances as they are told: rows of the record, read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row


class Given(NamedTuple):
    """A variant of a draw, and its place there."""

    item: int
    slot: int
    part: int
    variant: str


@dataclass(frozen=True, slots=True)
class Draw:
    """`place` is that among the draws of this pool of the revision, `made` in seconds since the epoch."""

    id: str
    bank: str
    revision: int
    learner: str
    pool: str
    occasion: int
    place: int
    made: float
    variants: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a learner has beyond others: minutes, and further draws."""

    extra_minutes: float = 0.0
    chances: int = 0


def draw_of(row: Row[Any], variants: tuple[Given, ...] = ()) -> Draw:
    return Draw(**row._mapping, variants=variants)


def allowance_of(row: Row[Any] | None) -> Allowance:
    return Allowance() if row is None else Allowance(row.extra_minutes, row.chances)
