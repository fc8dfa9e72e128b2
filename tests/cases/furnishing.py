"""Data folders as a test begins with them: copies, as it takes longer to make one than many a test takes."""

import shutil
from collections.abc import Callable
from pathlib import Path

from states.casebook import Casebook
from states.settings import Settings
from states.vault import make_key_file

#: begins a data folder
Furnish = Callable[[Path], Settings]


def empty(home: Path, migrated: Path) -> Settings:
    """Begin a data folder with a key and a casebook that nothing is in.

    Args:
        home: the folder.
        migrated: an empty case database.
    """
    settings = Settings(home=home)
    make_key_file(settings.key_file)
    shutil.copyfile(migrated, home / "casebook.db")
    return settings


def alike(home: Path, other: Path) -> Settings:
    """Begin a data folder with what is in another, whose casebook nobody has open."""
    shutil.copytree(other, home, dirs_exist_ok=True)
    return Settings(home=home)


def with_team(home: Path, begin: Furnish, enrol: Callable[[Casebook], object]) -> None:
    """Make a data folder in whose casebook some people are enrolled, for others to begin alike.

    Args:
        home: the folder.
        begin: begins it.
        enrol: enrols them.
    """
    book = Casebook.open(begin(home))
    enrol(book)
    book.close()
