"""The level that stands: the highest on record in a course of a case, until the team agreed to a lower one.

Every screening and every assessment puts a level on record. A graver one counts at once, whoever wrote it. A
lower one counts only when a second member has agreed with it; and where Extreme or Severe was on record in
this course, when the chair is one of the two, and the team has met with a quorum since it was (W-07, W-19,
W-30). Screening again, assessing, reassessing, dismissing, closing: every road asks this file.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from states.casefile import CaseFile, Row, Section
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.plans import MeetingKind

#: the levels for which the team meets at once (W-30)
GRAVE = (Level.EXTREME, Level.SEVERE)

#: what :func:`standing` looks at
LOOKED_AT = (Section.SCREENINGS, Section.ASSESSMENTS, Section.CONCURRENCES, Section.MEETINGS)


@dataclass(frozen=True, slots=True)
class Standing:
    """The level that stands on a case.

    Args:
        level: the level.
        record: the screening or assessment that it comes from.
        rose: number of the ledger event with which it last became graver.
        grave_since: number of the event with which it became Extreme or Severe; 0: it is neither.
    """

    level: Level
    record: Row
    rose: int
    grave_since: int


def records(file: CaseFile) -> list[Row]:
    """The screenings and assessments of this course of a case, oldest first."""
    both = (*file.sections[Section.SCREENINGS], *file.sections[Section.ASSESSMENTS])
    return sorted((row for row in both if row.seq >= file.case.levels_since), key=lambda row: row.seq)


def standing(file: CaseFile) -> Standing | None:
    """The level that stands on a case; None while nobody has given one."""
    stands: Standing | None = None
    before: list[Row] = []
    for record in records(file):
        stands = _after(file, stands, record, before)
        before.append(record)
    return stands


def _after(file: CaseFile, stands: Standing | None, record: Row, before: Sequence[Row]) -> Standing:
    level = Level(record.level)
    if stands is None or level.gravity > stands.level.gravity:
        since = stands.grave_since if stands else 0
        return Standing(level, record, record.seq, (since or record.seq) if level in GRAVE else 0)
    if level is stands.level:
        return stands
    if _lacking(file, record, stands, before):
        return stands
    return Standing(level, record, stands.rose, stands.grave_since if level in GRAVE else 0)


def lacking(file: CaseFile, record: Row) -> list[str]:
    """What a lower level still needs before it counts, as ends of a sentence; empty: nothing.

    Args:
        file: the case, with the sections of :data:`LOOKED_AT`.
        record: the screening or assessment that gives the lower level.
    """
    stands = standing(file)
    if stands is None or Level(record.level).gravity >= stands.level.gravity:
        return []
    if stands.record.seq > record.seq:
        return ["a new assessment, because the graver level came later"]
    return _lacking(file, record, stands, [row for row in records(file) if row.seq < record.seq])


def _lacking(file: CaseFile, record: Row, stands: Standing, before: Sequence[Row]) -> list[str]:
    agreed = [c for c in file.sections[Section.CONCURRENCES] if c.about == record.id]
    people = {record.by, *(c.by for c in agreed)} - file.kept_out
    lacks = []
    if len(people) < 2:  # noqa: PLR2004 - the writer and a second member
        lacks.append("a second member's agreement")
    chaired = record.chair or any(c.chair for c in agreed if c.by not in file.kept_out)
    if once_grave(before) and not chaired:
        lacks.append("the agreement of the chair, or of who stands in")
    if stands.grave_since and not met_since(file, stands.grave_since):
        lacks.append(f"a meeting with a quorum, held since {stands.level} came on record")
    return lacks


def once_grave(rows: Sequence[Row]) -> bool:
    """Whether one of these screenings and assessments says Extreme or Severe."""
    return any(row.level in GRAVE for row in rows)


def met_since(file: CaseFile, seq: int) -> bool:
    """Whether the team has met about a case, with a quorum, since a ledger event."""
    return any(meeting.held_seq > seq for meeting in quorate(file))


def quorate(file: CaseFile) -> list[Row]:
    """The meetings about a case that were held with a quorum; a look back at it is none."""
    held = [m for m in file.sections[Section.MEETINGS] if m.held_at and m.quorate]
    return [m for m in held if m.kind != MeetingKind.DEBRIEF]


def in_force_since(file: CaseFile) -> int:
    """Number of the event that filed the assessment in force; without one, that began this course."""
    filed = [row.seq for row in file.sections[Section.ASSESSMENTS] if row.id == file.case.assessment_id]
    return filed[0] if filed else file.case.levels_since


def confirmed(file: CaseFile, assessment: Row) -> set[str]:
    """Ids of those who took part in an assessment and have said so (W-19).

    Whoever filed it has; the others confirm it, agree with it, or were present when the team met with a
    quorum after the assessment in force was filed. Who is kept out of the case never counts.

    Args:
        file: the case, with assessments, confirmations, concurrences and meetings.
        assessment: the assessment.
    """
    both = (*file.sections[Section.CONFIRMATIONS], *file.sections[Section.CONCURRENCES])
    said = {row.by for row in both if row.about == assessment.id}
    since = in_force_since(file)
    present = {member for meeting in quorate(file) if meeting.held_seq > since for member in meeting.present}
    return ((said | present | {assessment.by}) & set(assessment.participants)) - file.kept_out


def to_put_in_force(file: CaseFile) -> Row | None:
    """What the next step would go by: the newest screening before an inquiry, else the newest assessment."""
    before_inquiry = file.state in (CaseState.REPORTED, CaseState.CLOSED)
    return file.latest(Section.SCREENINGS if before_inquiry else Section.ASSESSMENTS)
