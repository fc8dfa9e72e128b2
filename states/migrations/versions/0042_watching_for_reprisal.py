"""Whether whoever reported is treated badly because of it is on record (W-41)."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    op.create_table(
        "reprisals",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("report_id", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reprisals_case_id")),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_reprisals_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reprisals")),
    )
    op.create_index(op.f("ix_reprisals_case_id"), "reprisals", ["case_id"], unique=False)
    op.create_index(op.f("ix_reprisals_report_id"), "reprisals", ["report_id"], unique=False)


def downgrade() -> None:
    op.drop_table("reprisals")
