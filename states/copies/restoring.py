"""Restoring a backup into an empty place, with what would go out again held until a person lets it go."""

from base64 import b64decode
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Connection, Table, func, select, text, update

from states.access import SYSTEM
from states.casebook.keys import proved
from states.casebook.record import anchoring
from states.copies import files
from states.copies.making import Backup, backup_key, check, opened
from states.copies.rows import tables, walk
from states.errors import BackupUnusable
from states.ledger import anchors, chain, checkpoints, verifying
from states.outbox import RESTORED
from states.settings import Settings
from states.store import schema
from states.store.engine import Store
from states.store.hindrances import unusable
from states.store.migrating import alembic_config, make_file, migrate
from states.vault import open_vault
from states.vocabulary.effects import EffectKind, EffectStatus

#: what a case owes that leaves nobody's hands: it only sets clocks, once however often it is done
STAYS = frozenset({EffectKind.SCHEDULE_REASSESSMENT, EffectKind.SCHEDULE_CHECKINS})

#: how many case numbers are left out, as cases may have got them after the backup was made
LEFT_OUT = 100


@dataclass(frozen=True, slots=True)
class Restored:
    """A casebook that was restored.

    Args:
        backup: what it was restored from.
        age: how old that is.
        held: how many effects of each kind wait for a person, as nobody knows whether they were done since.
        alarms: the ids of alarms among them, with the number of the case.
        clocks: how many clocks have run out since.
        verified: what the ledger's verification walked over.
        files: which files of the data folder came along.
        brought: how many files of cases were brought back into the data folder.
        missing: how many of those that cases name do not lie beside the backup.
    """

    backup: Backup
    age: timedelta
    held: dict[str, int]
    alarms: dict[str, str]
    clocks: int
    verified: verifying.Verified
    files: tuple[str, ...]
    brought: int
    missing: int


def restore(settings: Settings, file: Path, *, now: datetime) -> Restored:
    """Bring a backup back into a data folder, or a database, that holds no casebook yet.

    Args:
        settings: of the installation that gets it, with the master key and the backup key from then.
        file: the backup.
        now: what time it is.

    Raises:
        BackupUnusable: the backup does not open, or there is a casebook already; nothing was changed.
        VaultLocked: the master key is not the one of the backup; nothing was changed.
        NotReady: the database cannot be used.
    """
    key, vault = backup_key(settings), open_vault(settings)
    # Read through once, so that nothing is begun with a backup that ends in the middle.
    backup = check(file, key)
    if backup.revision not in schema.chain():
        message = (
            f"The backup is of a newer tatflow (its schema is {backup.revision}). Nothing was restored: use "
            "the newer program."
        )
        raise BackupUnusable(message)
    url = settings.casebook_url
    _make_place(url, backup.revision)
    store = Store(url)
    try:
        with unusable(url), file.open("rb") as source, store.write() as connection:
            begins, given = opened(source, key)
            walk(given, connection)
            proved(connection, vault)
            held, alarms, clocks = _hold(connection, backup, now)
        migrate(url)
        put = _put_files(settings, begins["files"])
        with unusable(url), store.read() as connection:
            brought, missing = files.bring_back(settings, file.parent, files.named(connection))
        with unusable(url), store.write() as connection:
            about = {"made_at": backup.made_at.isoformat(), "held": sum(held.values())}
            about |= anchoring.told_of_mark(settings.mark_file)
            chain.append_of_team(connection, at=now, actor=SYSTEM.id, what="backup_restored", **about)
        with unusable(url), store.read() as connection:
            verified = verifying.verify(connection, vault)
        with unusable(url), store.write() as connection:
            checkpoints.checkpoint(connection, now, vault)
            newest = anchors.newest(connection)
        if newest is not None:
            anchoring.write_mark(settings.mark_file, newest, anew_at=now)
    finally:
        store.close()
    return Restored(backup, now - backup.made_at, held, alarms, clocks, verified, put, brought, missing)


def _make_place(url: str, revision: str) -> None:
    """Make empty tables of the backup's schema; refuses a place where there is anything."""
    make_file(url)
    store = Store(url)
    try:
        with unusable(url), store.read() as connection:
            for table in tables(connection):
                if connection.scalar(select(func.count()).select_from(table)):
                    message = (
                        "There is a casebook there already. Nothing was changed: restore into a new folder "
                        "(TAT_HOME) or an empty database (TAT_DATABASE_URL)."
                    )
                    raise BackupUnusable(message)
            at = schema.found(connection)
    finally:
        store.close()
    if at not in (None, revision):
        message = (
            f"There are tables of another schema ({at}) there already. Nothing was changed: restore into a "
            "new folder (TAT_HOME) or an empty database (TAT_DATABASE_URL)."
        )
        raise BackupUnusable(message)
    with unusable(url):
        command.upgrade(alembic_config(url), revision)


def _hold(
    connection: Connection, backup: Backup, now: datetime
) -> tuple[dict[str, int], dict[str, str], int]:
    """Hold what may have been done since, in the transaction that brings it back: nothing goes out before."""
    by_name: dict[str, Table] = {table.name: table for table in tables(connection)}
    effects: Any = by_name["effects"].c
    owed = effects.status.in_([EffectStatus.PENDING, EffectStatus.CLAIMED]) & effects.kind.not_in(STAYS)
    numbers = select(by_name["cases"].c.number).where(by_name["cases"].c.id == effects.case_id)
    rows = connection.execute(
        select(effects.id, effects.kind, numbers.scalar_subquery().label("number")).where(owed)
    ).all()
    values = {"status": EffectStatus.STUCK, "code": RESTORED, "lease": None, "lease_until": None}
    connection.execute(update(by_name["effects"]).where(owed).values(values))
    deadlines: Any = by_name["deadlines"].c
    since = deadlines.satisfied_at.is_(None) & deadlines.due_at.between(backup.made_at, now)
    clocks = connection.scalar(select(func.count()).select_from(by_name["deadlines"]).where(since)) or 0
    connection.execute(text("UPDATE counters SET next = next + :some"), {"some": LEFT_OUT})
    alarms = {row.id: row.number or "" for row in rows if row.kind == EffectKind.ALERT_POLICE}
    return dict(Counter(row.kind for row in rows)), alarms, clocks


def _put_files(settings: Settings, files: dict[str, str]) -> tuple[str, ...]:
    """Put the files that came along where there are none yet."""
    put = []
    for name, content in files.items():
        path = settings.home / Path(name).name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_bytes(b64decode(content))
            put.append(path.name)
    return tuple(put)
