"""the language of an account stands apart from the chosen one; a refusal keeps its code.

Until now both languages stood in `chosen_language`, and nothing tells them apart any more. Each
counts as chosen: to follow an account's language a little longer is nice, to undo somebody's own
choice is not. Whoever reads the wrong one changes it on their own page.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("followed_language", sa.String(), nullable=True))
    op.add_column("unreached", sa.Column("code", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("unreached", "code")
    op.drop_column("person", "followed_language")
