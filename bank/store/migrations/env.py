"""Alembic runs this; the connection is the caller's, and so is the transaction."""

from alembic import context

from bank.store import exam_tables  # noqa: F401 - its tables are known by being imported
from bank.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite alters a table by copying it
    transactional_ddl=False,  # the caller's transaction holds all of it
)
context.run_migrations()
