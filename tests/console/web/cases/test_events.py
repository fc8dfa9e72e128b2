"""News of a case: heard as they come by whoever may see it, gone on with after a break, by nobody else."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest

from console.web.cases.events import MOST_EACH
from states.casebook.accounts import sessions
from states.casebook.inquiry import triage
from states.casebook.reading import overview
from states.contents.inquiry import NoteContent
from tests.console.web.conftest import Served
from tests.waiting import PATIENCE, until


def version(served: Served, number: str) -> int:
    """How far a case has come."""
    return overview.one(served.book, number, by=served.walk.chair).version


def happens(served: Served, number: str) -> None:
    """Let something happen to a case."""
    triage.note(served.book, number, NoteContent(text="Invented."), by=served.walk.officer)


@contextmanager
def listening(client: httpx.Client, number: str, seen: int, **heads: str) -> Iterator[Iterator[str]]:
    """What a browser hears, line by line."""
    with client.stream("GET", f"/cases/{number}/events", params={"seen": seen}, headers=heads) as heard:
        assert heard.status_code == 200
        lines = (line for line in heard.iter_lines() if not line.startswith((":", "retry")) and line)
        yield lines


def test_news_are_heard_as_they_come_and_gone_on_with_after_a_break(served: Served) -> None:
    """What happened while the stream was broken is told; what the browser heard before is not."""
    number, browser = served.walk.screened(), served.browser("officer")
    seen = version(served, number)
    with listening(browser, number, seen) as lines:
        happens(served, number)
        told = [next(lines) for _ in range(3)]
    assert sorted(told) == sorted([f"id: {seen + 1}", "event: changed", f"data: {seen + 1}"])
    happens(served, number)
    # A browser that comes back asks at the same address, and says what it heard last.
    with listening(browser, number, seen, **{"Last-Event-ID": str(seen + 1)}) as lines:
        assert f"data: {seen + 2}" in [next(lines) for _ in range(3)]


@pytest.mark.clause("W-39")
def test_whoever_may_not_see_the_case_any_more_hears_nothing_more(served: Served) -> None:
    """The stream ends with the session, and once somebody is taken off the case; others hear on."""
    number, chair = served.walk.reported(), served.walk.chair
    triage.assign(served.book, number, by=chair, lead="officer", offices=["academic_affairs"])
    leaver, dean, stays = served.browser("officer"), served.browser("dean"), served.browser("chair")
    seen = version(served, number)
    with ExitStack() as open_:
        left, off, on = (open_.enter_context(listening(each, number, seen)) for each in (leaver, dean, stays))
        sessions.leave(served.book, leaver.cookies["tat"])
        assert [next(left), next(left, "")][0] == "event: over"
        triage.assign(served.book, number, by=chair, lead="officer", offices=["university_police"])
        assert next(off) == "event: over"
        assert f"data: {seen + 1}" in [next(on) for _ in range(3)]
    assert dean.get(f"/cases/{number}/events").status_code == 404


def test_many_who_listen_hold_no_thread_and_no_connection_to_the_database(served: Served) -> None:
    """Forty pages that are open cost as much as one, and the console answers others meanwhile."""
    number, browser, chair = served.walk.screened(), served.browser("officer"), served.browser("chair")
    seen = version(served, number)
    pool = served.book.store.engine.pool
    with (
        ExitStack() as open_,
        httpx.Client(base_url=served.url, cookies=browser.cookies, timeout=PATIENCE) as other,
    ):
        streams = [open_.enter_context(listening(browser, number, seen)) for _ in range(2)]
        # The first look makes the threads that there are; a busy machine may look twice at once.
        until(lambda: served.app.state.watching.count >= 2, "nobody listens")
        threads = threading.active_count()
        # No session has more than its share.
        more = [browser] * (MOST_EACH - 2) + [chair] * MOST_EACH
        streams += [open_.enter_context(listening(each, number, seen)) for each in more]
        # The answer begins before the listener is counted.
        until(lambda: served.app.state.watching.count >= 40, "not all of them listen")
        # Others of this process come and go; a thread for each listener would stay.
        until(lambda: threading.active_count() < threads + 38 // 2, "a stream holds a thread")
        until(lambda: pool.checkedout() == 0, "a stream holds a connection")  # type: ignore[attr-defined]
        assert other.get("/cases", headers={"Accept": "text/html"}).status_code == 200
        happens(served, number)
        for lines in streams:
            assert f"data: {seen + 1}" in [next(lines) for _ in range(3)]
    until(lambda: served.app.state.watching.count == 0, "somebody who is gone still listens")


def test_nobody_takes_the_place_of_all_others(served: Served) -> None:
    """Once a session has its share it gets no more streams; another one does."""
    number, greedy, other = served.walk.screened(), served.browser("officer"), served.browser("chair")
    watching = served.app.state
    with ExitStack() as open_:
        for _ in range(MOST_EACH):
            open_.enter_context(listening(greedy, number, 0))
        until(lambda: _count(watching, greedy) == MOST_EACH, "not all of them listen")
        assert greedy.get(f"/cases/{number}/events").status_code == 503
        open_.enter_context(listening(other, number, 0))


def _count(state: Any, browser: httpx.Client) -> int:
    """How many streams a browser has."""
    waiting = state.watching._waiting.items()  # noqa: SLF001 - counted as it is kept
    return sum(len(each) for who, each in waiting if who.secret == browser.cookies["tat"])
