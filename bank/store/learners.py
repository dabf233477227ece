"""What is kept of a learner, and how it is made to belong to nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, union_all, update

from bank.errors import UnknownLearner
from bank.store.database import Database
from bank.store.exam_tables import ALLOWANCES, DRAWN, DRAWS, ERASURES, MARKS, REGRADES
from bank.store.tables import ATTEMPTS, CALLS, RESPONSES, VARIANTS, now
from bank.variant import encoded

NAMED = (ATTEMPTS, RESPONSES, REGRADES, DRAWN, ALLOWANCES)  # where rows get another name; the first one is locked first
OF_DRAWS = (ATTEMPTS, RESPONSES, REGRADES, DRAWN)
ERASURE_SECONDS = 60.0  # for one statement
NOTHING_WRITTEN = {"text": "", "html": ""}


@dataclass(frozen=True, slots=True)
class Erased:
    """How much has no name any more; nothing here leads to where it is now."""

    responses: int
    draws: int
    texts: int  # written answers that are gone


class Learners:
    def __init__(self, database: Database) -> None:
        self._database = database

    def erase(self, learner: str, who: str, texts: bool = True) -> Erased:
        """Replace the name by a random one, and the ids of the draws, which the learner's LMS may know.

        Results, points and times stay, so that no statistic changes. Written answers, and remarks on them, go unless
        `texts` is false. All is one transaction. Raises UnknownLearner where nothing is kept under this name.
        """
        pseudonym = f"erased-{token_hex(16)}"
        with self._database.writing(statement_seconds=ERASURE_SECONDS) as connection:
            draws = _draws_renamed(connection, learner, pseudonym)
            gone = _erase_texts(connection, learner) if texts else 0
            connection.execute(
                delete(CALLS).where(CALLS.c.learner == learner)
            )  # a client may put a name into their keys
            changed = _renamed(connection, learner, pseudonym, draws)
            connection.execute(delete(DRAWS).where(DRAWS.c.learner == learner))
            if not draws and not any(changed.values()):
                raise UnknownLearner("nothing is kept of a learner of this name")
            connection.execute(ERASURES.insert().values(pseudonym=pseudonym, who=who, moment=now()))
        self._database.empty_log()
        return Erased(changed[RESPONSES.name], len(draws), gone)

    def expired(self, before: float, most: int) -> list[str]:
        """Some learners of whom nothing has been heard since, and whose names stand there still."""
        heard = union_all(
            select(RESPONSES.c.learner, func.max(RESPONSES.c.given).label("moment")).group_by(RESPONSES.c.learner),
            select(DRAWS.c.learner, func.max(DRAWS.c.made).label("moment")).group_by(DRAWS.c.learner),
        ).subquery()
        last = select(heard.c.learner).group_by(heard.c.learner).having(func.max(heard.c.moment) < before)
        named = last.where(heard.c.learner.not_in(select(ERASURES.c.pseudonym))).limit(most)
        with self._database.reading() as connection:
            return list(connection.execute(named).scalars())

    def kept(self, learner: str) -> dict[str, list[dict[str, Any]]] | None:
        """All that is kept of a learner beside the responses; None where nothing is."""
        with self._database.reading() as connection:
            found = {
                "draws": _rows(connection, DRAWS, learner),
                "drawn": _rows(connection, DRAWN, learner),
                "allowances": _rows(connection, ALLOWANCES, learner),
                "attempts": _rows(connection, ATTEMPTS, learner),
                "regrades": _rows(connection, REGRADES, learner),
            }
        return found if any(found.values()) else None


def _rows(connection: Connection, table: Any, learner: str) -> list[dict[str, Any]]:
    columns = [column for column in table.columns if column.name != "learner"]
    found = select(*columns).where(table.c.learner == learner).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(found).mappings()]


def _draws_renamed(connection: Connection, learner: str, pseudonym: str) -> Mapping[str, str]:
    """Each draw once more, as another learner's and under another id; returns the new ids by the old ones."""
    mine = select(DRAWS).where(DRAWS.c.learner == learner).order_by(DRAWS.c.id)  # the order of all who take draws
    rows = connection.execute(mine.with_for_update()).mappings().all()
    names = {row["id"]: f"draw-{token_hex(8)}" for row in rows}
    if rows:
        aside = update(DRAWS).where(DRAWS.c.learner == learner)  # places are given once, and each row is there twice
        connection.execute(aside.values(place=-1 - DRAWS.c.place))
        again = [{**row, "id": names[row["id"]], "learner": pseudonym} for row in rows]
        connection.execute(DRAWS.insert(), again)
    return names


def _renamed(connection: Connection, learner: str, pseudonym: str, draws: Mapping[str, str]) -> dict[str, int]:
    """How many rows have another name now, by table."""
    changed = {}
    for table in NAMED:
        mine = table.c.learner == learner
        changed[table.name] = connection.execute(select(func.count()).select_from(table).where(mine)).scalar_one()
        if draws and table in OF_DRAWS:
            moved = update(table).where(mine, table.c.draw == bindparam("old"))
            moved = moved.values(draw=bindparam("new"), learner=pseudonym)
            connection.execute(moved, [{"old": old, "new": new} for old, new in draws.items()])
        connection.execute(update(table).where(mine).values(learner=pseudonym))
    return changed


def _erase_texts(connection: Connection, learner: str) -> int:
    """Written answers, as they were sent and as they were read, and what was remarked on them; returns how many."""
    open_questions = select(VARIANTS.c.id).where(VARIANTS.c.kind == "text")
    mine = (RESPONSES.c.learner == learner, RESPONSES.c.variant.in_(open_questions))
    rows: Sequence[Any] = connection.execute(select(RESPONSES.c.id, RESPONSES.c.result).where(*mine)).all()
    for row in rows:
        told = encoded(json.loads(row.result) | {"reading": NOTHING_WRITTEN})
        left = {"response": encoded({"text": ""}), "result": told, "by_person": False}
        connection.execute(update(RESPONSES).where(RESPONSES.c.id == row.id).values(**left))
        connection.execute(update(MARKS).where(MARKS.c.response == row.id).values(remark=""))
    return len(rows)
