"""The record: all that must survive, on SQLite or PostgreSQL; one module an idea, held together by `Store`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from bank.errors import StoreUnavailable
from bank.store.assets import Asset, Assets
from bank.store.attempts import Answer, Attempts, Call
from bank.store.database import Database
from bank.store.jobs import Job, Jobs
from bank.store.keys import Key, Keys
from bank.store.results import Results
from bank.store.submitting import Order, Wanted
from bank.store.variants import Question, Stored, Variants
from bank.store.verdicts import Outcome, Text, Verdicts
from bank.store.work import Lease, Piece, Work

__all__ = [
    "Answer",
    "Asset",
    "Call",
    "Job",
    "Key",
    "Lease",
    "Order",
    "Outcome",
    "Piece",
    "Question",
    "Results",
    "Store",
    "Stored",
    "Text",
    "Wanted",
]

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_SECONDS = 3600.0  # for one statement on a large record, and for another process that migrates


class Store:
    """Opens nothing until it is used, so it may be made before a process forks.

    Every method raises StoreUnavailable where the database is out of reach.
    """

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.variants = Variants(self.database)
        self.jobs = Jobs(self.database)
        self.work = Work(self.database)
        self.verdicts = Verdicts(self.database, self.work)
        self.results = Results(self.database)
        self.keys = Keys(self.database)
        self.attempts = Attempts(self.database)
        self.assets = Assets(self.database)

    def migrate(self, revision: str = "head") -> None:
        """Bring the schema up to date; several processes may try at once."""
        from alembic import command  # needed once in a lifetime, and heavy
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.database.writing(statement_seconds=MIGRATION_SECONDS) as connection:
            if not self.database.is_sqlite:  # SQLite's writer is alone anyway
                connection.execute(text("SELECT pg_advisory_xact_lock(7269736974)"))
            config.attributes["connection"] = connection
            command.upgrade(config, revision)

    def ready(self) -> None:
        """Raises StoreUnavailable, with the reason, unless the database is migrated and can be written."""
        with self.database.reading() as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
        if found != latest_revision():
            raise StoreUnavailable("the database is not migrated")
        with self.database.writing() as connection:
            connection.execute(text("UPDATE pulse SET beats = beats + 1"))

    def close(self) -> None:
        self.database.close()


def latest_revision() -> str:
    """The newest migration, by the number its file name begins with."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
