"""Calls of alarms that say whose police they are for, and answers that take nothing over."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("alarm_calls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("site", sa.String(), nullable=False, server_default=""))
    # Until now an alarm called the police of one site.
    op.execute(
        "UPDATE alarm_calls SET site = (SELECT site FROM alarms WHERE alarms.id = alarm_calls.alarm_id)"
    )
    with op.batch_alter_table("alarm_calls", schema=None) as batch_op:
        batch_op.alter_column("site", server_default=None)
    # Until now every answer took the alarm over.
    with op.batch_alter_table("alarm_answers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("took_over", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("alarm_answers", schema=None) as batch_op:
        batch_op.alter_column("took_over", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("alarm_answers", schema=None) as batch_op:
        batch_op.drop_column("took_over")
    with op.batch_alter_table("alarm_calls", schema=None) as batch_op:
        batch_op.drop_column("site")
