"""What learners were given: looked up together for all who ask in a process at one moment, as in `grouped`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, and_, bindparam, select

from bank.store.database import Database
from bank.store.exam_tables import ALLOWANCES, DRAWN, DRAWS, MEMBERS
from bank.store.grouped import Grouped, Take
from bank.store.taken import Allowance, Draw, Taken, allowance_of, draws_of, with_variants


class Whose(NamedTuple):
    """The draws of a learner from one pool of a bank."""

    bank: str
    learner: str
    pool: str


class Which(NamedTuple):
    """A variant that a learner answers."""

    variant: str
    learner: str


@dataclass(frozen=True, slots=True)
class Held:
    """A draw that gave a variant to a learner, where in it the variant stands, and what the learner has beyond."""

    draw: str
    bank: str
    revision: int
    pool: str
    made: float
    item: int
    slot: int
    part: int
    carried: str | None
    extra_minutes: float


class OfLearners:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._draws = Grouped[Whose, Taken](self._find_draws)
        self._held = Grouped[Which, list[Held]](self._find_held)

    def draws(self, bank: str, learner: str, pool: str) -> Taken:
        """By occasion."""
        return self._draws.do(Whose(bank, learner, pool))

    def holding(self, variant: str, learner: str) -> list[Held]:
        """The learner's draws with this variant, the newest first."""
        return self._held.do(Which(variant, learner))

    def _find_draws(self, take: Take[Whose]) -> list[Taken]:
        with self._database.reading() as connection:
            rows = connection.execute(TAKEN, _named(asked := take())).all()
        draws: dict[Whose, list[Draw]] = defaultdict(list)
        for draw in draws_of(rows):
            draws[Whose(draw.bank, draw.learner, draw.pool)].append(draw)
        beyond = {(row.bank, row.learner): allowance_of(row) for row in rows}
        return [Taken(draws[each], beyond.get((each.bank, each.learner), Allowance())) for each in asked]

    def _find_held(self, take: Take[Which]) -> list[list[Held]]:
        with self._database.reading() as connection:
            rows = connection.execute(HOLDING, _named(asked := take())).all()
        held: dict[Which, list[Held]] = defaultdict(list)
        for variant, learner, *about, extra_minutes in rows:
            held[Which(variant, learner)].append(Held(*(*about, extra_minutes or 0.0)))
        return [held[each] for each in asked]


def _named(asked: Collection[Any]) -> dict[str, list[str]]:
    """The values of all, by the name of their field."""
    fields = next(iter(asked))._fields
    return {name: list(dict.fromkeys(values)) for name, values in zip(fields, zip(*asked, strict=True), strict=True)}


def _any(name: str) -> BindParameter[str]:
    return bindparam(name, expanding=True)


def _holding() -> Select[Any]:
    """What the learner was given comes first: PostgreSQL, where it has not counted its rows, would read all draws."""
    about = (DRAWS.c.id.label("draw"), *(DRAWS.c[name] for name in ("bank", "revision", "pool", "made", "occasion")))
    given = select(*about, *(DRAWN.c[name] for name in ("learner", "variant", "item", "slot", "part")))
    given = given.join(DRAWS, DRAWS.c.id == DRAWN.c.draw)
    given = given.where(*(DRAWN.c[name].in_(_any(name)) for name in Which._fields))
    mine = given.cte("mine").prefix_with("MATERIALIZED", dialect="postgresql")
    theirs = and_(ALLOWANCES.c.bank == mine.c.bank, ALLOWANCES.c.learner == mine.c.learner)
    same = and_(*(MEMBERS.c[name] == mine.c[name] for name in ("bank", "revision", "variant")))
    where = (*Which._fields, "draw", "bank", "revision", "pool", "made", "item", "slot", "part")
    found = select(*(mine.c[name] for name in where), MEMBERS.c.carried, ALLOWANCES.c.extra_minutes)
    found = found.join(MEMBERS, same).join(ALLOWANCES, theirs, isouter=True)
    return found.order_by(mine.c.made.desc(), mine.c.occasion.desc())


# Built once: to build a statement costs as much as to execute it.
TAKEN = with_variants().where(*(DRAWS.c[name].in_(_any(name)) for name in Whose._fields))
HOLDING = _holding()
