"""Until when an answer is wanted is said to the partner alone: here, it was never kept."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    with op.batch_alter_table("source_queries", schema=None) as batch_op:
        batch_op.drop_column("expires_at")


def downgrade() -> None:
    with op.batch_alter_table("source_queries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
