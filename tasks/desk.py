"""The desk: the casebook, the settings, the sources, the doors and the offices that a process works with."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field

from states.casebook import Casebook
from states.settings import Settings
from tasks.doors.registry import Doors, load_doors
from tasks.loaded import leave_note
from tasks.offices.registry import Offices, load_offices
from tasks.postbox import Postbox
from tasks.provider.asking import Provider
from tasks.provider.table import load_provider
from tasks.sources.registry import Sources, load_sources

#: gives a place at a far side for the length of a block, once there is one
Places = Callable[[str], AbstractAsyncContextManager[None]]


def places_for_all(_name: str) -> AbstractAsyncContextManager[None]:
    """A place at once: where nobody shares a far side with this process, as in a simulator."""
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Desk:
    """What a process works with.

    Args:
        settings: the installation's settings.
        book: the open casebook.
        sources: the data sources that are plugged in.
        doors: where reports come in from other systems.
        offices: the ways that referrals go out by.
        provider: the institution's own sign-in.
        places: gives places at far sides that bear only so much at once.
    """

    settings: Settings
    book: Casebook
    sources: Sources
    doors: Doors = field(default_factory=Doors)
    offices: Offices = field(default_factory=Offices)
    provider: Provider = field(default_factory=Provider)
    places: Places = places_for_all

    @property
    def postbox(self) -> Postbox:
        """Where messages leave from."""
        return Postbox(self.book, self.settings)


def open_desk(settings: Settings) -> Desk:
    """Open what the settings say: once in each process, by whoever begins it; below, it is handed on.

    Raises:
        TatError: something of it cannot be used; the sentence says what.
    """
    book = Casebook.open(settings)
    leave_note(settings)
    return Desk(
        settings,
        book,
        load_sources(settings.sources_file, book.pack.source_kinds),
        load_doors(settings.doors_file),
        load_offices(settings.offices_file, book.pack.office_codes),
        Provider(load_provider(settings.sign_in_file, book.pack.office_codes)),
    )
