"""The tasks "correct", which looks at variants of a bank again, and "regrade", which applies what was found."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from structlog.typing import FilteringBoundLogger

from bank import registry, stored_keys
from bank.errors import BankError
from bank.exams.blueprint import Blueprint
from bank.exams.correcting import Given, NewKey, Regraded, annulled
from bank.store import Cause, Correction, Finding, Holder, Lease, Outcome, Piece, Question
from bank.store.findings import ANNULLED, CHANGED, SAME, UNPROVEN
from bank.store.work import DIED, MOST_ATTEMPTS
from bank.variant import Draft, Variant
from bank.verification import Task, informed, verify
from workers.verifying import outcome
from workers.worker import Worker

if TYPE_CHECKING:
    from bank.judgements import Judged

LOOKED_AT_ONCE = 32  # measured and kept together
SETTLING_SECONDS = 2.0  # after a confirmation: by then no process grades what was withdrawn, and all has come in
NEVER_BACK = "it could not be looked at"


@dataclass(frozen=True, slots=True)
class Old:
    """A variant as it is kept, and why it is looked at."""

    subject: str
    id: str
    family: str
    question: Question
    correction: Correction


@dataclass(frozen=True, slots=True)
class New:
    """The same question as its family asks it today, and what the lab found of it."""

    variant: Variant
    judged: Judged
    outcome: Outcome

    @property
    def shown(self) -> bytes:
        return self.outcome.text.public if self.outcome.text else self.variant.public

    @property
    def private(self) -> bytes:
        return self.outcome.text.private if self.outcome.text else self.variant.private


def correct_lease(worker: Worker, lease: Lease, log: FilteringBoundLogger) -> None:
    """Draft each variant again with the family of today, and keep what that shows."""
    for start in range(0, len(lease.pieces), LOOKED_AT_ONCE):
        pieces = lease.pieces[start : start + LOOKED_AT_ONCE]
        found, new = _look(worker, lease.batch, pieces)
        made = [new[subject] for subject, finding in found.items() if finding.successor]
        variants = list({each.variant.id: each.variant for each in made}.values())
        worker.store.corrections.keep(lease, found, variants, {each.variant.id: each.outcome for each in made})
        log.info("looked at again", variants=len(found))
        worker.lab.progress(start + len(pieces), len(lease.pieces))


def _look(worker: Worker, family: str, pieces: Sequence[Piece]) -> tuple[dict[str, Finding], dict[str, New]]:
    """What is found, and the variants of today, by the subject of the work."""
    olds = _olds(worker, family, pieces)
    hopeless = {piece.subject: piece.reason or DIED for piece in pieces if piece.attempts >= MOST_ATTEMPTS}
    drafts: dict[str, Draft | str] = {
        old.subject: f"{NEVER_BACK}: {hopeless[old.subject]}" if old.subject in hopeless else drafted(old)
        for old in olds
        if old.id not in old.correction.annul
    }
    new = _new(worker, family, {subject: draft for subject, draft in drafts.items() if isinstance(draft, Draft)})
    why_not = {subject: why for subject, why in drafts.items() if isinstance(why, str)}
    seen: dict[str, New | str] = {**new, **why_not}
    return {old.subject: _finding(worker, old, seen.get(old.subject)) for old in olds}, new


def _olds(worker: Worker, family: str, pieces: Sequence[Piece]) -> list[Old]:
    named = [(piece.subject, *piece.subject.split("/")) for piece in pieces]
    corrections = {name: worker.store.corrections.find(name) for name in {name for _, name, _ in named}}
    questions = worker.store.variants.questions(list({variant for *_, variant in named}))
    return [
        Old(subject, variant, family, questions[variant], correction)
        for subject, name, variant in named
        if (correction := corrections[name]) is not None
    ]


def drafted(old: Old) -> Draft | str:
    """The question of the same seed, kind and parameters; why not where the family does not know them any more."""
    asked = old.question
    try:
        return registry.get(old.family).draft(asked.seed, asked.kind, asked.params)
    except BankError as error:
        return f"the family of today does not ask this question: {error}"


def _new(worker: Worker, family: str, drafts: Mapping[str, Draft]) -> dict[str, New]:
    tasks = [Task(draft.kind, draft.params, draft.seed) for draft in drafts.values()]
    found: dict[str, New] = {}
    for (subject, draft), judged in zip(
        drafts.items(), verify(worker.lab, family, tasks) if tasks else (), strict=True
    ):
        variant = worker.identity.named(draft)
        found[subject] = New(variant, judged, outcome(variant.id, judged))
    return found


def _finding(worker: Worker, old: Old, new: New | str | None) -> Finding:
    """`new` is the variant of today, or why there is none; None where the old one is annulled."""
    before = stored_keys.kept(old.question.public, old.question.private)
    if new is None:
        gain, loss = _effect(worker, old, partial(_annulled, _points_of(worker, old.correction.bank)))
        return Finding(old.id, ANNULLED, before, gain=gain, loss=loss)
    if isinstance(new, str):
        return Finding(old.id, UNPROVEN, before, why=new)
    after = stored_keys.kept(new.shown, new.private)
    if new.outcome.state != "verified":
        evidence = new.judged.evidence
        why = f"the lab finds {evidence['measured']} where the family of today claims {evidence['claimed']}"
        return Finding(old.id, UNPROVEN, before, after, new.variant.id, why)
    (question,) = informed(worker.lab, [registry.get(old.family).from_json(new.variant.params)])
    if stored_keys.differing(question, old.question.kind, old.question.public, old.question.private) is None:
        alike = stored_keys.options(old.question.public) == stored_keys.options(new.shown)
        return Finding(old.id, SAME, before, after, checked=new.variant.version if alike else None)
    key = NewKey(old.question.public, new.shown, new.private)
    gain, loss = _effect(worker, old, lambda holder, given: key.regraded(given, holder.best, lower=True))
    return Finding(old.id, CHANGED, before, after, new.variant.id, gain=gain, loss=loss)


def _effect(worker: Worker, old: Old, decide: Callable[[Holder, Sequence[Given]], Regraded]) -> tuple[float, float]:
    """Points that all learners together would gain, and lose if they may; nothing is kept of it."""
    gain = loss = 0.0
    for holder, given in worker.store.regrading.holders(old.correction.bank, old.id):
        change = (decide(holder, given).best or 0.0) - (holder.best or 0.0)
        gain, loss = gain + max(0.0, change), loss + max(0.0, -change)
    return round(gain, 6), round(loss, 6)


def regrade_lease(worker: Worker, lease: Lease, log: FilteringBoundLogger) -> None:
    """Grade stored responses again, a variant at a time; what was done before a crash is found done."""
    for piece in lease.pieces:
        name, _, variant = piece.subject.partition("/")
        correction = worker.store.corrections.find(name)
        if correction is None or correction.confirmed is None:
            continue
        time.sleep(max(0.0, min(SETTLING_SECONDS, correction.confirmed.timestamp() + SETTLING_SECONDS - time.time())))
        by = correction.confirmed_by or correction.who
        cause = Cause(name, correction.bank, variant, by, correction.reason)
        changed = worker.store.regrading.apply(cause, _decision(worker, correction, variant))
        worker.store.corrections.finish(lease, piece.subject)
        log.info("regraded", correction=name, variant=variant, changed=changed)


def _decision(worker: Worker, correction: Correction, variant: str) -> Callable[[Holder, Sequence[Given]], Regraded]:
    questions = worker.store.variants.questions([variant])
    successor = worker.store.corrections.successor(correction.id, variant)
    if successor is None:
        return partial(_annulled, _points_of(worker, correction.bank))
    new = worker.store.variants.questions([successor])[successor]
    key = NewKey(questions[variant].public, new.public, new.private)
    return lambda holder, given: key.regraded(given, holder.best, correction.lower)


def _annulled(points: Callable[[Holder], float], holder: Holder, given: Sequence[Given]) -> Regraded:
    return annulled(given, holder.best, points(holder))


def _points_of(worker: Worker, bank: str) -> Callable[[Holder], float]:
    """Full points of a variant as it was given: those that the blueprint of that revision has for it."""
    blueprints: dict[int, Blueprint] = {}

    def points(holder: Holder) -> float:
        if holder.revision not in blueprints:
            found = worker.store.banks.revision(bank, holder.revision)
            assert found is not None, "a draw is of a revision that is there"  # noqa: S101 - a foreign key says so
            blueprints[holder.revision] = Blueprint.from_json(found.blueprint)
        return blueprints[holder.revision].items[holder.item].parts[holder.part].points

    return points
