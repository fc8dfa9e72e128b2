"""Calendars: what invitations put into somebody's, and what of it is still to come (U-04)."""

from sqlalchemy import Connection, select

from states.casebook.coming_and_going import INVITATIONS, ahead
from states.casebook.page import Page
from states.contents.kept import NOTICES
from states.tables import Notice, table_of

_NOTICES = table_of(Notice)


def entries_ahead(page: Page, member: str) -> list[str]:
    """What stands in a member's calendar of a case and is still to come, as invitations name it.

    Args:
        page: the case.
        member: their id.
    """
    sent = page.rows(Notice, _NOTICES.c.template.in_(INVITATIONS), _NOTICES.c.recipient == member)
    invited = {page.open(NOTICES, row).invite for row in sent}
    return sorted(invited & ahead(page.connection, page.case.id, page.now))


def cases_with_entries(connection: Connection, member: str) -> set[str]:
    """Ids of the cases of which an invitation was sent to a member."""
    sent = select(_NOTICES.c.case_id).where(
        _NOTICES.c.template.in_(INVITATIONS), _NOTICES.c.recipient == member
    )
    return {case_id for case_id in connection.scalars(sent.distinct()) if case_id is not None}
