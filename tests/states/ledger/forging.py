"""An attacker, who writes the database past the product and makes every hash fit."""

import secrets
from collections.abc import Callable

from sqlalchemy import Connection, select, update

from states.ledger.chain import link
from states.ledger.checkpoints import hash_of
from states.tables import Case, Checkpoint, Event, table_of
from states.vault import Vault

CASES, EVENTS, CHECKPOINTS = table_of(Case), table_of(Event), table_of(Checkpoint)


class Attacker:
    """Somebody with the program and the database, who makes everything anew that needs no master key.

    Args:
        connection: a transaction of theirs.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.own = Vault(secrets.token_bytes(32))

    def rewrite(self, case_id: str) -> None:
        """Change who did what, and reckon each hash of the case anew: events, head, checkpoints' heads."""
        mine = EVENTS.c.case_id == case_id
        self.connection.execute(update(EVENTS).where(mine, EVENTS.c.seq == 2).values(actor="nobody"))
        head, hashes = "", {}
        for event in self.connection.execute(select(EVENTS).where(mine).order_by(EVENTS.c.seq)).all():
            head = hashes[event.seq] = link(head, dict(event._mapping))  # noqa: SLF001 - a row as a mapping
            self.connection.execute(update(EVENTS).where(mine, EVENTS.c.seq == event.seq).values(hash=head))
        self.connection.execute(update(CASES).where(CASES.c.id == case_id).values(head=head))
        for row in self.connection.execute(select(CHECKPOINTS)).all():
            heads = [[c, seq, hashes[seq] if c == case_id else told] for c, seq, told in row.heads]
            self.change(row.seq, heads=heads)

    def change(self, seq: int, **values: object) -> None:
        """Change a checkpoint."""
        self.connection.execute(update(CHECKPOINTS).where(CHECKPOINTS.c.seq == seq).values(**values))

    def reckon(self, sign: Callable[[str], str]) -> None:
        """Reckon the hash of every checkpoint anew, and sign it somehow."""
        previous = ""
        for row in self.connection.execute(select(CHECKPOINTS).order_by(CHECKPOINTS.c.seq)).all():
            previous = hash_of(previous, row)
            self.change(row.seq, hash=previous, signature=sign(previous) if row.key else "")
