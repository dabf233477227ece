"""Banks and all that belongs to them; attempts and responses are of a draw, and a response has an id."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

VARIANT = ("variants.id",)
REVISION = ("bank", "revision")
NEW = (  # in the order in which they are made; they go in the other one
    "banks", "revisions", "items", "members", "draws", "drawn", "allowances",
    "withdrawals", "corrections", "corrected", "regrades", "marks", "erasures", "orders",
)  # fmt: skip
STANDING = "variant, learner, used, given, best, closed"
RESPONSE = "variant, learner, attempt, response, result, given, counted"
CALL = "api_key, idempotency_key, variant, learner, attempt"
RANDOM = {
    "sqlite": "lower(hex(randomblob(8)))",
    "postgresql": "substr(md5(random()::text || clock_timestamp()), 1, 16)",
}


def upgrade() -> None:
    op.add_column("work", integer("units", default="1"))
    op.add_column("work", integer("counted", default="0"))
    named = f"'response-' || {RANDOM[op.get_bind().dialect.name]}"
    make_again(
        True,
        attempts=(f"draw, {STANDING}", f"'', {STANDING}"),
        responses=(f"draw, id, {RESPONSE}", f"'', {named}, {RESPONSE}"),
        calls=(f"draw, {CALL}", f"'', {CALL}"),
    )
    op.create_index("responses_by_id", "responses", ["id"], unique=True)
    op.create_index("responses_by_age", "responses", ["given", "id"])
    op.create_index("responses_of_learner", "responses", ["learner", "given", "id"])
    op.create_index("responses_of_draw", "responses", ["draw", "variant"])
    make_banks()
    make_draws()
    make_corrections()
    make_records()


def downgrade() -> None:
    """Banks go, and with them what was answered to their variants: whose attempts they are is not known then."""
    for name in reversed(NEW):
        op.drop_table(name)
    for name in ("calls", "responses", "attempts"):
        op.execute(f"DELETE FROM {name} WHERE draw <> ''")  # noqa: S608 - it stands above
    for name in ("id", "age"):
        op.drop_index(f"responses_by_{name}", "responses")
    for name in ("learner", "draw"):
        op.drop_index(f"responses_of_{name}", "responses")
    make_again(False, (STANDING, STANDING), (RESPONSE, RESPONSE), (CALL, CALL))
    op.execute("DELETE FROM work WHERE task <> 'verify'")
    for name in ("counted", "units"):
        op.drop_column("work", name)


def make_again(of_draws: bool, attempts: tuple[str, str], responses: tuple[str, str], calls: tuple[str, str]) -> None:
    """SQLite cannot alter a primary key: the rows are put aside while the tables are made again."""
    for name in ("calls", "responses", "attempts"):
        op.execute(f"CREATE TABLE {name}_aside AS SELECT * FROM {name}")  # noqa: S608 - it stands above
        op.drop_table(name)
    draw = [("draw", 32)] if of_draws else []
    key = [text(*each, key=True, default="") for each in draw]
    numbers = (integer("used"), integer("given", default="0"), time("best"), time("closed"))
    op.create_table("attempts", *key, reference("variant", VARIANT, key=True), person(key=True), *numbers)
    key = [text(*each, key=True, default="") for each in draw]
    place = (reference("variant", VARIANT, key=True), person(key=True), integer("attempt", key=True))
    counted = sa.Column("counted", sa.Boolean, nullable=False, server_default=sa.true())
    named = [text("id", 32)] if of_draws else []
    told = (long("response"), long("result"), time("given", needed=True), counted, *named)
    op.create_table("responses", *key, *place, *told)
    who = (text("api_key", 32, key=True), text("idempotency_key", 128, key=True))
    what = [*(text(*each, default="") for each in draw), text("variant", 128), person(), integer("attempt")]
    about = [column.name for column in what]
    response = sa.ForeignKeyConstraint(about, [f"responses.{name}" for name in about])
    op.create_table("calls", *who, *what, response)
    for name, (columns, values) in (("attempts", attempts), ("responses", responses), ("calls", calls)):
        op.execute(f"INSERT INTO {name} ({columns}) SELECT {values} FROM {name}_aside")  # noqa: S608 - as above
        op.drop_table(f"{name}_aside")


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
    op.create_index("members_once", "members", [*REVISION, "variant"], unique=True)
    op.create_index("members_by_question", "members", [*REVISION, "question"])


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
    op.create_index("draws_once", "draws", ["bank", "learner", "pool", "occasion"], unique=True)
    op.create_index("draws_of_learner", "draws", ["learner"])
    op.create_index("draws_in_a_row", "draws", ["bank", "revision", "pool", "place"], unique=True)
    op.create_table(
        "drawn",
        reference("draw", ("draws.id",), 32, key=True),
        *(integer(name, key=True) for name in ("item", "slot", "part")),
        person(),
        reference("variant", VARIANT),
    )
    op.create_index("drawn_for_learner", "drawn", ["learner", "variant"])
    op.create_index("drawn_of_variant", "drawn", ["variant"])
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


def make_records() -> None:
    number = sa.Column("number", sa.Integer, primary_key=True, autoincrement=True)
    points = sa.Column("points", sa.Double, nullable=False)
    op.create_table("marks", number, text("response", 32), points, *why("remark"))
    op.create_index("marks_of_response", "marks", ["response"])
    op.create_table("erasures", text("pseudonym", 128, key=True), text("who", 160), time("moment", needed=True))
    names = (text("api_key", 32, key=True), text("idempotency_key", 128, key=True))
    op.create_table("orders", *names, text("request", 64), long("answer"))


def why(reason: str = "reason") -> tuple[sa.Column[Any], ...]:
    return long(reason), text("who", 160), time("moment", needed=True)


def of_revision() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(REVISION, [f"revisions.{name}" for name in REVISION])


def text(name: str, length: int, key: bool = False, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), primary_key=key, nullable=False, server_default=default)


def long(name: str, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def person(key: bool = False) -> sa.Column[Any]:
    return text("learner", 128, key)


def reference(name: str, to: tuple[str], length: int = 128, key: bool = False, needed: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), sa.ForeignKey(*to), primary_key=key, nullable=not needed)


def integer(name: str, key: bool = False, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, primary_key=key, nullable=False, server_default=default, autoincrement=False)


def time(name: str, needed: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Double, nullable=not needed)
