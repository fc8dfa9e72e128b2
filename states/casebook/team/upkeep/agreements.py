"""Interagency agreements that partners' look-ups rest on, with their dates (P-10)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.team.upkeep.clocks import keep_clocks
from states.casebook.team_rows import add_row
from states.contents.kept import AGREEMENTS
from states.contents.reports import aware
from states.contents.team import AgreementContent, KeptAgreement, TeamCorrection
from states.errors import BadInput, UnknownRecord
from states.ledger import chain, coverage
from states.policy.pack import Pack
from states.policy.pack import listed as codes
from states.tables import Agreement, table_of
from states.vault import TEAM_SCOPE
from states.vocabulary.leaving import RecipientKind
from states.vocabulary.sources import SourceKind

_AGREEMENTS = table_of(Agreement)


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """An agreement with another agency.

    Args:
        agreement_id: its id.
        by: who entered it.
        kinds: what is asked of the partner under it: codes of kinds of source.
        signed_at: the day on which it was signed, as its first moment.
        ends_at: from when it holds no more; None: it has no end.
        reviewed_at: when somebody last looked whether it still fits; None: nobody has.
        ended_at: when it was ended, as another took its place or nobody needs it; None: it was not.
        partner: with whom.
        purpose: what for.
        corrections: what was corrected of it.
    """

    agreement_id: str
    by: str
    kinds: list[SourceKind]
    signed_at: datetime
    ends_at: datetime | None
    reviewed_at: datetime | None
    ended_at: datetime | None
    partner: str = field(repr=False)
    purpose: str = field(repr=False)
    corrections: tuple[TeamCorrection, ...] = field(repr=False)

    def is_over(self, now: datetime) -> bool:
        """Whether it holds no more."""
        return any(at is not None and at <= now for at in (self.ends_at, self.ended_at))


def enter(
    book: Casebook,
    content: AgreementContent,
    *,
    by: Actor,
    kinds: Collection[SourceKind],
    signed_at: datetime,
    ends_at: datetime | None = None,
) -> str:
    """Put an agreement with another agency on record; whoever chairs is reminded before it ends.

    Args:
        book: the casebook.
        content: with whom, and what for.
        by: who enters it.
        kinds: what is asked of the partner under it.
        signed_at: when it was signed (aware).
        ends_at: from when it holds no more (aware); None: it has no end.

    Returns:
        Its id.

    Raises:
        BadInput: it was not signed yet, ends before that, or no partner is asked about such a kind.
        NotPermitted: they do not run the team.
    """
    permit(by, Act.RUN_TEAM)
    now = book.clock()
    fits(book, kinds, signed_at=signed_at, ends_at=ends_at)
    row = Agreement(
        at=now, by=by.id, kinds=sorted(set(kinds)), signed_at=signed_at, ends_at=ends_at, reviewed_at=None
    )
    said = KeptAgreement(partner=content.partner, purpose=content.purpose)
    with book.store.write() as connection:
        told = add_row(connection, row, book.lock_team(connection), said)
        told |= keep_clocks(book, connection, now)
        chain.append_of_team(connection, told, at=now, actor=by, what="agreement_entered", agreement=row.id)
    return row.id


def fits(
    book: Casebook,
    kinds: Collection[SourceKind],
    *,
    signed_at: datetime,
    ends_at: datetime | None = None,
    reviewed_at: datetime | None = None,
) -> None:
    """Check what rests on an agreement, and its days.

    Args:
        book: the casebook.
        kinds: what is asked of the partner under it.
        signed_at: when it was signed (aware).
        ends_at: from when it holds no more (aware); None: it has no end.
        reviewed_at: when it was looked at again (aware); None: it was not.

    Raises:
        BadInput: a day has not come that has to have, it ends before that, or no partner is asked so.
    """
    now = book.clock()
    _not_ahead(signed_at, now, "the day on which it was signed")
    _later(ends_at, signed_at)
    if reviewed_at is not None:
        _not_ahead(reviewed_at, now, "the day of the review")
    of_partners = partners(book.pack)
    if not kinds or not of_partners.issuperset(kinds):
        raise BadInput(
            f"Say what a partner is asked about under it, of: {codes(of_partners)}. Nothing was written."
        )


def review(
    book: Casebook,
    agreement_id: str,
    *,
    by: Actor,
    reviewed_at: datetime,
    ends_at: datetime | None = None,
) -> None:
    """Put on record that an agreement was looked at again, and until when it holds from now on.

    Args:
        book: the casebook.
        agreement_id: the agreement.
        by: who enters it.
        reviewed_at: when it was looked at (aware).
        ends_at: until when it was renewed (aware); None: its end stays as it is.

    Raises:
        BadInput: it was not looked at yet, or it would end before that.
        UnknownRecord: there is no such agreement.
    """
    permit(by, Act.RUN_TEAM)
    now = book.clock()
    _not_ahead(reviewed_at, now, "the day of the review")
    _later(ends_at, reviewed_at)
    changed = {"reviewed_at": reviewed_at} | ({"ends_at": ends_at} if ends_at is not None else {})
    _change(book, agreement_id, changed, by=by, what="agreement_reviewed")


def end(book: Casebook, agreement_id: str, *, by: Actor) -> None:
    """Put on record that an agreement holds no more, or that another one took its place.

    Raises:
        UnknownRecord: there is no such agreement.
    """
    permit(by, Act.RUN_TEAM)
    _change(book, agreement_id, {"ended_at": book.clock()}, by=by, what="agreement_ended")


def listed(book: Casebook, *, by: Actor) -> list[AgreementLine]:
    """The agreements, those that hold first, the soonest to end first among them."""
    permit(by, Act.SEE_TEAM)
    with book.store.read() as connection:
        rows = connection.execute(select(_AGREEMENTS)).all()
        key = book.key(connection, TEAM_SCOPE) if rows else None
        lines = [_line(row, AGREEMENTS.open(key, row)) for row in rows if key is not None]
    return sorted(
        lines,
        key=lambda one: (one.ended_at is not None, one.ends_at is None, one.ends_at or one.signed_at),
    )


def ran_out(connection: Connection, pack: Pack, now: datetime) -> dict[SourceKind, datetime]:
    """The kinds of source whose look-ups rest on an agreement that ran out, and when it did.

    A kind of which another agreement holds is not among them; nor is one of which none is on record.

    Args:
        connection: an open transaction.
        pack: the policy in force.
        now: what time it is.
    """
    over: dict[SourceKind, datetime] = {}
    holding: set[str] = set()
    for row in connection.execute(select(_AGREEMENTS)):
        ends = min((at for at in (row.ends_at, row.ended_at) if at is not None), default=None)
        if ends is None or ends > now:
            holding.update(row.kinds)
            continue
        for kind in map(SourceKind, row.kinds):
            over[kind] = max(ends, over.get(kind, ends))
    mine = partners(pack)
    return {kind: at for kind, at in over.items() if kind in mine and kind not in holding}


def partners(pack: Pack) -> frozenset[SourceKind]:
    """The kinds of source that partners are asked about, as the policy names them."""
    asked = {entry.kind for entry in pack.sources}
    return frozenset(kind for kind in asked if pack.holder(kind) is RecipientKind.PARTNER)


def _not_ahead(at: datetime, now: datetime, what: str) -> None:
    if aware(at, what) > now:
        raise BadInput(f"{what[:1].upper()}{what[1:]} has not come yet. Nothing was written: check it.")


def _later(ends_at: datetime | None, than: datetime) -> None:
    if ends_at is not None and aware(ends_at, "the day on which it ends") <= than:
        raise BadInput("It would end before that day. Nothing was written: check the days.")


def _change(book: Casebook, agreement_id: str, changed: dict[str, datetime], *, by: Actor, what: str) -> None:
    now = book.clock()
    with book.store.write() as connection:
        book.lock_team(connection)
        its = (_AGREEMENTS.c.id == agreement_id) & _AGREEMENTS.c.ended_at.is_(None)
        if not connection.execute(update(_AGREEMENTS).where(its).values(**changed)).rowcount:
            raise UnknownRecord(
                "There is no such agreement that holds. Nothing was written: see `tat team agreements`."
            )
        told = coverage.of("agreements").changed(agreement_id, changed)
        told |= keep_clocks(book, connection, now)
        chain.append_of_team(connection, told, at=now, actor=by, what=what, agreement=agreement_id)


def _line(row: Any, said: KeptAgreement) -> AgreementLine:
    return AgreementLine(
        agreement_id=row.id,
        by=row.by,
        kinds=[SourceKind(kind) for kind in row.kinds],
        signed_at=row.signed_at,
        ends_at=row.ends_at,
        reviewed_at=row.reviewed_at,
        ended_at=row.ended_at,
        partner=said.partner,
        purpose=said.purpose,
        corrections=said.corrections,
    )
