"""An index for who read what, newest first: whoever audits looks across cases."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

_READ = sa.text("what = 'read'")


def upgrade() -> None:
    op.create_index(
        "ix_events_read", "events", ["at"], unique=False, sqlite_where=_READ, postgresql_where=_READ
    )


def downgrade() -> None:
    op.drop_index("ix_events_read", "events")
