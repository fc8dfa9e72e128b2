"""Who is let to a case for a time, and until when lists show it to them."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "stays",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.String(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("justified", sa.Boolean(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_stays_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stays")),
    )
    op.create_index(op.f("ix_stays_case_id"), "stays", ["case_id"], unique=False)
    op.create_index(op.f("ix_stays_member"), "stays", ["member"], unique=False)
    op.create_index(
        "ix_stays_open", "stays", ["until"], unique=False, sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    with op.batch_alter_table("cases") as batch_op:
        batch_op.add_column(sa.Column("guests", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("cases") as batch_op:
        batch_op.alter_column("guests", existing_type=sa.JSON(), server_default=None)
    op.drop_index("ix_case_viewers_who", "case_viewers")
    op.add_column("case_viewers", sa.Column("until", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_case_viewers_who", "case_viewers", ["who", "case_id", "until"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_case_viewers_who", "case_viewers")
    op.execute("DELETE FROM case_viewers WHERE until IS NOT NULL")
    op.drop_column("case_viewers", "until")
    op.create_index("ix_case_viewers_who", "case_viewers", ["who", "case_id"], unique=False)
    with op.batch_alter_table("cases") as batch_op:
        batch_op.drop_column("guests")
    op.drop_index("ix_stays_open", "stays")
    op.drop_index(op.f("ix_stays_member"), "stays")
    op.drop_index(op.f("ix_stays_case_id"), "stays")
    op.drop_table("stays")
