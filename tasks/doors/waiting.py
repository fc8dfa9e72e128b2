"""Which files lie in the doors' folders, without opening one."""

from states.store.threads import in_threads
from tasks.doors.files import opened
from tasks.doors.folders import ending_of
from tasks.doors.registry import CsvFolderDoor, Doors, MailFolderDoor

#: the threads that wait for folders, which may lie on a machine that is away, and for nothing else
FOLDERS = "folders of doors"
THREADS = 2


async def files_wait(doors: Doors) -> tuple[str, ...]:
    """A token of the files that a round would take in: empty when there is none, another for other files."""
    return await in_threads(FOLDERS, THREADS, _lying, doors)


def _lying(doors: Doors) -> tuple[str, ...]:
    found = []
    for name, door in doors.all().items():
        if not isinstance(door, MailFolderDoor | CsvFolderDoor):
            continue
        try:
            with opened(door.folder, ending_of(door)) as folder:
                found += [f"{name} {token}" for token in folder.tokens()]
        except OSError:
            # The round itself tells operators of a folder that is away.
            continue
    return tuple(sorted(found))
