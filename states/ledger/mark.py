"""The mark: outside the database, the anchor of the newest checkpoint that this machine has seen.

An older copy of the database does not know it. It needs no signature of its own, as it names a checkpoint
that is signed. Whoever takes it away with the database is found out by anchors that are kept elsewhere.
"""

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from states.errors import BadInput
from states.ledger import anchors
from states.ledger.anchors import Anchor, Finding


def seen(path: Path) -> Anchor | None:
    """The newest checkpoint that this machine has seen; None: none yet.

    Raises:
        BadInput: the file holds no anchor.
        OSError: it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    return max(anchors.read(text), key=lambda anchor: anchor.number)


def missing(connection: Connection, file: Path) -> str:
    """Whether the database still holds the newest checkpoint that this machine has seen; a sentence if not.

    Args:
        connection: an open connection.
        file: where the mark lies.
    """
    try:
        newest = seen(file)
    except (BadInput, OSError):
        return (
            f"{file.name} in the data folder cannot be read, and nothing tells whether the case database is "
            f"an older copy: hold an auditor's anchor against it (`tat ledger check-anchor`), then move "
            f"{file.name} away."
        )
    if newest is None or anchors.compare(connection, newest).finding is Finding.HOLDS:
        return ""
    return (
        f"The case database does not hold {newest.said}, which this machine has seen: an older copy was put "
        "in its place, or history was cut. What was entered since then is not in it, and what was sent since "
        "then may be sent again; alarms and reports go on. Whoever put the copy there says so: `tat ledger "
        f"accept-copy`. If nobody did, keep the database and {file.name} as they are, and hold the auditor's "
        "anchors against them: `tat ledger check-anchor`."
    )


def put(path: Path, anchor: Anchor) -> None:
    """Write the mark, whole or not at all.

    Raises:
        OSError: it cannot be written; the one from before stays.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(f"{anchor.line}\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def set_aside(path: Path, now: datetime) -> Path | None:
    """Keep the mark under another name, as it was; returns which, None: there was none."""
    aside = path.with_name(f"{path.name}.until-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    try:
        path.rename(aside)
    except FileNotFoundError:
        return None
    return aside
