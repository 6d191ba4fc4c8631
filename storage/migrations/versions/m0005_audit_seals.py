"""The chain over the audit: seals, signed marks, and what retention has erased."""

import sqlalchemy as sa
from alembic import op

from storage.times import Utc

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit", sa.Column("erased_by", sa.Integer(), nullable=True))
    op.add_column("audit", sa.Column("salt", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "audit_seal",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("line"),
    )
    op.create_table(
        "audit_mark",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )


def downgrade() -> None:
    op.drop_table("audit_mark")
    op.drop_table("audit_seal")
    op.drop_column("audit", "salt")
    op.drop_column("audit", "erased_by")
