"""Work: a claimed effect in somebody's hands, and writing its results under proof of the claim.

An effect has three forms, each with what the one before lacks: :class:`~states.outbox.Owed` as it is put into
the outbox, :class:`Work` once it is claimed, and :class:`WorkOn` once its payload is opened.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, select

from states import outbox
from states.access import SYSTEM
from states.casebook.book import CASES, Casebook
from states.casebook.page import Page
from states.contents.payloads import OWING, Payload
from states.errors import ContentUnreadable, VaultLocked
from states.outbox import Claim
from states.tables import Effect, stored, table_of
from states.vault import TEAM_SCOPE
from states.vocabulary.effects import EffectKind

_EFFECTS = table_of(Effect)

PayloadT_co = TypeVar("PayloadT_co", bound=Payload, covariant=True)

#: seconds that a claim holds without being renewed
LEASE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Work(Claim):
    """A claimed effect: the right to do it, and as much of it as an operator may see.

    Args:
        kind: what is to be done.
        case_id: the case's id, or None for work of the team.
        number: the case's number, or empty.
        site: code of the case's site, or empty.
        stage: where the case stands, or empty.
        urgent: whether it goes before others.
    """

    kind: EffectKind
    case_id: str | None
    number: str
    site: str
    stage: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class WorkOn(Work, Generic[PayloadT_co]):
    """Work, and what the decision that owes it left for whoever does it.

    Args:
        payload: that, as :data:`~states.contents.payloads.OWING` has it.
    """

    payload: PayloadT_co


@dataclass(frozen=True, slots=True)
class Described:
    """An effect as it lies in the outbox, and what operators may see of its case.

    Args:
        effect: its row.
        number: the case's number; None: it is the team's.
        site: code of the case's site.
        state: where the case stands.
    """

    effect: Effect
    number: str | None
    site: str | None
    state: str | None

    @property
    def work(self) -> Work:
        """It in the hands of whoever claimed it last."""
        row = self.effect
        return Work(
            effect_id=row.id,
            attempt=row.attempt,
            lease=row.lease or "",
            kind=EffectKind(row.kind),
            case_id=row.case_id,
            number=self.number or "",
            site=self.site or "",
            stage=self.state or "",
            urgent=row.urgent,
        )


def described(
    connection: Connection, *where: ColumnElement[bool], locked: bool = False
) -> Sequence[Described]:
    """Effects with what operators may see of their cases, oldest first.

    Args:
        connection: an open transaction.
        where: which effects.
        locked: whether their rows are locked.
    """
    query = select(_EFFECTS, CASES.c.number, CASES.c.site, CASES.c.state)
    query = query.join(CASES, CASES.c.id == _EFFECTS.c.case_id, isouter=True).where(*where)
    query = query.order_by(_EFFECTS.c.created_at, _EFFECTS.c.id)
    rows = connection.execute(query.with_for_update(of=_EFFECTS) if locked else query)
    return [Described(stored(Effect, row), row.number, row.site, row.state) for row in rows]


def opened(book: Casebook, connection: Connection, found: Described) -> WorkOn[Payload] | None:
    """A claimed effect with its payload; None: that cannot be read."""
    work = found.work
    key = book.key(connection, work.case_id or TEAM_SCOPE)
    try:
        payload: Payload = OWING[work.kind].open(key, work.effect_id, found.effect.payload)
    except (ContentUnreadable, VaultLocked):
        return None
    return WorkOn(**{each.name: getattr(work, each.name) for each in fields(work)}, payload=payload)


@contextmanager
def writing(book: Casebook, work: Work) -> Iterator[Page]:
    """Open the case of an effect for its results: one transaction, under proof of the claim.

    Raises:
        LeaseLost: another attempt has taken over; nothing is written.
    """
    with book.store.write() as connection:
        page = book.turn_to(connection, work.case_id, SYSTEM)
        outbox.prove(connection, work)
        yield page
        page.finish()
