"""``python -m bench [NAME …]``: measure all, or only what is named."""

import sys
from importlib import import_module

BENCHES = ("transitions", "sweep", "latency", "throughput", "lookups", "up", "alarms", "faults")


def main(asked: list[str]) -> int:
    """Run the benches asked for, all when none is; returns the exit code."""
    unknown = [name for name in asked if name not in BENCHES]
    if unknown:
        print(f"There is no bench called {unknown[0]}. There are: {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    for name in asked or BENCHES:
        print(f"Measuring {name} …", file=sys.stderr)
        import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
