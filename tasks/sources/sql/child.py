"""A query in a process that can be killed, for drivers that cannot be stopped.

Run by :class:`tasks.far.killable.Killable`. Takes a pickled question from standard input, and gives back the
rows and a code, pickled; see :mod:`tasks.sources.sql.database`.
"""

import pickle
import sys
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import make_url

from states.errors import StepFailed
from tasks.sources.sql.database import Statement, make_engine


def _plain(value: Any) -> Any:
    # What people read goes back as it is, and anything else as something that they do not.
    return value if value is None or isinstance(value, str | int | float | Decimal | date) else b""


def main() -> None:
    """Ask, and say what came of it."""
    url, sql, values, most, seconds = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent asks
    rows: list[dict[str, Any]] = []
    code = ""
    try:
        found = Statement(make_engine(make_url(url)), sql, values, most=most, seconds=seconds).run()
        rows = [{name: _plain(value) for name, value in row.items()} for row in found]
    except StepFailed as failure:
        code = failure.code
    sys.stdout.buffer.write(pickle.dumps((rows, code)))
