"""Meetings called off, leave for early erasures, approvals sealed with their review, the team's own chain."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "erasure_permits",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_erasure_permits_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_permits")),
    )
    op.create_table(
        "team_events",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_team_events")),
    )
    with op.batch_alter_table("erasure_permits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_erasure_permits_case_id"), ["case_id"], unique=False)
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    # A migration has no key: `furnish` seals what stands here in clear, and leaves nothing.
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.alter_column("approved_by", existing_type=sa.String(), nullable=True)


def downgrade() -> None:
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.alter_column("approved_by", existing_type=sa.String(), nullable=False)
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.drop_column("cancelled_at")
    with op.batch_alter_table("erasure_permits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_erasure_permits_case_id"))

    op.drop_table("erasure_permits")
    op.drop_table("team_events")
