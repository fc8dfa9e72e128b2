"""The audit of queries: who asked which source what, why, what came back, and what is odd about it (P-03).

Read by whoever chairs the team, by the custodian of records and by auditors. A trial, asked on no case while
a source was being set up, is listed too.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, select

from states.access import Act, Actor, is_there, permit
from states.calendar.reckoning import is_business_day
from states.casebook.book import CASES, Casebook
from states.casebook.persons.subjects import ABOUT_THE_SUBJECT
from states.casebook.team_rows import add_row
from states.errors import UnknownRecord
from states.ledger import chain
from states.persons.identifiers import PERSONAL
from states.persons.names import NAME
from states.policy.pack import Pack
from states.policy.places import Site
from states.tables import BlindIndex, SourceQuery, Trial, table_of
from states.vocabulary.sources import LegalBasis, Oddity, SourceKind

_QUERIES = table_of(SourceQuery)
_TRIALS = table_of(Trial)
_BLIND = table_of(BlindIndex)

#: how many questions are looked at together, at most
TOGETHER = 500

#: not before, and not after; None: at any time
_When = tuple[datetime | None, datetime | None]

#: the columns of a question that are shown, or that what is odd about it goes by
_SHOWN = (
    *("id", "case_id", "at", "by", "kind", "source", "basis", "status", "code", "retain_until"),
    *("case_open", "on_case", "urgent"),
)

#: what tells of the person of a case; what several people share, such as how one word sounds, tells of nobody
_TELLING = _BLIND.c.kind.in_((*PERSONAL, NAME)) & _BLIND.c.role.in_(ABOUT_THE_SUBJECT)


@dataclass(frozen=True, slots=True)
class QueryLine:
    """One question to a source, without a word of the person or of the answer's content.

    Args:
        query_id: its id.
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

    query_id: str
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
    book: Casebook,
    *,
    by: Actor,
    since: datetime | None = None,
    until: datetime | None = None,
    odd_only: bool = False,
    limit: int = 1000,
) -> list[QueryLine]:
    """List the questions that were put to sources, newest first, each with what is odd about it (P-03).

    Args:
        book: the casebook.
        by: who looks.
        since: leave out what was put before; None: leave out nothing.
        until: leave out what was put after it; None: leave out nothing.
        odd_only: leave out what nobody need look into.
        limit: how many at most.
    """
    permit(by, Act.AUDIT_READINGS)
    together = TOGETHER if odd_only else min(limit, TOGETHER)
    with book.store.read() as connection:
        asked = _asked(connection, book.pack, by, (since, until), together)
        lines = list(islice((line for line in asked if line.odd or not odd_only), limit))
        lines += _tried(connection, book.pack, (since, until), limit)
    return sorted(lines, key=lambda line: line.at, reverse=True)[:limit]


def query(book: Casebook, query_id: str, *, by: Actor) -> QueryLine:
    """One question, or one trial, with what is odd about it.

    Args:
        book: the casebook.
        query_id: its id.
        by: who looks.

    Raises:
        UnknownRecord: there is none, or none that they may see: it is asked and answered alike.
    """
    permit(by, Act.AUDIT_READINGS)
    this = select(*(_QUERIES.c[name] for name in _SHOWN), CASES.c.number, CASES.c.site)
    this = this.join(CASES, CASES.c.id == _QUERIES.c.case_id)
    with book.store.read() as connection:
        row = connection.execute(
            this.where(_QUERIES.c.id == query_id, is_there(by, _QUERIES.c.case_id))
        ).first()
        if row is not None:
            repeated = _repeated(connection, book.pack, by, [row])
            odd = _oddities(book.pack, row, row.id in repeated)
            return _line(row, odd, case_number=row.number, retain_until=row.retain_until)
        trial = connection.execute(select(_TRIALS).where(_TRIALS.c.id == query_id)).first()
    if trial is None:
        raise UnknownRecord("There is no such question, or none that you may see.")
    return _tried_line(book.pack, trial)


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
        book.lock_team(connection)
        told = add_row(connection, row)
        chain.append_of_team(connection, told, at=row.at, actor=by, what="source_tried", source=source)


def _within(at: ColumnElement[datetime], when: _When) -> Iterator[ColumnElement[bool]]:
    since, until = when
    if since is not None:
        yield at >= since
    if until is not None:
        yield at <= until


def _asked(connection: Connection, pack: Pack, by: Actor, when: _When, together: int) -> Iterator[QueryLine]:
    """The questions put on cases, newest first, so many together: whoever needs no more reads no more."""
    query = select(*(_QUERIES.c[name] for name in _SHOWN), CASES.c.number, CASES.c.site)
    query = query.join(CASES, CASES.c.id == _QUERIES.c.case_id).where(is_there(by, _QUERIES.c.case_id))
    query = query.where(*_within(_QUERIES.c.at, when))
    query = query.order_by(_QUERIES.c.at.desc(), _QUERIES.c.id.desc()).limit(together)
    rows = connection.execute(query).all()
    while rows:
        repeated = _repeated(connection, pack, by, rows)
        for row in rows:
            odd = _oddities(pack, row, row.id in repeated)
            yield _line(row, odd, case_number=row.number, retain_until=row.retain_until)
        last = rows[-1]
        same = (_QUERIES.c.at == last.at) & (_QUERIES.c.id >= last.id)
        rows = connection.execute(query.where(_QUERIES.c.at <= last.at, ~same)).all()


def _tried(connection: Connection, pack: Pack, when: _When, limit: int) -> Iterator[QueryLine]:
    """The questions put on no case, newest first: each is odd."""
    query = select(_TRIALS).where(*_within(_TRIALS.c.at, when)).order_by(_TRIALS.c.at.desc()).limit(limit)
    for row in connection.execute(query):
        yield _tried_line(pack, row)


def _tried_line(pack: Pack, row: Any) -> QueryLine:
    outside = (Oddity.OUTSIDE_DUTY,) if _outside_duty(pack, pack.home, row.at) else ()
    return _line(row, (Oddity.NO_CASE, *outside))


def _persons(connection: Connection, which: ColumnElement[bool]) -> dict[str, frozenset[str]]:
    """By case, the blind indexes that its person may be known by in another one."""
    found: dict[str, set[str]] = defaultdict(set)
    rows = connection.execute(select(_BLIND.c.case_id, _BLIND.c.blind).where(_TELLING, which))
    for row in rows:
        found[row.case_id].add(row.blind)
    return {case_id: frozenset(blinds) for case_id, blinds in found.items()}


def _repeated(connection: Connection, pack: Pack, by: Actor, rows: Sequence[Any]) -> set[str]:
    """Ids of the questions of one kind about one person that were put too often in too short a time.

    Args:
        connection: an open transaction.
        pack: says how many, and how soon.
        by: who looks; what was asked on cases that are not there for them does not count.
        rows: the questions, newest first.
    """
    within = timedelta(hours=pack.audit.repeats_within_hours)
    cases = {row.case_id for row in rows}
    own = _persons(connection, _BLIND.c.case_id.in_(cases))
    wanted = frozenset[str]().union(*own.values())
    persons = _persons(connection, _BLIND.c.blind.in_(wanted))
    theirs = select(_BLIND.c.case_id).where(_TELLING, _BLIND.c.blind.in_(wanted))
    erased = select(CASES.c.id).where(CASES.c.id.in_(cases - own.keys()))
    asked = connection.execute(
        select(_QUERIES.c.id, _QUERIES.c.case_id, _QUERIES.c.kind, _QUERIES.c.at)
        .where(_QUERIES.c.case_id.in_(theirs.union(erased)))
        .where(_QUERIES.c.at.between(rows[-1].at - within, rows[0].at), is_there(by, _QUERIES.c.case_id))
        .order_by(_QUERIES.c.at, _QUERIES.c.id)
    ).all()
    before: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    repeated = set()
    for row in asked:
        # An erased case's person is known by nothing but the case.
        for person in persons.get(row.case_id, frozenset({row.case_id})):
            recent = [at for at in before[row.kind, person] if row.at - at <= within]
            before[row.kind, person] = [*recent, row.at]
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
        query_id=row.id,
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
