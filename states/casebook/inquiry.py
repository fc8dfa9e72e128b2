"""Inquiry: screening, who is on the case, interviews, notes, assessments, and a second member's agreement."""

from collections.abc import Collection

from states.access import Act, Actor, permit
from states.casebook import alarms, persons
from states.casebook.acting import fire
from states.casebook.asking import ask_sources
from states.casebook.book import Casebook
from states.casebook.clocks import hasten
from states.casebook.conflicts import look
from states.casebook.joining import suggest
from states.casebook.levels import SCREENED_IN, stand
from states.casebook.loading import load
from states.casebook.page import Page
from states.casebook.taking_part import require_fit, require_second, speaking_for
from states.casebook.tips import owe_answers
from states.casebook.units import settle
from states.errors import BadInput, Refused
from states.records import (
    AssessmentContent,
    NoteContent,
    RemarkContent,
    SubjectContent,
    reason,
)
from states.standing import LOOKED_AT, standing
from states.tables import (
    Assessment,
    Concurrence,
    Confirmation,
    Note,
    Report,
    Screening,
    Subject,
    table_of,
)
from states.vocabulary import AlarmCause, CaseState, Clock, EffectKind, Level, Role

#: the states in which an assessment is filed; `assess` or `reassess` puts it in force
ASSESSED_IN = (
    CaseState.INQUIRY,
    CaseState.ASSESSED,
    CaseState.PLAN,
    CaseState.MONITORING,
    CaseState.REINTEGRATION,
)


def screen(
    book: Casebook, number: str, *, by: Actor, level: Level, because: str, expected: int | None = None
) -> str:
    """Screen a report: a provisional level and why (W-05, W-19); returns the screening's id.

    Extreme and Severe raise the alarm at once (W-13, W-30), and the clock of the first meeting starts,
    reckoned from the receipt of the initial report (W-30 to W-32). A level that is lower than one on record
    does not count before the team has agreed (:mod:`states.standing`); everybody on the case is told of both.
    After a screening of None the clock of screening starts anew, for the second member's agreement (W-11). On
    a closed case None decides that a new report does not reopen it.

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
        row = Screening(case_id=page.case.id, at=page.now, by=by.id, level=level, chair=chairs(page))
        page.add(row, content)
        stands = stand(page)
        counts = stands is not None and stands.record.id == row.id
        alert = page.holds("grave_and_not_alerted")
        if counts and not alert and page.holds("grave_and_not_met"):
            page.owe(EffectKind.CONVENE_TEAM, trigger="screen", emergency=True)
        if stands is not None and stands.level is not level:
            page.owe(EffectKind.NOTIFY_TEAM, trigger="screened_lower")
        owe_answers(page)
        page.log("screened", screening=row.id, level=level, stands=page.case.provisional_level)
        if alert:
            reason_given = {"reason": f"The report was screened {level}."}
            fire(page, "raise_alarm", reason_given, cause=AlarmCause.SCREENED)
        return row.id


def chairs(page: Page) -> bool:
    """Whether whoever writes chairs the team, or stands in for the chair on this case."""
    return Role.CHAIR in page.by.roles or page.by.id in page.case.stand_ins


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
            hasten(page, Clock.SOURCE_ANSWER)
        page.log("subject_corrected", subject=decided.subject_id, sites=page.case.sites)
        alarms.say_where_else(page)
        look(page)
    return decided


def restore(book: Casebook, number: str, subject_id: str, *, by: Actor, because: str) -> persons.Decided:
    """Go back to an earlier decision on who the person is; the later ones stay on record (W-47).

    Raises:
        BadInput: no reason is given, or that decision holds already.
        UnknownRecord: the case has no such decision.
    """
    with book.page(number, by, Act.RECORD) as page:
        page.row(Subject, subject_id)
        decisions = persons.subjects(page)
        if decisions[-1][0].id == subject_id:
            raise BadInput("That decision holds already. Nothing was written.")
        if not because.strip():
            raise BadInput("Say why: going back to an earlier decision needs a reason. Nothing was written.")
        content = next(content for row, content in decisions if row.id == subject_id)
        decided = persons.decide(page, content, because=because, restores=subject_id)
        page.log("subject_restored", subject=subject_id)
        alarms.say_where_else(page)
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
        _check_lowering(page, content)
        in_force = page.case.level
        speaking = speaking_for(page, content.participants)
        row = Assessment(
            case_id=page.case.id,
            at=page.now,
            by=by.id,
            level=content.level,
            previous=in_force,
            criteria=list(content.criteria),
            conditions=list(content.conditions),
            chair=chairs(page),
            participants=speaking,
            offices=sorted({office for offices in speaking.values() for office in offices}),
            sees_violence=content.threat_of_violence,
            sees_disruption=content.significant_disruption,
        )
        page.add(row, content)
        stands = stand(page)
        graver = in_force is None or content.level.gravity > Level(in_force).gravity
        if page.case.state == CaseState.REINTEGRATION and not graver:
            page.stop(Clock.REASSESSMENT)
        if stands is not None and stands.record.id == row.id and page.holds("grave_and_not_met"):
            page.owe(EffectKind.CONVENE_TEAM, trigger="assessment_filed", emergency=True)
            hasten(page, Clock.FIRST_MEETING, level=content.level)
        page.log("assessment_filed", assessment=row.id, level=content.level)
        if page.holds("grave_and_not_alerted"):
            # Neither a quorum nor a record stands before the police hear of it (W-13).
            alarms.sound(page, AlarmCause.ASSESSED, level=content.level)
        return row.id


def _check_assessable(page: Page) -> None:
    if page.case.state not in ASSESSED_IN:
        message = (
            f"{page.case.number} is in {page.case.state}, where nothing is assessed: screen it instead "
            f"(`tat case screen {page.case.number}`). Nothing was written."
        )
        raise Refused(message)


def _check_lowering(page: Page, content: AssessmentContent) -> None:
    file = load(page.connection, page.case, page.pack, LOOKED_AT, now=page.now)
    stands = standing(file)
    lowers = stands is not None and content.level.gravity < stands.level.gravity
    if stands is not None and lowers and not content.reason_for_lowering:
        message = (
            f"This lowers the level from {stands.level} to {content.level}: say why in "
            "`reason_for_lowering`. Nothing was written."
        )
        raise BadInput(message)
    seen = (content.threat_of_violence, content.significant_disruption)
    if content.level is Level.NONE and any(seen):
        message = (
            "No Identified Risk means neither a threat of violence nor a risk of significant disruption: "
            "correct the level, or `threat_of_violence` and `significant_disruption`. Nothing was written."
        )
        raise BadInput(message)


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
        f"criteria takes one or more ids of the criteria of {content.level} that are met, of these:\n"
        f"{listed}\nNothing was written: give the ids of those that are met."
    )


def confirm(book: Casebook, number: str, assessment_id: str, *, by: Actor) -> None:
    """Confirm that one took part in an assessment, as it was filed (W-19); nobody does so for another.

    Raises:
        UnknownRecord: the case has no such assessment.
        Refused: the assessment does not name this person, or they have confirmed it already.
    """
    with book.page(number, by, None) as page:
        assessment = page.row(Assessment, assessment_id)
        if by.id not in assessment.participants:
            permit(by, Act.RECORD, page.case)
            message = (
                "This assessment does not name you among those who took part. Nothing was written: whoever "
                "filed it may file it anew with you."
            )
            raise Refused(message)
        said = page.rows(Confirmation, table_of(Confirmation).c.about == assessment_id)
        if by.id in {assessment.by, *(row.by for row in said)}:
            raise Refused("You have confirmed this assessment already. Nothing was written.")
        page.add(Confirmation(case_id=page.case.id, at=page.now, by=by.id, about=assessment_id))
        page.log("participation_confirmed", assessment=assessment_id)


def naming(book: Casebook, number: str, *, by: Actor) -> list[str]:
    """Ids of the assessments that name somebody among those who took part; that they looked is on record.

    Raises:
        NotPermitted: none does, and the person is not on the case.
    """
    with book.page(number, by, None) as page:
        mine = [row.id for row in page.rows(Assessment) if by.id in row.participants]
        if not mine:
            permit(by, Act.READ, page.case)
        page.log("read", of="assessments that name them", assessments=mine)
        return mine


def concur(book: Casebook, number: str, *, by: Actor, about: str, comment: str = "") -> None:
    """Agree, as a second member, with a screening or an assessment (W-11), or that a report is false (W-41).

    Args:
        book: the casebook.
        number: the case's number.
        by: the second member.
        about: id of the screening or assessment, or of the report that is deliberately false.
        comment: anything to add.

    Raises:
        Refused: the member wrote it themselves.
        UnknownRecord: the case has no such record.
    """
    content = RemarkContent.read({"text": comment})
    with book.page(number, by, Act.RECORD) as page:
        models = (Assessment, Report, Screening)
        kind = next((each for each in models if page.rows(each, table_of(each).c.id == about)), Screening)
        record = page.row(kind, about)
        require_second(page, record.by, "You wrote this yourself; a second member has to agree.")
        row = Concurrence(case_id=page.case.id, at=page.now, by=by.id, about=about, chair=chairs(page))
        page.add(row, content)
        stand(page)
        page.log("concurred", about=about)
