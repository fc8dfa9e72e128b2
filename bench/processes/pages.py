"""How long the console's pages take: 100,000 cases on SQLite, 1,000,000 on PostgreSQL; and fifty at once.

The console runs as its own process, as `tat up` starts it; a page's time is from asking until its last byte,
over a connection that is kept, so that what the client takes is in it. The cases are walked ones, copied in
bulk (:mod:`bench.cases.copies`); the page of a case is that of one with every kind of record. How many cases
there are on either, ``--cases`` says, or ``TAT_BENCH_CASES``.
"""

import os
import subprocess
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from statistics import median, quantiles

import httpx
from pydantic import SecretStr
from sqlalchemy import URL

from bench.casebook.lists import World
from bench.servers.databases import empty_casebook, postgres_database, postgres_server, shown, sqlite_database
from bench.table import Line, show
from console.api.document import ROOT
from console.web.admin.queries import QUERIES
from console.web.coming_in.administering import ACCOUNTS
from console.web.overviews.disclosing import DISCLOSURES
from console.web.team.rooms import TEAM
from deployments.supervision.children import READY
from deployments.supervision.environment import child_environment
from deployments.supervision.listening import listening_socket
from states.access import Actor
from states.casebook import Casebook
from states.casebook.accounts import signing_in, tokens
from states.casebook.team import members
from states.contents.team import MemberContent
from states.settings import Settings
from states.vault import KEY_BYTES
from states.vocabulary.people import Role
from states.vocabulary.programs import Scope
from tasks.drafts.link_paths import (
    AGREEMENTS,
    ALARMS,
    CHANGES,
    DUTY,
    HEALTH,
    INTAKE,
    POLICY,
    SEMESTER,
    SEMESTER_MEETING,
    SITTING,
    STAYS,
    TRAINING,
)
from tests.cases.signing_in import PASSWORD, Login, account
from tests.cases.walking import Walk

#: milliseconds that a page may take at the median, and at the 95th percentile; bytes that it may have
MEDIAN, P95, LARGEST = 50.0, 150.0, 100_000

#: how often each page is asked for, by one person after the other
ASKED = 200

#: how often those are on which a team decides and learns, and those that take seconds
SELDOM, ONCE = 40, 3

#: how many people there are at once, and how many pages each asks for
PEOPLE, EACH = 50, 20

#: what a browser says of itself
BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@contextmanager
def console(database: URL) -> Iterator[str]:
    """Run the console on a database, in a process of its own; gives its address."""
    with (
        tempfile.TemporaryDirectory(prefix="tat-bench-") as home,
        listening_socket("127.0.0.1", 0) as listener,
    ):
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        key = SecretStr(urlsafe_b64encode(bytes(KEY_BYTES)).decode())
        settings = Settings(home=Path(home), base_url=url, database_url=shown(database), master_key=key)
        process = subprocess.Popen(
            [sys.executable, "-m", "console.web", str(listener.fileno())],
            env=child_environment(settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[listener.fileno()],
        )
        with process:
            try:
                assert process.stdout is not None
                assert process.stdout.readline().decode().strip() == READY
                yield url
            finally:
                process.kill()


def accounts(book: Casebook, count: int) -> list[Login]:
    """Accounts of so many people, each on all cases by their office."""
    chair, logins = members.actor(book, "chair"), list[Login]()
    for number in range(count):
        name = f"invented-{number}"
        content = MemberContent(name=name, address=f"{name}@wnmu.example")
        members.enrol(book, name, content, by=chair, offices=["university_police"], roles=[Role.MEMBER])
        logins.append(account(book, name, by=chair))
    return logins


def signed_in(book: Casebook, login: Login) -> str:
    """What somebody's browser keeps once they have signed in."""
    return signing_in.finish(book, signing_in.begin(book, login.member, PASSWORD), login.recovery[0])


@contextmanager
def browser(url: str, secret: str) -> Iterator[httpx.Client]:
    """A browser in which somebody is signed in, and which goes where it is led."""
    with httpx.Client(
        base_url=url, headers=BROWSER, cookies={"tat": secret}, timeout=60, follow_redirects=True
    ) as client:
        yield client


#: what is asked for: its address, and what its form says
Asked = tuple[str, dict[str, str]]


def pages(number: str) -> Mapping[str, Asked]:
    """What is asked for, by its name."""
    return {
        "My work": ("/", {}),
        "the list of cases": ("/cases", {}),
        "a case": (f"/cases/{number}", {}),
        "search by a name that is in one case of a thousand": (
            "/search",
            {"wanted": "invented-subject-name"},
        ),
        "a sheet of a case": (f"/cases/{number}/people", {}),
        "search by a name with a slip in each word": ("/search", {"wanted": "Invemted-Subjekt"}),
        "search by a name that nobody has": ("/search", {"wanted": "Placeholder, Nobody"}),
    }


def timed(client: httpx.Client, asked: Asked) -> tuple[float, int, int]:
    """Milliseconds, status and bytes of a page; where another answered, the status that led there."""
    path, said = asked
    begun = time.perf_counter()
    if not said:
        answer = client.get(path)
    else:
        # A program sends JSON, a browser its form.
        answer = client.post(path, json=said) if path.startswith(ROOT) else client.post(path, data=said)
    took = (time.perf_counter() - begun) * 1000
    first = answer if answer.url.path == path else answer.history[0]
    return took, first.status_code, len(answer.content)


#: what is asked for by whoever leads more cases than anybody
BUSY: Mapping[str, Asked] = {"My work of whoever leads 300": ("/", {})}


def deciding(number: str) -> Mapping[str, Asked]:
    """Where a member of the team decides about a case, by what it is called."""
    steps = ("screen", "rate", "record_assessment", "draft_plan", "refer", "raise_alarm", "correct")
    return {
        "a case's assessments": (f"/cases/{number}/assessments", {}),
        "a case's plan": (f"/cases/{number}/plan", {}),
        "a case's history": (f"/cases/{number}/history", {}),
        **{f"the step {step}": (f"/cases/{number}/steps/{step}", {}) for step in steps},
        "the list of meetings": ("/meetings", {}),
    }


#: what the chair, to whom all cases are open, administers by
ADMINISTERING: Mapping[str, Asked] = {
    "the rooms of the team": (TEAM, {}),
    "the members": (ACCOUNTS, {}),
    "the duty roster": (DUTY, {}),
    "training": (TRAINING, {}),
    "the policy": (POLICY, {}),
    "flagged queries": (QUERIES, {}),
    "health": (HEALTH, {}),
    "semester reports": ("/reports", {}),
    "who read what": ("/audit", {}),
    "who was let to a case": (STAYS, {}),
    "alarms": (ALARMS, {}),
    "what could not be read": (INTAKE, {}),
    "disclosures": (DISCLOSURES, {}),
    "meetings that are on": (SITTING, {}),
    "the semester's meeting": (SEMESTER_MEETING, {}),
    "the semester": (SEMESTER, {}),
    "agreements": (AGREEMENTS, {}),
    "what changed in law and policy": (CHANGES, {}),
}


def calls(number: str) -> Mapping[str, Asked]:
    """What a program of the chair asks the API for, by its name."""
    return {
        "API: cases": (f"{ROOT}/cases", {}),
        "API: a case": (f"{ROOT}/cases/{number}", {}),
        "API: search": (f"{ROOT}/persons/search", {"text": "invented-subject-name"}),
        "API: deadlines": (f"{ROOT}/deadlines", {}),
        "API: who read what": (f"{ROOT}/readings", {}),
    }


#: what is added up from all cases
LEARNING: Mapping[str, Asked] = {"trends": ("/trends", {})}


@contextmanager
def program(url: str, book: Casebook, by: Actor) -> Iterator[httpx.Client]:
    """A program of somebody, with a token that may read."""
    made = tokens.make(book, "bench", by=by, scopes=[Scope.READ], lasts=timedelta(days=1))
    head = {"Authorization": f"Bearer {made.secret}"}
    with httpx.Client(base_url=url, headers=head, timeout=60) as client:
        yield client


def one_person(
    url: str, secret: str, every: Mapping[str, Asked], where: str, times: int = ASKED
) -> Iterator[Line]:
    """Each page, asked for again and again by one person."""
    with browser(url, secret) as client:
        yield from again_and_again(client, every, where, times)


def again_and_again(
    client: httpx.Client, every: Mapping[str, Asked], where: str, times: int
) -> Iterator[Line]:
    """Each page or call, asked for again and again."""
    for name, asked in every.items():
        timed(client, asked)
        taken = [timed(client, asked) for _ in range(times)]
        wrong = Counter(status for _, status, _ in taken if status != HTTPStatus.OK)
        if wrong:
            yield Line(f"{name} ({where}): answered", str(dict(wrong)), "200", 1.0, 0, at_most=True)
        spent = [milliseconds for milliseconds, _, _ in taken]
        yield from lines(f"{name} ({where})", spent)
        size = max(size for _, _, size in taken)
        yield Line(f"{name} ({where}): bytes", f"{size:,}", f"{LARGEST:,}", size / LARGEST, 1, at_most=True)


def lines(what: str, spent: Sequence[float]) -> Iterator[Line]:
    """The median and the 95th percentile of what something took, beside what they are to be."""
    for name, took, aim in (("median", median(spent), MEDIAN), ("95th", quantiles(spent, n=20)[-1], P95)):
        yield Line(f"{what}: {name}", f"{took:.1f} ms", f"{aim:.0f} ms", took / aim, 1, at_most=True)


def many_people(url: str, secrets: Sequence[str], number: str, where: str) -> Iterator[Line]:
    """All pages, asked for by many people at once."""

    def person(secret: str) -> list[tuple[float, int, int]]:
        every = list(pages(number).values())
        with browser(url, secret) as client:
            return [timed(client, every[turn % len(every)]) for turn in range(EACH)]

    begun = time.perf_counter()
    with ThreadPoolExecutor(len(secrets)) as pool:
        taken = [each for one in pool.map(person, secrets) for each in one]
    seconds = time.perf_counter() - begun
    statuses = Counter(status for _, status, _ in taken)
    spent = quantiles([milliseconds for milliseconds, _, _ in taken], n=20)
    wrong = len(taken) - statuses[200]
    what = f"{len(secrets)} people at once ({where})"
    yield Line(f"{what}: pages a second", f"{len(taken) / seconds:.0f} /s")
    yield Line(f"{what}: answered otherwise than 200", str(wrong), "0", float(wrong), 0, at_most=True)
    yield Line(f"{what}: median, 95th", f"{spent[9]:.0f}, {spent[-1]:.0f} ms")


def measured(database: URL, book: Casebook, count: int, where: str) -> Iterator[Line]:
    """Every line for one database."""
    Walk(book)
    logins = accounts(book, PEOPLE)
    world = World(book, count)
    secrets = [signed_in(book, login) for login in logins]
    of_busy, of_chair = (signed_in(book, account(book, who, by=world.chair)) for who in ("busy", "chair"))
    with console(database) as url:
        yield from one_person(url, secrets[0], pages(world.number), where)
        yield from one_person(url, of_busy, BUSY, where)
        yield from one_person(url, secrets[0], deciding(world.number), where, SELDOM)
        yield from one_person(url, of_chair, ADMINISTERING, where, SELDOM)
        with program(url, book, world.chair) as client:
            yield from again_and_again(client, calls(world.number), where, SELDOM)
        yield from many_people(url, secrets, world.number, where)
        yield from one_person(url, of_chair, LEARNING, where, ONCE)


def main() -> None:
    """Measure and print."""
    given = int(os.environ.get("TAT_BENCH_CASES", "0"))
    notes = ["The peer is what is asked for; the time of the client is in ours."]
    with ExitStack() as stack:
        database = stack.enter_context(sqlite_database())
        book = stack.enter_context(empty_casebook(database))
        count = given or 100_000
        show(f"Pages, {count:,} cases", list(measured(database, book, count, "SQLite")), notes)
    with ExitStack() as stack:
        database = stack.enter_context(postgres_database(stack.enter_context(postgres_server())))
        book = stack.enter_context(empty_casebook(database))
        count = given or 1_000_000
        show(f"Pages, {count:,} cases", list(measured(database, book, count, "PostgreSQL")), notes)
