"""How often a learner has answered a variant, what was answered, and what was told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from bank.attempts import Result, Standing
from bank.errors import StoreUnavailable
from bank.store.answers import Answer, Judge, Whose
from bank.store.database import Database
from bank.store.grouped import Grouped, Take
from bank.store.spending import STANDING, Spending, Statements, standing_of
from bank.store.tables import ATTEMPTS

MINE = select(*STANDING).where(*(ATTEMPTS.c[name] == bindparam(name) for name in Whose._fields))


class Attempts:
    def __init__(self, database: Database) -> None:
        self._database, self._statements = database, Statements(database)
        self._grouped = Grouped[tuple[Answer, Judge], Result](self._spend_all)

    def spend(self, answer: Answer, judge: Judge) -> Result:
        """Count one attempt, keep the response and what is told of it; returns what is told.

        A call that is repeated, or a response given twice in a row, is told what it was told before, and changes
        nothing. Raises IdempotencyKeyReused, UnknownDraw where the learner has been erased since the draw was looked
        up, and whatever `judge` raises: then nothing is changed either.

        All is one transaction. It begins by taking the rows of the draw and of the learner's standing, so calls at the
        same moment wait for one another, whichever process they are in, and `judge` sees what the ones before have
        left. The calls that a process has at one moment share a transaction.
        """
        return self._grouped.do((answer, judge))

    def standing(self, variant: str, learner: str, draw: str = "") -> Standing:
        with self._database.reading() as connection:
            row = connection.execute(MINE, Whose(draw, variant, learner)._asdict()).one_or_none()
        return Standing() if row is None else standing_of(row)

    def _spend_all(self, take: Take[tuple[Answer, Judge]]) -> Sequence[Result | Exception]:
        """Together, or each in a transaction of its own where one of them would spoil it for the others."""
        calls: list[tuple[Answer, Judge]] = []
        try:
            with self._database.writing() as connection:
                calls += take()
                return Spending(connection, self._statements).all(calls)
        except StoreUnavailable:
            raise
        except Exception:
            if len(calls) < 2:
                raise
            return [self._alone(call) for call in calls]

    def _alone(self, call: tuple[Answer, Judge]) -> Result | Exception:
        try:
            return self._spend_all(lambda: [call])[0]
        except Exception as error:  # noqa: BLE001 - whoever caused it is told, and nobody else
            return error
