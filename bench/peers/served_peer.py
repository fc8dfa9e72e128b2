"""The peer of the relay: the same flows under Prefect's own ``serve``, a process for each run.

``python -m bench.peers.served_peer LIMIT``: how many runs at once.
"""

import sys

from prefect import serve

from deployments.child.lifeline import follow_parent
from flows.in_worker import FLOWS

#: name of the peer's deployments
DEPLOYMENT = "served"

if __name__ == "__main__":
    follow_parent()
    serve(
        *(flow.to_deployment(DEPLOYMENT) for flow in (FLOWS["notify-team"], FLOWS["remind"])),  # type: ignore[arg-type]
        limit=int(sys.argv[1]),
        print_starting_message=False,
    )
