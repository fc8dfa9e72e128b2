"""PostgreSQL is told how many rows share an entry of the index of persons.

It guesses from a sample, and of millions of entries finds a hundredth: then it goes through all cases that
somebody may see, instead of the few in which an entry stands.
"""

from alembic import op

revision = "0041"
down_revision = "0040"

#: the part of all rows that are different entries: five share one; what a thousand share is asked otherwise
DIFFERENT = -0.2


def upgrade() -> None:
    _told(f"SET (n_distinct = {DIFFERENT})")


def downgrade() -> None:
    _told("RESET (n_distinct)")


def _told(what: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE blind_indexes ALTER COLUMN blind {what}")
        op.execute("ANALYZE blind_indexes")
