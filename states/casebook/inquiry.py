"""Inquiry: screening, who is on the case, interviews, notes, assessments, and a second member's agreement."""

from collections.abc import Collection

from states.access import Act, Actor
from states.casebook import persons
from states.casebook.acting import fire
from states.casebook.asking import ask_sources
from states.casebook.book import Casebook
from states.casebook.conflicts import look
from states.casebook.joining import suggest
from states.casebook.page import Page
from states.casebook.taking_part import offices_for, require_fit
from states.casebook.tips import owe_answers
from states.casebook.units import settle
from states.errors import BadInput, Refused
from states.guards import GRAVE
from states.records import (
    AssessmentContent,
    NoteContent,
    RemarkContent,
    SubjectContent,
    reason,
)
from states.tables import Assessment, Concurrence, Note, Report, Screening
from states.vocabulary import AlarmCause, CaseState, Clock, EffectKind, Level


def screen(
    book: Casebook, number: str, *, by: Actor, level: Level, because: str, expected: int | None = None
) -> str:
    """Screen a report: a provisional level and why (W-05, W-19); returns the screening's id.

    Extreme and Severe raise the alarm at once (W-13, W-30), and the clock of the first meeting starts,
    reckoned from the receipt of the report (W-30 to W-32). After a screening of None the clock of screening
    starts anew, for the second member's agreement (W-11). On a closed case a screening of None decides that a
    new report does not reopen it.

    Raises:
        Refused: the case is past screening.
    """
    content = reason(because, "a screening")
    with book.page(number, by, Act.RECORD, expected=expected) as page:
        if page.case.state not in (CaseState.REPORTED, CaseState.CLOSED):
            message = (
                f"{number} is in {page.case.state}: file an assessment instead of a screening. "
                "Nothing was written."
            )
            raise Refused(message)
        row = page.add(Screening(case_id=page.case.id, at=page.now, by=by.id, level=level), content)
        page.case.provisional_level = level
        _move_clocks(page, level)
        alert = page.holds("grave_and_not_alerted")
        if level in GRAVE and not alert:
            page.owe(EffectKind.CONVENE_TEAM, trigger="screen", emergency=True)
        owe_answers(page)
        page.log("screened", screening=row.id, level=level)
        if alert:
            reason_given = {"reason": f"The report was screened {level}."}
            fire(page, "raise_alarm", reason_given, cause=AlarmCause.SCREENED)
        return row.id


def _move_clocks(page: Page, level: Level) -> None:
    if page.case.state == CaseState.CLOSED:
        page.stop(*([Clock.REOPENING] if level is Level.NONE else []))
        return
    page.stop(Clock.SCREENING, Clock.FIRST_MEETING)
    page.start(Clock.FIRST_MEETING, since=page.rows(Report)[-1].received_at)
    if level is Level.NONE:
        # No meeting is called for, and nothing else would ask for the second member's agreement.
        page.start(Clock.SCREENING)


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
        require_fit(page, lead, *members)
        for office in offices:
            book.pack.office(office)
        page.case.lead = lead
        page.case.offices = sorted(set(offices))
        page.case.members = sorted(set(members))
        page.log("assigned", lead=lead, offices=page.case.offices, members=page.case.members)


def correct_subject(
    book: Casebook, number: str, subject: SubjectContent, *, by: Actor, because: str = ""
) -> persons.Decided:
    """Decide who the person is; what was on record before stays, and what reporters wrote (W-01, W-47).

    The case is found by what this says from now on, and by what reports say that come in later.

    Raises:
        BadInput: an unknown site; or it names another person, and does not say why.
    """
    with book.page(number, by, Act.RECORD) as page:
        decided = persons.decide(page, subject, because=because)
        suggest(page)
        if subject.unit:
            settle(page, subject.unit)
        if page.case.state == CaseState.INQUIRY and ask_sources(page, only_new=True):
            page.owe(EffectKind.COLLECT_RECORDS, trigger="correct_subject")
            page.stop(Clock.SOURCE_ANSWER)
            page.start(Clock.SOURCE_ANSWER)
        page.log("subject_corrected", subject=decided.subject_id, sites=page.case.sites)
        look(page)
    return decided


def note(book: Casebook, number: str, content: NoteContent, *, by: Actor) -> str:
    """Record an interview, an inquiry or an observation (U-01, W-18); returns its id."""
    with book.page(number, by, Act.RECORD) as page:
        row = page.add(Note(case_id=page.case.id, at=page.now, by=by.id, kind=content.kind), content)
        page.log("noted", note=row.id, kind=content.kind)
        return row.id


def file_assessment(
    book: Casebook, number: str, content: AssessmentContent, *, by: Actor, expected: int | None = None
) -> str:
    """File the team's assessment; `assess` or `reassess` then puts it in force (W-05, W-19). Returns its id.

    Raises:
        BadInput: a criterion that is not one of the level's, an unknown participant, or no reason for
        lowering. Refused: the case is not at a stage where it is assessed.
    """
    with book.page(number, by, Act.RECORD, expected=expected) as page:
        _check_assessable(page)
        check_criteria(book, content)
        in_force = page.case.level
        if (
            in_force is not None
            and content.level.gravity < Level(in_force).gravity
            and not content.reason_for_lowering
        ):
            message = (
                f"This lowers the level from {in_force} to {content.level}: say why in reason_for_lowering. "
                "Nothing was written."
            )
            raise BadInput(message)
        row = Assessment(
            case_id=page.case.id,
            at=page.now,
            by=by.id,
            level=content.level,
            previous=in_force,
            criteria=list(content.criteria),
            conditions=list(content.conditions),
            offices=sorted(offices_for(page, content.participants)),
        )
        page.add(row, content)
        graver = in_force is None or content.level.gravity > Level(in_force).gravity
        if page.case.state == CaseState.REINTEGRATION and not graver:
            # A graver one has to be put in force first, by resuming monitoring.
            page.stop(Clock.REASSESSMENT)
        page.log("assessment_filed", assessment=row.id, level=content.level)
        return row.id


def _check_assessable(page: Page) -> None:
    if page.case.state not in (CaseState.INQUIRY, CaseState.MONITORING, CaseState.REINTEGRATION):
        message = (
            f"{page.case.number} is in {page.case.state}, where nothing is assessed. Nothing was written."
        )
        raise Refused(message)


def check_criteria(book: Casebook, content: AssessmentContent) -> None:
    """Refuse criteria that are none of the level's.

    Raises:
        BadInput: one of them is unknown, or there is none; names those that there are.
    """
    criteria = book.pack.levels[content.level].criteria
    if content.criteria and {each.id for each in criteria}.issuperset(content.criteria):
        return
    listed = "\n".join(f"  {each.id}: {each.text}" for each in criteria)
    raise BadInput(
        f"criteria takes one or more ids of the criteria of {content.level} that are met. Nothing was "
        f"written. These are:\n{listed}"
    )


def concur(book: Casebook, number: str, *, by: Actor, about: str, comment: str = "") -> None:
    """Agree, as a second member, with a screening or an assessment (W-11).

    Args:
        book: the casebook.
        number: the case's number.
        by: the second member.
        about: id of the screening or assessment.
        comment: anything to add.

    Raises:
        Refused: the member wrote it themselves.
        UnknownRecord: the case has no such screening or assessment.
    """
    content = RemarkContent.read({"text": comment})
    with book.page(number, by, Act.RECORD) as page:
        assessments = {row.id for row in page.rows(Assessment)}
        record = page.row(Assessment if about in assessments else Screening, about)
        if record.by == by.id:
            message = "You wrote this yourself; a second member has to agree. Nothing was written."
            raise Refused(message)
        page.add(Concurrence(case_id=page.case.id, at=page.now, by=by.id, about=about), content)
        page.log("concurred", about=about)
