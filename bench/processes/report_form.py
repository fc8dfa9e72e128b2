"""How long the report form keeps somebody waiting while a hundred reports a second come in.

The console runs as its own process on SQLite. Each report is one that somebody filled in before, and whose
last button is pressed now, from addresses of their own; beside it somebody new asks for the form ten times a
second. What the environment may say: ``TAT_BENCH_REPORTS`` (reports in all).
"""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Sequence
from statistics import quantiles

import httpx
from sqlalchemy import func, select

from bench.processes.pages import BROWSER, console
from bench.servers.databases import empty_casebook, sqlite_database
from bench.table import Line, show
from states.casebook import Casebook
from states.casebook.intake import drafts
from states.casebook.intake.drafts import Draft
from states.tables import Report, table_of
from tests.cases.walking import Walk

REPORTS = int(os.environ.get("TAT_BENCH_REPORTS", "2000"))

#: reports a second, and forms a second that are asked for meanwhile
PACE, LOOKS = 100.0, 10.0

#: milliseconds until the first byte of the form
AIM = 500.0

#: how many addresses the reports come from
ADDRESSES = 200


def filled_in(book: Casebook, count: int) -> list[str]:
    """Secrets of so many reports that were filled in and wait for their last button."""
    secrets = []
    for number in range(count):
        draft = Draft("silver_city", said={"behavior_of_concern": [f"An invented concern, {number}."]})
        secrets.append(drafts.begin(book, "", draft))
    return secrets


def address(number: int) -> str:
    """One of many addresses of this machine."""
    return f"127.0.{1 + number // 200}.{1 + number % 200}"


async def measured(url: str, secrets: Sequence[str]) -> tuple[list[float], list[float], Counter[int]]:
    """Milliseconds until each form began to come; seconds until each report was taken in; its statuses."""
    clients = [
        httpx.AsyncClient(
            base_url=url,
            headers=BROWSER,
            timeout=120,
            transport=httpx.AsyncHTTPTransport(local_address=address(number)),
        )
        for number in range(ADDRESSES)
    ]
    waited, taken, statuses = list[float](), list[float](), Counter[int]()

    async def send(number: int, secret: str) -> None:
        begun = time.perf_counter()
        answer = await clients[number % ADDRESSES].post("/report/send", data={"draft": secret})
        statuses[answer.status_code] += 1
        taken.append(time.perf_counter() - begun)

    async def look() -> None:
        async with httpx.AsyncClient(base_url=url, headers=BROWSER, timeout=120) as client:
            while True:
                begun = time.perf_counter()
                async with client.stream("GET", "/report") as answer:
                    waited.append((time.perf_counter() - begun) * 1000)
                    await answer.aread()
                # Somebody new each time.
                client.cookies.clear()
                await asyncio.sleep(1 / LOOKS)

    looking = asyncio.create_task(look())
    sending, began = [], time.perf_counter()
    for number, secret in enumerate(secrets):
        await asyncio.sleep(max(0.0, began + number / PACE - time.perf_counter()))
        sending.append(asyncio.create_task(send(number, secret)))
    await asyncio.gather(*sending)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    for client in clients:
        await client.aclose()
    return waited, taken, statuses


def main() -> None:
    """Measure and print."""
    with sqlite_database() as database, empty_casebook(database) as book:
        Walk(book)
        secrets = filled_in(book, REPORTS)
        with console(database) as url:
            waited, taken, statuses = asyncio.run(measured(url, secrets))
        with book.store.read() as connection:
            there = connection.scalar(select(func.count()).select_from(table_of(Report))) or 0
    cuts, took = quantiles(waited, n=100), quantiles(taken, n=100)
    answers = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
    show(
        f"{REPORTS:,} reports, {PACE:.0f} a second",
        [
            Line(
                "until the form begins to come: 95th",
                f"{cuts[94]:.0f} ms",
                f"{AIM:.0f} ms",
                cuts[94] / AIM,
                1,
                at_most=True,
            ),
            Line("the same: median, 99th", f"{cuts[49]:.0f}, {cuts[98]:.0f} ms"),
            Line("until a report is taken in: median, 95th", f"{took[49]:.1f}, {took[94]:.1f} s"),
            Line("answers; reports on record", f"{answers}; {there:,}"),
        ],
        ["The peer is what is asked for. Reports are taken in as fast as one process on a core can."],
    )


if __name__ == "__main__":
    main()
