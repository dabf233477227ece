"""Statements: what they say, why it is so, what the lab says of it; written in TOML beside the class of their pool."""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bank.authoring import relations

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab

MEASURED = ("E0", "E1", "E2", "E3")
LEVELS = (*MEASURED, "D", "L")
HOLE = re.compile(r"<<(\w+)>>")
SIDES = {"T": "true", "F": "false"}

Check = Callable[..., bool | None]
"""Whether a proposition holds in the lab; None where the effect is too small to say so and too large to deny it.

It is called with the lab, and with the values of the row, by name, where the proposition has rows.
"""


@dataclass(frozen=True)
class Trained:
    """A check that rests on a training of some seconds; all checks of one `run` share it."""

    run: str
    seconds: float
    holds: Check

    def __call__(self, lab: Lab, **values: Any) -> bool | None:
        return self.holds(lab, **values)


class Statement(NamedTuple):
    """A proposition, whether it is true, the reason, its level of evidence, and the measurement that says so.

    `level`: E0 exact, E1 float64, E2 Monte Carlo, E3 training, D a proof line (`why`), L literature (`why` cites it).
    `check` knows nothing of `true`. The id is T7, or T7.2 where pair 7 has rows and this is the second of them.
    """

    id: str
    text: str
    true: bool
    why: str
    level: str
    check: Check | None = None

    @property
    def form(self) -> str:
        """The same for all rows: T7 of T7.2."""
        return self.id.partition(".")[0]


@dataclass(frozen=True)
class Sheet:
    """What a pool's TOML says: the statements, and the sets of which a question shows at most one.

    Those are the forms of a pair, two pairs of which one decides the other by `implies` and `contradicts`, the groups
    listed under `conflicts`, and all statements that share a tag: a tag names a fact that a statement decides. `essay`
    is the table of the open question, empty where there is none; `setting` stands between the prelude and what is
    asked.
    """

    setting: str
    about: str
    statements: tuple[Statement, ...]
    conflicts: tuple[frozenset[str], ...]
    twins: bool
    essay: Mapping[str, Any]


def read_sheet(family: str, path: Path, checks: Mapping[str, Check]) -> Sheet:
    """A pool's TOML: tables `pair`, or `statement` where there is no contrary form.

    Pair 7 is the statements T7 and F7. `text`, `why`, `level` and `tags` are of both, or of one under `true` and
    `false`. A pair with `rows` is a statement T7.1, T7.2, ... for each of them: a row gives the values of the holes
    `<<name>>` in text and reason; those under its `true` and `false` are of that form alone. A question shows one row.

    `implies` and `contradicts` are lists of two forms, such as T7 and F8: see `relations.related`.

    `checks` go by the form, or by the pair. A check of a pair says whether its true form holds, and for the false form
    the contrary is taken; but where both forms have one `text` it is asked of each whether what it says is so. It gets
    the values of the row by name.

    Raises TypeError naming the family and the statement at fault.
    """
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        rows = [*map(_single, written.get("statement", ())), *_twins(written.get("pair", ()))]
        groups = (*map(frozenset, written.get("conflicts", ())), *_tagged(rows), *relations.related(written, rows))
        statements = tuple(_statement(row, checks) for row in rows)
        unknown = set(checks) - {row["form"] for row in rows} - {row.get("pair") for row in rows}
        faults = [f"there is a check of {name}, which is no statement" for name in sorted(unknown)]
        faults += [*_faults(statements, groups), *_deaf(rows, checks), *relations.faults_of(written, rows)]
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


def _single(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "form": row["id"]}


def _twins(pairs: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for pair in pairs:
        shared = {name: pair[name] for name in ("text", "why", "level") if name in pair}
        for letter, side in SIDES.items():
            number = str(pair["id"])
            row = {"level": None, **shared, **pair[side], "true": letter == "T", "pair": number}
            row |= {"form": f"{letter}{number}", "tags": [*pair.get("tags", ()), f"pair {number}"]}
            if "rows" not in pair:
                yield {**row, "id": row["form"]}
            for place, values in enumerate(pair.get("rows", ()), 1):
                known = {name: value for name, value in values.items() if name not in SIDES.values()}
                yield _filled(row, place, known | values.get(side, {}), asked="text" in pair)


def _filled(row: Mapping[str, Any], place: int, values: Mapping[str, Any], asked: bool) -> dict[str, Any]:
    """Nothing is computed: the holes name values. Where it is `asked` the check finds what this form says."""

    def put(text: str) -> str:
        return HOLE.sub(lambda hole: str(values[hole[1]]), text)

    texts = {"text": put(row["text"]), "why": put(row["why"])}
    return {**row, **texts, "id": f"{row['form']}.{place}", "values": values, "asked": asked}


def _tagged(rows: Sequence[Mapping[str, Any]]) -> Iterator[frozenset[str]]:
    tags = dict.fromkeys(tag for row in rows for tag in row.get("tags", ()))
    return (frozenset(row["id"] for row in rows if tag in row.get("tags", ())) for tag in tags)


def _statement(row: Mapping[str, Any], checks: Mapping[str, Check]) -> Statement:
    check = _check(row, checks)
    if check and "values" in row:
        check = told(check, row["values"])
    if check and row["form"] not in checks and not row["true"] and not row.get("asked"):
        check = contrary(check)
    return Statement(row["id"], folded(row["text"]), row["true"], folded(row["why"]), row["level"], check)


def _check(row: Mapping[str, Any], checks: Mapping[str, Check]) -> Check | None:
    return checks.get(row["form"]) or checks.get(row.get("pair", ""))


def told(check: Check, values: Mapping[str, Any]) -> Check:
    """The check for one row."""
    return (
        replace(check, holds=partial(check.holds, **values)) if isinstance(check, Trained) else partial(check, **values)
    )


def contrary(check: Check) -> Check:
    """Whether the contrary of a proposition holds; what is undecided stays so."""

    def holds(lab: Lab) -> bool | None:
        found = check(lab)
        return None if found is None else not found

    return replace(check, holds=holds) if isinstance(check, Trained) else holds


def _deaf(rows: Sequence[Mapping[str, Any]], checks: Mapping[str, Check]) -> Iterator[str]:
    """Checks that do not take the values of a row."""
    for row in rows:
        check = _check(row, checks)
        if check and "values" in row:
            try:
                inspect.signature(check.holds if isinstance(check, Trained) else check).bind("lab", **row["values"])
            except TypeError as fault:
                yield f"the check of {row['id']}: {fault}"


def _faults(statements: Sequence[Statement], groups: Sequence[frozenset[str]]) -> Iterator[str]:
    ids = [statement.id for statement in statements]
    yield from (f"{name} stands there twice" for name in sorted({name for name in ids if ids.count(name) > 1}))
    named = sorted(frozenset().union(*groups) - set(ids))
    yield from (f"{name} stands among the conflicts and is no statement" for name in named)
    texts = dict[str, str]()
    for statement in statements:
        if (first := texts.setdefault(statement.text, statement.id)) != statement.id:
            yield f"{first} and {statement.id} say the same"
    for statement in statements:
        if statement.level not in LEVELS:
            yield f"{statement.id} has the level {statement.level!r}, which is none of {', '.join(LEVELS)}"
        elif statement.level in MEASURED and statement.check is None:
            yield f"{statement.id} is of level {statement.level}, and no check measures it"
        elif statement.level not in MEASURED and statement.check is not None:
            yield f"{statement.id} is of level {statement.level}, and a check measures it"
