"""Every column of every table is changed behind the product's back, one by one, and rows removed or copied.

Whatever no verification finds stands in a list here, by name with the reason; `docs/ledger.md` has the same.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Column, Connection, Table, delete, insert, select, update
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from console.invented import examples
from states.access import SYSTEM, Act
from states.casebook import Casebook
from states.casebook.accounts import browsers, signing_in, tokens
from states.casebook.accounts.browsers import NONE
from states.casebook.accounts.rows import tell
from states.casebook.alarms import duty, swaps
from states.casebook.intake import logbook
from states.casebook.landing import semester_meetings
from states.casebook.persons import joining, relations
from states.casebook.reading import audit
from states.casebook.record import integrity, telling
from states.casebook.rounds import team_clocks
from states.casebook.team import reviews
from states.casebook.team.upkeep import agreements, changes, training
from states.casebook.team_rows import add_row
from states.contents.team import (
    AgreementContent,
    ChangeContent,
    PasskeyContent,
    ReviewContent,
    TrainingContent,
)
from states.errors import LedgerBroken
from states.ledger import verifying
from states.tables import CaseRow, Circuit, Draft, KeptAnswer, Passkey, SeenNonce, TimeStamp, table_of
from states.vocabulary.cases import CaseState, Level, Relation
from states.vocabulary.effects import EffectStatus, NoticeStatus
from states.vocabulary.programs import Scope
from states.vocabulary.sources import LegalBasis, SourceKind
from tests.cases.reporting import approved
from tests.cases.signing_in import PASSWORD, account
from tests.cases.walking import Walk
from tests.states.conftest import MONDAY, Opening, Watch
from tests.states.ledger.test_ledger import behind_its_back

ROOT = Path(__file__).parents[3]

#: words in the records; no sentence about a broken ledger has one
WORDS = "invented"

#: what is not found when it is changed, and why: ``table.column``, or ``table`` and what becomes of a row
NOT_FOUND: Mapping[str, str] = {
    "accounts.failures": "anybody may try and fail: how often is told of once nobody may try for a while",
    "case_links.seen": "blind indexes of people: nobody is to try names at a digest of them after an erasure",
    "circuits, a row added": "working state: how a far side answers just now",
    "circuits, a row removed": "working state: the far side is called again at once",
    "circuits.changed_at": "working state of calls to far sides",
    "circuits.code": "working state of calls to far sides",
    "circuits.failures": "working state of calls to far sides",
    "circuits.name": "working state of calls to far sides",
    "circuits.opened_at": "working state of calls to far sides",
    "circuits.retry_at": "working state of calls to far sides",
    "drafts, a row added": "working state: nobody has the secret that opens it",
    "drafts, a row removed": "working state: what nobody sent yet, which is thrown away by itself",
    "drafts.content": "working state: only its reporter's secret opens it, and another content not at all",
    "drafts.expires_at": "working state: what nobody sent yet",
    "drafts.id": "working state: only its reporter's secret finds it",
    "effects.attempt": "moves with every claim, which is to stay cheap; what was done is told of",
    "effects.claimed_by": "says which process holds the claim, while it does",
    "effects.code": "says why the last attempt failed, until the effect is done; then it is told of",
    "effects.due_at": "moves with every failed attempt; further ahead than a pause can be is found",
    "effects.flow_run_id": "says which Prefect run works on it, for operators",
    "effects.lease": "moves with every claim",
    "effects.lease_until": "moves with every renewal of a claim; none holds longer than an hour",
    "effects.status": "moves between pending, claimed and stuck; whether it is done is told of",
    "kept_answers, a row added": "working state: whoever has the token and the key is answered that",
    "kept_answers, a row removed": "working state: the same call, sent again, is carried out again",
    "kept_answers.asked": "working state of calls that programs send again",
    "kept_answers.begun_at": "working state of calls that programs send again",
    "kept_answers.content": "what a program is answered that sends a call again; it opens for that alone",
    "kept_answers.id": "working state of calls that programs send again",
    "kept_answers.scope": "working state of calls that programs send again",
    "kept_answers.status": "working state of calls that programs send again",
    "kept_answers.written": "working state of calls that programs send again",
    "link_codes.tries": "anybody may try and fail: that a code was typed right is told of",
    "notices.status": "moves while the notice waits to be sent; that it was sent is told of",
    "referrals.poll_at": "when an office is asked again, which moves with every round",
    "seen_nonces, a row added": "working state: a signed message that comes for the first time is refused",
    "seen_nonces, a row removed": "working state; a tip that comes twice is known by its own id as well",
    "seen_nonces.expires_at": "working state of the reception",
    "seen_nonces.nonce": "working state of the reception",
    "known_browsers.failures": "anybody may try and fail in it, as in any other",
    "sessions.seen_at": "when a session was last used, which moves with its use",
    "source_queries.poll_at": "when a source is asked again, which moves with every round",
    "source_queries.polls": "how often a source was asked again, which moves with every round",
    "tokens.seen_at": "when a token was last used, which moves with its use",
    "time_stamps, a row added": "a stranger's word on a checkpoint: it is held against that",
    "time_stamps, a row removed": "a stranger's word on a checkpoint; the stranger has it, too",
    "time_stamps.at": "a stranger's word on a checkpoint: the time in the response itself counts",
    "time_stamps.checkpoint": "a stranger's word on a checkpoint: it is held against that",
    "time_stamps.response": "a stranger's word on a checkpoint: it is held against that",
}

TABLES = {table.name: table for table in SQLModel.metadata.sorted_tables}
COLUMNS = [f"{table.name}.{column.name}" for table in TABLES.values() for column in table.c]

#: values that somebody might choose who knows the product, where another one of the type would be too clumsy
CHOSEN: Mapping[str, Any] = {
    "effects.status": EffectStatus.STUCK,
    "effects.due_at": MONDAY + timedelta(hours=1),
    "notices.status": NoticeStatus.GATHERED,
    "checkpoints.seq": 10_000,
    "events.seq": 10_000,
    "team_events.seq": 10_000,
}


#: what stands in a column at first, where it matters
BEGUN: Mapping[str, Any] = {"notices.status": NoticeStatus.PREPARED}

#: columns beside the primary key of which no two rows may have the same value
UNIQUE = ("number", "pair", "token", "fingerprint", "message_id", "dedupe", "hash")

#: the columns that hold JSON objects; others hold lists
MAPPINGS = (
    ("events", "data"),
    ("events", "digests"),
    ("team_events", "data"),
    ("team_events", "digests"),
    ("assessments", "participants"),
)


def kind_of(column: Column[Any]) -> type:
    """The type of a column's values."""
    if isinstance(column.type, JSON):
        return dict if (column.table.name, column.name) in MAPPINGS else list
    plain = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return plain.python_type


def row_of(model: type[CaseRow], case_id: str, made: Mapping[str, str]) -> CaseRow:
    """A row of any kind that a case may have, which refers to rows that are there."""
    values: dict[str, Any] = {"case_id": case_id, "at": MONDAY, "by": "chair"}
    kinds = {str: "somehow", int: 1, bool: True, datetime: MONDAY, bytes: b"", list: []}
    for column in table_of(model).c:
        if column.name not in {*values, "id", "seq"} and not column.nullable:
            keys = [key.column.table.name for key in column.foreign_keys]
            name = f"{table_of(model).name}.{column.name}"
            values[column.name] = made[keys[0]] if keys else BEGUN.get(name, kinds[kind_of(column)])
    return model(**values)


def add_passkey(book: Casebook) -> None:
    """Add a passkey of the chair's, as whoever is signed in does."""
    key = book.vault.blind("key", "any")
    row = Passkey(account="chair", handle=key, made_at=MONDAY)
    says = PasskeyContent(name="x", credential=key, public_key=key)
    with book.store.write() as connection:
        told = add_row(connection, row, book.lock_team(connection), says)
        tell(book, connection, told, member="chair", what="passkey_added")


def fill(book: Casebook) -> None:
    """Put rows into every table, by the ways of the product."""
    walk = Walk(book)
    number, other = walk.reintegrating(), walk.reported()
    joining.confirm_link(book, number, other, by=walk.chair, same_person=True, because="x")
    relations.relate(book, number, other, Relation.OTHER, by=walk.chair, because="x")
    duty.put_on_call(book, "nurse", by=walk.chair, starts_at=MONDAY, ends_at=MONDAY + timedelta(days=1))
    swaps.take_off(book, "dean", by=walk.chair, starts_at=MONDAY, ends_at=MONDAY + timedelta(days=1))
    audit.record_trial(
        book,
        by=walk.chair,
        source="invented",
        kind=SourceKind.WEAPONS_REGISTRATION,
        basis=LegalBasis.NO_RECORD,
        status="found",
    )
    reviews.record_review(book, ReviewContent(sections_revised="x"), by=walk.chair, effective_at=MONDAY)
    training.enter(book, "nurse", TrainingContent(), by=walk.chair, kind="privacy", done_at=MONDAY)
    told = ChangeContent(title="x", what="x")
    changes.confirm(book, changes.enter(book, told, by=walk.chair, holds_at=MONDAY), by=walk.officer)
    partner = AgreementContent(partner="x")
    (kind, *_) = agreements.partners(book.pack)
    agreements.enter(book, partner, by=walk.chair, kinds=[kind], signed_at=MONDAY)
    minutes = examples.minutes().model_copy(update={"present": ("chair",)})
    semester_meetings.hold(book, minutes, by=walk.chair)
    approved(walk, book)
    account(book, "chair", by=walk.chair)
    signing_in.begin(book, "chair", PASSWORD)
    browsers.keep(book, "chair", NONE)
    add_passkey(book)
    tokens.make(book, "x", by=walk.chair, scopes=[Scope.READ], lasts=timedelta(days=1))
    logbook.keep(book, b"invented", "It cannot be read.")
    team_clocks.set_team_clocks(book, by=SYSTEM)
    with book.page(number, walk.chair, Act.RECORD) as page:
        made = {"members": "nurse"}
        for mapper in SQLModel._sa_registry.mappers:  # noqa: SLF001 - every model that there is
            model = mapper.class_
            table = table_of(model)
            query = select(table)
            if table.name == "meetings":
                query = query.where(table.c.case_id.is_not(None))
            found = page.connection.execute(query).mappings().first()
            if found is not None and "id" in found:
                made[table.name] = found["id"]
        for table in TABLES.values():
            model = next(m.class_ for m in SQLModel._sa_registry.mappers if m.local_table is table)  # noqa: SLF001
            if table.name not in made and "case_id" in table.c and "id" in table.c:
                row = row_of(model, page.case.id, made)
                page.add(row, {"said": WORDS} if "content" in table.c else None)
                made[table.name] = row.id
        page.log("noted")
    integrity.checkpoint(book, by=SYSTEM)
    with book.store.write() as connection:
        # What machines keep for themselves, and what strangers stamp.
        kept: tuple[SQLModel, ...] = (
            Circuit(name="mail", changed_at=MONDAY),
            SeenNonce(nonce="0", expires_at=MONDAY),
            Draft(id="0", expires_at=MONDAY, content=b"0"),
            KeptAnswer(id="0", asked="0", begun_at=MONDAY),
            TimeStamp(checkpoint=1, at=MONDAY, response=b"0"),
        )
        for each in kept:
            connection.execute(insert(table_of(type(each))).values(each.model_dump()))
    assert telling.tell_all(book, by=SYSTEM) == 0
    integrity.checkpoint(book, by=SYSTEM)


@pytest.fixture(scope="module")
def filled(opening: Opening) -> Iterator[Casebook]:
    """A casebook with rows in every table that no test changes for good."""
    with opening("sqlite", Watch()) as book:
        fill(book)
        assert {name for name, every in counts(book).items() if not every} == set()
        integrity.verify(book, by=SYSTEM)
        yield book


@pytest.fixture(scope="module")
def filled_on_postgresql(opening: Opening) -> Iterator[Casebook]:
    """The same on PostgreSQL."""
    with opening("postgres", Watch()) as book:
        fill(book)
        integrity.verify(book, by=SYSTEM)
        yield book


def counts(book: Casebook) -> dict[str, int]:
    """How many rows there are in each table."""
    with book.store.read() as connection:
        return {name: len(connection.execute(select(table)).all()) for name, table in TABLES.items()}


def another(column: Column[Any], value: Any) -> Any:
    """Another valid value for a column."""
    name = f"{column.table.name}.{column.name}"
    if name in CHOSEN:
        return CHOSEN[name]
    kind = kind_of(column)
    if kind is datetime:
        return (value or MONDAY) + timedelta(days=1)
    if kind is date:
        return (value or MONDAY.date()) + timedelta(days=1)
    of_kind: dict[type, Callable[[Any], Any]] = {
        str: lambda v: f"{v or ''}x",
        int: lambda v: (v or 0) + 1,
        bool: lambda v: not v,
        bytes: lambda v: (v or b"") + b"x",
        dict: lambda v: {**v, "x": []},
        list: lambda v: [*v, "x"],
    }
    return of_kind[kind](value)


def one_of(connection: Connection, table: Table) -> Any:
    """A row of a table to be changed: one of a case, and of what is still open, where there is one."""
    query = select(table)
    if table.name in ("effects", "notices", "deadlines", "meetings"):
        query = query.where(table.c.case_id.is_not(None))
    if table.name == "effects":
        query = query.where(table.c.status == EffectStatus.PENDING)
    if table.name == "deadlines":
        query = query.where(table.c.satisfied_at.is_(None))
    if table.name == "wrapped_keys":
        query = query.where(table.c.scope.in_(select(TABLES["cases"].c.id)))
    return connection.execute(query.order_by(*table.primary_key.columns)).mappings().first()


def this(table: Table, row: Any) -> Any:
    """That it is this row."""
    where = True
    for column in table.primary_key.columns:
        where = (column == row[column.name]) & where
    return where


def found(book: Casebook, connection: Connection) -> bool:
    """Whether a verification finds what was done, and says so without a word of the records."""
    try:
        verifying.verify(connection, book.vault, now=book.clock())
    except LedgerBroken as broken:
        said = str(broken)
    else:
        return False
    assert WORDS not in said
    return True


@pytest.mark.parametrize("name", TABLES)
def test_each_column_that_is_changed_is_found_or_listed(filled: Casebook, name: str) -> None:
    """Column by column, to another value of its type."""
    table, missed = TABLES[name], set()
    for column in table.c:
        with behind_its_back(filled) as connection:
            row = one_of(connection, table)
            value = another(column, row[column.name])
            connection.execute(update(table).where(this(table, row)).values({column.name: value}))
            if not found(filled, connection):
                missed.add(f"{name}.{column.name}")
    assert missed == {each for each in NOT_FOUND if each.startswith(f"{name}.")}


@pytest.mark.parametrize("name", TABLES)
def test_each_row_that_is_removed_or_copied_is_found_or_listed(filled: Casebook, name: str) -> None:
    """A row of each table is taken out, and one is put in that is like another but for what must differ."""
    table, missed = TABLES[name], set()
    with behind_its_back(filled) as connection:
        connection.execute(delete(table).where(this(table, one_of(connection, table))))
        if not found(filled, connection):
            missed.add(f"{name}, a row removed")
    with behind_its_back(filled) as connection:
        row = dict(one_of(connection, table))
        unique = {column.name for column in table.primary_key.columns} | ({*UNIQUE} & {*row})
        for column in unique:
            row[column] = another(table.c[column], row[column])
        connection.execute(insert(table).values(row))
        if not found(filled, connection):
            missed.add(f"{name}, a row added")
    assert missed == {each for each in NOT_FOUND if each.startswith(f"{name},")}


def forged(connection: Connection, table: Table, **values: object) -> None:
    """Change a row of a case as somebody would who wants something to be so."""
    connection.execute(update(table).where(this(table, one_of(connection, table))).values(**values))


def run(connection: Connection, statement: Any) -> None:
    """Do what a statement says."""
    connection.execute(statement)


def backdated(connection: Connection) -> None:
    """Cut a case's last event off, and set the case back to the one before."""
    events, cases = TABLES["events"], TABLES["cases"]
    number = select(cases).where(cases.c.state == CaseState.REINTEGRATION)
    row = connection.execute(number).mappings().one()
    cut = (events.c.case_id == row["id"]) & (events.c.seq >= row["seq"] - 1)
    connection.execute(delete(events).where(cut))
    last = connection.execute(
        select(events).where(events.c.case_id == row["id"]).order_by(events.c.seq.desc())
    )
    event = last.mappings().first()
    assert event is not None
    back = {"seq": event["seq"], "head": event["hash"], "version": event["version"], "sealed_seq": 0}
    connection.execute(update(cases).where(cases.c.id == row["id"]).values(changed_at=event["at"], **back))
    connection.execute(delete(TABLES["checkpoints"]))


#: what somebody wants to be so, and what the verification then says
WANTED: Mapping[str, tuple[Callable[[Connection], None], str]] = {
    "a level": (
        lambda c: forged(c, TABLES["cases"], level=Level.NONE, provisional_level=Level.NONE),
        r"^TAT-2026-\d+: the case's own row",
    ),
    "a lead": (lambda c: forged(c, TABLES["cases"], lead="nurse"), r"^TAT-2026-\d+: the case's own row"),
    "an effect done": (
        lambda c: forged(c, TABLES["effects"], status=EffectStatus.DONE, done_at=MONDAY),
        r"^TAT-2026-\d+: effects \w+ was changed \(done_at\)",
    ),
    "an effect done but for the time": (
        lambda c: forged(c, TABLES["effects"], status=EffectStatus.DONE),
        r"effects \w+ was changed",
    ),
    "an effect due in 2099": (
        lambda c: forged(c, TABLES["effects"], due_at=datetime(2099, 1, 1, tzinfo=UTC)),
        r"effects \w+ was changed \(due_at\)",
    ),
    "a clock stopped": (
        lambda c: forged(c, TABLES["deadlines"], satisfied_at=MONDAY, next_at=None),
        r"deadlines \w+ was changed",
    ),
    "a disclosure gone": (
        lambda c: run(c, delete(TABLES["disclosures"])),
        r"^TAT-2026-\d+: disclosures \w+ was removed",
    ),
    "the last event gone": (backdated, r"^TAT-2026-\d+: .* was (added|changed)"),
    "a number given twice": (
        lambda c: run(c, update(TABLES["counters"]).values(next=1)),
        r"^The team: counters 2026",
    ),
    "a member with another role": (
        lambda c: forged(c, TABLES["members"], roles=["chair"]),
        r"^The team: members \w+ was changed \(roles\)",
    ),
}


@pytest.mark.parametrize("name", WANTED)
def test_what_somebody_may_want_to_be_so_is_named(filled: Casebook, name: str) -> None:
    """The sentence names the case's number and the table."""
    tamper, said = WANTED[name]
    with behind_its_back(filled) as connection:
        tamper(connection)
        with pytest.raises(LedgerBroken, match=said):
            verifying.verify(connection, filled.vault, now=filled.clock())


def test_the_manual_lists_what_is_not_found() -> None:
    """By name, with the reason."""
    manual = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)(\.\w+`|`, a row \w+) \| (.+) \|$", manual, re.MULTILINE)
    assert {f"{table}{what.replace('`', '')}": why for table, what, why in listed} == NOT_FOUND


@pytest.mark.parametrize("name", ["cases", "effects", "deadlines", "disclosures", "reports", "members"])
def test_on_postgresql_alike(filled_on_postgresql: Casebook, name: str) -> None:
    """A few tables: what is compared is made of the same values."""
    test_each_row_that_is_removed_or_copied_is_found_or_listed(filled_on_postgresql, name)
    test_each_column_that_is_changed_is_found_or_listed(filled_on_postgresql, name)
