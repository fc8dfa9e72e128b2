"""Levels that stand until the team agrees to a lower one, who confirmed an assessment, meetings that move."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0004"

#: which columns each table gets, with what stands in the rows that are there
ADDED: dict[str, tuple[sa.Column[Any], ...]] = {
    "cases": (sa.Column("levels_since", sa.Integer(), nullable=False, server_default="1"),),
    "screenings": (sa.Column("chair", sa.Boolean(), nullable=False, server_default=sa.false()),),
    "concurrences": (sa.Column("chair", sa.Boolean(), nullable=False, server_default=sa.false()),),
    "assessments": (
        sa.Column("chair", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("participants", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("sees_violence", sa.Boolean(), nullable=True),
        sa.Column("sees_disruption", sa.Boolean(), nullable=True),
    ),
    "meetings": (
        sa.Column("held_seq", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("present", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"),
    ),
}


def upgrade() -> None:
    op.create_table(
        "confirmations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_confirmations_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
    )
    with op.batch_alter_table("confirmations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_confirmations_case_id"), ["case_id"], unique=False)
    for table, columns in ADDED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.add_column(column)
    _fill()


def _fill() -> None:
    """Tell from what is there what the new columns would say: courses, chairs, when minutes were written."""
    connection = op.get_bind()
    connection.execute(
        sa.text(
            "UPDATE cases SET levels_since = CASE WHEN state = 'Closed' THEN entered_seq ELSE began_seq END"
        )
    )
    chairs = [
        row.id
        for row in connection.execute(
            sa.select(sa.column("id"), sa.column("roles", sa.JSON())).select_from(sa.table("members"))
        )
        if "chair" in row.roles
    ]
    for table in ("screenings", "concurrences", "assessments"):
        rows = sa.table(table, sa.column("by"), sa.column("chair", sa.Boolean()))
        connection.execute(sa.update(rows).where(rows.c.by.in_(chairs)).values(chair=True))
    events = sa.table("events", sa.column("seq"), sa.column("what"), sa.column("data", sa.JSON()))
    meetings = sa.table("meetings", sa.column("id"), sa.column("held_seq"))
    for event in connection.execute(
        sa.select(events.c.seq, events.c.data).where(events.c.what == "meeting_held")
    ).all():
        of_event = meetings.c.id == event.data["meeting"]
        connection.execute(sa.update(meetings).where(of_event).values(held_seq=event.seq))


def downgrade() -> None:
    for table, columns in ADDED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_column(column.name)
    with op.batch_alter_table("confirmations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_confirmations_case_id"))
    op.drop_table("confirmations")
