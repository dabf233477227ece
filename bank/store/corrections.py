"""Corrections of published banks: what was looked at, what was found, and whether it was applied."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, and_, case, not_, or_, select, update

from bank.authoring.references import ANSWER_OF
from bank.errors import NotCorrectable
from bank.store.counting import Counting
from bank.store.database import Database
from bank.store.ending import corrections_of, end, is_done, read_subject, subject_of
from bank.store.exam_tables import CORRECTED, CORRECTIONS, MEMBERS
from bank.store.findings import (
    ANNULLED,
    CHANGED,
    REGRADED,
    UNPROVEN,
    Candidate,
    Correction,
    Finding,
    Proposal,
    applied,
    correction_of,
    proposal,
)
from bank.store.jobs import GOES_ON, set_result
from bank.store.overtaking import is_overtaken
from bank.store.paging import Place, newest
from bank.store.revisions import of_revision
from bank.store.submitting import Order, Wanted, submit
from bank.store.tables import JOBS, VARIANTS, now
from bank.store.variants import Variants
from bank.store.verdicts import Outcome, Verdicts
from bank.store.withdrawing import withdraw
from bank.store.work import Lease, Work
from bank.variant import Variant

CORRECT, REGRADE = "correct", "regrade"  # the tasks, and the kinds of their jobs
SECONDS_TO_LOOK, SECONDS_TO_REGRADE = 0.05, 0.5  # of CPU, for one variant
OVERTAKEN = "another correction has regraded some of the same since this one was asked for: ask for it again"
WITHDRAWN_BECAUSE = {
    CHANGED: "its key was corrected",
    UNPROVEN: "the lab does not confirm the key that it would have today",
    ANNULLED: "annulled",
}


class Corrections:
    def __init__(self, database: Database, variants: Variants, verdicts: Verdicts, work: Work) -> None:
        self._database = database
        self._variants, self._verdicts, self._work = variants, verdicts, work
        self.counting = Counting(database, work)

    def candidates(self, bank: str, revision: int) -> list[Candidate]:
        """Every variant of a revision, those too that are served no more: they have been answered."""
        builds_on = VARIANTS.c.params.contains(f'"{ANSWER_OF}"').label("builds_on")
        about = (MEMBERS.c.variant, VARIANTS.c.family, VARIANTS.c.version, MEMBERS.c.checked)
        members = select(MEMBERS.c.item, MEMBERS.c.place, builds_on, *about).join(
            VARIANTS, VARIANTS.c.id == MEMBERS.c.variant
        )
        with self._database.reading() as connection:
            rows = connection.execute(members.where(*of_revision(MEMBERS, bank, revision))).all()
            before = applied(connection, bank)
        return [
            Candidate((item, place), builds, name, family, version, checked, tuple(before.get(name, ())))
            for item, place, builds, name, family, version, checked in rows
        ]

    def create(
        self, bank: str, revision: int, reason: str, who: str, looked_at: Mapping[str, str], asked: Any
    ) -> Correction:
        """A new correction that looks at variants, given with their families; `asked` (JSON) is what is kept of it."""
        name = f"correction-{token_hex(8)}"
        pieces = [
            Wanted(subject_of(name, variant), family, SECONDS_TO_LOOK) for variant, family in sorted(looked_at.items())
        ]
        about = {"correction": name, "bank": bank, "revision": revision}
        with self._database.writing() as connection:
            job = submit(connection, self._database, Order(CORRECT, "bulk", CORRECT, about), pieces)
            if job is not None:
                set_result(connection, job, about)
            row = {"id": name, "bank": bank, "revision": revision, "reason": reason, "who": who, "job": job}
            made = CORRECTIONS.insert().values(**row, request=json.dumps(asked), created=now())
            return correction_of(connection.execute(made.returning(CORRECTIONS)).mappings().one())

    def find(self, name: str) -> Correction | None:
        with self._database.reading() as connection:
            found = select(CORRECTIONS).where(CORRECTIONS.c.id == name)
            row = connection.execute(found).mappings().one_or_none()
        return correction_of(row) if row else None

    def holding(self, correction: Correction, variants: Sequence[str]) -> dict[str, str]:
        """By variant of the bank: the one whose key holds for it, as soon as this correction is applied.

        It is what this correction puts in its place, or what the last one before did, or the variant itself.
        """
        here = CORRECTED.c.correction == correction.id
        found = select(CORRECTED.c.variant, CORRECTED.c.successor).join(
            CORRECTIONS, CORRECTIONS.c.id == CORRECTED.c.correction
        )
        found = found.where(CORRECTED.c.variant.in_(variants), CORRECTED.c.finding == CHANGED)
        found = found.where(CORRECTIONS.c.bank == correction.bank, or_(here, CORRECTIONS.c.confirmed.is_not(None)))
        newest_last = (case((here, 1), else_=0), CORRECTIONS.c.confirmed)
        with self._database.reading() as connection:
            rows = connection.execute(found.order_by(*newest_last)).all()
        return {name: name for name in variants} | {row.variant: row.successor for row in rows}

    def successor(self, correction: str, variant: str) -> str | None:
        """What a variant was corrected to; None where it was annulled."""
        mine = (CORRECTED.c.correction == correction, CORRECTED.c.variant == variant)
        with self._database.reading() as connection:
            found: str | None = connection.execute(select(CORRECTED.c.successor).where(*mine)).scalar_one()
        return found

    def proposal(self, correction: Correction) -> Proposal:
        with self._database.reading() as connection:
            return proposal(connection, correction)

    def newest(self, bank: str, after: Place | None, most: int) -> list[Correction]:
        wanted = newest(select(CORRECTIONS).where(CORRECTIONS.c.bank == bank), CORRECTIONS, after, most)
        with self._database.reading() as connection:
            return [correction_of(row) for row in connection.execute(wanted).mappings()]

    def keep(
        self, lease: Lease, found: Mapping[str, Finding], variants: Sequence[Variant], outcomes: Mapping[str, Outcome]
    ) -> None:
        """Keep what was found, by the subject of the work, with the new variants.

        The last one has the points counted that all of it together would change.
        """

        def write(connection: Connection, subjects: Sequence[str]) -> None:
            if variants:
                self._variants.keep_drawn(connection, variants)
                self._verdicts.write_new(connection, outcomes)
            for subject in sorted(subjects):
                self._keep_one(connection, read_subject(subject)[0], found[subject])
            for name in corrections_of(subjects):
                if is_done(connection, name):
                    self.counting.begin(connection, name)

        self._work.finish(lease, list(found), write)

    def confirm(self, correction: Correction, who: str, lower: bool) -> str | None:
        """Withdraw what is not right and have responses graded again; the job, None where nothing is to be regraded.

        One that was confirmed before goes on where its job was cancelled or failed, by the terms of the first time.
        Raises NotCorrectable where that is not so, where it is not proposed yet, and where its points hold no more.
        """
        here = CORRECTIONS.c.id == correction.id
        with self._database.writing() as connection:
            request = json.loads(connection.execute(select(CORRECTIONS.c.request).where(here)).scalar_one())
            open_one = and_(here, CORRECTIONS.c.proposed.is_not(None), CORRECTIONS.c.confirmed.is_(None))
            stands = {"confirmed": now(), "confirmed_by": who, "request": json.dumps(request | {"lower": lower})}
            is_first = connection.execute(update(CORRECTIONS).where(open_one).values(**stands)).rowcount > 0
            if not is_first and not _is_left_undone(connection, correction.id):
                raise NotCorrectable(_why_not(correction))
            if is_first and is_overtaken(connection, correction):
                raise NotCorrectable(OVERTAKEN)
            found = self._withdraw(connection, correction, who)
            pieces = [Wanted(subject_of(correction.id, each), correction.id, SECONDS_TO_REGRADE) for each in found]
            about = {"correction": correction.id, "bank": correction.bank, "revision": correction.revision}
            job = submit(connection, self._database, Order(REGRADE, "bulk", REGRADE, about), pieces)
            ended = {"job": job} if job else {"applied": now()}
            if job is not None:
                set_result(connection, job, about)
            connection.execute(update(CORRECTIONS).where(here).values(**ended))
        return job

    def finish(self, lease: Lease, subject: str) -> None:
        """All responses to a variant are graded again."""
        self._work.finish(lease, [subject], lambda connection, _: end(connection, read_subject(subject)[0], "applied"))

    def _keep_one(self, connection: Connection, name: str, found: Finding) -> None:
        row = {"correction": name, "variant": found.variant, "finding": found.finding, "successor": found.successor}
        told = {
            "before": json.dumps(found.before),
            "after": json.dumps(found.after),
            "detail": json.dumps({"why": found.why}),
        }
        connection.execute(CORRECTED.insert().values(**row, **told))
        if found.checked is not None:
            about = connection.execute(select(CORRECTIONS).where(CORRECTIONS.c.id == name)).one()
            mine = (*of_revision(MEMBERS, about.bank, about.revision), MEMBERS.c.variant == found.variant)
            connection.execute(update(MEMBERS).where(*mine).values(checked=found.checked))

    def _withdraw(self, connection: Connection, correction: Correction, who: str) -> list[str]:
        """What is not served any more; returns those whose responses are graded again."""
        mine = CORRECTED.c.correction == correction.id
        rows = connection.execute(select(CORRECTED).where(mine).order_by(CORRECTED.c.variant)).all()
        for finding, because in WITHDRAWN_BECAUSE.items():
            some = {row.variant: row.successor for row in rows if row.finding == finding}
            named = some if finding == CHANGED else dict.fromkeys(some)
            if some:
                withdraw(connection, self._database, named, f"{because}: {correction.reason}", who)
        return [row.variant for row in rows if row.finding in REGRADED]


def _is_left_undone(connection: Connection, name: str) -> bool:
    """Whether it was confirmed, and its job has ended before all was done."""
    undone = (CORRECTIONS.c.id == name, CORRECTIONS.c.confirmed.is_not(None), CORRECTIONS.c.applied.is_(None))
    ended = select(JOBS.c.id).join(CORRECTIONS, CORRECTIONS.c.job == JOBS.c.id).where(*undone, not_(GOES_ON))
    return connection.execute(ended).one_or_none() is not None


def _why_not(correction: Correction) -> str:
    if correction.state == "looking":
        return "this correction is not proposed yet"
    return "this correction was confirmed before"
