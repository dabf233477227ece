"""The record as it began: variants, jobs and their work, keys, attempts and responses, figures."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TABLES = ("pulse", "assets", "responses", "attempts", "keys", "work", "jobs", "variants")


def upgrade() -> None:
    variants_and_work()
    learners_and_keys()
    op.create_table("assets", text("sha256", 64, key=True), text("media_type", 64), blob("content"))
    pulse = op.create_table("pulse", sa.Column("beats", sa.BigInteger, primary_key=True))
    op.bulk_insert(pulse, [{"beats": 0}])


def variants_and_work() -> None:
    variant = [text("id", 128, key=True), text("family", 96), text("version", 32), text("kind", 32)]
    shown = [sa.Column("seed", sa.BigInteger), long_text("params"), text("state", 16), blob("public"), blob("private")]
    op.create_table("variants", *variant, *shown, blob("evidence", optional=True), moment("created"))
    op.create_index("variants_by_family", "variants", ["family", "state"])
    counts = [sa.Column(name, sa.Integer, nullable=False) for name in ("total", "done", "failed")]
    times = [moment("created"), moment("started", optional=True), moment("cancelled", optional=True)]
    op.create_table("jobs", text("id", 32, key=True), *counts, *times)
    piece = [text("variant", 128, "variants.id", key=True), text("job", 32, "jobs.id"), text("queue", 16)]
    state = [text("family", 96), text("state", 16), sa.Column("attempts", sa.Integer, nullable=False)]
    lease = [sa.Column("lease", sa.String(32)), moment("lease_until", optional=True), sa.Column("reason", sa.Text)]
    op.create_table("work", *piece, *state, *lease, moment("queued"))
    op.create_index("work_to_take", "work", ["state", "queue", "queued"])
    op.create_index("work_by_lease", "work", ["lease"])
    op.create_index("work_by_job", "work", ["job", "state"])


def learners_and_keys() -> None:
    described = [text("digest", 64), text("scope", 16), text("name", 128)]
    op.create_table("keys", text("prefix", 32, key=True), *described, moment("created"), moment("revoked", True))
    who = ("variant", 128, "variants.id")
    used = sa.Column("used", sa.Integer, nullable=False)
    op.create_table("attempts", text(*who, key=True), text("learner", 128, key=True), used)
    attempt = sa.Column("attempt", sa.Integer, primary_key=True)
    given = [long_text("response"), long_text("result"), moment("given")]
    op.create_table("responses", text(*who, key=True), text("learner", 128, key=True), attempt, *given)


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)


def text(name: str, length: int, refers_to: str | None = None, key: bool = False) -> sa.Column[Any]:
    reference = [sa.ForeignKey(refers_to)] if refers_to else []
    return sa.Column(name, sa.String(length), *reference, primary_key=key, nullable=False)


def long_text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False)


def blob(name: str, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary, nullable=optional)


def moment(name: str, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Double, nullable=optional)
