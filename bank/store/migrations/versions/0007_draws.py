"""Attempts and responses are of a draw, and a response has an id; a piece of work may stand for many things."""

import time as clock

import sqlalchemy as sa
from alembic import op

from bank.store.migrations.columns import integer, long, person, reference, text, time

revision = "0007"
down_revision = "0006"

VARIANT = ("variants.id",)
STANDING = "variant, learner, used, given, best, closed"
RESPONSE = "variant, learner, attempt, response, result, given, counted"
CALL = "api_key, idempotency_key, variant, learner, attempt"
FOR_PERSONS = "NOT counted OR variant IN (SELECT id FROM variants WHERE kind = 'text')"
INDEXES = {
    "attempts_of_learner": ("attempts", "learner"),
    "calls_of_response": ("calls", "learner", "variant", "draw", "attempt"),
    "responses_by_id": ("responses", "id"),
    "responses_by_age": ("responses", "given", "id"),
    "responses_by_person": ("responses", "by_person", "given", "id"),
    "responses_of_bank": ("responses", "bank", "given", "id"),
    "responses_of_draw": ("responses", "draw", "variant"),
    "responses_of_learner": ("responses", "learner", "given", "id"),
    "responses_of_variant": ("responses", "variant", "given", "id"),
}
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
    op.execute(f"UPDATE responses SET by_person = TRUE WHERE {FOR_PERSONS}")  # noqa: S608 - it stands above
    for name, (table, *columns) in INDEXES.items():
        op.create_index(name, table, columns, unique=name == "responses_by_id")


def downgrade() -> None:
    """What was answered in draws goes: whose attempts these are is not known then."""
    for name in ("calls", "responses", "attempts"):
        op.execute(f"DELETE FROM {name} WHERE draw <> ''")  # noqa: S608 - it stands above
    for name, (table, *_) in INDEXES.items():
        op.drop_index(name, table)
    make_again(False, (STANDING, STANDING), (RESPONSE, RESPONSE), (CALL, CALL))
    cancel_work_that_goes()
    op.execute("DELETE FROM work WHERE task <> 'verify'")
    for name in ("counted", "units"):
        op.drop_column("work", name)


def cancel_work_that_goes() -> None:
    """Nobody would ever end the jobs of tasks that are not known then."""
    open_ones = "SELECT job FROM work WHERE task <> 'verify' AND state = 'open'"
    ended = sa.text(f"UPDATE jobs SET cancelled = :moment WHERE cancelled IS NULL AND id IN ({open_ones})")  # noqa: S608
    op.execute(ended.bindparams(moment=clock.time()))


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
    by_person = sa.Column("by_person", sa.Boolean, nullable=False, server_default=sa.false())
    named = [text("id", 32), sa.Column("bank", sa.String(32)), by_person] if of_draws else []
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
