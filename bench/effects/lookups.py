"""Look-ups: six sources beside the slowest of them, and the memory that a thousand look-ups leave behind.

Six sources answer over real HTTP, each after its own while; one is the slowest. They are asked side by side,
as a case's flow asks them; beside that, the slowest alone. A thousand look-ups in a local export are counted
in resident bytes before and after.
"""

import asyncio
import csv
import gc
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Self

import psutil
from fastapi import FastAPI

from bench.table import Line, show
from states.correspondence.question import Question
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.far import wire
from tasks.sources.asking import ask
from tasks.sources.contract import Needs, NotFound, Provenance, Reply
from tasks.sources.csv.source import CsvSource
from tests.servers.serving import serving

#: seconds that each of the six takes to answer; the last one is the slowest
SECONDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.6)
ROUNDS = 5

#: collecting from all may take this many times what the slowest takes alone
TARGET = 1.25

LOOK_UPS = 1_000
ROWS = 10_000
MIB = 1024 * 1024


class Slow:
    """A source whose service takes its time.

    Args:
        name: its name.
        url: its service.
        seconds: how long the service takes.
    """

    def __init__(self, name: str, url: str, seconds: float) -> None:
        self.name = name
        self.kinds: frozenset[SourceKind] = frozenset({SourceKind.REGISTRAR})
        self.needs: Mapping[SourceKind, Needs] = {
            SourceKind.REGISTRAR: Needs(one_of=(IdentifierKind.CAMPUS_ID,))
        }
        self.accepts: Mapping[SourceKind, frozenset[LegalBasis]] = {
            SourceKind.REGISTRAR: frozenset(LegalBasis)
        }
        self._address = f"{url}/after/{seconds}"

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the source that a table describes."""
        return cls(name, table["url"], table["seconds"])

    async def lookup(self, question: Question) -> Reply:
        """Ask the service, over real HTTP."""
        del question
        async with wire.client() as over:
            await wire.send(over, lambda: over.build_request("GET", self._address))
        return NotFound(Provenance(self.name))


def _service() -> FastAPI:
    app = FastAPI()

    @app.get("/after/{seconds}")
    async def after(seconds: float) -> dict[str, str]:
        await asyncio.sleep(seconds)
        return {}

    return app


def _question(value: str) -> Question:
    return Question(
        kind=SourceKind.REGISTRAR,
        identifiers={IdentifierKind.CAMPUS_ID: value},
        purpose="A bench",
        basis=LegalBasis.SCHOOL_OFFICIAL,
        requester="bench",
        case_number="TAT-BENCH",
        id="bench",
        now=datetime.now(UTC),
    )


async def _collect(sources: list[Slow]) -> float:
    begun = time.perf_counter()
    replies = await asyncio.gather(*(ask(source, _question("7"), timeout=30) for source in sources))
    assert all(isinstance(reply, NotFound) for reply in replies)
    return time.perf_counter() - begun


async def _side_by_side() -> Line:
    with serving(_service()) as url:
        sources = [Slow(f"source {number}", url, seconds) for number, seconds in enumerate(SECONDS)]
        await _collect(sources)
        all_six, slowest = [], []
        for _ in range(ROUNDS):
            all_six.append(await _collect(sources))
            slowest.append(await _collect(sources[-1:]))
    ratio = median(six / one for six, one in zip(all_six, slowest, strict=True))
    ours = f"{median(all_six):.2f} s (their sum: {sum(SECONDS):.2f} s)"
    return Line(
        "six sources; peer: the slowest alone", ours, f"{median(slowest):.2f} s", ratio, TARGET, at_most=True
    )


async def _memory() -> Line:
    with tempfile.TemporaryDirectory(prefix="tat-bench-") as folder:
        export = Path(folder) / "export.csv"
        with export.open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(("ID", "Standing"))
            writer.writerows((f"9{number:08}", "invented") for number in range(ROWS))
        table = {
            "kind": "registrar",
            "file": str(export),
            "identifiers": {"campus_id": "ID"},
            "dynamic": {"S": "Standing"},
        }
        source = CsvSource.from_config("export", table)
        for number in range(LOOK_UPS // 10):
            await ask(source, _question(f"9{number:08}"), timeout=30)
        gc.collect()
        before = psutil.Process().memory_info().rss
        begun = time.perf_counter()
        for number in range(LOOK_UPS):
            await ask(source, _question(f"9{number:08}"), timeout=30)
        seconds = time.perf_counter() - begun
        gc.collect()
        grown = psutil.Process().memory_info().rss - before
    shown = f"{grown / MIB:+.1f} MiB, {1000 * seconds / LOOK_UPS:.1f} ms each"
    return Line(f"memory after {LOOK_UPS:,} look-ups in an export of {ROWS:,} rows", shown)


def main() -> None:
    """Measure and print."""
    show("Look-ups", [asyncio.run(_side_by_side()), asyncio.run(_memory())])


if __name__ == "__main__":
    main()
