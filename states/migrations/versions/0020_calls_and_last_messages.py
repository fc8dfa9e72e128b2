"""An index for the calls that somebody may make, and one for when a message last went out."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_index("ix_calls_outcome", "calls", ["outcome", "at", "id"], unique=False)
    op.create_index("ix_notices_sent_at", "notices", ["sent_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_notices_sent_at", "notices")
    op.drop_index("ix_calls_outcome", "calls")
