"""Variants know their content and their looks, and disputed ones what superseded them."""

import hashlib
import json
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

CHUNK = 500  # rows read, reckoned and written at once
NAMED = ("id", "links")  # of the public part: what came with the name
ORIGIN = ("seed", "version", "params")  # of the private part: what is no content

VARIANTS = sa.table(
    "variants",
    sa.column("id", sa.String),
    sa.column("public", sa.LargeBinary),
    sa.column("private", sa.LargeBinary),
    sa.column("content", sa.String),
    sa.column("looks", sa.String),
)


def upgrade() -> None:
    for name in ("content", "looks"):
        op.add_column("variants", sa.Column(name, sa.String(64), nullable=False, server_default=""))
    op.add_column("variants", sa.Column("superseded_by", sa.String(128)))
    connection = op.get_bind()
    digested = sa.update(VARIANTS).where(VARIANTS.c.id == sa.bindparam("name"))
    digested = digested.values(content=sa.bindparam("new_content"), looks=sa.bindparam("new_looks"))
    for rows in chunks(connection):
        connection.execute(digested, [digests(row) for row in rows])
    op.create_index("variants_by_looks", "variants", ["looks"])


def chunks(connection: sa.Connection) -> Iterator[Sequence[sa.RowMapping]]:
    """All variants in the order of their ids."""
    last = ""
    while True:
        after = sa.select(VARIANTS.c.id, VARIANTS.c.public, VARIANTS.c.private).where(VARIANTS.c.id > last)
        rows = connection.execute(after.order_by(VARIANTS.c.id).limit(CHUNK)).mappings().all()
        if not rows:
            return
        yield rows
        last = rows[-1]["id"]


def digests(row: sa.RowMapping) -> dict[str, str]:
    """As the code of this revision makes them for a new variant."""
    seen, graded = without(row["public"], NAMED), without(row["private"], ORIGIN)
    content, looks = (hashlib.sha256(text).hexdigest() for text in (seen + b"\n" + graded, seen))
    return {"name": row["id"], "new_content": content, "new_looks": looks}


def without(document: bytes, names: Sequence[str]) -> bytes:
    members = {name: value for name, value in json.loads(document).items() if name not in names}
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def downgrade() -> None:
    op.drop_index("variants_by_looks", "variants")
    for name in ("content", "looks", "superseded_by"):
        op.drop_column("variants", name)
