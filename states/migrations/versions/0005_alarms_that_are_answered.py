"""Alarms that say what they are about and stay open until somebody takes over."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("alarms", schema=None) as batch_op:
        # What was sounded before counts as raised by a person; nobody can take it over any more.
        batch_op.add_column(sa.Column("cause", sa.String(), nullable=False, server_default="raised"))
        batch_op.add_column(sa.Column("level", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("site", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("dangers", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("threatened_for", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("followed_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("taken_over_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE alarms SET site = (SELECT site FROM cases WHERE cases.id = alarms.case_id)")
    op.execute("UPDATE alarms SET taken_over_at = at")
    with op.batch_alter_table("alarms", schema=None) as batch_op:
        for name in ("cause", "site", "dangers"):
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("alarms", schema=None) as batch_op:
        for name in (
            "taken_over_at",
            "followed_by",
            "threatened_for",
            "dangers",
            "site",
            "level",
            "cause",
        ):
            batch_op.drop_column(name)
