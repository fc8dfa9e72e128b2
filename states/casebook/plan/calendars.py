"""Calendars: what invitations put into somebody's, and what of it is still to come (U-04)."""

from sqlalchemy import Connection, select

from states.casebook.page import Page
from states.contents.kept import NOTICES
from states.guards.open_actions import is_open
from states.tables import CheckIn, Deadline, Meeting, Notice, PlanAction, table_of
from states.vocabulary.effects import Clock

_DEADLINES = table_of(Deadline)
_NOTICES = table_of(Notice)

#: the messages that put an entry into a calendar
INVITATIONS = (
    "meeting_invitation",
    "debrief_invitation",
    "reassessment_invitation",
    "checkin_invitation",
    "action_assigned",
)


def entries_ahead(page: Page, member: str) -> list[str]:
    """What stands in a member's calendar of a case and is still to come, as invitations name it.

    Args:
        page: the case.
        member: their id.
    """
    sent = page.rows(Notice, _NOTICES.c.template.in_(INVITATIONS), _NOTICES.c.recipient == member)
    invited = {page.open(NOTICES, row).invite for row in sent}
    called = {
        row.id
        for row in page.rows(Meeting)
        if row.held_at is None and row.cancelled_at is None and row.scheduled_at >= page.now
    }
    agreed = {row.id for row in page.rows(CheckIn) if row.done_at is None and not row.waived}
    assigned = {row.id for row in page.rows(PlanAction) if is_open(row)}
    running = select(_DEADLINES.c.id).where(
        _DEADLINES.c.case_id == page.case.id,
        _DEADLINES.c.clock == Clock.REASSESSMENT,
        _DEADLINES.c.satisfied_at.is_(None),
    )
    return sorted(invited & {*called, *agreed, *assigned, *page.connection.scalars(running)})


def cases_with_entries(connection: Connection, member: str) -> set[str]:
    """Ids of the cases of which an invitation was sent to a member."""
    sent = select(_NOTICES.c.case_id).where(
        _NOTICES.c.template.in_(INVITATIONS), _NOTICES.c.recipient == member
    )
    return {case_id for case_id in connection.scalars(sent.distinct()) if case_id is not None}
