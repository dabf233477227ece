"""Draws and allowances as they are told: rows of the record, read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, and_, select

from bank.store.exam_tables import ALLOWANCES, DRAWN, DRAWS

PLACE = (DRAWN.c.item, DRAWN.c.slot, DRAWN.c.part)


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


@dataclass(frozen=True, slots=True)
class Taken:
    """The draws of a learner, by occasion, and what the learner has beyond others (nothing where there are none)."""

    draws: list[Draw]
    allowance: Allowance


def with_variants() -> Select[Any]:
    """Draws by occasion, each with its variants and its learner's allowance: a row a variant."""
    theirs = and_(ALLOWANCES.c.bank == DRAWS.c.bank, ALLOWANCES.c.learner == DRAWS.c.learner)
    found = select(*DRAWS.columns, *PLACE, DRAWN.c.variant, ALLOWANCES.c.extra_minutes, ALLOWANCES.c.chances)
    found = found.join(DRAWN, DRAWN.c.draw == DRAWS.c.id).join(ALLOWANCES, theirs, isouter=True)
    return found.order_by(DRAWS.c.occasion, DRAWS.c.id, *PLACE)


def draws_of(rows: Iterable[Row[Any]]) -> Iterator[Draw]:
    """Of rows as `with_variants` has them."""
    own = len(DRAWS.columns)
    for about, given in groupby(rows, lambda row: row[:own]):
        variants = tuple(Given(*row[own : own + len(Given._fields)]) for row in given)
        yield Draw(**dict(zip(DRAWS.columns.keys(), about, strict=True)), variants=variants)


def allowance_of(row: Row[Any]) -> Allowance:
    return Allowance(row.extra_minutes or 0.0, row.chances or 0)
