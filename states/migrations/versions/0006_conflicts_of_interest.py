"""Conflicts of interest, what members are known by, and when a membership ends."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "conflicts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("match", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_conflicts_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
    )
    op.create_index(op.f("ix_conflicts_case_id"), "conflicts", ["case_id"], unique=False)
    op.create_index(op.f("ix_conflicts_member"), "conflicts", ["member"], unique=False)
    op.create_table(
        "member_marks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("blind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["member"], ["members.id"], name=op.f("fk_member_marks_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_marks")),
    )
    op.create_index(op.f("ix_member_marks_member"), "member_marks", ["member"], unique=False)
    op.create_index(op.f("ix_member_marks_blind"), "member_marks", ["blind"], unique=False)
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kept_out", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("stand_ins", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("outside", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("hand_over_to", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_column("hand_over_to")
        batch_op.drop_column("ends_at")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_column("outside")
        batch_op.drop_column("stand_ins")
        batch_op.drop_column("kept_out")
    op.drop_table("member_marks")
    op.drop_table("conflicts")
