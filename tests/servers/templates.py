"""What takes seconds to make is made once for a whole test run, however many workers it has, and copied."""

import fcntl
import tempfile
from collections.abc import Callable
from pathlib import Path


def once(run: Path, name: str, make: Callable[[Path], None]) -> Path:
    """What a test run has one of: made by whoever comes first, while all others wait; nobody writes to it.

    Args:
        run: the test run's folder.
        name: its own there.
        make: makes it at a path.
    """
    made = run / name
    with (run / f"{name}-turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not made.exists():
            # What somebody left half made when they were ended lies in a folder that nobody looks into.
            half = Path(tempfile.mkdtemp(dir=run)) / name
            make(half)
            half.rename(made)
    return made
