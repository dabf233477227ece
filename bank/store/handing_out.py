"""New draws, within one transaction that has taken the row of the bank, so draws come one after another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple, Self

from sqlalchemy import BindParameter, Connection, Row, Select, and_, bindparam, func, select, update

from bank.exams.draws import POOLS
from bank.store.exam_tables import ALLOWANCES, BANKS, DRAWN, DRAWS, MEMBERS
from bank.store.tables import ATTEMPTS, VARIANTS
from bank.store.taken import Allowance, Draw, allowance_of, draws_of, with_variants

# Built once, as in `bank.store.draws`.
BANK: BindParameter[str] = bindparam("the_bank")
LEARNERS: BindParameter[str] = bindparam("learners", expanding=True)
REVISION = (MEMBERS.c.bank == BANK, MEMBERS.c.revision == bindparam("the_revision"))
TAKEN = select(BANKS.c.id).where(BANKS.c.id == BANK).with_for_update(key_share=True)
MORE = update(BANKS).where(BANKS.c.id == BANK).values(drawn=BANKS.c.drawn + bindparam("more"))
MINE = with_variants().where(DRAWS.c.bank == BANK, DRAWS.c.learner.in_(LEARNERS))
ALL = (
    select(MEMBERS.c.variant, VARIANTS.c.state, VARIANTS.c.family, VARIANTS.c.version, MEMBERS.c.checked)
    .join(VARIANTS, VARIANTS.c.id == MEMBERS.c.variant)
    .where(*REVISION)
)
OF_THESE = ALL.where(MEMBERS.c.variant.in_(bindparam("variants", expanding=True)))
NEW_DRAWS, NEW_DRAWN = DRAWS.insert(), DRAWN.insert()


def _bank() -> Select[Any]:
    """The bank, its last place in each pool, and what the learners have beyond others: a row for each who has."""
    theirs = and_(ALLOWANCES.c.bank == BANKS.c.id, ALLOWANCES.c.learner.in_(LEARNERS))
    rows = select(func.max(DRAWS.c.place)).where(DRAWS.c.bank == BANKS.c.id, DRAWS.c.revision == BANKS.c.published)
    last = [rows.where(DRAWS.c.pool == pool).scalar_subquery().label(pool) for pool in POOLS]
    beyond = (ALLOWANCES.c.learner, ALLOWANCES.c.extra_minutes, ALLOWANCES.c.chances)
    found = select(BANKS.c.published, BANKS.c.archived, *beyond, *last).join(ALLOWANCES, theirs, isouter=True)
    return found.where(BANKS.c.id == BANK)


STANDS = _bank()


class Doubtful(NamedTuple):
    """What may have changed of a member since its bank was published."""

    variant: str
    state: str
    family: str
    version: str
    checked: str | None


class HandingOut:
    """`published` is the revision that is drawn from; None where the bank has none, or is archived."""

    def __init__(self, connection: Connection, bank: str, stands: Sequence[Row[Any]], draws: Iterable[Draw]) -> None:
        self._connection = connection
        self._bank = bank
        self.published: int | None = None if stands[0].archived else stands[0].published
        self._draws: dict[tuple[str, str], list[Draw]] = defaultdict(list)
        for draw in draws:
            self._draws[draw.learner, draw.pool].append(draw)
        self._allowances = {row.learner: allowance_of(row) for row in stands}
        last = {pool: stands[0]._mapping[pool] for pool in POOLS}
        self._places = {pool: 0 if place is None else place + 1 for pool, place in last.items()}
        self._revision = {"the_bank": bank, "the_revision": self.published}

    @classmethod
    def begin(cls, connection: Connection, bank: str, learners: Collection[str]) -> Self | None:
        """None without such a bank."""
        whose = {"the_bank": bank, "learners": list(learners)}
        stands = connection.execute(STANDS, whose).all()
        return cls(connection, bank, stands, draws_of(connection.execute(MINE, whose))) if stands else None

    def draws(self, learner: str, pool: str) -> list[Draw]:
        """That the learner has, by occasion; one that is added here has no variants yet."""
        return self._draws[learner, pool]

    def allowance(self, learner: str) -> Allowance:
        return self._allowances.get(learner, Allowance())

    def is_used_up(self, draw: Draw, limit: int) -> bool:
        """Whether the learner is done with every variant of it."""
        given = select(func.count()).select_from(DRAWN).where(DRAWN.c.draw == draw.id)
        over = ATTEMPTS.c.closed.is_not(None) | (ATTEMPTS.c.used >= limit)
        done = select(func.count()).select_from(ATTEMPTS).where(ATTEMPTS.c.draw == draw.id, over)
        return self._connection.execute(given).scalar_one() <= self._connection.execute(done).scalar_one()

    def given_before(self, learner: str) -> set[str]:
        """The variants of all the learner's draws of this bank."""
        mine = (draw for (name, _), draws in self._draws.items() if name == learner for draw in draws)
        return {each.variant for draw in mine for each in draw.variants}

    def next_place(self, pool: str) -> int:
        """The first free one in the row of the pool; each call takes one more."""
        self._places[pool] += 1
        return self._places[pool] - 1

    def not_given_out(self, may_be: Callable[[Doubtful], bool], variants: Collection[str] | None = None) -> set[str]:
        """Of these members, or of all that are published, those that may not be given out now."""
        if variants is None:
            found = self._connection.execute(ALL, self._revision)
        else:
            found = self._connection.execute(OF_THESE, {**self._revision, "variants": list(variants)})
        return {row.variant for row in found if not may_be(Doubtful(*row))}

    def keep(self, draws: Sequence[Draw]) -> None:
        if not draws:
            return
        rows = [{column.name: getattr(draw, column.name) for column in DRAWS.columns} for draw in draws]
        self._connection.execute(NEW_DRAWS, rows)
        given = [
            {"draw": draw.id, "learner": draw.learner, **each._asdict()} for draw in draws for each in draw.variants
        ]
        self._connection.execute(NEW_DRAWN, given)
        self._connection.execute(MORE, {"the_bank": self._bank, "more": len(draws)})
