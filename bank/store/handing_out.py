"""New draws, within one transaction: its first statement takes the row of the bank, so draws come one after another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, Self

from sqlalchemy import BindParameter, Connection, bindparam, func, select, update

from bank.store.exam_tables import ALLOWANCES, BANKS, DRAWN, DRAWS, MEMBERS
from bank.store.tables import ATTEMPTS, VARIANTS
from bank.store.taken import Allowance, Draw, allowance_of, draws_of, with_variants

# Built once, as in `bank.store.draws`.
BANK: BindParameter[str] = bindparam("the_bank")
LEARNERS: BindParameter[str] = bindparam("learners", expanding=True)
REVISION = (MEMBERS.c.bank == BANK, MEMBERS.c.revision == bindparam("the_revision"))
TAKEN = select(BANKS.c.published, BANKS.c.archived).where(BANKS.c.id == BANK).with_for_update(key_share=True)
MORE = update(BANKS).where(BANKS.c.id == BANK).values(drawn=BANKS.c.drawn + bindparam("more"))
MINE = with_variants().where(DRAWS.c.bank == BANK, DRAWS.c.learner.in_(LEARNERS))
BEYOND = select(ALLOWANCES).where(ALLOWANCES.c.bank == BANK, ALLOWANCES.c.learner.in_(LEARNERS))
LAST_PLACE = select(func.max(DRAWS.c.place)).where(
    DRAWS.c.bank == BANK, DRAWS.c.revision == bindparam("the_revision"), DRAWS.c.pool == bindparam("the_pool")
)
ALL = (
    select(MEMBERS.c.variant, VARIANTS.c.state, VARIANTS.c.family, VARIANTS.c.version, MEMBERS.c.checked)
    .join(VARIANTS, VARIANTS.c.id == MEMBERS.c.variant)
    .where(*REVISION)
)
OF_THESE = ALL.where(MEMBERS.c.variant.in_(bindparam("variants", expanding=True)))
NEW_DRAWS, NEW_DRAWN = DRAWS.insert(), DRAWN.insert()


class Doubtful(NamedTuple):
    """What may have changed of a member since its bank was published."""

    variant: str
    state: str
    family: str
    version: str
    checked: str | None


class HandingOut:
    """`published` is the revision that is drawn from; None where the bank has none, or is archived."""

    def __init__(self, connection: Connection, bank: str, published: int | None, learners: Collection[str]) -> None:
        self._connection = connection
        self._bank = bank
        self.published = published
        self._draws: dict[tuple[str, str], list[Draw]] = defaultdict(list)
        whose = {"the_bank": bank, "learners": list(learners)}
        for draw in draws_of(connection.execute(MINE, whose)):
            self._draws[draw.learner, draw.pool].append(draw)
        self._allowances = {row.learner: allowance_of(row) for row in connection.execute(BEYOND, whose)}
        self._places: dict[str, int] = {}
        self._revision = {"the_bank": bank, "the_revision": published}

    @classmethod
    def begin(cls, connection: Connection, bank: str, learners: Collection[str]) -> Self | None:
        row = connection.execute(TAKEN, {"the_bank": bank}).one_or_none()
        if row is None:
            return None
        return cls(connection, bank, None if row.archived else row.published, learners)

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
        if pool not in self._places:
            last = self._connection.execute(LAST_PLACE, {**self._revision, "the_pool": pool}).scalar()
            self._places[pool] = 0 if last is None else last + 1
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
