"""How far the modes of a prior and the classes of the images go together, from the table of codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, cached_property
from itertools import permutations
from random import Random
from typing import Any

from bank.authoring import (
    DECIMAL_OR_FRACTION,
    STEP,
    Exercise,
    Integers,
    Lab,
    Lists,
    Measurement,
    Problem,
    Wrong,
    adding,
    param,
    table_beside,
)

TEXTS = table_beside(__file__)

Table = tuple[tuple[int, ...], ...]

CLEAR = 13, 17  # per cent: between them a share could be taken for one or the other
TOTALS = (40, 50, 80, 100, 125, 160, 200, 250)  # divided by them, every count is a finite decimal
MODES = 4
TABLES = 80  # that are found once; each stands for all orders of its rows and columns
ORDERS = tuple(permutations(range(MODES)))


class ModePurity(Exercise):
    """Rows are modes, columns are classes.

    >>> table = ((20, 2, 0, 0), (18, 3, 1, 1), (1, 9, 20, 1), (1, 1, 2, 20))
    >>> {name: str(value) for name, value in ModePurity(table=table).solve().items()}
    {'purity': '39/50', 'one_to_one': '63/100', 'shared_modes': '1', 'split_classes': '2'}
    """

    title = "Adversarial autoencoder: purity of the modes"
    source = ("4e+",)
    points = 3
    kinds = ("fields",)
    tiers = ("exact",)
    experiment = "every way to name the modes by classes tried on the images one by one"
    form = DECIMAL_OR_FRACTION
    band = (30, 60)

    table: Table = param(
        Lists(Lists(Integers(0, 99, 0, 9999), MODES, MODES), MODES, MODES),
        "a row for each mode, a column for each class: how many images of the class have their codes in the mode",
    )

    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        table = rng.choice(_tables())
        rows, columns = rng.choice(ORDERS), rng.choice(ORDERS)
        return {"table": tuple(tuple(table[row][column] for column in columns) for row in rows)}

    @classmethod
    def every(cls, kind: str) -> None:
        """Too many to try each."""

    @classmethod
    def space(cls, kind: str) -> int:
        """Each table in all orders of its modes and classes, but for the few in which a place decides."""
        return TABLES * len(ORDERS) ** 2

    def constraints(self) -> Iterator[Problem]:
        if 0 in self.row_sums or 0 in self.column_sums:
            yield Problem("/params/table", "a mode or a class is empty")
            return
        if 10**6 % self.total:
            yield Problem("/params/table", "the shares of all images are no finite decimals")
        if not (_clear(self.table) and _clear(self.columns)):
            yield Problem("/params/table", "a share lies between 13 % and 17 %")
        if any(row.count(max(row)) > 1 for row in self.table):
            yield Problem("/params/table", "two classes have most codes in one mode")
        if self._rights.count(self._best) > 1:
            yield Problem("/params/table", "there are two best namings")

    @cached_property
    def columns(self) -> Table:
        return tuple(zip(*self.table, strict=True))

    @cached_property
    def total(self) -> int:
        return sum(self.row_sums)

    @cached_property
    def row_sums(self) -> list[int]:
        return [sum(row) for row in self.table]

    @cached_property
    def column_sums(self) -> list[int]:
        return [sum(column) for column in self.columns]

    @property
    def most(self) -> list[int]:
        return [max(row) for row in self.table]

    def _right(self, order: Sequence[int]) -> int:
        """Images in a mode with their name, where the modes are named after these classes."""
        return sum(row[name] for row, name in zip(self.table, order, strict=True))

    @cached_property
    def _rights(self) -> list[int]:
        """For every naming with four different names."""
        (a, b, c, d) = self.table
        return [a[p] + b[q] + c[r] + d[s] for p, q, r, s in ORDERS]

    @cached_property
    def _best(self) -> int:
        return max(self._rights)

    @property
    def _names(self) -> Sequence[int]:
        return ORDERS[self._rights.index(self._best)]

    @property
    def naming(self) -> str:
        return ", ".join("ABCD"[name] for name in self._names)

    @property
    def named(self) -> list[int]:
        return [row[name] for row, name in zip(self.table, self._names, strict=True)]

    @property
    def holders(self) -> str:
        return _in_turn(self.table)

    @property
    def homes(self) -> str:
        return _in_turn(self.columns)

    def effort(self) -> float:
        """Sums of rows and columns, fifteen per cent of each, and the two sums that are divided."""
        sums = sum(adding(*row) for row in (*self.table, *self.columns))
        return sums / 2 + 2 * MODES * STEP + adding(*self.most) + adding(*self.named) + 2 * STEP

    def solve(self) -> dict[str, Fraction | int]:
        return {
            "purity": Fraction(sum(self.most), self.total),
            "one_to_one": Fraction(self._best, self.total),
            "shared_modes": sum(count > 1 for count in _reached(self.table)),
            "split_classes": sum(count > 1 for count in _reached(self.columns)),
        }

    def distractors(self) -> Iterator[Wrong]:
        key, diagonal = self.solve(), Fraction(self._right(range(MODES)), self.total)
        by_column = Fraction(sum(map(max, self.columns)), self.total)
        unweighted = sum((Fraction(max(row), sum(row)) for row in self.table), Fraction(0)) / MODES

        def instead(why: str, **values: Fraction | int) -> Wrong:
            return Wrong(key | values, why)

        yield instead("These are the largest numbers of the columns; a mode is a row.", purity=by_column)
        yield instead(
            "The modes are not equally full: counts are added up, no mean of shares is taken.", purity=unweighted
        )
        yield instead(
            "The order in which modes and classes are listed means nothing.", purity=diagonal, one_to_one=diagonal
        )
        yield instead("Here two modes may be named after one class.", purity=key["one_to_one"])
        yield instead("No class may give its name to two modes.", one_to_one=key["purity"])
        greedy = Fraction(self._greedy(), self.total)
        yield instead("To take the largest number first is not always best for the rest.", one_to_one=greedy)
        shared, split = key["shared_modes"], key["split_classes"]
        yield instead("This counts classes; a shared mode is a row with several classes.", shared_modes=split)
        yield instead("This counts modes; a split class is a column with several modes.", split_classes=shared)
        several = sum(sum(count > 0 for count in row) > 1 for row in self.table)
        yield instead("Classes with less than 15 % of a mode's codes are not counted.", shared_modes=several)
        spread = sum(sum(count > 0 for count in column) > 1 for column in self.columns)
        yield instead("Modes with less than 15 % of a class's codes are not counted.", split_classes=spread)
        of_all = sum(sum(20 * count >= 3 * self.total for count in row) > 1 for row in self.table)
        yield instead("The 15 % are of the codes in the mode, not of all codes.", shared_modes=of_all)

    def _greedy(self) -> int:
        """Images in their mode where the largest number that is left names its mode, again and again."""
        cells = sorted(
            ((count, row, name) for row, counts in enumerate(self.table) for name, count in enumerate(counts))
        )
        rows, names, right = set[int](), set[int](), 0
        for count, row, name in reversed(cells):
            if row not in rows and name not in names:
                rows.add(row)
                names.add(name)
                right += count
        return right

    def measured(self, lab: Lab) -> Measurement:
        return Measurement(lab.naming_modes.seen(self.table), tolerance=0.0)


def _reached(rows: Sequence[Sequence[int]]) -> list[int]:
    """For each row how many of its numbers are 15 % of its sum or more: 3/20."""
    sums = map(sum, rows)
    return [sum(20 * count >= 3 * whole for count in row) for row, whole in zip(rows, sums, strict=True)]


def _clear(rows: Sequence[Sequence[int]]) -> bool:
    """Whether no share of a row lies near 15 %."""
    return not any(CLEAR[0] * sum(row) < 100 * count < CLEAR[1] * sum(row) for row in rows for count in row)


def _in_turn(rows: Sequence[Sequence[int]]) -> str:
    return ", ".join(map(str, _reached(rows)))


@cache
def _tables() -> tuple[Table, ...]:
    """Such as make a fair question: the same at every start."""
    rng, found = Random("tables of modes and classes"), dict[Table, None]()
    while len(found) < TABLES:
        table = _filled(rng)
        if not _clear(table):  # by far the most frequent fault
            continue
        question = ModePurity(table=table)
        if not any(question.constraints()) and not any(question.refusals("fields")) and not question.strays:
            found[table] = None
    return tuple(found)


def _filled(rng: Random) -> Table:
    """Every mode has one class or two, and a few codes of others; the rest of the total goes where most lie."""
    total, cells = rng.choice(TOTALS), [[0] * MODES for _ in range(MODES)]
    for row in cells:
        for name in rng.sample(range(MODES), rng.choice((1, 2, 2, 3))):
            row[name] = rng.randint(total // 16, total // 5)
        for name in range(MODES):
            row[name] += rng.choice((0, 0, 1, 2))
    largest = max(range(MODES), key=lambda row: sum(cells[row]))
    place = cells[largest].index(max(cells[largest]))
    cells[largest][place] += total - sum(map(sum, cells))
    return tuple(map(tuple, cells)) if min(map(min, cells)) >= 0 else _filled(rng)
