"""The task "build": the items of a bank that are built together, chunk by chunk, each kept before the next begins."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from structlog.typing import FilteringBoundLogger

from bank.exams.blueprint import Blueprint, components
from bank.exams.candidates import Candidate, Candidates, space, twin
from bank.exams.selection import Selection
from bank.exams.traits import traits
from bank.store import BuiltItem, Chunk, Lease, NewMember, Outcome, Piece
from bank.store.work import DIED, MOST_ATTEMPTS, SMALLER_AFTER_FAILURE
from bank.variant import Variant
from bank.verification import Task, verify
from workers.renewal import LeaseLost
from workers.verifying import outcome
from workers.worker import Worker

if TYPE_CHECKING:
    from bank.judgements import Judged

AT_ONCE = 128  # candidates that are drawn, proven and kept together
CHUNK_SECONDS = 20.0  # of CPU that a chunk is expected to take
SLICE_SECONDS = 60.0  # of CPU that a lease is expected to take at most
TURN_SECONDS = 10.0  # by the clock, after which the rest is put back behind what waits
DISPUTED = "the lab did not confirm the key"
GONE = "withdrawn or disputed before"
ALIKE = "looks like another one of this bank"


def build_lease(worker: Worker, lease: Lease, log: FilteringBoundLogger) -> None:
    """Build for a while; what is left is put back."""
    ends = time.monotonic() + TURN_SECONDS
    for piece in lease.pieces:
        builder = Builder(worker, lease, piece, log)
        if not builder.work_until(ends):
            worker.store.work.put_back(lease)
            return


@dataclass(frozen=True)
class Proven:
    """A variant with what the lab found of it: `looks` and texts are those of its run where it is about one."""

    variant: Variant
    outcome: Outcome

    @property
    def looks(self) -> str:
        return self.outcome.text.looks if self.outcome.text else self.variant.looks

    def traits(self) -> dict[str, object]:
        text = self.outcome.text or self.variant
        return traits(json.loads(text.public), json.loads(text.private))


class Builder:
    """One piece of work: some items of one revision."""

    def __init__(self, worker: Worker, lease: Lease, piece: Piece, log: FilteringBoundLogger) -> None:
        self._worker, self._lease, self._piece, self._log = worker, lease, piece, log
        bank, revision, first = piece.subject.split("/")
        self._site = worker.store.building.site(bank, int(revision))
        self._blueprint = Blueprint.from_json(self._site.blueprint)
        self._places = places_built_with(self._blueprint, int(first))
        self._attempts = piece.attempts

    def work_until(self, moment: float) -> bool:
        """Whether all is built."""
        for place in self._places:
            progress = self._site.items[place]
            selection = self._selection(place, progress)
            while progress.built < progress.wanted and not progress.exhausted:
                progress = self._build_some(place, progress, selection)
                if time.monotonic() > moment:
                    return False
        if not self._worker.store.building.finish(self._lease, self._piece, self._site):
            raise LeaseLost
        return True

    def _selection(self, place: int, progress: BuiltItem) -> Selection:
        items = self._blueprint.items
        candidates = Candidates(self._worker.identity, self._site.seed, items[place], twin(items, place))
        most = space(items[place])
        return Selection(candidates, self._site.known, most, progress.built, progress.tried, progress.in_vain)

    def _build_some(self, place: int, progress: BuiltItem, selection: Selection) -> BuiltItem:
        found, refused = selection.some(min(self._size(), progress.wanted - progress.built))
        chosen = len(found)
        if self._attempts >= MOST_ATTEMPTS and found:  # whoever tries to prove the first of them does not come back
            refused[self._piece.reason or DIED] += 1
            found = []
        proven = list(self._proven(found))
        taken = self._taken(found, proven, refused)
        selection.settle(chosen, len(taken))
        told = dict(Counter(progress.refused) + refused)
        after = replace(
            progress,
            built=selection.built,
            tried=selection.tried,
            in_vain=selection.in_vain,
            exhausted=selection.built < progress.wanted and selection.is_over,
            refused=told,
        )
        variants = [each.variant for group in proven for each in group]
        outcomes = {each.variant.id: each.outcome for group in proven for each in group}
        chunk = Chunk(after, variants, outcomes, taken)
        if not self._worker.store.building.keep(self._lease, self._piece, self._site, chunk):
            raise LeaseLost
        self._attempts = 1
        self._log.info("built", bank=self._site.bank, item=place, taken=len(taken), tried=after.tried)
        return after

    def _size(self) -> int:
        """Candidates at once: fewer where each takes long, and after a failure, until one stands alone."""
        wanted = sum(self._site.items[place].wanted for place in self._places)
        each = self._piece.seconds / max(1, wanted)
        affordable = int(CHUNK_SECONDS / each) if each > 0 else AT_ONCE
        smaller: int = SMALLER_AFTER_FAILURE ** (self._attempts - 1)
        return max(1, min(AT_ONCE, affordable) // smaller)

    def _proven(self, found: Sequence[Candidate]) -> Iterator[tuple[Proven, ...]]:
        """Every candidate's variants, measured in the lab a family at a time."""
        variants = [[self._worker.identity.named(draft) for draft in candidate.drafts()] for candidate in found]
        judged = self._judged([variant for group in variants for variant in group])
        for group in variants:
            yield tuple(Proven(variant, outcome(variant.id, judged[variant.id])) for variant in group)

    def _judged(self, variants: Sequence[Variant]) -> dict[str, Judged]:
        judged: dict[str, Judged] = {}
        for family in dict.fromkeys(variant.family for variant in variants):
            some = [variant for variant in variants if variant.family == family]
            tasks = [
                Task(variant.kind, variant.params, variant.seed, variant.version, variant.public, variant.private)
                for variant in some
            ]
            found = verify(self._worker.lab, family, tasks)
            judged |= {variant.id: each for variant, each in zip(some, found, strict=True)}
        return judged

    def _taken(
        self, found: Sequence[Candidate], proven: Sequence[Sequence[Proven]], refused: Counter[str]
    ) -> list[list[NewMember]]:
        """The candidates that come into the bank, and why the others do not."""
        states = self._worker.store.variants.states([each.variant.id for group in proven for each in group])
        taken: list[list[NewMember]] = []
        for candidate, group in zip(found, proven, strict=True):
            why = self._objection(group, states)
            if why is not None:
                refused[why] += 1
                continue
            self._site.looks.update(each.looks for each in group)
            taken.append(
                [
                    NewMember(part, question, each.looks, each.traits(), candidate.carried(part), each.variant.id)
                    for part, (question, each) in enumerate(zip(candidate.questions, group, strict=True))
                ]
            )
        return taken

    def _objection(self, group: Sequence[Proven], states: dict[str, str]) -> str | None:
        if any(each.outcome.state != "verified" for each in group):
            return DISPUTED
        if any(states.get(each.variant.id, "verified") not in ("drawn", "verified") for each in group):
            return GONE
        if all(each.looks in self._site.looks for each in group):
            return ALIKE
        return None


def places_built_with(blueprint: Blueprint, first: int) -> tuple[int, ...]:
    """The items that one piece of work builds, by the first of them."""
    return next(places for places in components(blueprint.items) if places[0] == first)
