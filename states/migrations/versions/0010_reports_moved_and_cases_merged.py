"""Reports that were moved or do not count; cases that go on in another one, or have to do with one."""

import sqlalchemy as sa
from alembic import op

from states.tables.columns import Utc

revision = "0010"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("standing", sa.String(), nullable=False, server_default="stands"))
        batch_op.add_column(sa.Column("moved_to", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("came_from", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "case_relations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", Utc(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("other_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ended_at", Utc(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_relations_case_id")),
        sa.ForeignKeyConstraint(["other_id"], ["cases.id"], name=op.f("fk_case_relations_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_relations")),
    )
    with op.batch_alter_table("case_relations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_relations_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_relations_other_id"), ["other_id"], unique=False)


def downgrade() -> None:
    op.drop_table("case_relations")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_column("merged_into")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        for name in ("came_from", "moved_to", "standing"):
            batch_op.drop_column(name)
