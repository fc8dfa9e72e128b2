"""What the team owes that belongs to no case."""

from sqlalchemy import Connection

from states import outbox
from states.access import SYSTEM
from states.casebook.book import Casebook
from states.contents.payloads import Owing, PayloadT
from states.ledger import chain
from states.outbox import Owed
from states.tables import new_id


def owe_without_case(
    book: Casebook, connection: Connection, owing: Owing[PayloadT], dedupe: str, told: PayloadT
) -> None:
    """Owe an effect of the team's own, which belongs to no case.

    Args:
        book: the casebook.
        connection: the transaction that it is part of.
        owing: which effect.
        dedupe: what it is owed once for.
        told: what whoever does it is told.
    """
    key, effect_id = book.lock_team(connection), new_id()
    owed = Owed(
        id=effect_id,
        case_id=None,
        kind=owing.kind,
        urgent=book.pack.effects[owing.kind].urgent,
        dedupe=dedupe,
        payload=owing.seal(key, effect_id, told),
    )
    now = book.clock()
    outbox.put(connection, [owed], now=now)
    digests = outbox.told(owed, now)
    chain.append_of_team(connection, digests, at=now, actor=SYSTEM.id, what="owed", kind=owing.kind)
