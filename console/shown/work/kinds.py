"""The kinds of what needs somebody, as people choose among them, and what is said of each."""

from collections.abc import Mapping
from enum import StrEnum

from states.casebook.reading.awaited import Awaits
from states.vocabulary.effects import Clock


class Matters(StrEnum):
    """What a matter is about, as people choose among them."""

    ALARM = "alarms"
    SCREENING = "to screen"
    MEETING = "meetings"
    INQUIRY = "sources and assessments"
    APPROVAL = "approvals and decisions"
    ACTION = "actions and check-ins"
    REFERRAL = "referrals"
    REPLY = "replies from reporters"
    REPORTER = "reporters"
    ACCOUNT = "accounts"
    STUCK = "stuck effects"
    TEAM = "the team itself"
    OTHER = "other clocks"


#: what each clock is about; those that are not here are other ones
ABOUT: Mapping[Clock, Matters] = {
    Clock.SCREENING: Matters.SCREENING,
    Clock.REOPENING: Matters.SCREENING,
    Clock.INTAKE: Matters.SCREENING,
    **dict.fromkeys(
        (
            *(Clock.FIRST_MEETING, Clock.NEXT_MEETING, Clock.ALARM_REVIEW, Clock.DEBRIEF),
            *(Clock.SEMESTER_MEETING, Clock.ANNUAL_REVIEW),
        ),
        Matters.MEETING,
    ),
    **dict.fromkeys(
        (Clock.TRAINING, Clock.READING, Clock.AGREEMENT, Clock.SHIFT_OFFER, Clock.POLICY_APPROVAL),
        Matters.TEAM,
    ),
    **dict.fromkeys((Clock.SOURCE_ANSWER, Clock.ASSESSMENT, Clock.REASSESSMENT), Matters.INQUIRY),
    **dict.fromkeys((Clock.CLEARANCE, Clock.CONFLICT, Clock.BREAK_GLASS), Matters.APPROVAL),
    **dict.fromkeys((Clock.PLAN_ACTION, Clock.CHECK_IN, Clock.TARGET_FOLLOW_UP), Matters.ACTION),
    **dict.fromkeys(
        (
            *(Clock.REFERRAL_ACKNOWLEDGEMENT, Clock.REFERRAL_DECISION, Clock.REFERRAL_COMPLETION),
            Clock.HAND_OVER,
        ),
        Matters.REFERRAL,
    ),
    Clock.REPORTER_ANSWER: Matters.REPLY,
    **dict.fromkeys(
        (
            *(Clock.VERBAL_FOLLOW_UP, Clock.TIP_FOLLOW_UP, Clock.REPORTER_CALL),
            *(Clock.REPRISAL_CHECK, Clock.REPRISAL),
        ),
        Matters.REPORTER,
    ),
}

#: what a clock says that stands for something which somebody did, as a heading
CALLED: Mapping[Clock, str] = {
    Clock.REPORTER_ANSWER: "A reporter has written",
    Clock.REPRISAL: "A reporter is treated badly",
    Clock.INTAKE: "Something came in that could not be read",
}

#: the page of a case that a clock is seen to on; those that are not here, on its first
PAGE: Mapping[Clock, str] = {Clock.REPORTER_ANSWER: "conversation"}

#: by which steps of its case a clock is stopped, as their pages are called
CLEARED_BY: Mapping[Clock, tuple[str, ...]] = {
    Clock.SCREENING: ("screen",),
    Clock.REOPENING: ("screen", "reopen"),
    Clock.TIP_FOLLOW_UP: ("screen",),
    Clock.VERBAL_FOLLOW_UP: ("waive_follow_up",),
    **dict.fromkeys((Clock.FIRST_MEETING, Clock.NEXT_MEETING), ("hold", "convene")),
    **dict.fromkeys((Clock.ALARM_REVIEW, Clock.DEBRIEF), ("hold",)),
    Clock.SOURCE_ANSWER: ("ask_again", "waive"),
    Clock.ASSESSMENT: ("record_assessment", "assess"),
    Clock.REASSESSMENT: ("record_assessment", "reassess"),
    Clock.PLAN: ("draft_plan", "activate_plan"),
    Clock.PLAN_ACTION: ("action",),
    Clock.CHECK_IN: ("check_in",),
    Clock.TARGET_FOLLOW_UP: ("target",),
    Clock.HAND_OVER: ("hand_over",),
    Clock.REPORTER_CALL: ("call",),
    **dict.fromkeys((Clock.REPRISAL_CHECK, Clock.REPRISAL), ("reprisal",)),
    Clock.UNIT: ("unit",),
    Clock.CONFLICT: ("decide_conflict",),
    Clock.BREAK_GLASS: ("review_glass",),
    **dict.fromkeys(
        (Clock.REFERRAL_ACKNOWLEDGEMENT, Clock.REFERRAL_DECISION, Clock.REFERRAL_COMPLETION), ("outcome",)
    ),
}

#: the same, of what waits besides clocks
GIVEN_BY: Mapping[Awaits, tuple[str, ...]] = {
    Awaits.MINUTES: ("hold", "move"),
    Awaits.PLAN_APPROVAL: ("approve_plan",),
    Awaits.RATING: ("rate",),
    Awaits.CONFIRMATION: ("confirm",),
    **dict.fromkeys((Awaits.NO_RISK, Awaits.LOWERING), ("concur",)),
}

#: what is said of what waits besides clocks: what it is about, what it is, what to do, why it is theirs
SAID: Mapping[Awaits, tuple[Matters, str, str, str]] = {
    Awaits.MEETING: (
        Matters.MEETING,
        "A meeting of the team",
        "Come, or say that you cannot; its papers are with the case.",
        "You are on the case.",
    ),
    Awaits.MINUTES: (
        Matters.MEETING,
        "A meeting without minutes",
        "Enter who was there and what was decided, or move it.",
        "Its time has passed, and you are on the case.",
    ),
    Awaits.PLAN_APPROVAL: (
        Matters.APPROVAL,
        "A plan waits for approval",
        "Read it, and approve it.",
        "Somebody else wrote it, so that you can approve it (W-20).",
    ),
    Awaits.RATING: (
        Matters.INQUIRY,
        "A case to rate alone",
        "Rate it before the team talks about it: you see what the others think once yours is on record.",
        "You are on the case, the team's assessment is due, and you have not rated (W-19).",
    ),
    Awaits.CONFIRMATION: (
        Matters.APPROVAL,
        "An assessment names you",
        "Read it, and confirm that you took part.",
        "It says that you took part, and you have not said so (W-19).",
    ),
    Awaits.NO_RISK: (
        Matters.APPROVAL,
        "Somebody sees no risk in a report",
        "Read it, and agree, or screen it otherwise.",
        "Somebody else screened it, so that you can agree (W-11).",
    ),
    Awaits.LOWERING: (
        Matters.APPROVAL,
        "An assessment lowers the level",
        "Read it, and agree, or file another.",
        "Somebody else filed it, so that you can agree (W-19).",
    ),
    Awaits.CLEARANCE: (
        Matters.APPROVAL,
        "A text waits for your office's word",
        "Read it, and agree or decline.",
        "It is to be told outside, and your office has to agree.",
    ),
    Awaits.UNREAD_REPORT: (
        Matters.REPORTER,
        "A report that you have not read",
        "Open the case, and see whether it changes anything.",
        "You lead the case, and it came in since you last opened it.",
    ),
}
