"""Banks and all that belongs to them; attempts lie in the order of their draws.

Of indexes that seem alike, PostgreSQL takes the one that was made last as long as it has not counted the rows. So the
one that a learner's calls need is made last: an exam opens before anything is counted.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from bank.store.migrations.columns import integer, long, person, reference, text, time

revision = "0008"
down_revision = "0007"

VARIANT = ("variants.id",)
REVISION = ("bank", "revision")
NEW = (  # in the order in which they are made; they go in the other one
    "banks", "revisions", "items", "members", "draws", "drawn", "allowances",
    "withdrawals", "corrections", "corrected", "regrades", "marks", "erasures", "orders", "sums",
)  # fmt: skip


def upgrade() -> None:
    make_banks()
    make_members()
    make_draws()
    make_corrections()
    make_records()
    make_sums()
    lay_out_attempts(by_key=True)


def downgrade() -> None:
    lay_out_attempts(by_key=False)
    # The code before knows no other word for what is not to be served.
    op.execute("UPDATE variants SET state = 'disputed' WHERE state = 'withdrawn'")
    for name in reversed(NEW):
        op.drop_table(name)


def make_banks() -> None:
    op.create_table(
        "banks",
        text("id", 32, key=True),
        text("name", 128),
        time("created", needed=True),
        sa.Column("published", sa.Integer),
        time("archived"),
        integer("drawn", default="0"),
    )
    op.create_index("banks_by_age", "banks", ["created", "id"])
    op.create_table(
        "revisions",
        reference("bank", ("banks.id",), 32, key=True),
        integer("revision", key=True),
        long("blueprint"),
        sa.Column("seed", sa.BigInteger, nullable=False),
        reference("job", ("jobs.id",), 32, needed=False),
        time("created", needed=True),
        time("published"),
        sa.Column("digest", sa.String(64)),
    )
    op.create_table(
        "items",
        text("bank", 32, key=True),
        integer("revision", key=True),
        integer("item", key=True),
        integer("wanted"),
        integer("built", default="0"),
        integer("tried", default="0"),
        integer("in_vain", default="0"),
        sa.Column("exhausted", sa.Boolean, nullable=False, server_default=sa.false()),
        long("refused", default="{}"),
        of_revision(),
    )


def make_members() -> None:
    op.create_table(
        "members",
        text("bank", 32, key=True),
        *(integer(name, key=True) for name in ("revision", "item", "place", "part")),
        reference("variant", VARIANT),
        text("pool", 16),
        text("question", 64),
        text("looks", 64),
        long("traits", default="{}"),
        sa.Column("carried", sa.Text),
        sa.Column("checked", sa.String(32)),
        sa.ForeignKeyConstraint([*REVISION, "item"], [f"items.{name}" for name in (*REVISION, "item")]),
    )
    op.create_index("members_by_variant", "members", ["variant"])
    op.create_index("members_by_question", "members", [*REVISION, "question"])
    op.create_index("members_once", "members", [*REVISION, "variant"], unique=True)


def make_draws() -> None:
    op.create_table(
        "draws",
        text("id", 32, key=True),
        text("bank", 32),
        integer("revision"),
        person(),
        text("pool", 16),
        integer("occasion"),
        integer("place"),
        time("made", needed=True),
        of_revision(),
    )
    op.create_index("draws_of_learner", "draws", ["learner"])
    op.create_index("draws_in_a_row", "draws", ["bank", "revision", "pool", "place"], unique=True)
    op.create_index("draws_once", "draws", ["bank", "learner", "pool", "occasion"], unique=True)
    op.create_table(
        "drawn",
        reference("draw", ("draws.id",), 32, key=True),
        *(integer(name, key=True) for name in ("item", "slot", "part")),
        person(),
        reference("variant", VARIANT),
        sqlite_with_rowid=False,
    )
    op.create_index("drawn_of_variant", "drawn", ["variant"])
    op.create_index("drawn_for_learner", "drawn", ["learner", "variant"])
    minutes = sa.Column("extra_minutes", sa.Double, nullable=False, server_default="0")
    bank = reference("bank", ("banks.id",), 32, key=True)
    op.create_table("allowances", bank, person(key=True), minutes, integer("chances", default="0"))


def make_corrections() -> None:
    number = sa.Column("number", sa.Integer, primary_key=True, autoincrement=True)
    op.create_table("withdrawals", number, reference("variant", VARIANT), *why())
    op.create_index("withdrawals_of_variant", "withdrawals", ["variant"])
    op.create_table(
        "corrections",
        text("id", 32, key=True),
        text("bank", 32),
        integer("revision"),
        long("request"),
        long("reason"),
        text("who", 160),
        reference("job", ("jobs.id",), 32, needed=False),
        time("created", needed=True),
        time("proposed"),
        time("confirmed"),
        sa.Column("confirmed_by", sa.String(160)),
        time("applied"),
        of_revision(),
    )
    op.create_index("corrections_of_bank", "corrections", ["bank", "created", "id"])
    op.create_table(
        "corrected",
        reference("correction", ("corrections.id",), 32, key=True),
        reference("variant", VARIANT, key=True),
        text("finding", 16),
        reference("successor", VARIANT, needed=False),
        long("before"),
        sa.Column("after", sa.Text),
        sa.Column("detail", sa.Text),
    )


def make_records() -> None:
    op.create_table(
        "regrades",
        reference("correction", ("corrections.id",), 32, key=True),
        text("draw", 32, key=True),
        text("variant", 128, key=True),
        person(key=True),
        integer("attempt", key=True),
        sa.Column("before", sa.Text),
        long("after"),
        *why(),
    )
    op.create_index("regrades_of_response", "regrades", ["draw", "variant", "learner", "attempt"])
    op.create_index("regrades_of_learner", "regrades", ["learner"])
    number = sa.Column("number", sa.Integer, primary_key=True, autoincrement=True)
    points = sa.Column("points", sa.Double, nullable=False)
    op.create_table("marks", number, text("response", 32), points, *why("remark"))
    op.create_index("marks_of_response", "marks", ["response"])
    op.create_table("erasures", text("pseudonym", 128, key=True), text("who", 160), time("moment", needed=True))
    names = (text("api_key", 32, key=True), text("idempotency_key", 128, key=True))
    op.create_table("orders", *names, text("request", 64), long("answer"))


def make_sums() -> None:
    names = (text("bank", 32, key=True), integer("revision", key=True))
    told = (text("made_of", 256), time("made", needed=True), long("told"))
    op.create_table("sums", *names, *told, of_revision())


def lay_out_attempts(by_key: bool) -> None:
    """SQLite only: a row of a table that has no rowid is found in one step instead of two."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("attempts", recreate="always", table_kwargs={"sqlite_with_rowid": not by_key}):
            pass


def why(reason: str = "reason") -> tuple[sa.Column[Any], ...]:
    return long(reason), text("who", 160), time("moment", needed=True)


def of_revision() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(REVISION, [f"revisions.{name}" for name in REVISION])
