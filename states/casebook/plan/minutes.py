"""Minutes as far as they go: which draft somebody has before them, and who is in the room (U-04, U-05)."""

from dataclasses import dataclass
from datetime import timedelta

from states.contents.plans import MeetingContent
from states.errors import Refused
from states.vault import digest

#: how long before its time a meeting belongs to what is on now
SOON = timedelta(hours=1)

#: how many digits of a draft's digest say which one it is
ENOUGH = 16


@dataclass(frozen=True, slots=True)
class Room:
    """Who is in the room for one meeting, and whether they are enough to decide (W-02).

    Args:
        present: ids of those who are there and hear of it.
        outside: ids of those who are there and step outside: they are kept out of the case.
        offices: codes of the offices for which those present speak.
        lacking: codes of the offices without which there is no quorum, and for which nobody speaks.
        is_quorum: whether they are enough.
    """

    present: tuple[str, ...]
    outside: tuple[str, ...]
    offices: tuple[str, ...]
    lacking: tuple[str, ...]
    is_quorum: bool


@dataclass(frozen=True, slots=True)
class Noted:
    """A draft that was kept.

    Args:
        version: which draft it is.
        room: who is in the room, as it says.
    """

    version: str
    room: Room


class NotedMeanwhile(Refused):
    """Somebody else wrote minutes of the same meeting since they were looked at; theirs stay."""


def version_of(sealed: bytes) -> str:
    """Which draft it is: each is sealed anew, so that no two are alike.

    Args:
        sealed: the draft as it lies in the meeting's row.
    """
    return digest(sealed)[:ENOUGH]


def must_have_seen(before: MeetingContent, sealed: bytes, draft: MeetingContent, version: str) -> None:
    """See that nobody's words are written over by somebody who has not read them.

    Args:
        before: the draft on record.
        sealed: the same as it lies in the meeting's row.
        draft: the one that is to take its place.
        version: the draft that whoever writes had before them.

    Raises:
        NotedMeanwhile: another page wrote since.
    """
    same = before.model_copy(update={"page": draft.page}) == draft
    mine = bool(draft.page) and draft.page == before.page
    if not (same or mine or version == version_of(sealed)):
        raise NotedMeanwhile(
            "Somebody else wrote minutes of this meeting meanwhile. Theirs stay, and yours are not "
            "saved yet: put both together, then save."
        )
