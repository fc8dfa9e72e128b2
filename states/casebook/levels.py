"""The level that stands on a case while nothing is assessed, and the clocks that go by it."""

from datetime import datetime

from states.casebook.clocks import hasten
from states.casebook.loading import load
from states.casebook.page import Page
from states.casefile import CaseFile
from states.standing_level import GRAVE, LOOKED_AT, Standing, met_since, quorate, standing
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.effects import Clock

#: the states in which a report is screened: the level that stands is provisional there
SCREENED_IN = (CaseState.REPORTED, CaseState.INQUIRY, CaseState.CLOSED)


def stand(page: Page) -> Standing | None:
    """Let the provisional level be the one that stands, and move the clocks that go by it (W-30 to W-32).

    To be called whenever a level came on record, somebody agreed with one, or the team met.

    Returns:
        What stands; None when nobody has given a level in this course of the case.
    """
    file = load(page.connection, page.case, page.pack, LOOKED_AT, now=page.now)
    stands = standing(file)
    if stands is None or page.case.state not in SCREENED_IN:
        return stands
    before = page.case.provisional_level
    page.case.provisional_level = stands.level
    if page.case.state == CaseState.CLOSED:
        if stands.level is Level.NONE:
            page.stop(Clock.REOPENING)
        return stands
    _move(page, file, stands, None if before is None else Level(before))
    return stands


def _move(page: Page, file: CaseFile, stands: Standing, before: Level | None) -> None:
    if page.case.state == CaseState.REPORTED:
        page.stop(Clock.SCREENING)
        if stands.level is Level.NONE:
            # No meeting is called for, and nothing else would ask for the second member's agreement.
            page.start(Clock.SCREENING)
    if before is stands.level and page.running(Clock.FIRST_MEETING) is not None:
        return
    rises = before is not None and stands.level.gravity > before.gravity
    _move_meetings(page, file, stands, rises=rises)
    if page.case.state == CaseState.INQUIRY and before is not stands.level:
        if rises:
            hasten(page, Clock.ASSESSMENT)
            if page.running(Clock.SOURCE_ANSWER) is not None:
                hasten(page, Clock.SOURCE_ANSWER)
        else:
            page.stop(Clock.ASSESSMENT)
            page.start(Clock.ASSESSMENT, since=page.case.entered_at)


def _move_meetings(page: Page, file: CaseFile, stands: Standing, *, rises: bool) -> None:
    met = any(meeting.held_seq >= page.case.levels_since for meeting in quorate(file))
    if rises and stands.level in GRAVE:
        if not met_since(file, stands.rose):
            # As soon as practicable from what was learned now (W-30), or sooner when that is due already.
            hasten(page, Clock.FIRST_MEETING)
    elif met:
        hasten(page, Clock.NEXT_MEETING)
    else:
        page.stop(Clock.FIRST_MEETING)
        page.start(Clock.FIRST_MEETING, since=initial_receipt(page))


def initial_receipt(page: Page) -> datetime:
    """When the report that began this course of a case was received: what 24 to 48 hours run from (W-31).

    Further reports move nothing. A course that no report began runs from when the case was reopened.
    """
    reports = [row.received_at for row in page.reports() if row.seq >= page.case.levels_since]
    return min(reports) if reports else page.case.entered_at
