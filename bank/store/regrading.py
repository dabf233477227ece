"""Stored responses graded again: every changed result is a row of the audit record, and nothing is overwritten."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, select

from bank.attempts import Result
from bank.exams.correcting import Earlier, Given, Regraded
from bank.store.counting import note_regraded, regraded_to
from bank.store.database import Database
from bank.store.exam_tables import DRAWN, DRAWS, MARKS, MEMBERS, REGRADES
from bank.store.tables import ATTEMPTS, RESPONSES, VARIANTS, now
from bank.variant import encoded

MINE = MEMBERS.alias("mine")
DRAWS_AT_ONCE = 50  # regraded in one transaction


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a variant of a bank is graded again, and who wanted that."""

    correction: str
    bank: str
    variant: str
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class Holder:
    """A learner who was given the variant: in which draw, and as which part of which item of that revision."""

    draw: str
    learner: str
    revision: int
    item: int
    slot: int
    part: int
    best: float | None


class PartBefore(NamedTuple):
    """An earlier part of a group: its variant, and what that asks."""

    variant: str
    family: str
    kind: str
    params: dict[str, Any]


def change(holder: Holder, decided: Regraded) -> float:
    """By how many points the learner's best score changes."""
    return (decided.best or 0.0) - (holder.best or 0.0)


Decide = Callable[[Holder, Sequence[Given]], Regraded]


class Regrading:
    def __init__(self, database: Database) -> None:
        self._database = database

    def holders(
        self, bank: str, variant: str, builds_on: int | None = None, after: str = ""
    ) -> Iterator[tuple[Holder, list[Given]]]:
        """Everybody who was given the variant by a draw of the bank, with what they answered; a chunk at a time.

        In the order of draws, from the first or `after` one. `builds_on` is the part that this one builds on.
        """
        while True:
            with self._database.reading() as connection:
                found = _holders(connection, bank, variant, after)
                given = _given(connection, variant, found, builds_on)
            yield from ((holder, given[holder.draw]) for holder in found)
            if len(found) < DRAWS_AT_ONCE:
                return
            after = found[-1].draw

    def part_before(self, bank: str, revision: int, variant: str, part: int) -> PartBefore | None:
        """An earlier part of the group that the variant is of in this revision."""
        group = [MEMBERS.c[name] == MINE.c[name] for name in ("bank", "revision", "item", "place")]
        here = (MINE.c.bank == bank, MINE.c.revision == revision, MINE.c.variant == variant)
        found = select(VARIANTS.c.id, VARIANTS.c.family, VARIANTS.c.kind, VARIANTS.c.params)
        found = found.join(MEMBERS, MEMBERS.c.variant == VARIANTS.c.id).join(MINE, and_(*group))
        with self._database.reading() as connection:
            row = connection.execute(found.where(*here, MEMBERS.c.part == part)).one_or_none()
        return None if row is None else PartBefore(row.id, row.family, row.kind, json.loads(row.params))

    def apply(self, cause: Cause, decide: Decide, builds_on: int | None = None, ends: float = inf) -> int | None:
        """Grade all responses again, a chunk of draws in each transaction; how many results were changed.

        None where that is not done by the time that `ends` it, of the monotonic clock: whoever goes on begins where
        it was left, as after a crash. `builds_on` is the part that this one builds on.
        """
        changed = 0
        while True:
            with self._database.writing() as connection:
                after = regraded_to(connection, cause.correction, cause.variant)
                _hold(connection, cause, _holders(connection, cause.bank, cause.variant, after))
                found = _holders(connection, cause.bank, cause.variant, after)
                given = _given(connection, cause.variant, found, builds_on)
                points = []
                for holder in found:
                    decided = decide(holder, given[holder.draw])
                    changed += self._keep(connection, cause, holder, given[holder.draw], decided)
                    points.append(change(holder, decided))
                if found:
                    note_regraded(connection, cause.correction, cause.variant, points, found[-1].draw)
            if len(found) < DRAWS_AT_ONCE:
                return changed
            if time.monotonic() > ends:
                return None

    def _keep(
        self, connection: Connection, cause: Cause, holder: Holder, given: Sequence[Given], decided: Regraded
    ) -> int:
        before = {each.attempt: encoded(each.result) for each in given}
        whose = {"draw": holder.draw, "variant": cause.variant, "learner": holder.learner}
        about = {"correction": cause.correction, "who": cause.who, "reason": cause.reason, "moment": now()}
        rows = [
            whose | about | {"attempt": attempt, "before": before.get(attempt), "after": encoded(result)}
            for attempt, result in decided.results.items()
        ]
        if not rows and decided.best == holder.best:
            return 0
        if rows:
            connection.execute(self._database.insert(REGRADES).values(rows).on_conflict_do_nothing())
        left = {"best": decided.best} | ({"closed": func.coalesce(ATTEMPTS.c.closed, now())} if decided.correct else {})
        standing = self._database.insert(ATTEMPTS).values(**whose, used=0, given=0, best=decided.best)
        names = [ATTEMPTS.c[name] for name in whose]
        connection.execute(standing.on_conflict_do_update(index_elements=names, set_=left))
        return len(rows)


def _holders(connection: Connection, bank: str, variant: str, after: str) -> list[Holder]:
    mine = and_(
        ATTEMPTS.c.draw == DRAWN.c.draw, ATTEMPTS.c.variant == DRAWN.c.variant, ATTEMPTS.c.learner == DRAWN.c.learner
    )
    where = (DRAWS.c.revision, DRAWN.c.item, DRAWN.c.slot, DRAWN.c.part)
    columns = (DRAWN.c.draw, DRAWN.c.learner, *where, ATTEMPTS.c.best)
    found = select(*columns).join(DRAWS, DRAWS.c.id == DRAWN.c.draw).join(ATTEMPTS, mine, isouter=True)
    found = found.where(DRAWN.c.variant == variant, DRAWS.c.bank == bank, DRAWN.c.draw > after)
    return [Holder(*row) for row in connection.execute(found.order_by(DRAWN.c.draw).limit(DRAWS_AT_ONCE))]


def _hold(connection: Connection, cause: Cause, holders: Sequence[Holder]) -> None:
    """Take the standings of learners, to which nobody else adds until the end of the transaction."""
    theirs = (ATTEMPTS.c.draw.in_([holder.draw for holder in holders]), ATTEMPTS.c.variant == cause.variant)
    connection.execute(select(ATTEMPTS.c.used).where(*theirs).order_by(ATTEMPTS.c.draw).with_for_update()).all()


def _given(
    connection: Connection, variant: str, holders: Sequence[Holder], builds_on: int | None
) -> dict[str, list[Given]]:
    """By draw: each response with what counts: a person's mark or what a correction made of it, the later."""
    draws = [holder.draw for holder in holders]
    names = ("draw", "attempt", "id", "response", "result", "given")
    found = select(*(RESPONSES.c[name] for name in names)).where(
        RESPONSES.c.draw.in_(draws), RESPONSES.c.variant == variant
    )
    rows = connection.execute(found.order_by(RESPONSES.c.draw, RESPONSES.c.attempt)).all()
    regraded, marks = _regraded(connection, variant, draws), _marks(connection, [row.id for row in rows])
    earlier = {} if builds_on is None else _earlier(connection, holders, builds_on)
    given: dict[str, list[Given]] = defaultdict(list)
    for row in rows:
        result, regraded_at = regraded.get((row.draw, row.attempt), (json.loads(row.result), -inf))
        points, marked_at = marks.get(row.id, (None, -inf))
        is_marked = marked_at > regraded_at
        counts = result | {"score": points} if is_marked else result
        before = next((told for moment, told in earlier.get(row.draw, ()) if moment <= row.given), None)
        given[row.draw].append(Given(row.attempt, json.loads(row.response), counts, is_marked, before))
    for (draw, attempt), (result, _) in regraded.items():
        if attempt == 0:
            given[draw].append(Given(0, None, result, True))
    return given


def _earlier(connection: Connection, holders: Sequence[Holder], part: int) -> dict[str, list[tuple[float, Earlier]]]:
    """By draw: the responses that counted to an earlier part of the same group, the last one first, and when."""
    groups = {holder.draw: (holder.item, holder.slot) for holder in holders}
    its = and_(RESPONSES.c.draw == DRAWN.c.draw, RESPONSES.c.variant == DRAWN.c.variant)
    names = ("draw", "variant", "response", "given")
    found = select(*(RESPONSES.c[name] for name in names), DRAWN.c.item, DRAWN.c.slot).join(DRAWN, its)
    found = found.where(DRAWN.c.draw.in_(groups), DRAWN.c.part == part, RESPONSES.c.counted)
    found = found.where(DRAWN.c.item.in_({item for item, _ in groups.values()}))
    earlier: dict[str, list[tuple[float, Earlier]]] = defaultdict(list)
    for row in connection.execute(found.order_by(RESPONSES.c.draw, RESPONSES.c.attempt.desc())):
        if (row.item, row.slot) == groups[row.draw]:
            earlier[row.draw].append((row.given, Earlier(row.variant, json.loads(row.response))))
    return earlier


def _regraded(
    connection: Connection, variant: str, draws: Sequence[str]
) -> dict[tuple[str, int], tuple[Result, float]]:
    """What earlier corrections have made of results, and when; the last one holds."""
    columns = (REGRADES.c.draw, REGRADES.c.attempt, REGRADES.c.after, REGRADES.c.moment)
    found = select(*columns).where(REGRADES.c.draw.in_(draws), REGRADES.c.variant == variant)
    rows = connection.execute(found.order_by(REGRADES.c.moment))
    return {(row.draw, row.attempt): (json.loads(row.after), row.moment) for row in rows}


def _marks(connection: Connection, responses: Sequence[str]) -> dict[str, tuple[float, float]]:
    """The last mark of a person, and when."""
    columns = (MARKS.c.response, MARKS.c.points, MARKS.c.moment)
    found = select(*columns).where(MARKS.c.response.in_(responses)).order_by(MARKS.c.number)
    return {row.response: (row.points, row.moment) for row in connection.execute(found)}
