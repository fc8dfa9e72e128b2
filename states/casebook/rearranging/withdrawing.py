"""Reports that do not count: taken back, entered by mistake, or made in bad faith (W-41)."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from states.access import Act, Actor, knows_of
from states.casebook.book import CASES, Casebook
from states.casebook.intake.reports import take
from states.casebook.page import Page
from states.casebook.persons import subjects
from states.casebook.persons.relations import relate_pages
from states.casebook.rearranging.moving import content_of, let_go, page_and_counter
from states.casebook.referrals.referring import Referred, refer_on
from states.casebook.standing.carrying import carry_conflicts
from states.casebook.standing.conflicts import look
from states.casebook.standing.reprisal import watch
from states.casebook.standing.roster import one_person
from states.contents.inquiry import RemarkContent, reason
from states.contents.plans import ReferralContent
from states.contents.reports import ReportContent, SubjectContent
from states.errors import Refused
from states.tables import Concurrence, Remark, Report
from states.vocabulary.cases import Relation, ReportChannel, ReportStanding
from states.vocabulary.effects import Clock
from states.vocabulary.people import Affiliation, IdentifierKind


@dataclass(frozen=True, slots=True)
class MarkedFalse:
    """What came of marking a report deliberately false.

    Args:
        number: the case about whoever made it, in which they can be referred; empty: nobody knows who it was,
            or whoever marked it is not to know.
        referred: the referral that was asked for; None: none was.
    """

    number: str
    referred: Referred | None = None


def withdraw_report(book: Casebook, number: str, report_id: str, *, by: Actor, because: str) -> None:
    """Put on record that a report was taken back, or entered by mistake; it does not count any more.

    What it said stays readable. Level and state stay as they are: people decide those.

    Raises:
        BadInput: no reason is given. Refused: it does not stand.
    """
    why = reason(because, "withdrawing a report")
    with book.page(number, by, Act.RECORD) as page:
        _mark(page, report_id, ReportStanding.STANDS, ReportStanding.WITHDRAWN, why)
        page.log("report_withdrawn", report=report_id)


def reinstate_report(book: Casebook, number: str, report_id: str, *, by: Actor, because: str) -> None:
    """Let a report count again that was withdrawn or marked false.

    Raises:
        BadInput: no reason is given. Refused: it counts already, or was moved away.
    """
    why = reason(because, "letting a report count again")
    with book.page(number, by, Act.RECORD) as page:
        row = page.row(Report, report_id)
        if row.standing == ReportStanding.MOVED:
            message = f"That report is in {row.moved_to} now: let it count there. Nothing was written."
            raise Refused(message)
        if row.standing == ReportStanding.STANDS:
            raise Refused("That report counts already. Nothing was written.")
        _mark(page, report_id, ReportStanding(row.standing), ReportStanding.STANDS, why)
        if row.channel == ReportChannel.VERBAL and row.follow_up is None:
            page.start(Clock.VERBAL_FOLLOW_UP, about=report_id)
        if page.case.current_level is not None:
            watch(page)
        page.log("report_reinstated", report=report_id)


def mark_false(
    book: Casebook,
    number: str,
    report_id: str,
    *,
    by: Actor,
    because: str,
    referral: ReferralContent | None = None,
) -> MarkedFalse:
    """Mark a report as deliberately false, open a case about whoever made it, and refer them (W-41).

    Who made it is a person of their own, with a file of their own: they are referred there, and nothing of it
    stands in the file of the person they accused but that the report is false. Where they asked for privacy,
    intake and the chair alone see that file until the chair assigns it (W-40), and the others are not told of
    it.

    Args:
        book: the casebook.
        number: the case that it is in.
        report_id: the report.
        by: who marks it; another member has to have agreed before.
        because: what shows that it was made in bad faith.
        referral: what is recommended of whoever made it; None: that is decided later.

    Raises:
        BadInput: no reason is given.
        Refused: it does not stand, no second member has agreed, or nobody knows whom to refer.
    """
    why = reason(because, "marking a report deliberately false")
    with book.store.write() as connection:
        page, _ = page_and_counter(book, connection, number, by)
        row = page.row(Report, report_id)
        agreed = {one.by for one in page.rows(Concurrence) if one.about == report_id}
        if not agreed - one_person(connection, by.id):
            raise Refused(
                "That somebody lied on purpose needs a second member's agreement: have one agree first, with "
                f"`tat case concur {number} {report_id[:8]}`. Nothing was written."
            )
        _mark(page, report_id, ReportStanding.STANDS, ReportStanding.FALSE, why)
        opened = _about_the_reporter(book, connection, page, row, why)
        page.log("report_marked_false", report=report_id, reporter_known=opened is not None)
        page.finish()
        if opened is None:
            if referral is not None:
                raise Refused(
                    "Nobody knows who made that report, so there is nobody to refer. Nothing was written: "
                    "mark it false without a recommendation."
                )
            return MarkedFalse("")
        referred = None if referral is None else refer_on(opened, referral)
        may_know = knows_of(by, opened.case)
        opened.finish()
        return MarkedFalse(opened.case.number if may_know else "", referred)


def _mark(
    page: Page, report_id: str, was: ReportStanding, standing: ReportStanding, why: RemarkContent
) -> None:
    if page.row(Report, report_id).standing != was:
        raise Refused("That report does not count already. Nothing was written.")
    page.set(Report, report_id, standing=standing)
    page.add(Remark(case_id=page.case.id, at=page.now, by=page.by.id, about=report_id), why)
    if standing != ReportStanding.STANDS:
        let_go(page, report_id)
    subjects.follow(page)
    look(page)


def _about_the_reporter(
    book: Casebook, connection: Connection, page: Page, row: Report, why: RemarkContent
) -> Page | None:
    said = content_of(page, row).reporter
    if not (said.name or said.email):
        return None
    accused = ReportContent(
        subject=SubjectContent(
            name=said.name,
            identifiers={IdentifierKind.EMAIL: said.email} if said.email else {},
            affiliations=(Affiliation.UNKNOWN,),
            site=page.case.site,
        ),
        channel=ReportChannel.WRITTEN,
        # On which case, the relation of the two says to whoever may know.
        behaviour_of_concern="Made a report that the team found deliberately false.",
    )
    number = take(book, connection, accused, by=page.by).number
    case_id = connection.scalar(select(CASES.c.id).where(CASES.c.number == number))
    opened = book.turn_to(connection, case_id, page.by)
    if not row.private:
        # Whoever worked on the report knows who made it, and goes on.
        opened.case.lead, opened.case.members = page.case.lead, list(page.case.members)
        opened.case.offices = list(page.case.offices)
    carry_conflicts(page, opened, whole=True)
    relate_pages(opened, page, Relation.FALSE_REPORT_ON, why)
    return opened
