"""What nobody leads is seen by intake, no longer by every member."""

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.execute("UPDATE case_viewers SET who = 'intake' WHERE who = 'any_member'")


def downgrade() -> None:
    op.execute("UPDATE case_viewers SET who = 'any_member' WHERE who = 'intake'")
