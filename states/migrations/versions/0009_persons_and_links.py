"""Who a case is about, as decisions; the index by record; one row for two cases that may be of one person."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0006"


def upgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("further_sites", sa.JSON(), nullable=False, server_default="[]"))
        # Only the key tells what the index is to hold: `tat init` and `tat up` fill it anew afterwards.
        batch_op.add_column(sa.Column("index_version", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("blind_indexes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.String(), nullable=False, server_default="subject"))
        batch_op.add_column(sa.Column("about", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("subjects", schema=None) as batch_op:
        batch_op.add_column(sa.Column("restores", sa.String(), nullable=True))
    with op.batch_alter_table("case_links", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pair", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("reasons", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("score", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("seen", sa.JSON(), nullable=False, server_default="[]"))
    _pair_links()
    with op.batch_alter_table("case_links", schema=None) as batch_op:
        batch_op.alter_column("pair", existing_type=sa.String(), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_case_links_pair"), ["pair"])


def _pair_links() -> None:
    """Name each pair, and keep one row of two: a decision before a suggestion, the newest first."""
    connection = op.get_bind()
    names = ("id", "case_id", "other_id", "status", "at", "pair")
    links = sa.table("case_links", *(sa.column(name, sa.String()) for name in names))
    kept: set[str] = set()
    undecided_last = sa.case((links.c.status == "candidate", 1), else_=0)
    rows = connection.execute(sa.select(links).order_by(undecided_last, links.c.at.desc(), links.c.id)).all()
    for row in rows:
        pair = ":".join(sorted((row.case_id, row.other_id)))
        mine = links.c.id == row.id
        if pair in kept:
            connection.execute(sa.delete(links).where(mine))
        else:
            connection.execute(sa.update(links).where(mine).values(pair=pair))
            kept.add(pair)


def downgrade() -> None:
    with op.batch_alter_table("case_links", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_case_links_pair"), type_="unique")
        for name in ("seen", "score", "reasons", "pair"):
            batch_op.drop_column(name)
    with op.batch_alter_table("subjects", schema=None) as batch_op:
        batch_op.drop_column("restores")
    with op.batch_alter_table("blind_indexes", schema=None) as batch_op:
        batch_op.drop_column("about")
        batch_op.drop_column("role")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_column("index_version")
        batch_op.drop_column("further_sites")
