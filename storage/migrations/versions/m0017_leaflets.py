"""messages that no other row tells of."""

import sqlalchemy as sa
from alembic import op

from storage.times import Utc

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leaflet",
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("slot"),
    )
    with op.batch_alter_table("leaflet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leaflet_person"), ["person"], unique=False)


def downgrade() -> None:
    op.drop_table("leaflet")
