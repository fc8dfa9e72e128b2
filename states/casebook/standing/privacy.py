"""A reporter's privacy: who sees their name, and the talk with them before it is given up (W-40, W-58)."""

from states.access import Act, Actor, chairs
from states.casebook.book import Casebook
from states.contents.inquiry import reason
from states.contents.reports import PrivacyTalkContent
from states.errors import BadInput, Refused
from states.tables import PrivacyTalk, Remark, Report, table_of

_TALKS = table_of(PrivacyTalk)


def talk(book: Casebook, number: str, report_id: str, content: PrivacyTalkContent, *, by: Actor) -> str:
    """Put on record that somebody talked with a reporter about giving up their privacy (W-58).

    Args:
        book: the casebook.
        number: the case's number.
        report_id: the report.
        content: when, what the reporter was told, and what they said.
        by: who talked with them.

    Returns:
        The record's id.

    Raises:
        Refused: the reporter did not ask for privacy, or it was lifted.
        BadInput: the talk would lie in the future.
    """
    with book.page(number, by, Act.RECORD) as page:
        _require_private(page.row(Report, report_id))
        if content.talked_at > page.now:
            raise BadInput("The talk would lie in the future. Nothing was written: have it first.")
        row = PrivacyTalk(
            case_id=page.case.id, at=page.now, by=by.id, report_id=report_id, talked_at=content.talked_at
        )
        page.add(row, content)
        page.log("talked_with_reporter", report=report_id, talk=row.id)
        return row.id


def lift(book: Casebook, number: str, report_id: str, *, by: Actor, because: str) -> None:
    """Give up a reporter's privacy, after somebody has talked with them (W-40, W-58).

    Args:
        book: the casebook.
        number: the case's number.
        report_id: the report.
        by: the chair, or whoever stands in for the chair.
        because: why it cannot hold.

    Raises:
        Refused: nobody has talked with the reporter, or they did not ask for privacy.
    """
    remark = reason(because, "giving up a reporter's privacy")
    with book.page(number, by, Act.RECORD) as page:
        _require_private(page.row(Report, report_id))
        if not chairs(by, page.case):
            raise Refused("The chair gives up a reporter's privacy. Nothing was written.")
        talks = page.rows(PrivacyTalk, _TALKS.c.report_id == report_id)
        if not talks:
            raise Refused(
                "Nobody has talked with the reporter first. Nothing was written: talk with them, and put "
                "that on record with `tat case talked-with-reporter`."
            )
        page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=report_id), remark)
        page.set(PrivacyTalk, talks[-1].id, lifted_at=page.now)
        page.set(Report, report_id, private=False)
        page.log("privacy_lifted", report=report_id, talk=talks[-1].id)


def _require_private(report: Report) -> None:
    if not report.private:
        raise Refused("The reporter's privacy is not asked for, or was given up. Nothing was written.")
