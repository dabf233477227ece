"""What statements say of one another, so that no question shows one that decides another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

Literal = tuple[str, bool]
"""A proposition and whether it holds. Pair 7 is one proposition: T7 says that it holds, F7 that it does not."""

Steps = Mapping[Literal, Iterable[Literal]]
TABLES = ("implies", "contradicts")


def related(written: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Iterator[frozenset[str]]:
    """Sets of ids of two propositions, in all forms and rows, one of which decides the other.

    The tables are those of a pool's TOML: `implies` has rows of two forms, the first of which decides the second;
    `contradicts` such as cannot both be so. Who knows that T1 implies T3 concludes T1's contrary from F3, and what
    follows from T3 follows from T1.
    """
    literals = {row["form"]: _literal(row) for row in rows}
    ids = defaultdict[str, set[str]](set)
    for row in rows:
        ids[_literal(row)[0]].add(row["id"])
    steps = defaultdict[Literal, set[Literal]](set)
    for table in TABLES:
        for one, other in written.get(table, ()):
            if one in literals and other in literals:
                first, then = literals[one], literals[other]
                then = then if table == "implies" else _denied(then)
                steps[first].add(then)
                steps[_denied(then)].add(_denied(first))
    for one, other in combinations(ids, 2):
        if any(name == other for holds in (True, False) for name, _ in _concluded((one, holds), steps)):
            yield frozenset(ids[one] | ids[other])


def faults_of(written: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Forms that do not exist, and true ones from which something false would follow."""
    truth = {row["form"]: bool(row["true"]) for row in rows}
    for table in TABLES:
        for one, other in written.get(table, ()):
            unknown = [name for name in (one, other) if name not in truth]
            yield from (f"{name} stands in {table} and is no statement" for name in unknown)
            if not unknown and truth[one] and truth[other] is (table == "contradicts"):
                yield f"{one} is true and {table} {other}, which is {str(truth[other]).lower()}"


def _literal(row: Mapping[str, Any]) -> Literal:
    return (row["pair"], bool(row["true"])) if "pair" in row else (row["form"], True)


def _denied(literal: Literal) -> Literal:
    return literal[0], not literal[1]


def _concluded(literal: Literal, steps: Steps) -> list[Literal]:
    """All that follows, in any number of steps."""
    found = [literal]
    for one in found:  # grows while it is walked through
        found += [then for then in steps.get(one, ()) if then not in found]
    return found[1:]
