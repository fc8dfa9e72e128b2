"""Assessing: levels with their criteria, who took part, and a second member who agrees."""

from states.access import Act, Actor, chairs, permit
from states.casebook.alarms import raising
from states.casebook.book import Casebook
from states.casebook.clocks import hasten
from states.casebook.inquiry.instruments import judged
from states.casebook.levels import stand
from states.casebook.loading import load
from states.casebook.page import Page
from states.casebook.standing.taking_part import require_second, speaking_for
from states.contents.inquiry import AssessmentContent, RatingContent, RemarkContent
from states.contents.payloads import CONVENE_TEAM, MeetingWanted
from states.errors import BadContent, BadInput, Refused
from states.standing_level import LOOKED_AT, standing
from states.tables import (
    Assessment,
    Concurrence,
    Confirmation,
    Report,
    Screening,
    table_of,
)
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.danger import AlarmCause
from states.vocabulary.effects import Clock

#: the states in which an assessment is filed; `assess` or `reassess` puts it in force
ASSESSED_IN = (
    CaseState.INQUIRY,
    CaseState.ASSESSED,
    CaseState.PLAN,
    CaseState.MONITORING,
    CaseState.REINTEGRATION,
)


def file_assessment(
    book: Casebook, number: str, content: AssessmentContent, *, by: Actor, expected: int | None = None
) -> str:
    """File the team's assessment; `assess` or `reassess` then puts it in force (W-05, W-19). Returns its id.

    Raises:
        BadInput: a criterion that is not one of the level's, an instrument that is not answered as it asks,
        an unknown participant, or no reason for lowering. Refused: the case is not at a stage where it is
        assessed.
    """
    with book.page(number, by, Act.RECORD, expected=expected) as page:
        require_assessable(page)
        check_criteria(book, content)
        content = judged(book.pack, content)
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
            chair=chairs(page.by, page.case),
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
            page.owe(CONVENE_TEAM, MeetingWanted(emergency=True))
            hasten(page, Clock.FIRST_MEETING, level=content.level)
        page.log("assessment_filed", assessment=row.id, level=content.level)
        if page.holds("grave_and_not_alerted"):
            # Neither a quorum nor a record stands before the police hear of it (W-13).
            raising.sound(page, AlarmCause.ASSESSED, level=content.level)
        return row.id


def require_assessable(page: Page) -> None:
    """Refuse where nothing is assessed.

    Raises:
        Refused: the case is at a stage where it is screened, or closed.
    """
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
        raise BadContent(message, {"reason_for_lowering": f"say why it goes down from {stands.level}."})
    seen = (content.threat_of_violence, content.significant_disruption)
    if content.level is Level.NONE and any(seen):
        message = (
            "No Identified Risk means neither a threat of violence nor a risk of significant disruption: "
            "correct the level, or `threat_of_violence` and `significant_disruption`. Nothing was written."
        )
        means = (
            "No Identified Risk means neither a threat nor a risk of disruption: correct one of the three."
        )
        raise BadContent(message, {"level": means})


def check_criteria(book: Casebook, content: AssessmentContent | RatingContent) -> None:
    """Refuse criteria that are none of the level's.

    Raises:
        BadInput: one of them is unknown, or there is none; names those that there are.
    """
    criteria = book.pack.levels[content.level].criteria
    named = {*content.criteria, *content.supports}
    if content.criteria and {each.id for each in criteria}.issuperset(named):
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
        row = Concurrence(
            case_id=page.case.id, at=page.now, by=by.id, about=about, chair=chairs(page.by, page.case)
        )
        page.add(row, content)
        stand(page)
        page.log("concurred", about=about)
