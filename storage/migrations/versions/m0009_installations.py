"""whom the bot was let in by; sheets of forms; members of units."""

import sqlalchemy as sa
from alembic import op

from storage.times import Utc

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("bot_user", sa.String(), nullable=False),
        sa.Column("bot", sa.String(), nullable=False),
        sa.Column("teams", sa.JSON(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("refresh", sa.LargeBinary(), nullable=True),
        sa.Column("ends_at", Utc(), nullable=True),
        sa.Column("claimed_until", Utc(), nullable=True),
        sa.Column("installed_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("place"),
    )
    op.create_table(
        "install_state",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("mark"),
    )
    op.create_table(
        "sheet",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("wire_name", sa.String(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("inputs", sa.LargeBinary(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person", "wire_name", "payload"),
    )
    op.create_index("ix_sheet_at", "sheet", ["at"])
    op.create_table(
        "unit_member",
        sa.Column("surface", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("surface", "unit", "person"),
    )


def downgrade() -> None:
    for table in ("unit_member", "sheet", "install_state", "installation"):
        op.drop_table(table)
