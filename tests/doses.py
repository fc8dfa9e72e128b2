"""How much of what takes long: a small dose in `make test`, the full one in `python -m bench faults`."""

import os

#: set to "full" by the bench
DOSE = "TAT_TEST_DOSE"


def dose(small: int, full: int) -> int:
    """How often something is done: kills, mails, requests.

    Args:
        small: in every test run.
        full: when all time is given.
    """
    return full if os.environ.get(DOSE) == "full" else small
