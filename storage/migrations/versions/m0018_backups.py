"""administrators were told that copies of the store fail."""

import sqlalchemy as sa
from alembic import op

from storage.times import Utc

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backup_trouble",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("told_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("backup_trouble")
