"""The audit of queries: who asked which source what, why, what came back, and what is odd about it (P-03).

Read by whoever chairs the team and by the custodian of records. A trial, asked on no case while a source was
being set up, is listed too.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select

from states.access import Act, Actor, permit
from states.casebook.book import CASES, Casebook
from states.casebook.conflicts import seen_by
from states.casebook.persons import ABOUT_THE_SUBJECT
from states.persons.identifiers import PERSONAL
from states.persons.names import NAME
from states.policy import Pack
from states.policy_entries import Site
from states.reckoning import is_business_day
from states.tables import BlindIndex, SourceQuery, Trial, table_of
from states.vocabulary import LegalBasis, Oddity, SourceKind

_QUERIES = table_of(SourceQuery)
_TRIALS = table_of(Trial)
_BLIND = table_of(BlindIndex)


@dataclass(frozen=True, slots=True)
class QueryLine:
    """One question to a source, without a word of the person or of the answer's content.

    Args:
        case_number: the case it was asked on; empty: on none.
        at: when it was put.
        by: who had it asked.
        kind: what it was about.
        source: who was asked; empty: nobody yet.
        basis: what permitted it.
        status: how it was answered.
        code: why it was refused or unavailable.
        retain_until: until when the source lets its answer be kept.
        odd: what somebody should look into.
    """

    case_number: str
    at: datetime
    by: str
    kind: str
    source: str
    basis: str
    status: str
    code: str
    retain_until: datetime | None
    odd: tuple[Oddity, ...]


def queries(
    book: Casebook, *, by: Actor, since: datetime | None = None, odd_only: bool = False, limit: int = 1000
) -> list[QueryLine]:
    """List the questions that were put to sources, newest first, each with what is odd about it (P-03).

    Args:
        book: the casebook.
        by: who looks.
        since: leave out what was put before; None: leave out nothing.
        odd_only: leave out what nobody need look into.
        limit: how many at most.
    """
    permit(by, Act.AUDIT)
    with book.store.read() as connection:
        asked = _asked(connection, since, by)
        trials = [] if since is None else [_TRIALS.c.at >= since]
        tried = connection.execute(select(_TRIALS).where(*trials)).all()
        repeated = _repeated(book.pack, asked, _persons(connection, {row.case_id for row in asked}))
    lines = [
        _line(
            row,
            _oddities(book.pack, row, row.id in repeated),
            case_number=row.number,
            retain_until=row.retain_until,
        )
        for row in asked
    ]
    home = next(iter(book.pack.sites.values()))
    for row in tried:
        outside = (Oddity.OUTSIDE_DUTY,) if _outside_duty(book.pack, home, row.at) else ()
        lines.append(_line(row, (Oddity.NO_CASE, *outside)))
    lines.sort(key=lambda line: line.at, reverse=True)
    return [line for line in lines if line.odd or not odd_only][:limit]


def record_trial(
    book: Casebook,
    *,
    by: Actor,
    source: str,
    kind: SourceKind,
    basis: LegalBasis,
    status: str,
    code: str = "",
) -> None:
    """Put on record that a source was asked on no case, while it was being set up.

    Args:
        book: the casebook.
        by: who had it asked.
        source: the source's name.
        kind: what it was asked about.
        basis: what permitted it.
        status: how it answered.
        code: why it refused or was unavailable.
    """
    row = Trial(at=book.clock(), by=by.id, source=source, kind=kind, basis=basis, status=status, code=code)
    with book.store.write() as connection:
        connection.execute(insert(_TRIALS).values(row.model_dump()))


def _asked(connection: Connection, since: datetime | None, by: Actor) -> list[Any]:
    query = select(_QUERIES, CASES.c.number, CASES.c.site).join(CASES, CASES.c.id == _QUERIES.c.case_id)
    query = query.where(seen_by(connection, by, _QUERIES.c.case_id))
    if since is not None:
        query = query.where(_QUERIES.c.at >= since)
    return list(connection.execute(query.order_by(_QUERIES.c.at)))


def _persons(connection: Connection, case_ids: set[str]) -> Mapping[str, frozenset[str]]:
    """For each case, the blind indexes that its person may be known by in another one."""
    found: dict[str, set[str]] = defaultdict(set)
    # What several people share, such as how one word of their names sounds, tells of nobody.
    telling = (_BLIND.c.kind.in_((*PERSONAL, NAME)), _BLIND.c.role.in_(ABOUT_THE_SUBJECT))
    rows = connection.execute(select(_BLIND.c.case_id, _BLIND.c.blind).where(*telling))
    for row in rows:
        if row.case_id in case_ids:
            found[row.case_id].add(row.blind)
    # An erased case's person is known by nothing but the case.
    return {case_id: frozenset(found[case_id]) or frozenset({case_id}) for case_id in case_ids}


def _repeated(pack: Pack, asked: Iterable[Any], persons: Mapping[str, frozenset[str]]) -> set[str]:
    """Ids of the questions of one kind about one person that were put too often in too short a time."""
    within = timedelta(hours=pack.audit.repeats_within_hours)
    before: dict[tuple[str, str], list[Any]] = defaultdict(list)
    repeated = set()
    for row in asked:
        for person in persons[row.case_id]:
            recent = [earlier for earlier in before[row.kind, person] if row.at - earlier.at <= within]
            before[row.kind, person] = [*recent, row]
            if len(recent) >= pack.audit.repeats:
                repeated.add(row.id)
    return repeated


def _oddities(pack: Pack, row: Any, repeated: bool) -> tuple[Oddity, ...]:  # noqa: FBT001 - the only caller is above
    outside = not row.urgent and _outside_duty(pack, pack.site(row.site), row.at)
    found = {
        Oddity.CLOSED_CASE: not row.case_open,
        Oddity.NOT_ON_CASE: not row.on_case,
        Oddity.REPEATED_PERSON: repeated,
        Oddity.OUTSIDE_DUTY: outside,
    }
    return tuple(oddity for oddity, is_so in found.items() if is_so)


def _outside_duty(pack: Pack, site: Site, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(site.timezone))
    on_duty = (
        time.fromisoformat(pack.audit.duty_from) <= local.time() < time.fromisoformat(pack.audit.duty_to)
    )
    return not (on_duty and is_business_day(local.date(), site))


def _line(
    row: Any, odd: tuple[Oddity, ...], *, case_number: str = "", retain_until: datetime | None = None
) -> QueryLine:
    return QueryLine(
        case_number=case_number,
        at=row.at,
        by=row.by,
        kind=row.kind,
        source=row.source,
        basis=row.basis,
        status=row.status,
        code=row.code,
        retain_until=retain_until,
        odd=odd,
    )
