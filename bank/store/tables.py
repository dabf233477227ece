"""The tables of the record. Times are seconds since the epoch; JSON is kept as the text it was written with."""

from __future__ import annotations

import time

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    true,
)

METADATA = MetaData()
PLACE = ("draw", "variant", "learner", "attempt")  # of a response

VARIANTS = Table(
    "variants",
    METADATA,
    Column("id", String(128), primary_key=True),
    Column("family", String(96), nullable=False),
    Column("version", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("seed", BigInteger),
    Column("params", Text, nullable=False),
    Column("state", String(16), nullable=False),  # drawn, verified, disputed or withdrawn
    Column("public", LargeBinary, nullable=False),
    Column("private", LargeBinary, nullable=False),
    Column("evidence", LargeBinary),
    Column("created", Double, nullable=False),
    Column("content", String(64), nullable=False, server_default=""),  # digest of all that it is
    Column("looks", String(64), nullable=False, server_default=""),  # digest of what is seen of it
    Column("superseded_by", String(128)),  # of a disputed one: the id of the mended one
    Index("variants_by_age", "created", "id", "family", "version"),  # what is stale is told from it alone
    Index("variants_of_family", "family", "created", "id"),
    Index("variants_by_family", "family", "state", "created", "id"),
    Index("variants_by_state", "state", "created", "id"),
    Index("variants_by_looks", "looks"),
)
JOBS = Table(
    "jobs",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("kind", String(32), nullable=False, server_default="verify"),
    Column("request", Text, nullable=False, server_default="{}"),
    Column("result", Text),  # null until there is one
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False, default=0),
    Column("failed", Integer, nullable=False, default=0),
    Column("created", Double, nullable=False),
    Column("started", Double),
    Column("cancelled", Double),
    Index("jobs_by_age", "created", "id"),
)
WATCHERS = Table(  # whom an answer named a job: an LMS may watch it then
    "watchers",
    METADATA,
    Column("job", String(32), ForeignKey("jobs.id"), primary_key=True),
    Column("key", String(32), primary_key=True),  # prefix of the caller's key
)
WORK = Table(
    "work",
    METADATA,
    Column("task", String(32), primary_key=True),  # what is to be done,
    Column("subject", String(128), primary_key=True),  # and to what
    Column("batch", String(96), nullable=False),  # pieces of one batch may be done together
    Column("seconds", Double, nullable=False),  # of CPU that it is expected to take
    Column("units", Integer, nullable=False, server_default="1"),  # things that it makes, as its job counts them
    Column("counted", Integer, nullable=False, server_default="0"),  # of these, already counted as done
    Column("progress", Double, nullable=False, server_default="0"),  # 0 to 1, as its worker told last
    Column("job", String(32), ForeignKey("jobs.id"), nullable=False),
    Column("queue", String(16), nullable=False),
    Column("state", String(16), nullable=False),  # open, done, failed or cancelled
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease", String(32)),
    Column("lease_until", Double),
    Column("holder", String(128)),  # the process that has the lease
    Column("reason", Text),
    Column("queued", Double, nullable=False),
    Index("work_to_take", "state", "queue", "queued"),
    Index("work_by_lease", "lease"),
    Index("work_by_holder", "holder"),
    Index("work_by_job", "job", "state"),
)
KEYS = Table(
    "keys",
    METADATA,
    Column("prefix", String(32), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("name", String(128), nullable=False),
    Column("created", Double, nullable=False),
    Column("revoked", Double),
)
ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("draw", String(32), primary_key=True, server_default=""),  # empty where the variant was not drawn of a bank
    Column("variant", String(128), ForeignKey("variants.id"), primary_key=True),
    Column("learner", String(128), primary_key=True),
    Column("used", Integer, nullable=False),  # attempts that count
    Column("given", Integer, nullable=False, server_default="0"),  # responses, those that do not count included
    Column("best", Double),  # score so far; null until there is one
    Column("closed", Double),  # since the learner has answered right
    Index("attempts_of_learner", "learner"),
    sqlite_with_rowid=False,  # its rows lie in the order of the key: those of a draw are read together
)
RESPONSES = Table(
    "responses",
    METADATA,
    Column("draw", String(32), primary_key=True, server_default=""),
    Column("variant", String(128), ForeignKey("variants.id"), primary_key=True),
    Column("learner", String(128), primary_key=True),
    Column("attempt", Integer, primary_key=True),  # its place among the learner's responses, from 1
    Column("response", Text, nullable=False),
    Column("result", Text, nullable=False),  # as it was told
    Column("given", Double, nullable=False),
    Column("counted", Boolean, nullable=False, server_default=true()),  # not where a person has to judge it first
    Column("id", String(32), nullable=False),
    Column("bank", String(32)),  # of the draw; null where there is none
    Column("by_person", Boolean, nullable=False, server_default=false()),  # a person grades it, not the answer key
    Index("responses_by_id", "id", unique=True),
    Index("responses_of_bank", "bank", "given", "id"),
    Index("responses_of_variant", "variant", "given", "id"),
    Index("responses_by_person", "by_person", "given", "id"),
    Index("responses_by_age", "given", "id"),
    Index("responses_of_learner", "learner", "given", "id"),
    Index("responses_of_draw", "draw", "variant"),
)
CALLS = Table(
    "calls",  # that may be repeated, and the response that each was about
    METADATA,
    Column("api_key", String(32), primary_key=True),  # its prefix
    Column("idempotency_key", String(128), primary_key=True),
    Column("draw", String(32), nullable=False, server_default=""),
    Column("variant", String(128), nullable=False),
    Column("learner", String(128), nullable=False),
    Column("attempt", Integer, nullable=False),
    ForeignKeyConstraint(PLACE, [f"responses.{name}" for name in PLACE]),
    Index("calls_of_response", "learner", "variant", "draw", "attempt"),
)
ASSETS = Table(
    "assets",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("media_type", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)
RESULTS = Table(
    "results",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("value", Text),  # null while it is being computed
    Column("seconds", Double),  # of CPU that it took
    Column("device", String(32)),
    Column("created", Double),
    Column("claimed_by", String(32)),
    Column("claimed_until", Double),
)
PULSE = Table("pulse", METADATA, Column("beats", BigInteger, primary_key=True))  # one row: is the database writable?


def now() -> float:
    return time.time()
