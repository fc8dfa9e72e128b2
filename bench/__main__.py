"""``python -m bench [NAME …]``: measure all, or only what is named."""

import os
import sys
from argparse import ArgumentParser
from importlib import import_module

#: every bench, each with the room that it lies in
BENCHES = {
    "transitions": "casebook",
    "sweep": "casebook",
    "verify": "casebook",
    "latency": "effects",
    "throughput": "effects",
    "steps": "effects",
    "lookups": "effects",
    "up": "processes",
    "alarms": "processes",
    "lists": "casebook",
    "reception": "processes",
    "pages": "processes",
    "files": "processes",
    "report_form": "processes",
    "runs": "effects",
    "faults": "processes",
    "api": "processes",
}


def main(arguments: list[str]) -> int:
    """Run the benches asked for, all when none is; returns the exit code."""
    parser = ArgumentParser(prog="python -m bench", description="Measure how fast the parts are.")
    parser.add_argument("asked", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(BENCHES)}")
    parser.add_argument(
        "--cases", metavar="N", help="how many cases `lists` and `pages` make; else 100,000 and 1,000,000"
    )
    given = parser.parse_args(arguments)
    asked = given.asked
    if given.cases:
        os.environ["TAT_BENCH_CASES"] = given.cases
    unknown = [name for name in asked if name not in BENCHES]
    if unknown:
        print(f"There is no bench called {unknown[0]}. There are: {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    for name in asked or BENCHES:
        print(f"Measuring {name} …", file=sys.stderr)
        import_module(f"bench.{BENCHES[name]}.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
