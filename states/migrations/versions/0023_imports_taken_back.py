"""A row of a log knows with which import it came, and whether that was taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    with op.batch_alter_table("log_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("import_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("log_entries", schema=None) as batch_op:
        batch_op.alter_column("withdrawn", existing_type=sa.Boolean(), server_default=None)
        batch_op.create_index(batch_op.f("ix_log_entries_import_id"), ["import_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("log_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_entries_import_id"))
        batch_op.drop_column("withdrawn")
        batch_op.drop_column("import_id")
