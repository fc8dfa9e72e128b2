"""The peer of the relay: the same flows under Prefect's own ``serve``, a process for each run.

``python -m bench.peers.served_peer LIMIT``: how many runs at once.
"""

import sys

from prefect import serve
from prefect.deployments.runner import RunnerDeployment

from deployments.child.lifeline import follow_parent

#: name of the peer's deployments
DEPLOYMENT = "served"

if __name__ == "__main__":
    follow_parent()
    serve(
        # By the name under which a run's own process finds it.
        *(
            RunnerDeployment.from_entrypoint(f"flows.in_worker.{name}", name=DEPLOYMENT)
            for name in ("notify_team", "remind")
        ),
        limit=int(sys.argv[1]),
        print_starting_message=False,
    )
