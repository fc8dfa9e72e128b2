"""Indexes for whose clocks are whose, and for what nobody leads yet."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

_OWNED = sa.text("satisfied_at IS NULL AND owner <> ''")
_LATE = sa.text("satisfied_at IS NULL AND stage IN ('escalated', 'stuck')")
_NOBODYS = sa.text("lead IS NULL")


def upgrade() -> None:
    for name, table, column, which in (
        ("ix_deadlines_owner", "deadlines", "owner", _OWNED),
        ("ix_deadlines_late", "deadlines", "stage", _LATE),
        ("ix_cases_nobodys", "cases", "state", _NOBODYS),
    ):
        op.create_index(name, table, [column], unique=False, sqlite_where=which, postgresql_where=which)


def downgrade() -> None:
    op.drop_index("ix_cases_nobodys", "cases")
    op.drop_index("ix_deadlines_late", "deadlines")
    op.drop_index("ix_deadlines_owner", "deadlines")
