"""Events tell of rows, not of contents alone; those of cases from before are told of at the next start."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

#: new columns with the value that rows from before get
COLUMNS = (
    ("cases", "told_by", sa.Integer(), "0"),
    ("case_links", "revision", sa.Integer(), "0"),
    ("case_relations", "revision", sa.Integer(), "0"),
    ("team_events", "digests", sa.JSON(), "{}"),
)


def upgrade() -> None:
    for table, column, kind, value in COLUMNS:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(column, kind, nullable=False, server_default=value))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, existing_type=kind, server_default=None)


def downgrade() -> None:
    for table, column, _, _ in COLUMNS:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(column)
