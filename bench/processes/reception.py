"""The reception under load: 200 signed tips a second, and floods of what nobody signed.

What the environment may say: ``TAT_BENCH_TIPS`` (tips in all), ``TAT_BENCH_STRANGERS`` (clients of a flood).
"""

import asyncio
import os
import tempfile
from pathlib import Path
from statistics import quantiles

from bench.table import Line, show
from tests.tasks.doors.flooding import (
    FLOODS,
    Reception,
    at_a_pace,
    flooded,
    gets_through,
    on_record,
    receiving,
    watched,
)

TIPS = int(os.environ.get("TAT_BENCH_TIPS", "6000"))
PACE = 200.0
STRANGERS = int(os.environ.get("TAT_BENCH_STRANGERS", "800"))

#: tips that come while strangers flood the reception
MEANWHILE = 20


async def _pace(reception: Reception) -> list[Line]:
    names = [f"T-{number}" for number in range(TIPS)]
    async with watched(reception):
        sent = await at_a_pace(reception, names, PACE)
    cuts = quantiles(sent.seconds, n=100)
    cpu = sum(reception.process.cpu_times()[:2]) / TIPS * 1000
    taken = sent.statuses.get(202, 0)
    # What took too long to be answered may be on record all the same; resent, it is known.
    assert taken <= on_record(reception.settings) <= TIPS
    if taken < TIPS:
        await at_a_pace(reception, names, PACE)
    assert on_record(reception.settings) == TIPS
    answers = ", ".join(f"{count} x {status}" for status, count in sorted(sent.statuses.items()))
    return [
        Line(f"{TIPS:,} signed tips, {PACE:.0f} a second: answers", answers),
        Line("until one is taken in: 50th, 95th, 99th", f"{cuts[49]:.1f}, {cuts[94]:.1f}, {cuts[98]:.1f} s"),
        Line("processor time a tip, memory", f"{cpu:.0f} ms, {reception.memory >> 20} MiB"),
    ]


async def _flood(reception: Reception, flood: str) -> Line:
    async with flooded(reception, flood, STRANGERS):
        seconds = [await gets_through(reception, f"{flood} {number}") for number in range(MEANWHILE)]
    cuts = quantiles(seconds, n=100)
    held = f"{reception.memory >> 20} MiB, {reception.files} files"
    return Line(f"{STRANGERS} x {flood}", f"{cuts[49]:.1f}, at most {max(seconds):.1f} s; {held}")


async def _measure() -> list[Line]:
    with tempfile.TemporaryDirectory(prefix="tat-bench-") as folder, receiving(Path(folder)) as reception:
        return [*await _pace(reception), *[await _flood(reception, flood) for flood in FLOODS]]


def main() -> None:
    """Measure and print."""
    notes = [
        "Beside a flood: the median, and the longest, until a signed tip is in, sent again as tip lines do."
    ]
    show("The reception under load", asyncio.run(_measure()), notes)


if __name__ == "__main__":
    main()
