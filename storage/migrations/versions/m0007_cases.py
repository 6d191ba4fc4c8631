"""cases, their timelines, and drafts of reports."""

import sqlalchemy as sa
from alembic import op

from storage.times import Utc

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("counted_as", sa.String(), nullable=False),
        sa.Column("also", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column(
            "effect",
            sa.Enum(
                "calm", "unpleasant", "afraid", "hurt", name="effect", native_enum=False, length=32
            ),
            nullable=True,
        ),
        sa.Column("factors", sa.JSON(), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("proposed", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("secrecy", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("place", sa.JSON(), nullable=True),
        sa.Column("happened_at", Utc(), nullable=False),
        sa.Column("exact", sa.Boolean(), nullable=False),
        sa.Column("received_at", Utc(), nullable=False),
        sa.Column("reporter", sa.String(), nullable=True),
        sa.Column("exposed", sa.String(), nullable=True),
        sa.Column(
            "on_behalf",
            sa.Enum(
                "self",
                "other",
                "witness",
                "manager",
                "elected",
                name="behalf",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "naming",
            sa.Enum("named", "manager", "anonymous", name="naming", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("deputy", sa.String(), nullable=False),
        sa.Column("kept_from", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "received",
                "read",
                "planned",
                "acted",
                "closing",
                "closed",
                name="status",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("call", sa.Integer(), nullable=True),
        sa.Column("helper", sa.String(), nullable=True),
        sa.Column("called_112", sa.Boolean(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.Column("read_at", Utc(), nullable=True),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("incident_case", schema=None) as batch_op:
        batch_op.create_index("incident_case_owner", ["owner", "status"], unique=False)
        batch_op.create_index("incident_case_place", ["site", "unit"], unique=False)
        batch_op.create_index(batch_op.f("ix_incident_case_call"), ["call"], unique=False)
        batch_op.create_index(batch_op.f("ix_incident_case_exposed"), ["exposed"], unique=False)
        batch_op.create_index(batch_op.f("ix_incident_case_reporter"), ["reporter"], unique=False)
        batch_op.create_index(batch_op.f("ix_incident_case_source"), ["source"], unique=False)

    op.create_table(
        "report_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("dialog", sa.String(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.String(), nullable=True),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("happened_at", Utc(), nullable=True),
        sa.Column("exact", sa.Boolean(), nullable=False),
        sa.Column("call", sa.Integer(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.Column("begun_at", Utc(), nullable=False),
        sa.Column("touched_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("report_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_draft_call"), ["call"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_draft_person"), ["person"], unique=False)

    op.create_table(
        "report_window",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column(
            "what",
            sa.Enum(
                "received",
                "read",
                "planned",
                "acted",
                "proposed",
                "closed",
                "reopened",
                "raised",
                "lowered",
                "given",
                "informed",
                "added",
                "unmasked",
                name="what",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case"],
            ["incident_case.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_event_case"), ["case"], unique=False)

    op.create_table(
        "case_watch",
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("told_at", Utc(), nullable=False),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("asked_at", Utc(), nullable=True),
        sa.Column("wants_at", Utc(), nullable=True),
        sa.Column("consent", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case"],
            ["incident_case.id"],
        ),
        sa.PrimaryKeyConstraint("case", "person"),
    )


def downgrade() -> None:
    op.drop_table("case_watch")
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_event_case"))

    op.drop_table("case_event")
    op.drop_table("report_window")
    with op.batch_alter_table("report_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_draft_person"))
        batch_op.drop_index(batch_op.f("ix_report_draft_call"))

    op.drop_table("report_draft")
    with op.batch_alter_table("incident_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_case_source"))
        batch_op.drop_index(batch_op.f("ix_incident_case_reporter"))
        batch_op.drop_index(batch_op.f("ix_incident_case_exposed"))
        batch_op.drop_index(batch_op.f("ix_incident_case_call"))
        batch_op.drop_index("incident_case_place")
        batch_op.drop_index("incident_case_owner")

    op.drop_table("incident_case")
