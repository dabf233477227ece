"""The record: all that must survive, on SQLite or PostgreSQL; one module an idea, held together by `Store`."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bank.errors import NoRecord, StoreUnavailable, UnknownRevision
from bank.store.answers import Answer, Call
from bank.store.assets import Asset, Assets
from bank.store.attempts import Attempts
from bank.store.banks import Banks, Plan
from bank.store.building import Building, Chunk, NewMember, Site
from bank.store.corrections import Corrections
from bank.store.counting import Count
from bank.store.database import Database
from bank.store.draws import Draws
from bank.store.findings import Candidate, Correction, Finding, Proposal, Told
from bank.store.jobs import Job, Jobs
from bank.store.keys import Key, Keys
from bank.store.learners import Erased, Learners
from bank.store.manifests import Manifests
from bank.store.of_learners import OfLearners
from bank.store.paging import Place
from bank.store.regrading import Cause, Holder, Regrading
from bank.store.reports import Reports
from bank.store.responses import Filter, Response, Responses
from bank.store.results import Results
from bank.store.revisions import Bank, BuiltItem, Member, Revision
from bank.store.submitting import Order, Wanted
from bank.store.sums import Sums
from bank.store.taken import Allowance, Draw, Given
from bank.store.variants import Listed, Question, Stored, Variants, Wish
from bank.store.verdicts import Outcome, Text, Verdicts
from bank.store.withdrawing import Withdrawal, Withdrawals
from bank.store.work import Lease, Piece, Work

__all__ = [
    "Allowance",
    "Answer",
    "Asset",
    "Bank",
    "BuiltItem",
    "Call",
    "Candidate",
    "Cause",
    "Chunk",
    "Correction",
    "Count",
    "Draw",
    "Erased",
    "Filter",
    "Finding",
    "Given",
    "Holder",
    "Job",
    "Key",
    "Lease",
    "Listed",
    "Member",
    "NewMember",
    "Order",
    "Outcome",
    "Piece",
    "Place",
    "Plan",
    "Proposal",
    "Question",
    "Reports",
    "Response",
    "Results",
    "Revision",
    "Site",
    "Store",
    "Stored",
    "Text",
    "Told",
    "Wanted",
    "Wish",
    "Withdrawal",
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
        self.banks = Banks(self.database)
        self.reports = Reports(self.database)
        self.sums = Sums(self.database)
        self.building = Building(self.database, self.variants, self.verdicts)
        self.manifests = Manifests(self.database, self.variants)
        self.draws = Draws(self.database)
        self.of_learners = OfLearners(self.database)
        self.withdrawals = Withdrawals(self.database)
        self.corrections = Corrections(self.database, self.variants, self.verdicts, self.work)
        self.regrading = Regrading(self.database)
        self.results = Results(self.database)
        self.keys = Keys(self.database)
        self.attempts = Attempts(self.database)
        self.responses = Responses(self.database)
        self.learners = Learners(self.database)
        self.assets = Assets(self.database)

    def migrate(self, revision: str = "head") -> None:
        """Bring the schema up to date; several processes may try at once."""
        from alembic import command  # needed once in a lifetime, and heavy
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        with self.database.writing(statement_seconds=MIGRATION_SECONDS) as connection:
            if not self.database.is_sqlite:  # SQLite's writer is alone anyway
                connection.execute(text("SELECT pg_advisory_xact_lock(7269736974)"))
            _demand_known(_revision(connection))
            config.attributes["connection"] = connection
            command.upgrade(config, revision)

    def warm(self, connections: int) -> None:
        """Open so many and ask on each what learners ask first, of nobody: then none of them waits for any of it.

        A database that is out of reach is left to whoever needs it.
        """
        with suppress(StoreUnavailable):
            with ExitStack() as held:
                for _ in range(connections):  # calls take the one that is free: the one that is held after them
                    self.keys.check("")
                    self.of_learners.draws("", "", "")
                    self.of_learners.holding("", "")
                    held.enter_context(self.database.reading())
            self.draws.published("")
            self.draws.members("", 0)
            self.draws.contents("", 0, "", 0)

    def revision(self) -> str | None:
        """Of the record that is there. None where there is none, which is not made by asking."""
        if self.database.is_empty:
            return None
        with self.database.reading() as connection:
            return _revision(connection)

    def demand_known(self) -> None:
        """Raises UnknownRevision where a newer program made the record; a database out of reach is waited for."""
        try:
            found = self.revision()
        except StoreUnavailable:
            return
        _demand_known(found)

    def demand_migrated(self) -> None:
        """Raises NoRecord, UnknownRevision, StoreUnavailable."""
        found = self.revision()
        if found is None:
            raise NoRecord(f"there is no record in {self.database.place}; `resit up` or `resit migrate` makes one")
        _demand_known(found)
        if found != latest_revision():
            raise StoreUnavailable(f"the record in {self.database.place} is an older one: `resit migrate` mends that")

    def ready(self) -> None:
        """Raises StoreUnavailable or a relative of it, with the reason, unless it is migrated and can be written."""
        self.demand_migrated()
        with self.database.writing() as connection:
            connection.execute(text("UPDATE pulse SET beats = beats + 1"))

    def close(self) -> None:
        self.database.close()


def latest_revision() -> str:
    """The newest migration, by the number its file name begins with."""
    return max(_revisions())


def _revisions() -> set[str]:
    return {path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


def _demand_known(revision: str | None) -> None:
    if revision is not None and revision not in _revisions():
        raise UnknownRevision(
            f"the record is at revision {revision}, and this program knows none after {latest_revision()}: "
            "a newer one made it, and is needed to use it"
        )
