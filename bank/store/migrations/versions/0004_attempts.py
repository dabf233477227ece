"""Attempts know the best score and their end; calls may be repeated; names have no white space around them."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from unicodedata import normalize

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

CHUNK = 500  # learners read at once
FULL_WORTH = 1.0  # of every attempt until now
KEYED = (("api_key", 32), ("idempotency_key", 128))  # columns of the calls

ATTEMPTS = sa.table(
    "attempts",
    sa.column("variant", sa.String),
    sa.column("learner", sa.String),
    sa.column("used", sa.Integer),
    sa.column("given", sa.Integer),
    sa.column("best", sa.Double),
    sa.column("closed", sa.Double),
)
RESPONSES = sa.table(
    "responses",
    sa.column("variant", sa.String),
    sa.column("learner", sa.String),
    sa.column("attempt", sa.Integer),
    sa.column("result", sa.Text),
    sa.column("given", sa.Double),
)


def upgrade() -> None:
    given = sa.Column("given", sa.Integer, nullable=False, server_default="0")
    for column in (given, sa.Column("best", sa.Double), sa.Column("closed", sa.Double)):
        op.add_column("attempts", column)
    op.add_column("responses", sa.Column("counted", sa.Boolean, nullable=False, server_default=sa.true()))
    make_calls()
    connection = op.get_bind()
    connection.execute(sa.update(ATTEMPTS).values(given=ATTEMPTS.c.used))
    for rows in chunks(connection):
        for row in rows:
            rename(connection, row)
    for rows in chunks(connection):
        for row in rows:
            reckon(connection, row)


def make_calls() -> None:
    names = [sa.Column(name, sa.String(length), primary_key=True) for name, length in KEYED]
    who = [sa.Column(name, sa.String(128), nullable=False) for name in ("variant", "learner")]
    about = ["variant", "learner", "attempt"]
    response = sa.ForeignKeyConstraint(about, [f"responses.{name}" for name in about])
    op.create_table("calls", *names, *who, sa.Column("attempt", sa.Integer, nullable=False), response)


def chunks(connection: sa.Connection) -> Iterator[Sequence[Any]]:
    """Every learner at every variant, in the order of both."""
    who = sa.tuple_(ATTEMPTS.c.variant, ATTEMPTS.c.learner)
    last = ("", "")
    while True:
        after = sa.select(ATTEMPTS.c.variant, ATTEMPTS.c.learner, ATTEMPTS.c.used).where(who > last)
        rows = connection.execute(after.order_by(ATTEMPTS.c.variant, ATTEMPTS.c.learner).limit(CHUNK)).all()
        if not rows:
            return
        yield rows
        last = (rows[-1].variant, rows[-1].learner)


def rename(connection: sa.Connection, row: Any) -> None:
    """`eve ` is `eve`: what both have answered is put in a row."""
    name = normalize("NFC", row.learner.strip())
    if name in ("", row.learner):
        return
    theirs = of(ATTEMPTS, row.variant, name)
    before = connection.execute(sa.select(ATTEMPTS.c.used).where(*theirs)).scalar_one_or_none()
    moved = {"learner": name, "attempt": RESPONSES.c.attempt + (before or 0)}
    connection.execute(sa.update(RESPONSES).where(*of(RESPONSES, row.variant, row.learner)).values(**moved))
    if before is None:
        connection.execute(sa.update(ATTEMPTS).where(*of(ATTEMPTS, row.variant, row.learner)).values(learner=name))
        return
    connection.execute(sa.delete(ATTEMPTS).where(*of(ATTEMPTS, row.variant, row.learner)))
    total = before + row.used
    connection.execute(sa.update(ATTEMPTS).where(*theirs).values(used=total, given=total))


def reckon(connection: sa.Connection, row: Any) -> None:
    """The best score, since when the answer is right, and in each result what is told from now on."""
    mine = of(RESPONSES, row.variant, row.learner)
    best, closed = None, None
    for response in connection.execute(sa.select(RESPONSES).where(*mine).order_by(RESPONSES.c.attempt)).all():
        result = json.loads(response.result)
        if result["score"] is not None:
            best = max(result["score"], best or 0)
        if result["correct"] and closed is None:
            closed = response.given
        told = json.dumps(result | {"attempts_left": None, "worth": FULL_WORTH, "best_score": best})
        this = sa.update(RESPONSES).where(*mine, RESPONSES.c.attempt == response.attempt)
        connection.execute(this.values(result=told))
    found = sa.update(ATTEMPTS).where(*of(ATTEMPTS, row.variant, row.learner))
    connection.execute(found.values(best=best, closed=closed))


def of(table: sa.TableClause, variant: str, learner: str) -> tuple[Any, ...]:
    return table.c.variant == variant, table.c.learner == learner


def downgrade() -> None:
    """What did not count, counts then: its place among the responses is taken."""
    op.execute("UPDATE attempts SET used = given")
    op.drop_table("calls")
    op.drop_column("responses", "counted")
    for name in ("closed", "best", "given"):
        op.drop_column("attempts", name)
