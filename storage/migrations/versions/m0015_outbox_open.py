"""the outbox is looked through without those that were given up."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NEXT = ["next_try_at", "surface", "lane"]
OPEN = sa.text("given_up IS NULL")


def upgrade() -> None:
    op.drop_index("outbox_next", "outbox")
    op.create_index("outbox_next", "outbox", NEXT, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index("outbox_next", "outbox")
    op.create_index("outbox_next", "outbox", ["next_try_at"])
