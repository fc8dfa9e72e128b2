"""The data folder: made when it is missing, checked before use, and used by one `tat up` at a time."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from notifications.messages.rendering import check_templates
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.persons import subjects
from states.casebook.record import anchoring, telling
from states.casebook.team import reviews
from states.casebook.team.membership import mark_members
from states.casebook.unwritten import Unwritten
from states.errors import DatabaseAway, NotReady
from states.policy.reading import load_pack
from states.settings import Settings
from states.store.hindrances import unusable
from states.store.migrating import migrate
from states.vault import TEAM_SCOPE, make_key_file, open_to_others

#: present while the folder is set up for the first time: nothing is kept in it yet
UNFINISHED = "setting-up"


@contextmanager
def locked(settings: Settings) -> Iterator[None]:
    """Make the data folder when it is missing, and hold its lock; a process that dies lets go of it.

    Raises:
        NotReady: the folder cannot be used, or another `tat up` uses it.
    """
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in ("logs", "prefect"):
            (settings.home / part).mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(settings.home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        message = (
            f"The data folder {settings.home} cannot be used ({error.strerror}); nothing was changed. "
            "Give yourself the right to write there, or choose another folder with TAT_HOME."
        )
        raise NotReady(message) from None
    try:
        _lock(descriptor, settings)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, settings: Settings) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        message = (
            f"Another `tat up` uses the data folder {settings.home}; nothing was started. "
            "Stop that one with Ctrl-C, or choose another folder with TAT_HOME."
        )
        raise NotReady(message) from None


def check(settings: Settings) -> None:
    """See that key and case database are either both there or both missing.

    Only for what lies in the folder: a key from the environment and a database server have their own keepers.

    Raises:
        NotReady: one of the two is missing.
    """
    url = make_url(settings.casebook_url)
    if not settings.changes_key_file or url.get_backend_name() != "sqlite" or not url.database:
        return
    if (settings.home / UNFINISHED).exists():
        return
    database = settings.home / url.database
    if settings.key_file.exists() and not database.exists():
        message = (
            f"{settings.home} holds a master key but no case database ({database.name}). Nothing was "
            "changed. Restore the database from a backup. To begin an empty casebook, move "
            f"{settings.key_file.name} away first."
        )
        raise NotReady(message)
    if database.exists() and not settings.key_file.exists():
        message = (
            f"{settings.home} holds a case database but not its master key ({settings.key_file.name}), "
            "and nothing can read it without; nothing was changed. Restore the key from where you keep it, "
            "or set TAT_MASTER_KEY."
        )
        raise NotReady(message)


def close_to_others(settings: Settings) -> list[str]:
    """Take from others on this machine what they may do with the data folder, its keys and its database.

    Returns:
        A sentence for each that was open to them.
    """
    url = make_url(settings.casebook_url)
    files = [settings.key_file, settings.next_key_file, settings.backup_key_file]
    if url.get_backend_name() == "sqlite" and url.database:
        database = settings.home / url.database
        files += [database, *(database.with_name(f"{database.name}-{log}") for log in ("wal", "shm"))]
    return [_closed(path) for path in (settings.home, *files) if open_to_others(path)]


def _closed(path: Path) -> str:
    try:
        path.chmod(stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXU)
    except OSError as error:
        return f"Others on this machine can use {path}, and that could not be changed ({error.strerror})."
    return (
        f"Others on this machine could use {path}; from now on only its owner can. If somebody may have read "
        "a key there, `tat keys rotate` makes another."
    )


def furnish(settings: Settings) -> None:
    """Check policy and templates, make the master key when there is none, and bring the schema up to date.

    What an older schema kept in clear is sealed then.

    Raises:
        NotReady: the case database cannot be reached or written.
        BadPolicy: the policy pack is wrong.
        BadInput: one of the pack's own templates is broken.
    """
    check_templates(load_pack(settings.pack_in_force).templates_folder)
    fresh = settings.home / UNFINISHED
    if settings.changes_key_file and not settings.key_file.exists():
        fresh.touch(mode=0o600)
        make_key_file(settings.key_file)
    migrate(settings.casebook_url)
    book = Casebook.open(settings)
    try:
        with book.store.write() as connection:
            # By it, a wrong master key is told from now on.
            book.key(connection, TEAM_SCOPE)
        reviews.seal_approvals(book, by=SYSTEM)
        mark_members(book, by=SYSTEM)
    finally:
        book.close()
    Unwritten(settings.home).make_room()
    fresh.unlink(missing_ok=True)


def seal_ledger(settings: Settings) -> str:
    """Vouch for the ledger as it stands: the first time, for what was written before that was done, too.

    Returns:
        What is broken, which newer checkpoint the case database lacks, or why nothing could be written, as a
        sentence; empty: all is well.
    """
    book = Casebook.open(settings)
    try:
        with unusable(settings.casebook_url):
            return anchoring.seal(book, settings, by=SYSTEM).broken
    except DatabaseAway as away:
        return str(away)
    finally:
        book.close()


def index_anew(settings: Settings) -> int:
    """Index the people of cases that an older release indexed, and tell the ledger of rows that it did not.

    Returns how many cases were indexed.

    It may take minutes. Stopped, it goes on where it was.
    """
    book = Casebook.open(settings)
    try:
        indexed = subjects.reindex_all(book, by=SYSTEM)
        telling.tell_all(book, by=SYSTEM)
        return indexed
    finally:
        book.close()
