"""The words for what is owed and by when: effects, notices, clocks."""

from enum import StrEnum


class EffectKind(StrEnum):
    """What a case may owe the world; each kind is done in one way, which the catalog of flows names."""

    COLLECT_RECORDS = "collect_records"
    REFRESH_RECORDS = "refresh_records"
    CONVENE_TEAM = "convene_team"
    CANCEL_MEETINGS = "cancel_meetings"
    NOTIFY_TEAM = "notify_team"
    TELL_NEWS = "tell_news"
    ALERT_POLICE = "alert_police"
    TELL_POLICE = "tell_police"
    ROUTE_REFERRALS = "route_referrals"
    CONVEY_RECOMMENDATIONS = "convey_recommendations"
    SEND_OFFICE_LINK = "send_office_link"
    ASK_CLEARANCE = "ask_clearance"
    ASSIGN_ACTIONS = "assign_actions"
    SCHEDULE_REASSESSMENT = "schedule_reassessment"
    SCHEDULE_CHECKINS = "schedule_checkins"
    CLOSE_OUT = "close_out"
    REMIND = "remind"
    SEMESTER_REPORT = "semester_report"
    ANNUAL_REVIEW = "annual_review"
    ANSWER_TIP_LINE = "answer_tip_line"
    MAIL_ANCHOR = "mail_anchor"
    STAMP_ANCHOR = "stamp_anchor"
    TELL_ACCOUNT = "tell_account"
    TELL_REPORTER = "tell_reporter"


class EffectStatus(StrEnum):
    """How far an effect has come."""

    PENDING = "pending"
    CLAIMED = "claimed"
    DONE = "done"
    STUCK = "stuck"


class DeadlineStage(StrEnum):
    """What has been done about a deadline so far."""

    OPEN = "open"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    STUCK = "stuck"


class NoticeStatus(StrEnum):
    """Whether a notice has been handed over to its channel."""

    #: it waits to be told together with others
    GATHERED = "gathered"
    PREPARED = "prepared"
    #: on its way by a channel that cannot tell a message that comes twice (SMS, chat): nobody sends it again
    LEAVING = "leaving"
    SENT = "sent"
    #: it left by such a channel, and whether it arrived nobody knows
    MAYBE_SENT = "maybe_sent"
    #: not sent, since whoever it was for is kept out of the case, or has left and another is told
    WITHDRAWN = "withdrawn"
    #: it was handed over, and a mail system said later that it could not deliver it
    NOT_DELIVERED = "not_delivered"


class NoticeNews(StrEnum):
    """What a machine says of a notice that was handed over to mail."""

    FAILED = "failed"
    #: it could not be delivered yet, and is tried again
    DELAYED = "delayed"
    DELIVERED = "delivered"
    #: an absence notice, a receipt
    ANSWER = "answer"


class Clock(StrEnum):
    """The clocks the process names; the policy pack says how long each one runs."""

    SCREENING = "screening"
    #: what came in at a door and could not be read: a person has to
    INTAKE = "intake"
    VERBAL_FOLLOW_UP = "verbal_follow_up"
    FIRST_MEETING = "first_meeting"
    NEXT_MEETING = "next_meeting"
    SOURCE_ANSWER = "source_answer"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    PLAN_ACTION = "plan_action"
    REASSESSMENT = "reassessment"
    UNIT = "unit"
    HAND_OVER = "hand_over"
    REPORTER_CALL = "reporter_call"
    #: somebody who reported has answered, and the team has not read it yet
    REPORTER_ANSWER = "reporter_answer"
    #: whoever reported is to be asked whether they are treated badly because of it
    REPRISAL_CHECK = "reprisal_check"
    #: somebody who reported is treated badly because of it, and nobody has done anything about it
    REPRISAL = "reprisal"
    #: the word of an office on a text that is to be told outside
    CLEARANCE = "clearance"
    REFERRAL_ACKNOWLEDGEMENT = "referral_acknowledgement"
    REFERRAL_DECISION = "referral_decision"
    REFERRAL_COMPLETION = "referral_completion"
    TIP_FOLLOW_UP = "tip_follow_up"
    CHECK_IN = "check_in"
    TARGET_FOLLOW_UP = "target_follow_up"
    ORDER_EXPIRY = "order_expiry"
    ALARM_REVIEW = "alarm_review"
    #: the decision whether somebody held back by a name alone stays kept out
    CONFLICT = "conflict"
    #: somebody else's word on whether a case was rightly opened in an emergency
    BREAK_GLASS = "break_glass"
    REOPENING = "reopening"
    DEBRIEF = "debrief"
    RETENTION = "retention"
    SEMESTER_MEETING = "semester_meeting"
    SEMESTER_REPORT = "semester_report"
    ANNUAL_REVIEW = "annual_review"
    #: a training of a member's own lapses
    TRAINING = "training"
    #: a change of law or policy that a member has not confirmed to have read
    READING = "reading"
    #: an agreement with another agency ends
    AGREEMENT = "agreement"
    #: a shift on call that somebody is asked to take over
    SHIFT_OFFER = "shift_offer"
    #: a version of the policy in force that the body which has its final approval has not approved
    POLICY_APPROVAL = "policy_approval"
