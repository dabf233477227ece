"""How often a learner has answered a variant, and what was answered."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from bank.errors import AttemptsExhausted
from bank.store.database import Database
from bank.store.tables import ATTEMPTS, RESPONSES, now


class Attempts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def spend(self, variant: str, learner: str, limit: int, response: object, result: dict[str, Any]) -> int:
        """Count one attempt, keep the response and its grade; returns the attempts left.

        Raises AttemptsExhausted. However many come at once, no more than `limit` succeed: the count is one statement.
        """
        first = self._database.insert(ATTEMPTS).values(variant=variant, learner=learner, used=1)
        counted = first.on_conflict_do_update(
            index_elements=[ATTEMPTS.c.variant, ATTEMPTS.c.learner],
            set_={"used": ATTEMPTS.c.used + 1},
            where=ATTEMPTS.c.used < limit,
        ).returning(ATTEMPTS.c.used)
        with self._database.writing() as connection:
            used = connection.execute(counted).scalar_one_or_none()
            if used is None:
                raise AttemptsExhausted(f"all {limit} attempts are used")
            written = {"response": json.dumps(response), "result": json.dumps(result), "given": now()}
            connection.execute(RESPONSES.insert().values(variant=variant, learner=learner, attempt=used, **written))
        return max(0, limit - int(used))

    def used(self, variant: str, learner: str) -> int:
        mine = (ATTEMPTS.c.variant == variant, ATTEMPTS.c.learner == learner)
        with self._database.reading() as connection:
            return connection.execute(select(ATTEMPTS.c.used).where(*mine)).scalar_one_or_none() or 0
