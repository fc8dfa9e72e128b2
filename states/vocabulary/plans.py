"""The words for what is done about a case: plans, meetings, findings."""

from enum import StrEnum


class PlanKind(StrEnum):
    """The two kinds of case management plan (W-07, W-08)."""

    THREAT_MANAGEMENT = "threat_management"
    ACTIVE_MONITORING = "active_monitoring"


class PlanTopic(StrEnum):
    """What a Threat Management Plan must address (W-10)."""

    SUBJECT = "subject"
    TARGETS = "targets"
    ESCALATION = "escalation"
    PRECIPITATING_EVENTS = "precipitating_events"


class MeasureArea(StrEnum):
    """At what a measure of a plan is aimed."""

    SUBJECT = "subject"
    TARGETS = "targets"
    ENVIRONMENT = "environment"
    PRECIPITATING_EVENTS = "precipitating_events"


class Attendance(StrEnum):
    """All that counseling tells of a referral: whether the person came (HIPAA, U-09)."""

    ATTENDED = "attended"
    NOT_ATTENDED = "not_attended"


class Finding(StrEnum):
    """What the team found of one danger when it wrote how the matter ended (W-26)."""

    DOES_NOT = "does_not"
    NO_LONGER = "no_longer"
    STILL = "still"


class MeetingKind(StrEnum):
    """Why the team meets (W-30 to W-33, U-06)."""

    EMERGENCY = "emergency"
    INITIAL = "initial"
    REVIEW = "review"
    DEBRIEF = "debrief"
    SEMESTER = "semester"
