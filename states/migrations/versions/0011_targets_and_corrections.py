"""Those who may be in danger, what was done for them, entries that were corrected, and copies of orders."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0008"


def _record(name: str, *columns: Any, indexes: tuple[str, ...] = ()) -> None:
    """A table of a case's records."""
    op.create_table(
        name,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        *columns,
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f(f"fk_{name}_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    with op.batch_alter_table(name, schema=None) as batch_op:
        for column in ("case_id", *indexes):
            batch_op.create_index(batch_op.f(f"ix_{name}_{column}"), [column], unique=False)


def upgrade() -> None:
    _record(
        "targets",
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waived", sa.Boolean(), nullable=False),
    )
    _record(
        "target_steps",
        sa.Column("target_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name=op.f("fk_target_steps_target_id")),
        indexes=("target_id",),
    )
    _record(
        "corrections",
        sa.Column("table", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        indexes=("about",),
    )
    # A plan from before refers to nobody, an order to no site of its own.
    for name, column in (("plans", "targets"), ("protective_orders", "sites")):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.add_column(sa.Column(column, sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.alter_column(column, existing_type=sa.JSON(), server_default=None)
    with op.batch_alter_table("protective_orders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("protective_orders", schema=None) as batch_op:
        batch_op.drop_column("ended_at")
        batch_op.drop_column("sites")
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.drop_column("targets")
    for name in ("corrections", "target_steps", "targets"):
        op.drop_table(name)
