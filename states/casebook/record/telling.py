"""Telling the ledger of rows from before its events told of any: once for each case, and of the team.

No migration does it: it takes the keys of the cases. What was changed before can show no more; from then on,
everything does.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import Connection, select, update

from states.access import SYSTEM, Act, Actor, permit
from states.casebook.book import CASES, Casebook
from states.casebook.page import Page
from states.ledger import chain, coverage, folding
from states.ledger.told import TOLD
from states.tables import BlindIndex, Case, MemberMark, SourceQuery, TeamEvent, WrappedKey, loaded, table_of
from states.vault import DataKey

_BLIND = table_of(BlindIndex)
_KEYS = table_of(WrappedKey)
_MARKS = table_of(MemberMark)
_QUERIES = table_of(SourceQuery)
_TEAM_EVENTS = table_of(TeamEvent)

#: how many cases one transaction tells of; nobody writes in them meanwhile
TOGETHER = 50

#: how many rows of the team one event tells of
MOST_TOLD = 2000


def tell_all(book: Casebook, *, by: Actor) -> int:
    """Tell the ledger of every row that none of its events tells of; returns of how many cases.

    Some cases are a transaction, so that it can be stopped at any time and goes on where it was.
    """
    permit(by, Act.RUN)
    total = 0
    while told := _tell_some(book):
        total += told
    _tell_of_team(book)
    return total


def _tell_some(book: Casebook) -> int:
    untold = CASES.c.told_by != coverage.RULES
    with book.store.read() as connection:
        if connection.execute(select(CASES.c.id).where(untold).limit(1)).first() is None:
            return 0
    with book.store.write() as connection:
        some = select(CASES.c.id).where(untold).order_by(CASES.c.id).limit(TOGETHER)
        # Not the lock that foreign keys wait for.
        ids = list(connection.scalars(some.with_for_update(key_share=True)))
        erased = _QUERIES.c.case_id.in_(
            select(CASES.c.id).where(CASES.c.id.in_(ids), CASES.c.erased_at.is_not(None))
        )
        connection.execute(update(_QUERIES).where(erased).values(retain_until=None))
        told = _rows_of(connection, ids)
        for page in _pages(book, connection, ids):
            page.tell_too(told[page.case.id])
            page.tell_of_index(_index_of(connection, page.case.id))
            page.case.told_by = coverage.RULES
            page.log(TOLD)
            page.finish()
    return len(ids)


def _pages(book: Casebook, connection: Connection, ids: Collection[str]) -> Iterator[Page]:
    query = select(CASES, _KEYS.c.wrapped).join(_KEYS, _KEYS.c.scope == CASES.c.id)
    for row in connection.execute(query.where(CASES.c.id.in_(ids))).mappings().all():
        fields = {name: row[name] for name in CASES.c.keys()}  # noqa: SIM118 - of columns, not of a dict
        # An erased case has neither key nor index; nothing is sealed in it.
        erased = row["wrapped"] is None
        key = DataKey(row["id"], b"\0" * 32) if erased else book.vault.unwrap(row["id"], row["wrapped"])
        now = max(book.clock(), row["changed_at"])
        case = loaded(Case, fields)
        yield Page(connection, case, key=key, by=SYSTEM, now=now, pack=book.pack, vault=book.vault)


def _rows_of(connection: Connection, ids: Collection[str]) -> Mapping[str, dict[str, str]]:
    """What there is to tell of the rows of some cases; their contents were told of when they were written."""
    told: dict[str, dict[str, str]] = defaultdict(dict)
    for table in folding.of_cases():
        covered = coverage.of(table.name)
        columns = [column for column in table.c if column.name not in coverage.SEALED]
        rows = connection.execute(select(*columns).where(table.c.case_id.in_(ids))).mappings()
        for row in rows:
            shared = table.name in coverage.SHARED
            told[row["case_id"]] |= covered.anew(row) if shared else covered.added(row)
    keys = select(_KEYS.c.scope, _KEYS.c.made_at, _KEYS.c.destroyed_at).where(_KEYS.c.scope.in_(ids))
    for row in connection.execute(keys).mappings():
        told[row["scope"]] |= coverage.of(_KEYS.name).added(row)
    return told


def _index_of(connection: Connection, case_id: str) -> list[tuple[str, str, str, str, str]]:
    rows = connection.execute(select(_BLIND).where(_BLIND.c.case_id == case_id))
    return [(row.id, row.role, row.about, row.kind, row.blind) for row in rows]


def _tell_of_team(book: Casebook) -> None:
    done = select(_TEAM_EVENTS.c.data).where(_TEAM_EVENTS.c.what == TOLD)
    with book.store.read() as connection:
        if any(told.get("rules", 1) >= coverage.TEAM_RULES for told in connection.scalars(done)):
            return
    with book.store.write() as connection:
        key = book.lock_team(connection)
        told = _marks(connection, key)
        for table in folding.of_team():
            covered = coverage.of(table.name)
            for row in connection.execute(folding.rows_of_team(table)).mappings().all():
                told |= covered.added(row)
                content = row.get("payload", row.get("content"))
                told |= coverage.sealed(table.name, row[covered.key], content) if content else {}
        places = sorted(told)
        for start in range(0, len(places), MOST_TOLD):
            some = {place: told[place] for place in places[start : start + MOST_TOLD]}
            chain.append_of_team(connection, some, at=book.clock(), actor=SYSTEM.id, what="rows_listed")
        rules = {"rules": coverage.TEAM_RULES}
        chain.append_of_team(connection, at=book.clock(), actor=SYSTEM.id, what=TOLD, **rules)


def _marks(connection: Connection, key: DataKey) -> dict[str, str]:
    marks: dict[str, list[list[str]]] = defaultdict(list)
    for row in connection.execute(select(_MARKS)):
        marks[row.member].append([row.id, row.kind, row.blind])
    return {coverage.marks_of(m): key.vouch(chain.canonical(sorted(each))) for m, each in marks.items()}
