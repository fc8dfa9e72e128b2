"""What each list costs the database: 100,000 cases on SQLite, 1,000,000 on PostgreSQL.

The casebook is asked for each list as `tat` asks for it. What it sends then is sent again, as it was, on the
driver alone, to the last row; of five times the middle one counts, and a list that takes several statements
takes their sum. The cases are walked ones, copied in bulk; on SQLite nothing tells the database how many rows
are of which kind, since nothing does where it is at work. How many cases there are on either, ``--cases``
says, or ``TAT_BENCH_CASES``.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from io import BytesIO
from statistics import median, quantiles
from typing import Any

from psycopg import RawCursor
from sqlalchemy import Connection, Index, event, insert, literal, select, update

from bench.casebook.transitions import Ours
from bench.cases.copies import copy
from bench.servers.databases import empty_casebook, postgres_database, postgres_server, sqlite_database
from bench.table import Line, show
from console.cli.terminal.options import COUNTED
from states.access import SYSTEM, Actor
from states.casebook.alarms import answers
from states.casebook.book import Casebook
from states.casebook.closing import calls
from states.casebook.disclosing import disclosures, releases
from states.casebook.effects import listing
from states.casebook.intake import logbook
from states.casebook.lookups import asking
from states.casebook.narrowing import Narrowed
from states.casebook.persons import searching
from states.casebook.plan import doing
from states.casebook.protecting import targets
from states.casebook.reading import audit, overview, whole_case
from states.casebook.reading.awaited import awaited
from states.casebook.reading.needs import needs
from states.casebook.record import operating
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.contents.plans import TargetContent
from states.contents.reports import SubjectContent
from states.contents.team import MemberContent
from states.store import batch
from states.tables import Case, CaseViewer, table_of
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.effects import EffectStatus
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import Role, Verdict
from states.vocabulary.sources import SourceKind
from tests.cases.walking import Walk

#: milliseconds that a list's statements are to take at most, together
AIM = 50.0

ROUNDS = 5

#: how often transitions are measured with an index and without
TURNS = 15

ENTRIES = 100_000

#: how many cases whoever leads the most does
LED = 300

#: what a command asks for when nobody says how much
LIMIT = 50 + COUNTED

_CASES, _VIEWERS = table_of(Case), table_of(CaseViewer)

LOG = "Incident,Location,Reported,Occurred,Comments,Disposition,CaseNumber\n" + "".join(
    f"Threat,Somewhere,1/2/19 7:48 AM,1/2/19 2:00 AM,Somebody was threatened with harm,Open,19-{n}\n"
    f"Lost property,Somewhere,1/3/19 7:48 AM,1/3/19 2:00 AM,A bag was found,Closed,19-{n}\n"
    for n in range(10_000, 10_100)
)

#: a statement as the driver gets it, and its parameters
Sent = tuple[tuple[str, ...], Any]


class World:
    """A few walked cases, each copied many times, and those who look at them.

    Args:
        book: an empty casebook.
        count: how many cases there are to be.
        entries: how many imported rows of a log there are to be.
    """

    def __init__(self, book: Casebook, count: int, *, entries: int = ENTRIES) -> None:
        self.book = book
        self.walk = walk = Walk(book)
        self.chair, self.officer = walk.chair, walk.officer
        #: intake: whoever sees the cases that nobody leads alone
        self.stranger = Actor("stranger", frozenset({Role.INTAKE}))
        #: of the office outside the team: on a handful of cases; on one in twenty, which nobody touched since
        self.outside = Actor("outside", frozenset({Role.OUTSIDE}))
        self.of_old = Actor("of_old", frozenset({Role.DEPUTY}))
        for name, role in (
            ("custodian", Role.CUSTODIAN),
            ("operator", Role.OPERATOR),
            ("busy", Role.MEMBER),
        ):
            content = MemberContent(name=name, address=f"{name}@wnmu.example")
            members.enrol(book, name, content, by=self.chair, offices=["student_affairs"], roles=[role])
        self.operator, self.busy = members.actor(book, "operator"), members.actor(book, "busy")
        self._walked()
        (self.number,) = [line.number for line in walk.cases() if line.state == CaseState.MONITORING]
        copy(book, count, entries=entries)
        self._let_see(count)

    def _walked(self) -> None:
        walk, book = self.walk, self.book
        for number in (walk.in_inquiry(), walk.in_inquiry(), walk.monitored(), walk.reintegrating()):
            asking.request_lookup(book, number, SourceKind.WEAPONS_REGISTRATION, by=walk.chair, because="x")
        walk.closed()
        walk.closed()
        walk.dismissed()
        walk.planned(referrals=(ReferralKind.COUNSELLING,))
        imminent = walk.in_inquiry(imminent=True)
        targets.add(book, imminent, TargetContent(name="invented-nurse-name"), by=walk.chair)
        logbook.import_log(book, BytesIO(LOG.encode()), by=walk.chair, site="silver_city")

    def _let_see(self, count: int) -> None:
        """Let the office outside see a handful of cases, somebody the oldest ones, and one lead many."""
        oldest = select(_CASES.c.id).order_by(_CASES.c.changed_at, _CASES.c.id)
        newest = select(_CASES.c.id).order_by(_CASES.c.changed_at.desc(), _CASES.c.id)
        with self.book.store.write() as connection:
            for who, every in (
                ("outside", oldest.limit(20)),
                ("member:busy", newest.limit(LED)),
                (f"chair:{self.of_old.id}", oldest.limit(count // 20)),
            ):
                ids = every.subquery()
                made = select(ids.c.id, literal(who))
                connection.execute(insert(_VIEWERS).from_select(["case_id", "who"], made))
            led = select(_VIEWERS.c.case_id).where(_VIEWERS.c.who == "member:busy")
            connection.execute(update(_CASES).where(_CASES.c.id.in_(led)).values(lead="busy"))


def lists(world: World) -> dict[str, Callable[[], object]]:
    """Each list, as a command asks for it."""
    book, chair, operator, number = world.book, world.chair, world.operator, world.number
    since = book.clock() - timedelta(days=90)
    named = SubjectContent(name="invented-subject-name", site="silver_city")

    def cases(by: Actor, state: CaseState | None = None) -> Callable[[], object]:
        return lambda: overview.cases(book, by=by, narrowed=Narrowed(state), limit=LIMIT)

    def owed(status: EffectStatus | None = None) -> Callable[[], object]:
        return lambda: listing.effects(book, by=operator, status=status, limit=LIMIT)

    def asked(*, odd: bool) -> Callable[[], object]:
        return lambda: audit.queries(book, by=chair, since=since, odd_only=odd, limit=LIMIT)

    def sounded(*, open_only: bool) -> Callable[[], object]:
        return lambda: answers.alarms(book, by=world.officer, open_only=open_only, limit=LIMIT)

    def imported(verdict: Verdict | None = None) -> Callable[[], object]:
        return lambda: logbook.entries(book, by=chair, verdict=verdict)

    return {
        "case list, the chair": cases(chair),
        "case list, a member of an office that is on all": cases(world.officer),
        "case list, intake, which is on those that nobody leads": cases(world.stranger),
        "case list, somebody who is on 20": cases(world.outside),
        "case list, somebody who is on the oldest twentieth": cases(world.of_old),
        "case list --state Monitoring, the chair": cases(chair, CaseState.MONITORING),
        "case list --state Monitoring, a member": cases(world.officer, CaseState.MONITORING),
        "case list --state Reported (none), a member": cases(world.officer, CaseState.REPORTED),
        "effects list": owed(),
        "effects list --status stuck": owed(EffectStatus.STUCK),
        "effects list --status done": owed(EffectStatus.DONE),
        "effects list --case": lambda: listing.effects(book, by=operator, number=number, limit=LIMIT),
        "effects redrive (8 characters of an id)": lambda: listing.waiting(book, "0000", by=operator),
        "deadlines": lambda: sweeping.running(book, by=operator, limit=LIMIT),
        "deadlines --overdue": lambda: sweeping.running(book, by=operator, overdue=True, limit=LIMIT),
        "deadlines --case": lambda: sweeping.running(book, by=operator, number=number, limit=LIMIT),
        "alarm list": sounded(open_only=False),
        "alarm list --open": lambda: answers.alarms(book, by=world.officer, open_only=True, limit=LIMIT),
        "audit queries, of 90 days": asked(odd=False),
        "audit queries --odd": asked(odd=True),
        "intake list": imported(),
        "intake list --verdict concern": imported(Verdict.CONCERN),
        "intake list: how many of each verdict": lambda: logbook.counts(book, by=SYSTEM),
        "case list --level --site, the chair": lambda: overview.cases(
            book, by=chair, narrowed=Narrowed(site="silver_city", level=Level.MODERATE), limit=LIMIT
        ),
        "case list --mine": lambda: overview.cases(
            book, by=chair, narrowed=Narrowed(mine="chair"), limit=LIMIT
        ),
        "my work, what waits besides clocks": lambda: awaited(book, by=world.officer),
        "my work, clocks": lambda: needs(book, by=world.officer),
        "my work, clocks, of whoever leads 300": lambda: needs(book, by=world.busy),
        "case search, by place": lambda: searching.search(book, "Somewhere Hall", by=world.officer),
        "case search, by name": lambda: searching.search(book, named, by=world.officer),
        "referral list": lambda: whole_case.dossier(book, number, by=chair),
        "plan my-actions": lambda: doing.own_actions(book, number, by=world.officer),
        "disclosures about a person": lambda: disclosures.of_person(book, number, by=chair),
        "release list": lambda: releases.to_clear(book, by=world.officer),
        "call list": lambda: calls.to_make(book, by=world.officer),
        "what operators see": lambda: operating.operations(book, by=SYSTEM),
    }


@contextmanager
def listening(book: Casebook) -> Iterator[list[Sent]]:
    """Everything that a casebook sends in the block."""
    sent: list[Sent] = []
    send = batch._execute  # noqa: SLF001 - what goes past SQLAlchemy is sent there

    def noted(connection: Connection, statements: tuple[str, ...], parameters: list[Any]) -> Any:
        sent.append((statements, parameters))
        return send(connection, statements, parameters)

    def hear(_c: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        sent.append(((statement,), parameters))

    event.listen(book.store.engine, "before_cursor_execute", hear)
    batch._execute = noted  # noqa: SLF001
    try:
        yield sent
    finally:
        batch._execute = send  # noqa: SLF001
        event.remove(book.store.engine, "before_cursor_execute", hear)


def again(book: Casebook, sent: Sequence[Sent]) -> list[float]:
    """Milliseconds that each statement takes which reads, on the driver alone."""
    connection = book.store.engine.raw_connection()
    driver: Any = connection.driver_connection
    took = []
    for statements, parameters in sent:
        if len(statements) > 1 or not statements[0].lstrip().upper().startswith(("SELECT", "WITH")):
            continue
        seconds = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            if book.store.is_sqlite:
                driver.cursor().execute(statements[0], parameters).fetchall()
            elif isinstance(parameters, list):
                RawCursor(driver).execute(batch._joined(statements), parameters).fetchall()  # noqa: SLF001
            else:
                driver.cursor().execute(statements[0], parameters).fetchall()
            seconds.append(time.perf_counter() - begun)
        took.append(median(seconds) * 1000)
    if not book.store.is_sqlite:
        driver.rollback()
    connection.close()
    return took


def measured(world: World, kind: str) -> Iterator[Line]:
    """A line for each list."""
    for name, ask in lists(world).items():
        with listening(world.book) as sent:
            ask()
        took = again(world.book, sent)
        whole = f"{sum(took):.1f} ms, {len(took)} statement{'s' * (len(took) > 1)}"
        yield Line(f"{name} ({kind})", whole, f"{AIM:.0f} ms", sum(took) / AIM, 1, at_most=True)


@contextmanager
def unordered(book: Casebook) -> Iterator[None]:
    """Without the indexes that keep cases in the order of their last change: with the one of states alone."""
    ordered = {index.name: index for index in _CASES.indexes if "changed_at" in index.columns}
    before = Index("ix_cases_state_alone", _CASES.c.state)
    with book.store.write() as connection:
        for index in ordered.values():
            index.drop(connection)
        before.create(connection)
    yield
    with book.store.write() as connection:
        before.drop(connection)
        for index in ordered.values():
            index.create(connection)
    _CASES.indexes.discard(before)


def order_costs(book: Casebook) -> Line:
    """What it costs a transition that cases are kept in order: the tenth percentile of its time, in turns."""
    ours = Ours(book)
    ours.one_by_one()
    kept, without = list[float](), list[float]()
    for _ in range(TURNS):
        kept.append(quantiles(ours.one_by_one(), n=10)[0] * 1000)
        with unordered(book):
            without.append(quantiles(ours.one_by_one(), n=10)[0] * 1000)
    ratio = median(one / other for one, other in zip(kept, without, strict=True))
    what = "a transition, cases kept in the order of their change; peer: not kept (PostgreSQL)"
    return Line(what, f"{median(kept):.2f} ms", f"{median(without):.2f} ms", ratio)


def main() -> None:
    """Measure and print."""
    given = int(os.environ.get("TAT_BENCH_CASES", "0"))
    with ExitStack() as stack:
        book = stack.enter_context(empty_casebook(stack.enter_context(sqlite_database())))
        count = given or 100_000
        show(f"Lists, {count:,} cases", list(measured(World(book, count), "SQLite")))
    with ExitStack() as stack:
        url = stack.enter_context(postgres_database(stack.enter_context(postgres_server())))
        book = stack.enter_context(empty_casebook(url))
        count = given or 1_000_000
        show(f"Lists, {count:,} cases", list(measured(World(book, count), "PostgreSQL")))
    with ExitStack() as stack:
        url = stack.enter_context(postgres_database(stack.enter_context(postgres_server())))
        show("What the order of cases costs", [order_costs(stack.enter_context(empty_casebook(url)))])
