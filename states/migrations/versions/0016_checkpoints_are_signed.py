"""Checkpoints are signed, and time stamps of strangers are kept.

Those from before have no signature: a migration has no key. The first signed one vouches for them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    for column in ("key", "successor", "signature"):
        with op.batch_alter_table("checkpoints", schema=None) as batch_op:
            batch_op.add_column(sa.Column(column, sa.String(), nullable=False, server_default=""))
        with op.batch_alter_table("checkpoints", schema=None) as batch_op:
            batch_op.alter_column(column, existing_type=sa.String(), server_default=None)
    op.create_table(
        "time_stamps",
        sa.Column("checkpoint", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["checkpoint"], ["checkpoints.seq"], name=op.f("fk_time_stamps_checkpoint")),
        sa.PrimaryKeyConstraint("checkpoint", name=op.f("pk_time_stamps")),
    )


def downgrade() -> None:
    op.drop_table("time_stamps")
    for column in ("key", "successor", "signature"):
        with op.batch_alter_table("checkpoints", schema=None) as batch_op:
            batch_op.drop_column(column)
