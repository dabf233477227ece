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


class OfBank(NamedTuple):
    """A learner's draws from one pool of a bank."""

    bank: str
    learner: str
    pool: str


class OfVariant(NamedTuple):
    """A learner's draws with one variant."""

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
        self._draws = Grouped[OfBank, Taken](self._find_draws)
        self._held = Grouped[OfVariant, list[Held]](self._find_held)

    def draws(self, bank: str, learner: str, pool: str) -> Taken:
        """By occasion."""
        return self._draws.do(OfBank(bank, learner, pool))

    def holding(self, variant: str, learner: str) -> list[Held]:
        """The learner's draws with this variant, the newest first."""
        return self._held.do(OfVariant(variant, learner))

    def _find_draws(self, take: Take[OfBank]) -> list[Taken]:
        with self._database.reading() as connection:
            rows = connection.execute(OF_LEARNERS, _values(asked := take(), OWNER)).all()
        draws: dict[OfBank, list[Draw]] = defaultdict(list)
        for draw in draws_of(rows):
            draws[OfBank(draw.bank, draw.learner, draw.pool)].append(draw)
        beyond = {(row.bank, row.learner): allowance_of(row) for row in rows}
        return [Taken(draws[each], beyond.get((each.bank, each.learner), Allowance())) for each in asked]

    def _find_held(self, take: Take[OfVariant]) -> list[list[Held]]:
        with self._database.reading() as connection:
            rows = connection.execute(HOLDING, _values(asked := take(), OfVariant._fields)).all()
        held: dict[OfVariant, list[Held]] = defaultdict(list)
        for variant, learner, *about, extra_minutes in rows:
            held[OfVariant(variant, learner)].append(Held(*(*about, extra_minutes or 0.0)))
        return [held[each] for each in asked]


def _values(asked: Collection[Any], names: Collection[str]) -> dict[str, list[str]]:
    """Of these fields, each value once."""
    return {name: list({getattr(each, name) for each in asked}) for name in names}


def _any(name: str) -> BindParameter[str]:
    return bindparam(name, expanding=True)


def _holding() -> Select[Any]:
    """What the learner was given comes first: PostgreSQL, where it has not counted its rows, would read all draws."""
    about = (DRAWS.c.id.label("draw"), *(DRAWS.c[name] for name in ("bank", "revision", "pool", "made", "occasion")))
    given = select(*about, *(DRAWN.c[name] for name in ("learner", "variant", "item", "slot", "part")))
    given = given.join(DRAWS, DRAWS.c.id == DRAWN.c.draw)
    given = given.where(*(DRAWN.c[name].in_(_any(name)) for name in OfVariant._fields))
    mine = given.cte("mine").prefix_with("MATERIALIZED", dialect="postgresql")
    theirs = and_(ALLOWANCES.c.bank == mine.c.bank, ALLOWANCES.c.learner == mine.c.learner)
    same = and_(*(MEMBERS.c[name] == mine.c[name] for name in ("bank", "revision", "variant")))
    where = (*OfVariant._fields, "draw", "bank", "revision", "pool", "made", "item", "slot", "part")
    found = select(*(mine.c[name] for name in where), MEMBERS.c.carried, ALLOWANCES.c.extra_minutes)
    found = found.join(MEMBERS, same).join(ALLOWANCES, theirs, isouter=True)
    return found.order_by(mine.c.made.desc(), mine.c.occasion.desc())


# Built once, as in `bank.store.draws`. For the pool as well, PostgreSQL would read all of it until it has counted.
OWNER = ("bank", "learner")
OF_LEARNERS = with_variants().where(*(DRAWS.c[name].in_(_any(name)) for name in OWNER))
HOLDING = _holding()
