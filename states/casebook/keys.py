"""The master key and a casebook: the proof that they belong together, and the change to another master key.

The team's data key is the proof. It is made with the casebook, is never destroyed, and opens under no other
master key than the one that it was wrapped with.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select, text, update

from states.access import SYSTEM
from states.errors import LedgerBroken, NotReady, VaultLocked
from states.ledger import chain, checkpoints
from states.settings import Settings
from states.store import schema
from states.store.engine import Store, insert_missing
from states.store.hindrances import unusable
from states.tables import WrappedKey, table_of
from states.vault import INDEX_SCOPE, TEAM_SCOPE, Vault, make_key_file, open_vault

_KEYS = table_of(WrappedKey)


def require_casebook(settings: Settings) -> None:
    """See that the data folder holds a casebook: SQLite would make an empty file where there is none.

    Raises:
        NotReady: it holds none.
    """
    if not settings.database_url and not (settings.home / "casebook.db").exists():
        message = (
            f"There is no casebook in {settings.home} yet: `tat init` makes one. TAT_HOME chooses the folder."
        )
        raise NotReady(message)


def unlock(connection: Connection, settings: Settings) -> Vault:
    """The vault of a casebook, under the master key that the settings name.

    A change of the key file that was interrupted counts: whichever of its two keys fits is the right one.

    Raises:
        VaultLocked: there is no master key, or it is not the one that this casebook was made with.
    """
    try:
        return proved(connection, open_vault(settings))
    except VaultLocked:
        if not settings.changes_key_file or not settings.next_key_file.exists():
            raise
    return proved(connection, open_vault(settings, settings.next_key_file))


def proved(connection: Connection, vault: Vault) -> Vault:
    """A vault that fits a casebook, with the casebook's own key for blind indexes when it has one.

    Raises:
        VaultLocked: its master key is not the one that this casebook was made with.
    """
    kept = select(_KEYS.c.scope, _KEYS.c.wrapped).where(_KEYS.c.scope.in_((TEAM_SCOPE, INDEX_SCOPE)))
    wrapped = {row.scope: row.wrapped for row in connection.execute(kept)}
    if TEAM_SCOPE in wrapped:
        vault.unwrap(TEAM_SCOPE, wrapped[TEAM_SCOPE])
    return vault.with_index(wrapped[INDEX_SCOPE]) if INDEX_SCOPE in wrapped else vault


def rotate_key_file(settings: Settings) -> tuple[int, Path]:
    """Change to a new master key in the key file; killed at any moment, it goes on when it is called again.

    The new key lies beside the old one until every data key is wrapped under it, and then takes its place.
    What was there is kept under another name: backups from before open with it alone.

    Args:
        settings: of an installation whose master key lies in the key file, and in which nothing runs.

    Returns:
        How many data keys were wrapped anew, and where the old master key lies now.

    Raises:
        NotReady: the casebook cannot be used.
        VaultLocked: the master key does not fit.
    """
    make_key_file(settings.next_key_file)
    wrapped = rotate(settings, open_vault(settings, settings.next_key_file))
    until = datetime.fromtimestamp(settings.next_key_file.stat().st_mtime, UTC)
    kept = settings.key_file.with_name(f"{settings.key_file.name}.until-{until:%Y%m%dT%H%M%SZ}")
    kept.unlink(missing_ok=True)
    os.link(settings.key_file, kept)
    settings.next_key_file.replace(settings.key_file)
    folder = os.open(settings.home, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return wrapped, kept


def rotate(settings: Settings, new: Vault) -> int:
    """Wrap every data key under a new master key, all or none; blind indexes stay as they are.

    Args:
        settings: the installation's settings, which name the old master key.
        new: the vault of the new one.

    Returns:
        How many data keys there were; 0: they were wrapped under the new master key already.

    Raises:
        NotReady: the casebook cannot be used.
        VaultLocked: the old master key does not fit.
    """
    store = Store(settings.casebook_url)
    try:
        with unusable(settings.casebook_url), store.write() as connection:
            schema.require(connection)
            if not store.is_sqlite:
                # A key that somebody is just making under the old master key is waited for.
                connection.execute(text("LOCK TABLE wrapped_keys IN ACCESS EXCLUSIVE MODE"))
            if _fits(connection, new):
                return 0
            wrapped = _rewrap(connection, proved(connection, open_vault(settings)), new)
        # Nothing that the old master key opens stays in the files.
        store.forget()
        return wrapped
    finally:
        store.close()


def _fits(connection: Connection, vault: Vault) -> bool:
    try:
        proved(connection, vault)
    except VaultLocked:
        return False
    return True


def _rewrap(connection: Connection, old: Vault, new: Vault) -> int:
    now = datetime.now(UTC)
    told: dict[str, object] = {}
    try:
        checkpoints.hand_over(connection, now, old, new)
    except LedgerBroken:
        # A key that somebody may have read is changed all the same; the new one vouches for nothing broken.
        told["ledger"] = "broken"
    kept = select(_KEYS.c.scope, _KEYS.c.wrapped).where(_KEYS.c.wrapped.is_not(None))
    rows = connection.execute(kept).all()
    for row in rows:
        again = update(_KEYS).where(_KEYS.c.scope == row.scope)
        connection.execute(again.values(wrapped=old.rewrap(row.scope, row.wrapped, new)))
    index = {"scope": INDEX_SCOPE, "wrapped": old.wrapped_index(new), "made_at": now}
    insert_missing(connection, _KEYS, index)
    chain.append_of_team(
        connection, at=now, actor=SYSTEM.id, what="master_key_changed", keys=len(rows), **told
    )
    return len(rows)
