"""Work says which process holds it, so that all that a dead one held is given back at once."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("work", sa.Column("holder", sa.String(128)))
    op.create_index("work_by_holder", "work", ["holder"])


def downgrade() -> None:
    op.drop_index("work_by_holder", "work")
    op.drop_column("work", "holder")
