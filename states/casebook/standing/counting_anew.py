"""Counting anew: what somebody did in a case before they were kept out of it decides on nothing more (W-39).

Guards leave out what such a person judged by themselves (:class:`states.casefile.CaseFile`). Here is what was
reckoned from it before, and has to be reckoned again.
"""

from collections.abc import Sequence

from states.access import Actor
from states.casebook.page import Page
from states.casebook.standing.roster import offices_of
from states.casebook.standing.stand_ins import is_quorum, speaking
from states.contents.kept import ASSESSMENTS, MEETINGS
from states.tables import Assessment, Concurrence, Meeting, Screening, table_of
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.effects import Clock


def count_anew(page: Page, team: Sequence[Actor]) -> None:
    """Reckon again who took part, what the report was screened as, and whether a closed case has to be seen.

    Args:
        page: the case, with who is kept out of it.
        team: the active members.
    """
    _attendance(page, team)
    if page.case.state == CaseState.REPORTED:
        _screening(page)
    if page.case.state == CaseState.CLOSED and _judged(page):
        # It was closed on somebody's word which does not count: the team looks whether it stays closed.
        page.start(Clock.REOPENING)


def _attendance(page: Page, team: Sequence[Actor]) -> None:
    active = {member.id for member in team}
    for row in page.rows(Assessment, table_of(Assessment).c.seq >= page.case.began_seq):
        present = page.open(ASSESSMENTS, row).participants
        left = [member for member in present if member not in page.case.kept_out]
        # Whoever has left the team since spoke then for the offices that are on record.
        each = {
            member: sorted(speaking(page.pack, team, page.case, [member]))
            if member in active
            else row.participants.get(member, [])
            for member in left
        }
        offices = {office for spoken_for in each.values() for office in spoken_for}
        page.set(Assessment, row.id, participants=each, offices=sorted(offices))
    for meeting in page.rows(Meeting, table_of(Meeting).c.held_at >= page.case.entered_at):
        present = page.open(MEETINGS, meeting).present
        gone = set(present) - active - set(page.case.kept_out)
        offices = speaking(page.pack, team, page.case, present)
        offices |= offices_of(page.connection, gone).intersection(meeting.offices)
        page.set(Meeting, meeting.id, offices=sorted(offices), quorate=is_quorum(page.pack, offices))


def _screening(page: Page) -> None:
    """Have the report screened again when the newest screening does not count; nothing graver is lost."""
    mine = page.rows(Screening, table_of(Screening).c.seq >= page.case.began_seq)
    if not mine or mine[-1].by not in page.case.kept_out:
        return
    counting = [row for row in mine if row.by not in page.case.kept_out]
    left = [row.level for row in (*counting[-1:], mine[-1]) if row.level != Level.NONE]
    page.case.provisional_level = max(left, key=lambda level: Level(level).gravity, default=None)
    page.stop(Clock.SCREENING)
    page.start(Clock.SCREENING)


def _judged(page: Page) -> bool:
    """Whether somebody who is kept out had a say in the course that ended."""
    judged = [row for model in (Screening, Concurrence, Assessment) for row in page.rows(model)]
    return any(row.by in page.case.kept_out for row in judged if row.seq >= page.case.began_seq)
