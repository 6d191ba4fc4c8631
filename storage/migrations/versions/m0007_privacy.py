"""secrets of the store; who is protected and how."""

import sqlalchemy as sa
from alembic import op

from storage.times import Utc

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

DID = ("reported", "not_covered", "already", "others", "unwanted")


def upgrade() -> None:
    op.create_table(
        "secret",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "duty",
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("advice", sa.String(), nullable=True),
        sa.Column("red_at", Utc(), nullable=False),
        sa.Column("did", sa.Enum(*DID, name="did", native_enum=False, length=32), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["incident_case.id"]),
        sa.PrimaryKeyConstraint("case", "duty"),
    )


def downgrade() -> None:
    op.drop_table("duty")
    op.drop_table("secret")
