"""The task "correct", which looks at variants of a bank again; what it finds is a proposal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from structlog.typing import FilteringBoundLogger

from bank import registry, stored_keys
from bank.authoring.references import ANSWER_OF, VALUE, references_in
from bank.errors import BankError
from bank.exams.sharing import Together, answer_of
from bank.store import Correction, Finding, Lease, Outcome, Piece, Question, Store
from bank.store.ending import read_subject
from bank.store.findings import ANNULLED, CHANGED, SAME, UNPROVEN
from bank.store.work import DIED, MOST_ATTEMPTS
from bank.variant import Draft, Variant
from bank.verification import Task, informed, verify
from workers.verifying import outcome
from workers.worker import Worker

if TYPE_CHECKING:
    from bank.judgements import Judged

LOOKED_AT_ONCE = 32  # measured and kept together
NEVER_BACK = "it could not be looked at"


@dataclass(frozen=True, slots=True)
class Old:
    """A variant as it is kept, the one whose key holds for it by now, and why it is looked at."""

    subject: str
    id: str
    family: str
    question: Question
    holds: Question
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
        old.subject: f"{NEVER_BACK}: {hopeless[old.subject]}" if old.subject in hopeless else drafted(worker, old)
        for old in olds
        if old.id not in old.correction.annul
    }
    new = _new(worker, family, {subject: draft for subject, draft in drafts.items() if isinstance(draft, Draft)})
    why_not = {subject: why for subject, why in drafts.items() if isinstance(why, str)}
    seen: dict[str, New | str] = {**new, **why_not}
    return {old.subject: _finding(worker, old, seen.get(old.subject)) for old in olds}, new


def _olds(worker: Worker, family: str, pieces: Sequence[Piece]) -> list[Old]:
    named = [(piece.subject, *read_subject(piece.subject)) for piece in pieces]
    corrections = {name: worker.store.corrections.find(name) for name in {name for _, name, _ in named}}
    holding = {
        name: worker.store.corrections.holding(correction, [variant for _, its, variant in named if its == name])
        for name, correction in corrections.items()
        if correction is not None
    }
    wanted = {variant for *_, variant in named}.union(*(each.values() for each in holding.values()))
    questions = worker.store.variants.questions(sorted(wanted))
    return [
        Old(subject, variant, family, questions[variant], questions[holding[name][variant]], correction)
        for subject, name, variant in named
        if (correction := corrections[name]) is not None
    ]


def drafted(worker: Worker, old: Old) -> Draft | str:
    """The question of the same seed, kind and parameters; why not where the family does not know them any more."""
    asked = old.question
    try:
        params = _params(worker.store, old.correction, old.id, asked.params)
        return registry.get(old.family).draft(asked.seed, asked.kind, params)
    except BankError as error:
        return f"the family of today does not ask this question: {error}"


def _params(store: Store, correction: Correction, variant: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Those of a variant; a parameter that is the answer to an earlier part is what that part's family says today."""
    params: dict[str, Any] = dict(asked)
    for name, reference in references_in(params).items():
        part = reference[ANSWER_OF]
        before = store.regrading.part_before(correction.bank, correction.revision, variant, part)
        if before is not None:
            theirs = _params(store, correction, before.variant, before.params)
            answer = answer_of(Together(registry.get(before.family), before.kind, theirs))
            params[name] = {ANSWER_OF: part, VALUE: answer}
    return params


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
    before = stored_keys.kept(old.holds.public, old.holds.private)
    if new is None:
        return Finding(old.id, ANNULLED, before)
    if isinstance(new, str):
        return Finding(old.id, UNPROVEN, before, why=new)
    after = stored_keys.kept(new.shown, new.private)
    if new.outcome.state != "verified":
        evidence = new.judged.evidence
        why = f"the lab finds {evidence['measured']} where the family of today claims {evidence['claimed']}"
        return Finding(old.id, UNPROVEN, before, after, new.variant.id, why)
    (question,) = informed(worker.lab, [registry.get(old.family).from_json(new.variant.params)])
    if stored_keys.differing(question, old.holds.kind, old.holds.public, old.holds.private) is None:
        alike = stored_keys.options(old.question.public) == stored_keys.options(new.shown)
        return Finding(old.id, SAME, before, after, checked=new.variant.version if alike else None)
    return Finding(old.id, CHANGED, before, after, new.variant.id)
