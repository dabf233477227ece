"""Statements: what they say, why it is so, what the lab says of it; written in TOML beside the class of their pool."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab

MEASURED = ("E0", "E1", "E2", "E3")
LEVELS = (*MEASURED, "D", "L")

Check = Callable[["Lab"], bool | None]
"""Whether a proposition holds in the lab; None where the effect is too small to say so and too large to deny it."""


@dataclass(frozen=True)
class Trained:
    """A check that rests on a training of some seconds; all checks of one `run` share it."""

    run: str
    seconds: float
    holds: Check

    def __call__(self, lab: Lab) -> bool | None:
        return self.holds(lab)


class Statement(NamedTuple):
    """A proposition, whether it is true, the reason, its level of evidence, and the measurement that says so.

    `level`: E0 exact, E1 float64, E2 Monte Carlo, E3 training, D a proof line (`why`), L literature (`why` cites it).
    `check` knows nothing of `true`.
    """

    id: str
    text: str
    true: bool
    why: str
    level: str
    check: Check | None = None


@dataclass(frozen=True)
class Sheet:
    """What a pool's TOML says: the statements, and the sets of which a question shows at most one.

    Those are the groups listed under `conflicts`, the twins of a pair, and all statements that share a tag: a tag names
    a fact that a statement decides. `essay` is the table of the open question, empty where there is none; `setting`
    stands between the prelude and what is asked.
    """

    setting: str
    about: str
    statements: tuple[Statement, ...]
    conflicts: tuple[frozenset[str], ...]
    twins: bool
    essay: Mapping[str, Any]


def read_sheet(family: str, path: Path, checks: Mapping[str, Check]) -> Sheet:
    """`checks` go by the id of a statement, or by that of a pair whose false form is the contrary of the true one.

    Raises TypeError naming the family and the statement at fault.
    """
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        rows = [*written.get("statement", ()), *_twins(written.get("pair", ()))]
        groups = (*map(frozenset, written.get("conflicts", ())), *_tagged(rows))
        statements = tuple(_statement(row, checks) for row in rows)
        unknown = set(checks) - {row["id"] for row in rows} - {row.get("pair") for row in rows}
        faults = [f"there is a check of {name}, which is no statement" for name in sorted(unknown)]
        faults += _faults(statements, groups)
        sheet = Sheet(
            setting=folded(written.get("setting", "")),
            about=folded(written["about"]),
            statements=statements,
            conflicts=groups,
            twins="pair" in written,
            essay=written.get("essay", {}),
        )
    except KeyError as missing:
        raise TypeError(f"{family}: {missing} is missing in {path.name}") from None
    if faults:
        raise TypeError(f"{family}: {'; '.join(faults)}")
    return sheet


def folded(text: str) -> str:
    """A text that was broken over lines, in one."""
    return " ".join(text.split())


def _twins(pairs: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Pair 7 is the statements T7 and F7; `level` and `tags` are of both unless one has its own."""
    for pair in pairs:
        for letter, side in (("T", "true"), ("F", "false")):
            number = str(pair["id"])
            shared = {"level": pair.get("level"), "tags": [*pair.get("tags", ()), f"pair {number}"]}
            yield {**shared, **pair[side], "id": f"{letter}{number}", "true": letter == "T", "pair": number}


def _tagged(rows: Sequence[Mapping[str, Any]]) -> Iterator[frozenset[str]]:
    tags = dict.fromkeys(tag for row in rows for tag in row.get("tags", ()))
    return (frozenset(row["id"] for row in rows if tag in row.get("tags", ())) for tag in tags)


def _statement(row: Mapping[str, Any], checks: Mapping[str, Check]) -> Statement:
    check = checks.get(row["id"]) or checks.get(row.get("pair", ""))
    if check and row["id"] not in checks and not row["true"]:
        check = contrary(check)
    return Statement(row["id"], folded(row["text"]), row["true"], folded(row["why"]), row["level"], check)


def contrary(check: Check) -> Check:
    """Whether the contrary of a proposition holds; what is undecided stays so."""

    def holds(lab: Lab) -> bool | None:
        found = check(lab)
        return None if found is None else not found

    return replace(check, holds=holds) if isinstance(check, Trained) else holds


def _faults(statements: Sequence[Statement], groups: Sequence[frozenset[str]]) -> Iterator[str]:
    ids = [statement.id for statement in statements]
    yield from (f"{name} stands there twice" for name in sorted({name for name in ids if ids.count(name) > 1}))
    named = sorted(frozenset().union(*groups) - set(ids))
    yield from (f"{name} stands among the conflicts and is no statement" for name in named)
    for statement in statements:
        if statement.level not in LEVELS:
            yield f"{statement.id} has the level {statement.level!r}, which is none of {', '.join(LEVELS)}"
        elif statement.level in MEASURED and statement.check is None:
            yield f"{statement.id} is of level {statement.level}, and no check measures it"
        elif statement.level not in MEASURED and statement.check is not None:
            yield f"{statement.id} is of level {statement.level}, and a check measures it"
