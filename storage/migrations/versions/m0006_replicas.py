"""Several bots on one store: who lives, and who carries which delivery."""

import sqlalchemy as sa
from alembic import op

from storage.times import Utc

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("holder", sa.Integer(), nullable=True))
    op.create_table(
        "replica",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )


def downgrade() -> None:
    op.drop_table("replica")
    op.drop_column("outbox", "holder")
