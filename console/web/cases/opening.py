"""Opening a case for a page: its records, clocks, effects and what happened, as whoever asks may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from console.shown.case.opened import Opened
from states.access import Actor
from states.casebook import Casebook
from states.casebook.effects import listing
from states.casebook.reading import timeline, whole_case
from states.casebook.reading.timeline import Happening
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.casebook.triggers import acting


@dataclass(frozen=True, slots=True)
class Case:
    """A case that somebody opened for a page.

    Args:
        opened: what is on record.
        happened: its events, oldest first; who on the team read, on the sheet of its history alone.
        team: everybody who is on the team now.
        now: what time it was.
        lapsed: ids of the members of whom a training has lapsed, for whoever chooses somebody.
    """

    opened: Opened
    happened: Sequence[Happening]
    team: Sequence[Actor]
    now: datetime
    lapsed: frozenset[str] = frozenset()


def open_case(book: Casebook, number: str, by: Actor, *, sheet: str = "") -> Case:
    """Open a case; that it was read is on record once.

    Args:
        book: the casebook.
        number: the case's number.
        by: who reads it.
        sheet: the one sheet of it that is shown: what does not stand there is not asked for; empty: all.

    Raises:
        UnknownRecord: there is no such case, or none that they may know of.
        NotPermitted: they may not see it.
        CaseErased: there is nothing left to see.
    """
    dossier = whole_case.dossier(book, number, by=by)
    names, team = members.names_and_team(book, by=by)
    opened = Opened(
        dossier=dossier,
        clocks=sweeping.running(book, by=by, number=number) if sheet in ("", "people") else (),
        effects=listing.effects(book, by=by, number=number) if sheet in ("", "history") else (),
        possible=() if sheet else acting.can(book, number, by=by, on_record=True),
        pack=book.pack,
        zone=ZoneInfo(book.pack.site(dossier["case"]["site"]).timezone),
        names=names,
    )
    happened = (
        timeline.timeline(book, number, by=by, on_record=True, readings=sheet == "history")
        if sheet in ("", "history")
        else ()
    )
    if sheet:
        return Case(opened, happened, (), book.clock())
    return Case(opened, happened, team, book.clock())
