"""Links that show content ask for a code that was sent another way; who is invited answers."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "link_codes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_link_codes_case_id")),
        sa.ForeignKeyConstraint(["link_id"], ["one_time_links.id"], name=op.f("fk_link_codes_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_codes")),
    )
    op.create_index(op.f("ix_link_codes_case_id"), "link_codes", ["case_id"], unique=False)
    op.create_index(op.f("ix_link_codes_link_id"), "link_codes", ["link_id"], unique=False)
    op.create_table(
        "invitation_answers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("comes", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_invitation_answers_case_id")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_invitation_answers_meeting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_answers")),
    )
    op.create_index(op.f("ix_invitation_answers_case_id"), "invitation_answers", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_invitation_answers_meeting_id"), "invitation_answers", ["meeting_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("invitation_answers")
    op.drop_table("link_codes")
