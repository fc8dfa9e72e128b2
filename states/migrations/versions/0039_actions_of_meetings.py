"""An action may come from a meeting instead of a plan; a meeting without a case is answered, too."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    with op.batch_alter_table("plan_actions", schema=None) as batch_op:
        batch_op.alter_column("plan_id", existing_type=sa.String(), nullable=True)
        batch_op.add_column(sa.Column("meeting_id", sa.String(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_plan_actions_meeting_id"), "meetings", ["meeting_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_plan_actions_meeting_id"), ["meeting_id"], unique=False)
    with op.batch_alter_table("invitation_answers", schema=None) as batch_op:
        batch_op.alter_column("case_id", existing_type=sa.String(), nullable=True)


def downgrade() -> None:
    # Without a plan there was no action: those of meetings go, the minutes say what was agreed.
    op.execute("DELETE FROM plan_actions WHERE plan_id IS NULL")
    with op.batch_alter_table("plan_actions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_actions_meeting_id"))
        batch_op.drop_constraint(batch_op.f("fk_plan_actions_meeting_id"), type_="foreignkey")
        batch_op.drop_column("meeting_id")
        batch_op.alter_column("plan_id", existing_type=sa.String(), nullable=False)
    op.execute("DELETE FROM invitation_answers WHERE case_id IS NULL")
    with op.batch_alter_table("invitation_answers", schema=None) as batch_op:
        batch_op.alter_column("case_id", existing_type=sa.String(), nullable=False)
