"""How the process's terms read in a sentence: `{{ detail.clock }}` in a template prints these words."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from states.vocabulary.cases import Level
from states.vocabulary.danger import Danger
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.leaving import RecipientKind, ReferralKind
from states.vocabulary.people import AccountChange, SignInWay
from states.vocabulary.plans import MeetingKind, PlanKind, PlanTopic
from states.vocabulary.times import at_time, in_full

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
    RecipientKind: {
        RecipientKind.TEAM: "the team",
        RecipientKind.RECORD_HOLDER: "an office that keeps records",
        RecipientKind.PARTNER: "a law-enforcement partner",
        RecipientKind.TIP_LINE: "a tip line",
        RecipientKind.PARENT: "a parent",
        RecipientKind.MEDIA: "the media",
        RecipientKind.COURT: "a court",
        RecipientKind.OFFICE: "an office",
        RecipientKind.POLICE: "the police",
        RecipientKind.COUNSELOR: "a counselor",
        RecipientKind.REPORTER: "the person who reported",
        RecipientKind.PROSECUTOR: "a prosecutor",
        RecipientKind.SOCIAL_SERVICES: "community social services",
        RecipientKind.ANYBODY: "somebody outside",
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
    SignInWay: {
        SignInWay.PASSWORD: "a password and a code",
        SignInWay.PASSKEY: "a passkey",
        SignInWay.PROVIDER: "the institution's sign-in",
    },
    AccountChange: {
        AccountChange.RESET: "nothing that signed you in works any more, and a new link was given",
        AccountChange.LINK_GIVEN: "a link was given by which your account can be set up, or set up anew",
        AccountChange.SET_UP: "your account was set up, with a password and a phone",
        AccountChange.PASSWORD_CHANGED: "your password was changed, and your other sessions were ended",
        AccountChange.PASSKEY_ADDED: "a passkey was added, which signs in as you",
        AccountChange.PASSKEY_REMOVED: "a passkey was removed, and does not sign in any more",
        AccountChange.PASSKEY_COPIED: (
            "a passkey was used of which there seems to be a copy: it was removed, and nobody was signed in"
        ),
        AccountChange.PROVIDER_LINKED: "it was linked to your institution's sign-in",
        AccountChange.RESTS: "somebody failed several times to sign in as you; for now your account rests",
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
        EffectKind.ASK_CLEARANCE: "asking an office for its word on a text that is to be told outside",
        EffectKind.CONVEY_RECOMMENDATIONS: "conveying recommendations to the vice president",
        EffectKind.ASSIGN_ACTIONS: "telling the owners of the plan's actions",
        EffectKind.SCHEDULE_REASSESSMENT: "scheduling the reassessment",
        EffectKind.SCHEDULE_CHECKINS: "scheduling the check-ins",
        EffectKind.CLOSE_OUT: "closing notices and the hand-over of follow-up",
        EffectKind.REMIND: "sending a reminder",
        EffectKind.SEMESTER_REPORT: "sending the semester report",
        EffectKind.ANNUAL_REVIEW: "announcing the annual review of the plan",
        EffectKind.ANSWER_TIP_LINE: "telling a tip line that its tip was taken up",
        EffectKind.MAIL_ANCHOR: "mailing an anchor of the record to whoever keeps it",
        EffectKind.TELL_REPORTER: "telling a reporter that the team has a question",
        EffectKind.TELL_ACCOUNT: "telling a member what was done about their account",
        EffectKind.STAMP_ANCHOR: "having an anchor of the record time-stamped",
    },
    Clock: {
        Clock.SCREENING: "a first look at the report",
        Clock.INTAKE: "what came in and could not be read",
        Clock.VERBAL_FOLLOW_UP: "the written follow-up to a verbal report",
        Clock.FIRST_MEETING: "the first meeting of the team",
        Clock.NEXT_MEETING: "the next meeting about the case",
        Clock.SOURCE_ANSWER: "an answer to a request for records",
        Clock.ASSESSMENT: "the assessment",
        Clock.PLAN: "the plan",
        Clock.PLAN_ACTION: "an action that was agreed on",
        Clock.REASSESSMENT: "the reassessment",
        Clock.HAND_OVER: "the word of whoever takes over follow-up",
        Clock.REPORTER_CALL: "a call to a reporter",
        Clock.REPORTER_ANSWER: "what a reporter answered",
        Clock.REPRISAL_CHECK: "whether a reporter is treated badly because of their report",
        Clock.REPRISAL: "what is done for a reporter who is treated badly",
        Clock.UNIT: "the unit that the person belongs to",
        Clock.CLEARANCE: "an office's word on a text that is to be told outside",
        Clock.REFERRAL_ACKNOWLEDGEMENT: "an office's answer to a referral",
        Clock.REFERRAL_DECISION: "an office's decision on a referral",
        Clock.REFERRAL_COMPLETION: "the outcome of a referral",
        Clock.TIP_FOLLOW_UP: "the answer to the tip line",
        Clock.CHECK_IN: "a check-in",
        Clock.TARGET_FOLLOW_UP: "the follow-up with somebody who may be in danger",
        Clock.ORDER_EXPIRY: "the end of a protective order: ask whether it is renewed",
        Clock.ALARM_REVIEW: "the review of an alarm",
        Clock.CONFLICT: "the decision whether somebody stays kept out of a case",
        Clock.BREAK_GLASS: "the review of a case that somebody opened in an emergency",
        Clock.REOPENING: "the decision whether to reopen",
        Clock.DEBRIEF: "the debrief",
        Clock.RETENTION: "the decision on keeping the record",
        Clock.SEMESTER_MEETING: "the team's semester meeting",
        Clock.SEMESTER_REPORT: "the semester report",
        Clock.ANNUAL_REVIEW: "the annual review of the plan",
        Clock.TRAINING: "a training that has to be had",
        Clock.READING: "a change of law or policy that is to be read",
        Clock.AGREEMENT: "the end of an interagency agreement",
        Clock.SHIFT_OFFER: "a shift on call that you are asked to take over",
        Clock.POLICY_APPROVAL: "the approval of the version of the plan in force",
    },
}

#: what whoever a clock is for has to do: a reminder says it above the link to where it is done
TO_DO: Mapping[Clock, str] = {
    Clock.SCREENING: "Read the report, and give it a provisional level and why.",
    Clock.INTAKE: "Read it, then enter it as a report or set it aside.",
    Clock.VERBAL_FOLLOW_UP: "Have it written down, or say why not.",
    Clock.FIRST_MEETING: "Call it, or enter that it was held.",
    Clock.NEXT_MEETING: "Call it, or enter that it was held.",
    Clock.SOURCE_ANSWER: "Phone the source, have it asked again, or go on without.",
    Clock.ASSESSMENT: "File the team's assessment and put it in force.",
    Clock.PLAN: "Draft the plan, have it approved, and put it into action.",
    Clock.PLAN_ACTION: "Do it, and say that it is done.",
    Clock.REASSESSMENT: "Look at the case again as a team, and file what you find.",
    Clock.HAND_OVER: "Ask them whether they took over, and enter it.",
    Clock.REPORTER_ANSWER: "Read it, then ask on or say that you read it.",
    Clock.REPORTER_CALL: "Call the reporter, and enter what came of it.",
    Clock.REPRISAL_CHECK: "Ask the reporter whether anybody treats them badly, and enter what they say.",
    Clock.REPRISAL: "Speak with them, refer it or agree on an action, and enter what was done.",
    Clock.UNIT: "Say which unit the person belongs to.",
    Clock.CLEARANCE: "Phone the office: its people read the text and agree or decline, by name.",
    Clock.REFERRAL_ACKNOWLEDGEMENT: "Phone the office, and enter what it says.",
    Clock.REFERRAL_DECISION: "Phone the office, and enter what it says.",
    Clock.REFERRAL_COMPLETION: "Phone the office, and enter what it says.",
    Clock.TIP_FOLLOW_UP: "Take the tip up by screening the report.",
    Clock.CHECK_IN: "Hold the check-in, and say how it went or why it is waived.",
    Clock.TARGET_FOLLOW_UP: "Speak with them, and enter how it went.",
    Clock.ORDER_EXPIRY: "Ask whether it is renewed; then enter its new date or its end.",
    Clock.ALARM_REVIEW: "Look at the alarm as a team, and enter the meeting.",
    Clock.CONFLICT: "Decide whether they are kept out of the case.",
    Clock.BREAK_GLASS: "See who opened it and why, and say whether that was justified.",
    Clock.REOPENING: "Screen the new report, and reopen if need be.",
    Clock.DEBRIEF: "Look back as a team, and enter the suggestions.",
    Clock.RETENTION: "Erase the record if it is no longer needed.",
    Clock.SEMESTER_MEETING: "Hold the semester's meeting, and enter it.",
    Clock.SEMESTER_REPORT: "Write the report, and have somebody else approve it.",
    Clock.ANNUAL_REVIEW: "Review the plan with the team, and enter the review.",
    Clock.TRAINING: "Have the training, and enter when and where.",
    Clock.READING: "Read what changed, and confirm that you did.",
    Clock.AGREEMENT: "Renew the agreement or end it, and enter which.",
    Clock.SHIFT_OFFER: "Take the shift over, or decline it.",
    Clock.POLICY_APPROVAL: "Have it approved, and enter who did; cases go on meanwhile.",
}


def in_words(value: object) -> object:
    """Give what a template prints for a value: terms in plain English, times as people write them.

    Args:
        value: whatever stands in a template's ``{{ … }}``.
    """
    if isinstance(value, datetime):
        if value.time() == time.min:
            # Nobody knows which of two nights 12:00 AM is.
            return f"the beginning of {in_full(value)} {value:%Z}".rstrip()
        return f"{in_full(value)}, {at_time(value)}"
    if isinstance(value, date):
        return in_full(value, weekday=False)
    if value is None:
        # "None" would read as a level
        return "not known yet"
    if isinstance(value, StrEnum):
        return WORDS.get(type(value), {}).get(value, value)
    return value


def by_when(value: object) -> object:
    """What a template prints for a time by which something is due, or until which it lasts.

    Midnight ends the day before, as the console has it: ``end of Wednesday, December 2, 2026 MST``.

    Args:
        value: whatever stands before ``| due``.
    """
    if not isinstance(value, datetime) or value.time() != time.min:
        return in_words(value)
    return f"end of {in_full(value - timedelta(days=1))} {value:%Z}".rstrip()
