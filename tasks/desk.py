"""Where tasks find the casebook, the settings, the sources and the offices of this process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from states.casebook import Casebook
from states.settings import Settings
from states.threads import in_threads
from tasks.doors.registry import Doors, load_doors
from tasks.loaded import leave_note
from tasks.offices.registry import Offices, load_offices
from tasks.sources.registry import Sources, load_sources

P = ParamSpec("P")
T = TypeVar("T")

#: the threads that wait for the case database, and for nothing else
CASE_DATABASE = "case database"
DATABASE_THREADS = 8


@dataclass(frozen=True, slots=True)
class Desk:
    """What a process works with.

    Args:
        settings: the installation's settings.
        book: the open casebook.
        sources: the data sources that are plugged in.
        doors: where reports come in from other systems.
        offices: the ways that referrals go out by.
    """

    settings: Settings
    book: Casebook
    sources: Sources
    doors: Doors = field(default_factory=Doors)
    offices: Offices = field(default_factory=Offices)


_desk: Desk | None = None


def desk() -> Desk:
    """This process's desk, set up from the environment when first asked for (as in a work pool's worker)."""
    if _desk is None:
        settings = Settings()
        book = Casebook.open(settings)
        leave_note(settings)
        return sit_down(
            Desk(
                settings,
                book,
                load_sources(settings.sources_file),
                load_doors(settings.doors_file),
                load_offices(settings.offices_file, book.pack.office_codes),
            )
        )
    return _desk


def sit_down(new: Desk) -> Desk:
    """Make a desk this process's desk; returns it."""
    global _desk  # noqa: PLW0603 - one desk a process, as one Prefect worker runs one flow run after another
    _desk = new
    return new


async def told(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a casebook function in a thread of the case database's own; the event loop goes on meanwhile."""
    return await in_threads(CASE_DATABASE, DATABASE_THREADS, function, *args, **kwargs)
