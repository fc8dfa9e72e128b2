"""Questions by the time when their source is asked again, and by the day when its answer is erased."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    with op.batch_alter_table("source_queries", schema=None) as batch_op:
        for column in ("poll_at", "retain_until"):
            batch_op.create_index(batch_op.f(f"ix_source_queries_{column}"), [column], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("source_queries", schema=None) as batch_op:
        for column in ("poll_at", "retain_until"):
            batch_op.drop_index(batch_op.f(f"ix_source_queries_{column}"))
