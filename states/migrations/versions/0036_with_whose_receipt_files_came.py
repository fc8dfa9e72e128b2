"""With whose number and secret a file came: what may still come is each reporter's own."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    with op.batch_alter_table("attachments") as batch_op:
        batch_op.add_column(sa.Column("receipt", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("attachments") as batch_op:
        batch_op.alter_column("receipt", existing_type=sa.String(), server_default=None)
        batch_op.create_index("ix_attachments_receipt", ["receipt"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("attachments") as batch_op:
        batch_op.drop_index("ix_attachments_receipt")
        batch_op.drop_column("receipt")
