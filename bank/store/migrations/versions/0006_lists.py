"""The record and its jobs can be listed, the newest first; who was named a job may watch it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

LISTS = {
    "variants_by_age": ("variants", ["created", "id", "family", "version"]),
    "variants_of_family": ("variants", ["family", "created", "id"]),
    "variants_by_family": ("variants", ["family", "state", "created", "id"]),
    "variants_by_state": ("variants", ["state", "created", "id"]),
    "jobs_by_age": ("jobs", ["created", "id"]),
}


def upgrade() -> None:
    op.drop_index("variants_by_family", "variants")
    for name, (table, columns) in LISTS.items():
        op.create_index(name, table, columns)
    job = sa.Column("job", sa.String(32), sa.ForeignKey("jobs.id"), primary_key=True)
    op.create_table("watchers", job, sa.Column("key", sa.String(32), primary_key=True))


def downgrade() -> None:
    op.drop_table("watchers")
    for name, (table, _) in LISTS.items():
        op.drop_index(name, table)
    op.create_index("variants_by_family", "variants", ["family", "state"])
