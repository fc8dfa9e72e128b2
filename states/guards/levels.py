"""Guards of levels: who took part, who agrees, what has to happen before one falls."""

from datetime import datetime

from states.casefile import CaseFile, Row, Section
from states.guards.guard import A_SECOND, THE_CHAIR, THE_TEAM, condition, guard, listed, named
from states.guards.inquiry import standing_of, unsettled
from states.standing_level import (
    GRAVE,
    LOOKED_AT,
    confirmed,
    lacking,
    met_since,
    once_grave,
    records,
    standing,
    to_put_in_force,
)
from states.tables import Meeting
from states.vocabulary.cases import Level
from states.vocabulary.plans import MeetingKind


@guard(THE_CHAIR, "W-19", Section.ASSESSMENTS, Section.CONFIRMATIONS, Section.CONCURRENCES, Section.MEETINGS)
def quorum(file: CaseFile) -> str | None:
    """Enough offices took part in the assessment, each by somebody who has said so."""
    missing = _too_few(file)
    return missing and f"{missing}{_of_the_last_meeting(file)}"


def _too_few(file: CaseFile) -> str | None:
    assessment = file.latest(Section.ASSESSMENTS)
    there = set() if assessment is None else confirmed(file, assessment)
    speaking = {} if assessment is None else assessment.participants
    offices = {office for member in there for office in speaking[member]}
    needed, waited_for = file.pack.quorum, _waited_for(file, assessment, there)
    if len(offices) < needed.offices:
        return (
            f"{len(offices)} of at least {needed.offices} offices are confirmed to have assessed the case: "
            f"{waited_for}."
        )
    absent = sorted(set(needed.required) - offices)
    if absent:
        names = ", ".join(file.pack.office(code).name for code in absent)
        return f"The assessment lacks {names}: {waited_for}."
    return None


def _waited_for(file: CaseFile, assessment: Row | None, there: set[str]) -> str:
    """What makes up for the offices that an assessment lacks."""
    open_ = sorted(set(() if assessment is None else assessment.participants) - there - file.kept_out)
    if open_:
        return (
            f"{', '.join(map(named, open_))} have not said that they took part (`tat case confirm`, or a "
            "meeting with a quorum)"
        )
    return "convene the team, and file what it finds"


def _of_the_last_meeting(file: CaseFile) -> str:
    """What to say of a meeting that this stage of the case saw, when it had no quorum (U-04)."""
    held = [m for m in file.sections[Section.MEETINGS] if m.held_seq > file.case.entered_seq]
    if not held or any(meeting.quorate for meeting in held):
        return ""
    return " The meeting that was held had no quorum: it does not count, and the clock goes on."


@guard("the team, by a new assessment", "W-20")
def level_above_none(file: CaseFile) -> str | None:
    """The level in force asks for a plan."""
    if file.level in (None, Level.NONE):
        return "The level is None, which asks for no plan: close the case instead."
    return None


@guard(THE_TEAM, "W-08", Section.ASSESSMENTS)
def reassessed(file: CaseFile) -> str | None:
    """There is an assessment newer than the one in force."""
    assessment = file.latest(Section.ASSESSMENTS)
    if assessment is None or assessment.id == file.case.assessment_id:
        return "There is no new assessment since the one in force: file it first."
    return None


@guard(A_SECOND, "W-19", *LOOKED_AT)
def lowering_agreed(file: CaseFile) -> str | None:
    """No level that stands is lowered without the team's agreement."""
    record, stands = to_put_in_force(file), standing(file)
    if record is None or stands is None:
        return None
    lacks = lacking(file, record)
    if not lacks:
        return None
    return (
        f"{stands.level} stands since {named(stands.record.by)} put it on record; to go down to "
        f"{record.level} needs {listed(lacks)}."
    )


@guard(THE_TEAM, "W-17", Section.SCREENINGS, Section.ASSESSMENTS, Section.QUERIES)
def sources_decided_if_grave(file: CaseFile) -> str | None:
    """Where Extreme or Severe was on record, each source is decided on before the level falls."""
    record = to_put_in_force(file)
    if not once_grave(records(file)) or record is None or record.level in GRAVE:
        return None
    queries = file.all(Section.QUERIES)
    affiliations = set(file.case.affiliations)
    asked_of_all = [entry for entry in file.pack.sources if entry.ask == "every_inquiry"]
    due = {entry.kind.value for entry in asked_of_all if affiliations.intersection(entry.affiliations)}
    silent = sorted(due - {query.kind for query in queries})
    open_ = [f"{file.pack.called(kind)} (never asked)" for kind in silent] + sorted(
        standing_of(query, file.pack) for query in unsettled(queries)
    )
    if not open_:
        return None
    return (
        f"Extreme or Severe was on record, and not every source is decided on: {', '.join(open_)}. Ask it, "
        "wait for it, or waive it with a reason."
    )


@guard("the team, by a new assessment", "W-45")
def level_permits_reintegration(file: CaseFile) -> str | None:
    """The level is at or below the pack's ceiling for reintegration."""
    ceiling = file.pack.reintegration.ceiling
    if file.level is None or file.level.gravity > ceiling.gravity:
        return f"The level is {file.level}; reintegration begins at {ceiling} or below."
    return None


@guard("the team, by putting it in force or by agreeing to less", "W-26", *LOOKED_AT)
def no_graver_level_stands(file: CaseFile) -> str | None:
    """No level on record is graver than the one in force, unless the team has agreed to less."""
    stands = standing(file)
    if stands is None or file.level is None or stands.level.gravity <= file.level.gravity:
        return None
    newest = file.latest(Section.ASSESSMENTS)
    lacks = [] if newest is None else lacking(file, newest)
    if not lacks or newest is None:
        return f"{stands.level} is on record, graver than {file.level}: put it in force (`reassess`) first."
    return (
        f"{stands.level} stands since {named(stands.record.by)} put it on record, graver than {file.level}; "
        f"to go down to {newest.level} needs {listed(lacks)}."
    )


@condition(Section.SCREENINGS, Section.ASSESSMENTS, Section.ALARMS)
def grave_and_not_alerted(file: CaseFile) -> bool:
    """Extreme or Severe is on record, and the police were not alerted at this gravity since it was not."""
    levels = sorted((*file.all(Section.SCREENINGS), *file.all(Section.ASSESSMENTS)), key=lambda row: row.seq)
    if not levels or Level(levels[-1].level) not in GRAVE:
        return False
    calmer = [row.seq for row in levels if Level(row.level) not in GRAVE]
    since = [alarm for alarm in file.all(Section.ALARMS) if alarm.seq > max(calmer, default=0)]
    return all(alarm_gravity(alarm.level) < Level(levels[-1].level).gravity for alarm in since)


def alarm_gravity(level: str | None) -> int:
    """How grave an alarm is: nothing is graver than an imminent danger, which is alarmed without a level."""
    return Level.EXTREME.gravity if level is None else Level(level).gravity


@condition(*LOOKED_AT)
def grave_and_not_met(file: CaseFile) -> bool:
    """Extreme or Severe stands, and the team neither met since it came on record nor is called to at once."""
    stands = standing(file)
    if stands is None or stands.level not in GRAVE or met_since(file, stands.rose):
        return False
    return not any(m.kind == MeetingKind.EMERGENCY for m in meetings_ahead(file))


@condition(Section.MEETINGS)
def meeting_ahead(file: CaseFile) -> bool:
    """A meeting about the case was called and is still to come."""
    return bool(meetings_ahead(file))


def meetings_ahead(file: CaseFile) -> list[Row]:
    """The meetings about a case that were called and are still to come; a look back at it is none."""
    return [m for m in file.sections[Section.MEETINGS] if is_ahead(m, file.now)]


def is_ahead(meeting: Row | Meeting, now: datetime) -> bool:
    """Whether a meeting about a case is still to come; a look back at it is none."""
    open_ = meeting.held_at is None and meeting.cancelled_at is None
    return bool(open_ and meeting.kind != MeetingKind.DEBRIEF and meeting.scheduled_at >= now)
