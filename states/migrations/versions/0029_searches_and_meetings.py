"""Indexes for what many people share in a search, and for the meetings that are called."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

_CALLED = sa.text("held_at IS NULL AND cancelled_at IS NULL")


def upgrade() -> None:
    op.create_index("ix_blind_indexes_shared", "blind_indexes", ["blind", "case_id"], unique=False)
    op.drop_index("ix_blind_indexes_blind", "blind_indexes")
    op.create_index(
        "ix_meetings_called",
        "meetings",
        ["scheduled_at"],
        unique=False,
        sqlite_where=_CALLED,
        postgresql_where=_CALLED,
    )


def downgrade() -> None:
    op.drop_index("ix_meetings_called", "meetings")
    op.create_index("ix_blind_indexes_blind", "blind_indexes", ["blind"], unique=False)
    op.drop_index("ix_blind_indexes_shared", "blind_indexes")
