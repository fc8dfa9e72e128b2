"""What is said between the team and a reporter is on record; a report that moved says as what."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "report_messages",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("from_team", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_report_messages_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_messages")),
    )
    op.create_index(op.f("ix_report_messages_about"), "report_messages", ["about"], unique=False)
    op.create_index(op.f("ix_report_messages_case_id"), "report_messages", ["case_id"], unique=False)
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moved_as", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.alter_column("moved_as", existing_type=sa.String(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_column("moved_as")
    op.drop_table("report_messages")
