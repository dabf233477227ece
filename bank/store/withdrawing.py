"""What is served no more: variants that were withdrawn, or disputed after they had been served.

Their numbers grow in the order in which they become visible, so whoever has seen one need only ask for those after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select, text, update

from bank.store.database import Database
from bank.store.exam_tables import WITHDRAWALS
from bank.store.tables import VARIANTS, now


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why a variant is not served any more, and who said so."""

    variant: str
    reason: str
    who: str
    moment: datetime


class Seen(NamedTuple):
    """One line of the list that processes follow."""

    number: int
    variant: str


class Withdrawals:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, variant: str, reason: str, who: str) -> bool:
        """Withdraw a variant that is drawn or verified; False where it is neither, which changes nothing."""
        with self._database.writing() as connection:
            return bool(withdraw(connection, self._database, {variant: None}, reason, who))

    def of(self, variant: str) -> Withdrawal | None:
        """The last one of a variant."""
        columns = (WITHDRAWALS.c.variant, WITHDRAWALS.c.reason, WITHDRAWALS.c.who, WITHDRAWALS.c.moment)
        last = select(*columns).where(WITHDRAWALS.c.variant == variant).order_by(WITHDRAWALS.c.number.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(last).one_or_none()
        return Withdrawal(row.variant, row.reason, row.who, datetime.fromtimestamp(row.moment, UTC)) if row else None

    def after(self, number: int) -> list[Seen]:
        """All that came after the one of this number."""
        found = select(WITHDRAWALS.c.number, WITHDRAWALS.c.variant).where(WITHDRAWALS.c.number > number)
        with self._database.reading() as connection:
            return [Seen(*row) for row in connection.execute(found.order_by(WITHDRAWALS.c.number))]

    def last_before(self, seconds: float) -> int:
        """The number of the last one that is older than so many seconds; 0 where there is none."""
        old = select(func.max(WITHDRAWALS.c.number)).where(WITHDRAWALS.c.moment < now() - seconds)
        with self._database.reading() as connection:
            return connection.execute(old).scalar() or 0


def withdraw(
    connection: Connection, database: Database, successors: Mapping[str, str | None], reason: str, who: str
) -> list[str]:
    """Within a transaction: withdraw those of the variants that are drawn or verified, and return them.

    Each is told the successor that it is given with, if it is given with one.
    """
    take_turn(connection, database)
    living = (VARIANTS.c.id.in_(successors), VARIANTS.c.state.in_(("drawn", "verified")))
    found = list(connection.execute(select(VARIANTS.c.id).where(*living).order_by(VARIANTS.c.id)).scalars())
    for name in found:
        left = {"state": "withdrawn"} | ({"superseded_by": successors[name]} if successors[name] else {})
        connection.execute(update(VARIANTS).where(VARIANTS.c.id == name).values(**left))
    note(connection, found, reason, who)
    return found


def note(connection: Connection, names: Sequence[str], reason: str, who: str) -> None:
    """Within a transaction that has its turn: every process is to forget these variants."""
    moment = now()
    rows = [{"variant": name, "reason": reason, "who": who, "moment": moment} for name in names]
    if rows:
        connection.execute(WITHDRAWALS.insert(), rows)


def take_turn(connection: Connection, database: Database) -> None:
    """Until the transaction ends nobody else adds a number, so that none appears after a greater one was seen.

    It comes before the transaction changes a variant, so that no two wait for one another in a circle.
    """
    if not database.is_sqlite:  # whose writer is alone anyway
        connection.execute(text("LOCK TABLE withdrawals IN SHARE ROW EXCLUSIVE MODE"))
