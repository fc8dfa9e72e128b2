"""Screening a report, and who is on the case."""

from collections.abc import Collection

from states.access import Act, Actor, chairs
from states.casebook.book import Casebook
from states.casebook.intake.tips import owe_answers
from states.casebook.levels import SCREENED_IN, stand
from states.casebook.standing.reprisal import watch
from states.casebook.standing.taking_part import require_fit
from states.casebook.triggers.acting import fire
from states.contents.inquiry import NoteContent, reason
from states.contents.payloads import CONVENE_TEAM, NOTIFY_TEAM, MeetingWanted, News
from states.errors import Refused
from states.tables import (
    Note,
    Screening,
)
from states.vocabulary.cases import Level
from states.vocabulary.danger import AlarmCause


def screen(
    book: Casebook, number: str, *, by: Actor, level: Level, because: str, expected: int | None = None
) -> str:
    """Screen a report: a provisional level and why (W-05, W-19); returns the screening's id.

    Extreme and Severe raise the alarm at once (W-13, W-30), and the clock of the first meeting starts,
    reckoned from the receipt of the initial report (W-30 to W-32). A level that is lower than one on record
    does not count before the team has agreed (:mod:`states.standing_level`); everybody on the case is told of
    both. After a screening of None the clock of screening starts anew, for the second member's agreement
    (W-11). On a closed case None decides that a new report does not reopen it.

    Raises:
        Refused: the case is past screening.
    """
    content = reason(because, "a screening")
    with book.page(number, by, Act.RECORD, expected=expected) as page:
        if page.case.state not in SCREENED_IN:
            message = (
                f"{number} is in {page.case.state}: file an assessment instead of a screening "
                f"(`tat assess {number} FILE`). Nothing was written."
            )
            raise Refused(message)
        row = Screening(
            case_id=page.case.id, at=page.now, by=by.id, level=level, chair=chairs(page.by, page.case)
        )
        page.add(row, content)
        stands = stand(page)
        counts = stands is not None and stands.record.id == row.id
        alert = page.holds("grave_and_not_alerted")
        if counts and not alert and page.holds("grave_and_not_met"):
            page.owe(CONVENE_TEAM, MeetingWanted(emergency=True))
        if stands is not None and stands.level is not level:
            page.owe(NOTIFY_TEAM, News(trigger="screened_lower"))
        owe_answers(page)
        watch(page)
        page.log("screened", screening=row.id, level=level, stands=page.case.provisional_level)
        if alert:
            reason_given = {"reason": f"The report was screened {level}."}
            fire(page, "raise_alarm", reason_given, cause=AlarmCause.SCREENED)
        return row.id


def assign(
    book: Casebook,
    number: str,
    *,
    by: Actor,
    lead: str,
    offices: Collection[str],
    members: Collection[str] = (),
    expected: int | None = None,
) -> None:
    """Assign a lead, offices, and single members (W-02, W-50).

    The office that leads the team's work at a site of the case is on it, too, whether it is named or not.

    Args:
        book: the casebook.
        number: the case's number.
        by: who assigns.
        lead: id of the member who leads.
        offices: codes of the offices concerned.
        members: ids of further members.
        expected: the version they saw.

    Raises:
        BadInput: an unknown member or office.
    """
    with book.page(number, by, Act.ASSIGN, expected=expected) as page:
        require_fit(page, lead, *members, lasting=True)
        for office in offices:
            book.pack.office(office)
        page.case.lead = lead
        page.case.offices = sorted({*offices, *book.pack.leading(page.case.sites)})
        page.case.members = sorted(set(members))
        page.log("assigned", lead=lead, offices=page.case.offices, members=page.case.members)


def note(book: Casebook, number: str, content: NoteContent, *, by: Actor) -> str:
    """Record an interview, an inquiry or an observation (U-01, W-18); returns its id."""
    with book.page(number, by, Act.RECORD) as page:
        row = page.add(Note(case_id=page.case.id, at=page.now, by=by.id, kind=content.kind), content)
        page.log("noted", note=row.id, kind=content.kind)
        return row.id
