"""From a decision's commit to its effect done: the relay beside the same flow under Prefect's ``serve``."""

import time
from statistics import median

from bench.servers.orchestra import Side, orchestra
from bench.table import Line, show

#: pairs of one effect each, in turns
ROUNDS = 5
TARGET = 6.0


def main() -> None:
    """Measure and print."""
    with orchestra(cases=(1, 1)) as (ours, peer):
        pairs = [(_carried(ours), _served(peer)) for _ in range(ROUNDS)]
    mine, other = (median(side) for side in zip(*pairs, strict=True))
    ratio = median(served / carried for carried, served in pairs)
    what = "commit to effect done; peer: flow.serve()"
    notes = ("The peer looks for work once a second here; by Prefect's default it does every ten seconds.",)
    show("Latency (median)", [Line(what, f"{mine:.2f} s", f"{other:.2f} s", ratio, TARGET)], notes)


def _carried(side: Side) -> float:
    done = side.done()
    side.owe(side.numbers)
    begun = time.perf_counter()
    side.wait(done=done + 1)
    return time.perf_counter() - begun


def _served(side: Side) -> float:
    done = side.done()
    (effect,) = side.owe(side.numbers)
    begun = time.perf_counter()
    side.run_served("notify-team", {"effect_id": effect})
    side.wait(done=done + 1)
    return time.perf_counter() - begun
