"""What every draw of a published revision needs to know of it. It never changes, so a process reads it once."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from bank.exams.blueprint import Blueprint
from bank.exams.draws import POOLS, Group, Pool
from bank.exams.policies import Policies

if TYPE_CHECKING:
    from bank.store import Store
    from bank.store.draws import PoolMember

Content = TypeVar("Content")

MOST_SHEETS = 256
MOST_MEMBERS = 100_000  # variants of all pools, some 200 bytes each


@dataclass(frozen=True, slots=True)
class Sheet:
    """`points` of each item, part by part."""

    policies: Policies
    points: Sequence[Sequence[float]]


class Recent(Generic[Content]):
    """What was used last, as long as all of it together is no larger than `room`; the newest stays in any case."""

    def __init__(self, read: Callable[[str, int], Content], size: Callable[[Content], int], room: int) -> None:
        self._read, self._size, self._room = read, size, room
        self._held: OrderedDict[tuple[str, int], Content] = OrderedDict()
        self._lock = Lock()

    def of(self, bank: str, revision: int) -> Content:
        with self._lock:
            if (bank, revision) in self._held:
                self._held.move_to_end((bank, revision))
                return self._held[bank, revision]
        found = self._read(bank, revision)
        with self._lock:
            self._held[bank, revision] = found
            while len(self._held) > 1 and sum(map(self._size, self._held.values())) > self._room:
                self._held.popitem(last=False)
        return found


class Sheets:
    """Of one process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sheets = Recent[Sheet](self._read_sheet, lambda _: 1, MOST_SHEETS)
        self._pools = Recent[dict[str, Pool]](self._read_pools, _members, MOST_MEMBERS)

    def sheet(self, bank: str, revision: int) -> Sheet:
        return self._sheets.of(bank, revision)

    def pool(self, bank: str, revision: int, name: str) -> Pool:
        return self._pools.of(bank, revision)[name]

    def _read_sheet(self, bank: str, revision: int) -> Sheet:
        blueprint = Blueprint.from_json(json.loads(self._store.draws.blueprint(bank, revision)))
        return Sheet(blueprint.policies, [[part.points for part in item.parts] for item in blueprint.items])

    def _read_pools(self, bank: str, revision: int) -> dict[str, Pool]:
        items = len(self.sheet(bank, revision).points)
        members = self._store.draws.members(bank, revision)
        return {name: Pool(f"{bank}/{revision}/{name}", _groups(members, name, items)) for name in POOLS}


def _members(pools: dict[str, Pool]) -> int:
    return sum(pool.size for pool in pools.values())


def _groups(members: Sequence[PoolMember], pool: str, items: int) -> list[list[Group]]:
    """Of each item its groups in this pool; the members come in the order of items, places and parts."""
    found: list[list[Group]] = [[] for _ in range(items)]
    mine = (member for member in members if member.pool == pool)
    for (item, _), parts in groupby(mine, lambda member: (member.item, member.place)):
        found[item].append(tuple(member.variant for member in parts))
    return found
