"""The semester's counts, as the president and the vice presidents were sent them (W-34)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from states.access import MAY, Act, Actor, hidden, permit
from states.casebook.book import Casebook
from states.casebook.figures import reporting
from states.casebook.figures.reporting import Written
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
        late: deadlines that were not kept.
        by_level: how many cases the team assessed at each level.
        anchor: the line by which an auditor sees later whether the record was rewritten.
        report: the report itself, with its charts and what the team says to them; None: an earlier release
            sent its counts alone.

    Whatever is about fewer than five people, or would show it, is words in place of a number.
    """

    term: str
    at: datetime
    opened: int | str
    closed: int | str
    late: int | str
    by_level: Mapping[str, int | str]
    anchor: str
    report: Written | None = field(default=None, repr=False)


def counts(book: Casebook, *, by: Actor) -> list[Counts]:
    """The counts that somebody's office was sent, newest first; the chair and the custodian see all.

    Raises:
        UnknownRecord: their office is sent none.
    """
    permit(by, Act.SIGN_IN)
    runs_team = not by.roles.isdisjoint(MAY[Act.RUN_TEAM])
    sent = select(_NOTICES).where(_NOTICES.c.template == SENT_AS, _NOTICES.c.case_id.is_(None))
    with book.store.read() as connection:
        # Whoever is kept out of a case would see by the counts that were sent that there is one.
        sees_all = runs_team and not connection.scalar(select(hidden(by).exists()))
        if not sees_all:
            sent = sent.where(_NOTICES.c.recipient.in_(by.offices))
        rows = connection.execute(sent.order_by(_NOTICES.c.at.desc(), _NOTICES.c.id)).all()
        if not rows and not runs_team:
            raise UnknownRecord("No counts of a semester were sent to your office. Nothing was shown.")
        if not rows:
            return []
        key = book.key(connection, TEAM_SCOPE)
        approved = reporting.approved(connection, key)
    found = dict[str, Counts]()
    for row in rows:
        one = _counts(row.at, NOTICES.open(key, row).context["detail"])
        found.setdefault(one.term, replace(one, report=approved.get(one.term)))
    return list(found.values())


def _counts(at: datetime, detail: Mapping[str, Any]) -> Counts:
    return Counts(at=at, **{name: detail[name] for name in Counts.__slots__ if name not in ("at", "report")})
