"""lists of what is to be erased, what became of it, what is on hold; whether trial cards arrive."""

import sqlalchemy as sa
from alembic import op

from storage.times import Utc

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STATUSES = ("planned", "approved", "running", "done", "dropped")


def upgrade() -> None:
    op.create_table(
        "retention_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATUSES, name="runstatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("periods", sa.JSON(), nullable=False),
        sa.Column("planned_at", Utc(), nullable=False),
        sa.Column("planned_by", sa.String(), nullable=False),
        sa.Column("approved_at", Utc(), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("protocol", sa.Integer(), nullable=True),
        sa.Column("followed", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("finished_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "retention_item",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("row", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column(
            "became",
            sa.Enum("planned", "erased", "kept", name="became", native_enum=False, length=32),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["run"], ["retention_run.id"]),
        sa.PrimaryKeyConstraint("run", "row"),
    )
    op.create_index("retention_item_row", "retention_item", ["row"])
    op.create_index("retention_item_next", "retention_item", ["run", "became"])
    op.create_table(
        "legal_hold",
        sa.Column("row", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("row"),
    )
    op.create_table(
        "retention_count",
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "site", "what"),
    )
    op.create_table(
        "heartbeat",
        sa.Column("surface", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("told_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("surface"),
    )


def downgrade() -> None:
    op.drop_table("heartbeat")
    op.drop_table("retention_count")
    op.drop_table("legal_hold")
    op.drop_table("retention_item")
    op.drop_table("retention_run")
