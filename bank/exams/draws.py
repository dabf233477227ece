"""Which variants a draw gets: of every item the same share to everybody, in an order that only the secret tells.

The draws of a pool stand in a row. Each round goes through all groups of an item once, in an order of its own, so
while nothing is withdrawn no group is given to two learners more than another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from bank.errors import NoFurtherChance, NothingToDraw
from bank.identity import Identity

EXAM, PRACTICE = "exam", "practice"
POOLS = (EXAM, PRACTICE)

Group = tuple[str, ...]  # the variants of the parts that belong together; most have one


@dataclass(frozen=True)
class Pool:
    """What is drawn from: of each item its groups, by their places. `name` is that of the order, the same for ever."""

    name: str
    items: Sequence[Sequence[Group]]
    _orders: dict[int, tuple[int, list[Group]]] = field(default_factory=dict)  # of each item: the last round, its order

    @property
    def size(self) -> int:
        """How many variants there are."""
        return sum(len(group) for groups in self.items for group in groups)

    def drawn(
        self, identity: Identity, place: int, count: int, passed: Collection[str] = (), before: Collection[str] = ()
    ) -> list[list[Group]]:
        """Of every item `count` groups, or all where there are not so many, for the draw at this place of the row.

        Groups with a variant that is `passed` over are left out. Those with one that the learner was given `before`
        come only where there is no other. An item of which the pool has nothing gives nothing: there were no more
        questions than the exam has. Raises NothingToDraw where that is so of all.
        """
        if not any(self.items):
            raise NothingToDraw("this pool has no variants")
        return [
            self._of_item(identity, item, place * count, count, passed, before) if self.items[item] else []
            for item in range(len(self.items))
        ]

    def _of_item(
        self, identity: Identity, item: int, place: int, count: int, passed: Collection[str], before: Collection[str]
    ) -> list[Group]:
        turn, first = divmod(place, len(self.items[item]))
        order = self._order(identity, item, turn)

        def following() -> Iterator[Group]:
            yield from (group for group in islice(order, first, None) if not any(each in passed for each in group))
            yield from (group for group in islice(order, first) if not any(each in passed for each in group))

        fresh = (group for group in following() if not any(each in before for each in group))
        found = list(islice(fresh, count))
        if len(found) < count:
            given = (group for group in following() if group not in found)
            found += islice(given, count - len(found))
        if not found:
            raise NothingToDraw(f"every variant of item {item} is withdrawn, disputed or of an old version")
        return found

    def _order(self, identity: Identity, item: int, turn: int) -> list[Group]:
        known = self._orders.get(item)
        if known is not None and known[0] == turn:
            return known[1]
        name = f"{self.name}/{item}/{turn}"
        order = sorted(self.items[item], key=lambda group: identity.rank(name, group[0]))
        self._orders[item] = turn, order
        return order


def occasion(asked: int | None, last: int, chances: int, is_over: Callable[[], bool]) -> int:
    """Which draw a learner gets: the last one, or one that is new, of the next occasion. `last` is 0 before the first.

    A granted chance is used when the last draw is over, or when it is asked for. Raises NoFurtherChance.

    >>> occasion(None, 0, 0, lambda: False), occasion(None, 1, 1, lambda: False), occasion(None, 1, 1, lambda: True)
    (1, 1, 2)
    """
    following = min(last, chances) + 1
    if asked is None:
        return following if following > last and (last == 0 or is_over()) else last
    if asked > max(last, following):
        raise NoFurtherChance(f"this learner may have occasion {max(last, following)} of this bank, and no later one")
    return asked
