"""The sums of a report, over all variants of a revision and all that learners have earned with them.

Of a bank that was used much they take seconds. Those of a published revision are kept, and hold as long as nothing is
added to what they are made of.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from time import time
from typing import TYPE_CHECKING, Any

from bank import sources
from bank.errors import StoreUnavailable
from bank.exams.fairness import collected
from bank.exams.outcomes import outcome
from bank.store.reports import Distinct, Shared
from bank.store.sums import Kept
from bank.variant import encoded

if TYPE_CHECKING:
    from bank.store import Revision, Store
    from bank.store.sums import Ingredients

WORTH_KEEPING = 10_000  # draws and responses: fewer are summed in no time

Where = tuple[int, int]  # item and part, from 0
Parts = Mapping[Where, Mapping[str, Any]]  # of a blueprint

_turn = Lock()  # of one process: sums that take long are made one after another


@dataclass(frozen=True, slots=True)
class Sums:
    """By item and part: how many `distinct` questions there are, and what is `told` of them as it is."""

    learners: int
    parts: Mapping[Where, Mapping[str, Any]]
    made: float  # seconds since the epoch


def sums(store: Store, revision: Revision, parts: Parts) -> Sums:
    """As they are now; while others are being made, the last ones that were kept, if there are any."""
    there = store.sums.ingredients(revision.bank)
    if revision.published is None or there.draws + there.responses < WORTH_KEEPING:
        return _made(store, revision, parts)
    kept = store.sums.find(revision.bank, revision.revision)
    if kept and kept.made_of == _made_of(there):
        return _read(kept, time())
    if not _turn.acquire(blocking=False):
        return _of_others(store, revision, parts, kept)
    try:
        made = _made(store, revision, parts)
        if there.are_settled:
            _keep(store, revision, there, made)
        return made
    finally:
        _turn.release()


def grouped(rows: Iterable[Any]) -> dict[Where, list[Any]]:
    found: dict[Where, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.item, row.part].append(row)
    return found


def _of_others(store: Store, revision: Revision, parts: Parts, kept: Kept | None) -> Sums:
    """Those that were kept last, or are as soon as others have made them."""
    if not _is_by_this_code(kept):
        with _turn:
            kept = store.sums.find(revision.bank, revision.revision)
    if kept and _is_by_this_code(kept):
        return _read(kept, kept.made)
    return sums(store, revision, parts)


def _keep(store: Store, revision: Revision, there: Ingredients, made: Sums) -> None:
    told = encoded([made.learners, [[*where, found] for where, found in made.parts.items()]])
    with suppress(StoreUnavailable):  # what was made can be told all the same
        store.sums.keep(revision.bank, revision.revision, Kept(_made_of(there), made.made, told))


def _made_of(there: Ingredients) -> str:
    return f"{sources.digest(__name__)} {' '.join(map(str, there))}"


def _is_by_this_code(kept: Kept | None) -> bool:
    return kept is not None and kept.made_of.startswith(sources.digest(__name__))


def _read(kept: Kept, moment: float) -> Sums:
    learners, parts = json.loads(kept.told)
    return Sums(learners, {(item, part): found for item, part, found in parts}, moment)


def _made(store: Store, revision: Revision, parts: Parts) -> Sums:
    reports, this, moment = store.reports, (revision.bank, revision.revision), time()
    with ThreadPoolExecutor(1) as beside:  # it takes as long as all the rest
        slow = beside.submit(reports.earned, *this)
        distinct = {(row.item, row.part): row for row in reports.distinct(*this)}
        shared = {(row.item, row.part): row for row in reports.shared(*this)}
        traits = collected(reports.traits(*this), {where: part["kind"] for where, part in parts.items()})
        learners = reports.learners(*this)
        earned = grouped(slow.result())
    found = {}
    for where, part in parts.items():
        questions = distinct.get(where, Distinct(*where, questions=0, looks=0, in_exams=0))
        result = reports.a_result(*this, *where) if where in earned else None
        full = json.loads(result)["max_score"] if result else part["points"]
        told = {
            "sharing": _sharing(shared.get(where), questions.in_exams),
            **traits[where].to_json(),
            "results": outcome(earned[where], full) if where in earned else None,
        }
        found[where] = {"distinct": questions.questions, "told": told}
    return Sums(learners, found, moment)


def _sharing(shared: Shared | None, questions: int) -> dict[str, Any] | None:
    """How many learners have the same question: on average as many as an even spread gives, and at most."""
    if shared is None or not questions:
        return None
    expected, used = shared.draws / questions, shared.questions
    return {"draws": shared.draws, "expected": round(expected, 2), "most": shared.most, "questions": used}
