"""visits, checklists, briefings and levels."""

import sqlalchemy as sa
from alembic import op

from storage.times import Utc

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "briefing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("shift_at", Utc(), nullable=False),
        sa.Column("written_at", Utc(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("leads", sa.JSON(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("briefing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_briefing_site"), ["site"], unique=False)
        batch_op.create_index(batch_op.f("ix_briefing_written_at"), ["written_at"], unique=False)

    op.create_table(
        "checklist_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checklist", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=True),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("asks_evidence", sa.JSON(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open", "overdue", "done", "lapsed", name="runstatus", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("begun_at", Utc(), nullable=False),
        sa.Column("deadline", Utc(), nullable=False),
        sa.Column("finished_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("checklist_run", schema=None) as batch_op:
        batch_op.create_index("checklist_open", ["status", "site"], unique=False)
        batch_op.create_index(batch_op.f("ix_checklist_run_begun_at"), ["begun_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_checklist_run_checklist"), ["checklist"], unique=False)

    op.create_table(
        "quiet_place",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("site", "name"),
    )
    op.create_table(
        "routine_clock",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("looked_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("site"),
    )
    op.create_table(
        "routine_known",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id"),
    )
    op.create_table(
        "site_level",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("since", Utc(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("site"),
    )
    op.create_table(
        "site_note",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("know", sa.String(), nullable=True),
        sa.Column("alarm", sa.String(), nullable=True),
        sa.Column("until", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("site"),
    )
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("visit", "alone", name="kind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("visitor", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("manager", sa.String(), nullable=True),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("watch", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column(
            "colour",
            sa.Enum("green", "yellow", "red", name="colour", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("permit_asked_at", Utc(), nullable=True),
        sa.Column("permit_at", Utc(), nullable=True),
        sa.Column("permit_denied_at", Utc(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "started",
                "arrived",
                "late",
                "contact",
                "decision",
                "support",
                "forced",
                "said_done",
                "done",
                "closed",
                "dropped",
                name="status",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("planned_at", Utc(), nullable=False),
        sa.Column("started_at", Utc(), nullable=True),
        sa.Column("until", Utc(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("route", sa.String(), nullable=True),
        sa.Column("car", sa.String(), nullable=True),
        sa.Column("second", sa.String(), nullable=True),
        sa.Column("covered", sa.Boolean(), nullable=False),
        sa.Column("arrived_at", Utc(), nullable=True),
        sa.Column("arrived_heard_at", Utc(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("asked_at", Utc(), nullable=True),
        sa.Column("late_at", Utc(), nullable=True),
        sa.Column("rung_at", Utc(), nullable=True),
        sa.Column("rings", sa.Integer(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=True),
        sa.Column(
            "decision",
            sa.Enum("go_two", "police", "wait", name="decision", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.Column("relayed_at", Utc(), nullable=True),
        sa.Column("relayed_by", sa.String(), nullable=True),
        sa.Column("forced_at", Utc(), nullable=True),
        sa.Column("screen", sa.String(), nullable=False),
        sa.Column("done_at", Utc(), nullable=True),
        sa.Column("done_heard_at", Utc(), nullable=True),
        sa.Column("learned", sa.Boolean(), nullable=False),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_visitor"), ["visitor"], unique=False)
        batch_op.create_index("visit_open", ["status", "visitor"], unique=False)

    op.create_table(
        "briefing_receipt",
        sa.Column("briefing", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("read_at", Utc(), nullable=False),
        sa.Column("question", sa.String(), nullable=True),
        sa.Column("alone_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(
            ["briefing"],
            ["briefing.id"],
        ),
        sa.PrimaryKeyConstraint("briefing", "person"),
    )
    op.create_table(
        "checklist_asked",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("deputy", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run"],
            ["checklist_run.id"],
        ),
        sa.PrimaryKeyConstraint("run", "person"),
    )
    with op.batch_alter_table("checklist_asked", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checklist_asked_person"), ["person"], unique=False)

    op.create_table(
        "checklist_tick",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("point", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run"],
            ["checklist_run.id"],
        ),
        sa.PrimaryKeyConstraint("run", "point"),
    )
    op.create_table(
        "visit_told",
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit"],
            ["visit.id"],
        ),
        sa.PrimaryKeyConstraint("visit", "person"),
    )
    with op.batch_alter_table("visit_told", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_told_person"), ["person"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("visit_told", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_told_person"))

    op.drop_table("visit_told")
    op.drop_table("checklist_tick")
    with op.batch_alter_table("checklist_asked", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checklist_asked_person"))

    op.drop_table("checklist_asked")
    op.drop_table("briefing_receipt")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index("visit_open")
        batch_op.drop_index(batch_op.f("ix_visit_visitor"))

    op.drop_table("visit")
    op.drop_table("site_note")
    op.drop_table("site_level")
    op.drop_table("routine_known")
    op.drop_table("routine_clock")
    op.drop_table("quiet_place")
    with op.batch_alter_table("checklist_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checklist_run_checklist"))
        batch_op.drop_index(batch_op.f("ix_checklist_run_begun_at"))
        batch_op.drop_index("checklist_open")

    op.drop_table("checklist_run")
    with op.batch_alter_table("briefing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_briefing_written_at"))
        batch_op.drop_index(batch_op.f("ix_briefing_site"))

    op.drop_table("briefing")
