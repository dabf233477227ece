"""Work is a task on a subject, of any kind; jobs say what was asked for and what came of it; results of experiments."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

SECONDS = 0.01  # expected of a piece that was queued before anybody said what it would take
KEPT = "job, queue, state, attempts, lease, lease_until, reason, queued"  # columns that stay as they were


def upgrade() -> None:
    op.add_column("jobs", sa.Column("kind", sa.String(32), nullable=False, server_default="verify"))
    op.add_column("jobs", sa.Column("request", sa.Text, nullable=False, server_default="{}"))
    op.add_column("jobs", sa.Column("result", sa.Text))
    what = [text("task", 32, key=True), text("subject", 128, key=True), text("batch", 96)]
    cost = [number("seconds"), sa.Column("progress", sa.Double, nullable=False, server_default="0")]
    begin_anew(
        [*what, *cost], f"task, subject, batch, seconds, {KEPT}", f"'verify', variant, family, {SECONDS}, {KEPT}"
    )
    key = sa.Column("key", sa.Text, primary_key=True, nullable=False)
    kept = [sa.Column("value", sa.Text), number("seconds", optional=True), sa.Column("device", sa.String(32))]
    claim = [sa.Column("claimed_by", sa.String(32)), number("claimed_until", optional=True)]
    op.create_table("results", key, *kept, number("created", optional=True), *claim)


def downgrade() -> None:
    """Work of tasks that are not known then, and the results, go."""
    op.drop_table("results")
    op.execute("DELETE FROM work WHERE task <> 'verify'")
    variant = sa.Column("variant", sa.String(128), sa.ForeignKey("variants.id"), primary_key=True)
    begin_anew([variant, text("family", 96)], f"variant, family, {KEPT}", f"subject, batch, {KEPT}")
    for name in ("result", "request", "kind"):
        op.drop_column("jobs", name)


def begin_anew(what: list[sa.Column[Any]], columns: str, values: str) -> None:
    """SQLite cannot alter a primary key: the rows are put aside while the table is made again."""
    op.execute("CREATE TABLE work_aside AS SELECT * FROM work")
    op.drop_table("work")
    job = sa.Column("job", sa.String(32), sa.ForeignKey("jobs.id"), nullable=False)
    state = [text("queue", 16), text("state", 16), sa.Column("attempts", sa.Integer, nullable=False)]
    lease = [sa.Column("lease", sa.String(32)), number("lease_until", optional=True), sa.Column("reason", sa.Text)]
    op.create_table("work", *what, job, *state, *lease, number("queued"))
    op.create_index("work_to_take", "work", ["state", "queue", "queued"])
    op.create_index("work_by_lease", "work", ["lease"])
    op.create_index("work_by_job", "work", ["job", "state"])
    op.execute(f"INSERT INTO work ({columns}) SELECT {values} FROM work_aside")  # noqa: S608 - all of it stands above
    op.drop_table("work_aside")


def text(name: str, length: int, key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), primary_key=key, nullable=False)


def number(name: str, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Double, nullable=optional)
