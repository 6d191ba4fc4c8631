"""follow-up: plans and their steps, reminders, feedback, self-checks, one's own day, calendars."""

import sqlalchemy as sa
from alembic import op

from storage.times import Utc

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("hashed", sa.String(), nullable=True),
        sa.Column("made_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("person"),
    )
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_feed_hashed"), ["hashed"], unique=False)

    op.create_table(
        "my_day",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("shown_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "nudge_day",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "stand_in",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("until", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("person"),
    )
    with op.batch_alter_table("stand_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stand_in_by"), ["by"], unique=False)

    op.create_table(
        "feedback",
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("received_at", Utc(), nullable=False),
        sa.Column("read_at", Utc(), nullable=True),
        sa.Column("read_by", sa.String(), nullable=True),
        sa.Column("measure", sa.JSON(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("by", Utc(), nullable=True),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("ask_at", Utc(), nullable=True),
        sa.Column("lapse_at", Utc(), nullable=True),
        sa.Column(
            "became",
            sa.Enum("yes", "partly", "no", name="became", native_enum=False, length=32),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["case"],
            ["incident_case.id"],
        ),
        sa.PrimaryKeyConstraint("case"),
    )
    op.create_table(
        "plan",
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("started_at", Utc(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("asked_at", Utc(), nullable=True),
        sa.Column("heard", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case"],
            ["incident_case.id"],
        ),
        sa.PrimaryKeyConstraint("case"),
    )
    op.create_table(
        "plan_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("task", "told", "date", name="kind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "reminded",
                "late",
                "lifted",
                "done",
                "dropped",
                name="status",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("opens_at", Utc(), nullable=True),
        sa.Column("opened_at", Utc(), nullable=True),
        sa.Column("remind_at", Utc(), nullable=True),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("lift_at", Utc(), nullable=True),
        sa.Column("again_at", Utc(), nullable=True),
        sa.Column("snoozes", sa.Integer(), nullable=False),
        sa.Column("snoozed_because", sa.String(), nullable=True),
        sa.Column("promised_at", Utc(), nullable=True),
        sa.Column("offered_to", sa.String(), nullable=True),
        sa.Column("offered_by", sa.String(), nullable=True),
        sa.Column("helped_by", sa.String(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("done_at", Utc(), nullable=True),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("dropped_because", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case"],
            ["incident_case.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("plan_step", schema=None) as batch_op:
        batch_op.create_index("plan_step_case", ["case", "status"], unique=False)
        batch_op.create_index("plan_step_holder", ["holder", "status"], unique=False)

    op.create_table(
        "self_check",
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("started_at", Utc(), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("next_at", Utc(), nullable=True),
        sa.Column("asked_at", Utc(), nullable=True),
        sa.Column("stopped_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case"],
            ["incident_case.id"],
        ),
        sa.PrimaryKeyConstraint("case", "person"),
    )
    with op.batch_alter_table("self_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_self_check_person"), ["person"], unique=False)

    op.create_table(
        "talk_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.Column("to", sa.JSON(), nullable=False),
        sa.Column("line", sa.JSON(), nullable=False),
        sa.Column("declined", sa.JSON(), nullable=False),
        sa.Column("waits_until", Utc(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=True),
        sa.Column("taken_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case"],
            ["incident_case.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("talk_wish", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talk_wish_case"), ["case"], unique=False)
        batch_op.create_index(batch_op.f("ix_talk_wish_person"), ["person"], unique=False)

    op.create_table(
        "nudge",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column(
            "told_as",
            sa.Enum(
                "holder",
                "offered",
                "above",
                "informed",
                "asked",
                name="as",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("loud", sa.Boolean(), nullable=False),
        sa.Column("wanted_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["step"],
            ["plan_step.id"],
        ),
        sa.PrimaryKeyConstraint("person", "step"),
    )
    op.create_table(
        "plan_told",
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column(
            "told_as",
            sa.Enum(
                "holder",
                "offered",
                "above",
                "informed",
                "asked",
                name="as",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["step"],
            ["plan_step.id"],
        ),
        sa.PrimaryKeyConstraint("step", "person"),
    )
    with op.batch_alter_table("plan_told", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_told_person"), ["person"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("plan_told", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_told_person"))

    op.drop_table("plan_told")
    op.drop_table("nudge")
    with op.batch_alter_table("talk_wish", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_talk_wish_person"))
        batch_op.drop_index(batch_op.f("ix_talk_wish_case"))

    op.drop_table("talk_wish")
    with op.batch_alter_table("self_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_self_check_person"))

    op.drop_table("self_check")
    with op.batch_alter_table("plan_step", schema=None) as batch_op:
        batch_op.drop_index("plan_step_holder")
        batch_op.drop_index("plan_step_case")

    op.drop_table("plan_step")
    op.drop_table("plan")
    op.drop_table("feedback")
    with op.batch_alter_table("stand_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stand_in_by"))

    op.drop_table("stand_in")
    op.drop_table("nudge_day")
    op.drop_table("my_day")
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_feed_hashed"))

    op.drop_table("calendar_feed")
