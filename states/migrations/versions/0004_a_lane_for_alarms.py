"""A lane for alarms: who holds a claim, and an index by which the lane finds its own among thousands."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("effects", sa.Column("claimed_by", sa.String(), nullable=True))
    op.create_index("ix_effects_kind", "effects", ["kind", "status"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_effects_kind", "effects")
    op.drop_column("effects", "claimed_by")
