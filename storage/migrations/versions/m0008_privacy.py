"""secrets of the store; who is protected and how."""

import sqlalchemy as sa
from alembic import op

from storage.times import Utc

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

DID = ("reported", "not_covered", "already", "others", "unwanted")
WHY = ("owner", "unit", "serious", "consent", "glass")


def upgrade() -> None:
    op.create_table(
        "secret",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "passing_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("hour", Utc(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "untraced_mark",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["passing_key.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_untraced_mark_key", "untraced_mark", ["key"])
    op.create_table(
        "untraced_count",
        sa.Column("hour", Utc(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "what", "outcome"),
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
    op.create_table(
        "case_code",
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("lookup", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("hashed", sa.LargeBinary(), nullable=False),
        sa.Column("relay", sa.LargeBinary(), nullable=True),
        sa.Column("relay_until", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["incident_case.id"]),
        sa.PrimaryKeyConstraint("case"),
    )
    op.create_index("ix_case_code_lookup", "case_code", ["lookup"])
    op.create_table(
        "case_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("hour", Utc(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["incident_case.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_case_line_case", "case_line", ["case"])
    op.create_table(
        "wrong_code",
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("until", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["key"], ["passing_key.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("who"),
    )
    op.create_index("ix_wrong_code_key", "wrong_code", ["key"])
    op.create_table(
        "case_read",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("why", sa.Enum(*WHY, name="why", native_enum=False, length=32), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["incident_case.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_read_case", "case_read", ["case"])
    op.create_table(
        "broken_glass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["incident_case.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_broken_glass_case", "broken_glass", ["case"])


def downgrade() -> None:
    op.drop_table("broken_glass")
    op.drop_table("case_read")
    op.drop_table("wrong_code")
    op.drop_table("case_line")
    op.drop_table("case_code")
    op.drop_table("duty")
    op.drop_table("untraced_count")
    op.drop_table("untraced_mark")
    op.drop_table("passing_key")
    op.drop_table("secret")
