"""Alarms that say what they are about and stay open until somebody takes over."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("alarms", schema=None) as batch_op:
        # What was sounded before counts as raised by a person.
        batch_op.add_column(sa.Column("cause", sa.String(), nullable=False, server_default="raised"))
        batch_op.add_column(sa.Column("level", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("site", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("dangers", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("threatened_for", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("followed_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("taken_over_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE alarms SET site = (SELECT site FROM cases WHERE cases.id = alarms.case_id)")
    # One that has not gone out yet is still open.
    op.execute("UPDATE alarms SET taken_over_at = at WHERE police_alerted_at IS NOT NULL")
    with op.batch_alter_table("alarms", schema=None) as batch_op:
        for name in ("cause", "site", "dangers"):
            batch_op.alter_column(name, server_default=None)
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("begun", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.alter_column("begun", server_default=None)
    _of_case(
        "alarm_calls",
        sa.Column("alarm_id", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
    )
    _of_case(
        "alarm_answers",
        sa.Column("alarm_id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "duty_shifts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_duty_shifts_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shifts")),
    )
    op.create_index(op.f("ix_duty_shifts_member_id"), "duty_shifts", ["member_id"])
    op.create_index(op.f("ix_duty_shifts_ends_at"), "duty_shifts", ["ends_at"])


def _of_case(name: str, *columns: "sa.Column[Any]") -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f(f"fk_{name}_case_id")),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarms.id"], name=op.f(f"fk_{name}_alarm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_case_id"), name, ["case_id"])
    op.create_index(op.f(f"ix_{name}_alarm_id"), name, ["alarm_id"])


def downgrade() -> None:
    for name in ("duty_shifts", "alarm_answers", "alarm_calls"):
        op.drop_table(name)
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_column("begun")
    with op.batch_alter_table("alarms", schema=None) as batch_op:
        for name in (
            "taken_over_at",
            "followed_by",
            "threatened_for",
            "dangers",
            "site",
            "level",
            "cause",
        ):
            batch_op.drop_column(name)
