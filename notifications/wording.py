"""How the process's terms read in a sentence: `{{ detail.clock }}` in a template prints these words."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from states.vocabulary import Clock, Danger, EffectKind, Level, MeetingKind, PlanKind, PlanTopic, ReferralKind

#: terms whose own value is not plain English; every other term prints as it is.
#: One table for each vocabulary, because two of them may spell different terms alike.
WORDS: Mapping[type, Mapping[StrEnum, str]] = {
    Level: {
        Level.NONE: "No Identified Risk",
    },
    Danger: {
        Danger.WEAPON: "weapon",
        Danger.EXPLOSIVES: "bomb or explosives",
        Danger.ASSAULT: "assault",
        Danger.NAMED_TARGET: "named target",
        Danger.SELF_HARM: "threat to self",
    },
    PlanKind: {
        PlanKind.THREAT_MANAGEMENT: "Threat Management Plan",
        PlanKind.ACTIVE_MONITORING: "Active Monitoring Plan",
    },
    PlanTopic: {
        PlanTopic.SUBJECT: "the subject",
        PlanTopic.TARGETS: "possible targets",
        PlanTopic.ESCALATION: "escalation",
        PlanTopic.PRECIPITATING_EVENTS: "precipitating events",
    },
    ReferralKind: {
        ReferralKind.CONDUCT: "a review under the handbook",
        ReferralKind.COUNSELLING: "professional counseling",
        ReferralKind.PROSECUTION: "a review of possible criminal charges",
        ReferralKind.SOCIAL_SERVICES: "support services",
        ReferralKind.PROTECTIVE_ORDER: "a copy of a protective order",
        ReferralKind.OTHER: "another step",
    },
    MeetingKind: {
        MeetingKind.EMERGENCY: "Emergency meeting",
        MeetingKind.INITIAL: "First meeting on the case",
        MeetingKind.REVIEW: "Case review",
        MeetingKind.DEBRIEF: "Debrief",
        MeetingKind.SEMESTER: "Semester meeting",
    },
    EffectKind: {
        EffectKind.COLLECT_RECORDS: "asking for records",
        EffectKind.REFRESH_RECORDS: "asking for records again",
        EffectKind.CONVENE_TEAM: "inviting the team to a meeting",
        EffectKind.CANCEL_MEETINGS: "taking back invitations to a meeting",
        EffectKind.NOTIFY_TEAM: "telling the team what happened",
        EffectKind.TELL_NEWS: "telling members the gathered news",
        EffectKind.ALERT_POLICE: "alerting the police",
        EffectKind.TELL_POLICE: "telling University Police of a threat",
        EffectKind.ROUTE_REFERRALS: "sending the referrals",
        EffectKind.SEND_OFFICE_LINK: "sending an office the link for its next answer",
        EffectKind.CONVEY_RECOMMENDATIONS: "conveying recommendations to the vice president",
        EffectKind.ASSIGN_ACTIONS: "telling the owners of the plan's actions",
        EffectKind.SCHEDULE_REASSESSMENT: "scheduling the reassessment",
        EffectKind.SCHEDULE_CHECKINS: "scheduling the check-ins",
        EffectKind.CLOSE_OUT: "closing notices and the hand-over of follow-up",
        EffectKind.REMIND: "sending a reminder",
        EffectKind.SEMESTER_REPORT: "sending the semester report",
        EffectKind.ANNUAL_REVIEW: "announcing the annual review of the plan",
        EffectKind.ANSWER_TIP_LINE: "telling a tip line that its tip was taken up",
    },
    Clock: {
        Clock.SCREENING: "a first look at the report",
        Clock.VERBAL_FOLLOW_UP: "the written follow-up to a verbal report",
        Clock.FIRST_MEETING: "the first meeting of the team",
        Clock.NEXT_MEETING: "the next meeting about the case",
        Clock.SOURCE_ANSWER: "an answer to a request for records",
        Clock.ASSESSMENT: "the assessment",
        Clock.PLAN: "the plan",
        Clock.PLAN_ACTION: "an action of the plan",
        Clock.REASSESSMENT: "the reassessment",
        Clock.HAND_OVER: "the word of whoever takes over follow-up",
        Clock.REPORTER_CALL: "a call to a reporter",
        Clock.UNIT: "the unit that the person belongs to",
        Clock.REFERRAL_ACKNOWLEDGEMENT: "an office's answer to a referral",
        Clock.REFERRAL_DECISION: "an office's decision on a referral",
        Clock.REFERRAL_COMPLETION: "the outcome of a referral",
        Clock.TIP_FOLLOW_UP: "the answer to the tip line",
        Clock.CHECK_IN: "a check-in",
        Clock.TARGET_FOLLOW_UP: "the follow-up with somebody who may be in danger",
        Clock.ORDER_EXPIRY: "the end of a protective order: ask whether it is renewed",
        Clock.ALARM_REVIEW: "the review of an alarm",
        Clock.CONFLICT: "the decision whether somebody stays kept out of a case",
        Clock.REOPENING: "the decision whether to reopen",
        Clock.DEBRIEF: "the debrief",
        Clock.RETENTION: "the decision on keeping the record",
        Clock.SEMESTER_MEETING: "the team's semester meeting",
        Clock.SEMESTER_REPORT: "the semester report",
        Clock.ANNUAL_REVIEW: "the annual review of the plan",
    },
}


def in_words(value: object) -> object:
    """Give what a template prints for a value: terms in plain English, times as people write them.

    Args:
        value: whatever stands in a template's ``{{ … }}``.
    """
    if isinstance(value, datetime):
        # the hour by hand: %-I is not everywhere
        return f"{value:%A, %B} {value.day}, {value.year}, {value.hour % 12 or 12}:{value:%M %p %Z}".rstrip()
    if isinstance(value, date):
        return f"{value:%B} {value.day}, {value.year}"
    if value is None:
        # "None" would read as a level
        return "not known yet"
    if isinstance(value, StrEnum):
        return WORDS.get(type(value), {}).get(value, value)
    return value
