"""A row of a log may be a new version of an incident that is on record."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    with op.batch_alter_table("log_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("incident", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("replaced", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("log_entries", schema=None) as batch_op:
        batch_op.alter_column("version", existing_type=sa.Integer(), server_default=None)
        batch_op.alter_column("replaced", existing_type=sa.Boolean(), server_default=None)
        batch_op.create_index(batch_op.f("ix_log_entries_incident"), ["incident"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("log_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_entries_incident"))
        batch_op.drop_column("replaced")
        batch_op.drop_column("version")
        batch_op.drop_column("incident")
