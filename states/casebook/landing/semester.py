"""The semester's counts, as the president and the vice presidents were sent them (W-34)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from states.access import MAY, Act, Actor, permit
from states.casebook.book import Casebook
from states.contents.kept import NOTICES
from states.errors import UnknownRecord
from states.tables import Notice, table_of
from states.vault import TEAM_SCOPE

_NOTICES = table_of(Notice)

#: the message that has them
SENT_AS = "semester_report"


@dataclass(frozen=True, slots=True)
class Counts:
    """What was sent of one semester: counts in which nobody is named.

    Args:
        term: the semester, as in ``Spring 2026``.
        at: when it was written.
        opened: cases opened in it.
        closed: cases closed in it.
        active: cases that were active at its end.
        late: deadlines that were not kept.
        by_level: how many cases the team assessed at each level.
        anchor: the line by which an auditor sees later whether the record was rewritten.
    """

    term: str
    at: datetime
    opened: int
    closed: int
    active: int
    late: int
    by_level: Mapping[str, int]
    anchor: str


def counts(book: Casebook, *, by: Actor) -> list[Counts]:
    """The counts that somebody's office was sent, newest first; the chair and the custodian see all.

    Raises:
        UnknownRecord: their office is sent none.
    """
    permit(by, Act.SIGN_IN)
    sees_all = not by.roles.isdisjoint(MAY[Act.RUN_TEAM])
    sent = select(_NOTICES).where(_NOTICES.c.template == SENT_AS, _NOTICES.c.case_id.is_(None))
    if not sees_all:
        sent = sent.where(_NOTICES.c.recipient.in_(by.offices))
    with book.store.read() as connection:
        rows = connection.execute(sent.order_by(_NOTICES.c.at.desc(), _NOTICES.c.id)).all()
        if not rows and not sees_all:
            raise UnknownRecord("No counts of a semester were sent to your office. Nothing was shown.")
        if not rows:
            return []
        key = book.key(connection, TEAM_SCOPE)
    found = dict[str, Counts]()
    for row in rows:
        one = _counts(row.at, NOTICES.open(key, row).context["detail"])
        found.setdefault(one.term, one)
    return list(found.values())


def _counts(at: datetime, detail: Mapping[str, Any]) -> Counts:
    return Counts(at=at, **{name: detail[name] for name in Counts.__slots__ if name != "at"})
