"""Results of experiments, each computed once: whoever wants one claims it, and the others leave it to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from secrets import token_hex
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from bank.errors import UnkeepableResult
from bank.kept import Kept
from bank.store.database import Database
from bank.store.tables import RESULTS, now

LARGEST_VALUE_BYTES = 256 * 1024
LONGEST_KEY = 1024  # characters: PostgreSQL indexes no more than 2.7 KB


class Tally(NamedTuple):
    """Results that were made on one device, and the CPU seconds that they took."""

    device: str
    results: int
    seconds: float


class Results:
    """Claims are those of this object: two processes have two, and so may two parts of one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, keys: Sequence[str]) -> dict[str, Kept]:
        """Those of the results that there are."""
        known = (RESULTS.c.key.in_(keys), RESULTS.c.value.is_not(None))
        with self._database.reading() as connection:
            rows = connection.execute(select(RESULTS).where(*known)).all()
        return {row.key: Kept(json.loads(row.value), row.seconds, row.device) for row in rows}

    def census(self, experiment: str) -> list[Tally]:
        """How many results of an experiment there are, by device."""
        counted = select(RESULTS.c.device, func.count(), func.sum(RESULTS.c.seconds)).group_by(RESULTS.c.device)
        own = (RESULTS.c.key.startswith(f"{experiment}/", autoescape=True), RESULTS.c.value.is_not(None))
        with self._database.reading() as connection:
            rows = connection.execute(counted.where(*own).order_by(RESULTS.c.device)).all()
        return [Tally(*row) for row in rows]

    def claim(self, keys: Sequence[str], seconds: float) -> set[str]:
        """Those that are now ours to compute, for so many seconds: neither there nor claimed by others."""
        if not keys:
            return set()
        moment, wanted = now(), sorted(set(keys))  # in an order that all transactions keep: none waits in a circle
        _demand_short(wanted)
        rows = [{"key": key, "claimed_by": self._claimant, "claimed_until": moment + seconds} for key in wanted]
        first = self._database.insert(RESULTS).values(rows)
        claimed = first.on_conflict_do_update(
            index_elements=[RESULTS.c.key],
            set_={"claimed_by": first.excluded.claimed_by, "claimed_until": first.excluded.claimed_until},
            where=and_(RESULTS.c.value.is_(None), or_(RESULTS.c.claimed_until < moment, self._ours())),
        ).returning(RESULTS.c.key)
        with self._database.writing() as connection:
            return set(connection.execute(claimed).scalars())

    def extend(self, keys: Sequence[str], seconds: float) -> None:
        """Keep claims of ours for so many seconds from now; one that was taken over stays with the other."""
        with self._database.writing() as connection:
            connection.execute(update(RESULTS).where(self._claimed(keys)).values(claimed_until=now() + seconds))

    def keep(self, key: str, kept: Kept) -> None:
        """Write a result, which ends the claim; the first one that is written stays. Raises UnkeepableResult."""
        _demand_short([key])
        measured = {"value": written(kept.value), "seconds": kept.seconds, "device": kept.device, "created": now()}
        row = {**measured, "claimed_by": None, "claimed_until": None}
        first = self._database.insert(RESULTS).values(key=key, **row)
        where = {"index_elements": [RESULTS.c.key], "where": RESULTS.c.value.is_(None)}
        with self._database.writing() as connection:
            connection.execute(first.on_conflict_do_update(set_=row, **where))

    def release(self, keys: Sequence[str]) -> None:
        """Give claims of ours up: somebody else may compute these."""
        with self._database.writing() as connection:
            connection.execute(delete(RESULTS).where(self._claimed(keys)))

    def release_all(self) -> None:
        """Give every claim up, of others too: for a record whose workers are all known to be gone."""
        with self._database.writing() as connection:
            connection.execute(delete(RESULTS).where(RESULTS.c.value.is_(None)))

    @cached_property
    def _claimant(self) -> str:
        """Thrown when first needed: the object may be made before a process forks."""
        return token_hex(8)

    def _ours(self) -> ColumnElement[bool]:
        return RESULTS.c.claimed_by == self._claimant

    def _claimed(self, keys: Sequence[str]) -> ColumnElement[bool]:
        return and_(RESULTS.c.key.in_(keys), RESULTS.c.value.is_(None), self._ours())


def written(value: object) -> str:
    """A value as it is kept. Raises UnkeepableResult where it is no JSON or too large."""
    try:
        text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise UnkeepableResult(f"a result of an experiment that is no JSON: {error}") from error
    if (size := len(text)) > LARGEST_VALUE_BYTES:
        raise UnkeepableResult(f"a result of an experiment has {size} bytes, {LARGEST_VALUE_BYTES} are allowed")
    return text


def _demand_short(keys: Sequence[str]) -> None:
    if any(len(key) > LONGEST_KEY for key in keys):
        raise UnkeepableResult(f"the key of a result has more than {LONGEST_KEY} characters")
