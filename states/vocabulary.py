"""The words on screen: every closed set of terms the process uses, as enumerations.

Terms that differ from one institution to the next (offices, sites, levels' criteria) are not here: they are
entries of a policy pack, see :mod:`states.policy`.
"""

from enum import StrEnum


class CaseState(StrEnum):
    """Where a case stands. The order is the ordinary course of a case."""

    REPORTED = "Reported"
    INQUIRY = "Inquiry"
    ASSESSED = "Assessed"
    PLAN = "Plan"
    MONITORING = "Monitoring"
    REINTEGRATION = "Reintegration"
    CLOSED = "Closed"


class Level(StrEnum):
    """The team's classification of the behaviour (W-05), gravest first."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    ELEVATED = "Elevated"
    MODERATE = "Moderate"
    MILD = "Mild"
    NONE = "None"

    @classmethod
    def _missing_(cls, value: object) -> "Level | None":
        """A level, however its letters are written."""
        folded = str(value).strip().casefold()
        return next((level for level in cls if level.casefold() == folded), None)

    @property
    def gravity(self) -> int:
        """How grave the level is: 0 for None up to 5 for Extreme."""
        return len(Level) - 1 - list(Level).index(self)


class Affiliation(StrEnum):
    """What the subject is to the institution (W-01, W-57); a person may be several of these.

    The order is the one by which a referral's route is chosen for somebody who is several.
    """

    STUDENT = "student"
    FACULTY = "faculty"
    STAFF = "staff"
    LEASED = "leased_employee"
    CONTRACT = "contract_employee"
    FORMER = "former_employee"
    RESIDENT_FAMILY = "resident_family"
    CUSTOMER = "customer"
    VISITOR = "visitor"
    STRANGER = "stranger"
    UNKNOWN = "unknown"


class ReportStanding(StrEnum):
    """Whether a report counts in the case that it is in (W-41, W-47)."""

    STANDS = "stands"
    #: it is about somebody else, and counts in another case now
    MOVED = "moved"
    #: whoever made it took it back, or it was entered by mistake
    WITHDRAWN = "withdrawn"
    #: it was made in bad faith, as two members found
    FALSE = "deliberately_false"


class Relation(StrEnum):
    """What two cases of different people have to do with each other."""

    ACTING_TOGETHER = "acting_together"
    #: the person of the first is in danger from the person of the second
    TARGET_OF = "target_of"
    #: the person of the first made a deliberately false report about the person of the second (W-41)
    FALSE_REPORT_ON = "false_report_on"
    OTHER = "other"


class ReportChannel(StrEnum):
    """How a report of concern came in (W-12, W-16, M-01, P-02)."""

    WRITTEN = "written"
    VERBAL = "verbal"
    FORM = "form"
    TIP_LINE = "tip_line"
    PAPER = "paper"
    SECURITY_AUTHORITY = "campus_security_authority"


class ThreatMeans(StrEnum):
    """How a threat was made (W-03)."""

    IN_PERSON = "in_person"
    THROUGH_ANOTHER = "through_another"
    WRITING = "writing"
    PHONE = "phone"
    MAIL = "mail"
    ELECTRONIC = "electronic"
    OTHER = "other"


class ThreatTiming(StrEnum):
    """For when a threat was made (W-03)."""

    PRESENT = "present"
    FUTURE = "future"
    CONDITIONAL = "conditional"


class Ability(StrEnum):
    """Whether the person has the ability to carry a threat out; it counts as a threat either way (W-56)."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Behaviour(StrEnum):
    """Behaviours a report may name (W-04, W-54, A-04)."""

    THREATENING = "threatening"
    VIOLENT = "violent"
    STALKING = "stalking"
    DOMESTIC_VIOLENCE = "domestic_violence"
    HATE_SPEECH = "hate_speech"
    JOKING_THREAT = "joking_threat"
    IMPLICIT_THREAT = "implicit_threat"
    USE_OF_OBJECT = "use_of_object"
    BULLYING = "bullying"
    SELF_HARM = "self_harm"
    FACULTY_MISCONDUCT = "faculty_misconduct"
    DELINQUENCY = "delinquency"
    OTHER = "other"


class Danger(StrEnum):
    """What makes a situation an emergency: the plan's own examples (W-52), told by alerts."""

    WEAPON = "weapon"
    EXPLOSIVES = "explosives"
    ASSAULT = "assault"
    NAMED_TARGET = "named_target"
    SELF_HARM = "self_harm"


class AlarmCause(StrEnum):
    """What sounded an alarm (W-13)."""

    #: somebody raised it
    RAISED = "raised"
    IMMINENT_REPORT = "imminent_report"
    SCREENED = "screened"
    ASSESSED = "assessed"
    #: the person is known to be at another site, too
    FURTHER_SITE = "further_site"


class Called(StrEnum):
    """Whom a step of a call chain calls (W-13, W-14, U-12, U-15)."""

    UNIVERSITY_POLICE = "university_police"
    #: whoever answers an emergency at the site: its local law enforcement, or University Police
    SITE_POLICE = "site_police"
    #: whoever is on call now; nobody on the roster: the chair
    ON_CALL = "on_call"
    LEAD = "lead"
    CHAIR = "chair"
    #: every member of the team
    TEAM = "team"


class Via(StrEnum):
    """Through which kind of channel a call goes; two of them do not share a failure."""

    MAIL = "mail"
    #: SMS, push or chat: everything that is not mail
    TEXT = "text"


class CallStatus(StrEnum):
    """How far one call of an alarm has come."""

    OWED = "owed"
    SENT = "sent"
    #: there is no address of that kind
    NO_ADDRESS = "no_address"
    #: it did not go out any more: somebody had taken over, or a newer alarm goes on in its place
    ENDED = "ended"


class AnswerWay(StrEnum):
    """How somebody said that they took over."""

    LINK = "link"
    REPLY = "reply"
    TEAM = "team"


class Condition(StrEnum):
    """The subject's condition as the team observed it (W-06)."""

    DISTRESS = "distress"
    DISTURBANCE = "disturbance"
    DYSREGULATION = "dysregulation"


class Endangered(StrEnum):
    """As what somebody may be in danger (W-53)."""

    TARGET = "target"
    VICTIM = "victim"
    AFFECTED_STAFF = "affected_staff"


class TargetStepKind(StrEnum):
    """What is put on record about somebody in danger (W-53)."""

    MEASURE = "measure"
    FOLLOW_UP = "follow_up"
    WAIVED = "waived"


class FactorKind(StrEnum):
    """What a factor tells of (A-02, A-03): risk over time, change, or what protects."""

    STATIC = "static"
    DYNAMIC = "dynamic"
    PROTECTIVE = "protective"


class IdentifierKind(StrEnum):
    """What a record about a subject can be found by, most certain first; a campus identifier is certain."""

    CAMPUS_ID = "campus_id"
    EMPLOYEE_ID = "employee_id"
    EMAIL = "email"
    PHONE = "phone"
    LICENSE_PLATE = "license_plate"
    SOCIAL_HANDLE = "social_handle"
    NAME = "name"
    DATE_OF_BIRTH = "date_of_birth"
    #: where something happened, or where the subject lives or works
    PLACE = "place"
    #: the day something happened, an ISO 8601 date
    OCCURRED_ON = "occurred_on"


class SourceKind(StrEnum):
    """What a data source answers about."""

    REGISTRAR = "registrar"
    HUMAN_RESOURCES = "human_resources"
    PAST_CONTACTS = "past_contacts"
    SOCIAL_MEDIA = "social_media"
    WEAPONS_REGISTRATION = "weapons_registration"
    COURT_REGISTRANTS = "court_registrants"
    PROTECTIVE_ORDERS = "protective_orders"
    DIRECTORY = "directory"


class LegalBasis(StrEnum):
    """What permits a look-up or a disclosure."""

    SCHOOL_OFFICIAL = "ferpa_school_official"  # 34 CFR 99.31(a)(1)
    HEALTH_OR_SAFETY = "ferpa_health_or_safety"  # 34 CFR 99.36
    EMPLOYMENT = "employment_need_to_know"
    PARTNER_AGREEMENT = "law_enforcement_partner"
    CONSENT = "consent"
    COURT_ORDER = "court_order"  # 34 CFR 99.31(a)(9)
    #: what leaves is no education record: an own observation (W-36), or only that there is a case
    NO_RECORD = "no_education_record"


class RecipientKind(StrEnum):
    """Who may be told something: what the disclosure gate decides by (W-35 to W-39)."""

    TEAM = "team"
    OFFICE = "office"  # of the institution: a school official with a legitimate educational interest
    RECORD_HOLDER = "record_holder"  # a source that is asked: registrar, human resources, directory
    PARTNER = "partner"  # a law-enforcement partner that runs a query for the team
    POLICE = "police"  # whoever answers an emergency at a site
    COUNSELOR = "counselor"
    PROSECUTOR = "prosecutor"
    SOCIAL_SERVICES = "social_services"  # helpers outside the institution
    REPORTER = "reporter"
    PARENT = "parent"
    MEDIA = "media"
    TIP_LINE = "tip_line"
    COURT = "court"
    ANYBODY = "anybody"  # whoever else asks: a neighbor, an employer, a landlord


class Purpose(StrEnum):
    """What something is disclosed for."""

    LOOK_UP = "look_up"
    REFERRAL = "referral"
    NOTICE = "notice"
    EMERGENCY = "emergency"
    FOLLOW_UP = "follow_up"
    EXPORT = "export"


class Disclosed(StrEnum):
    """What is disclosed, from the least to the most."""

    #: counts, in which nobody is to be found
    STATISTICS = "statistics"
    CASE_NUMBER = "case_number"
    CASE_STATUS = "case_status"
    #: what makes an alarm one: the campus, the danger as a code, the day it is for
    EMERGENCY_FACTS = "emergency_facts"
    IDENTIFIERS = "identifiers"
    #: how somebody is reached: a phone number, a mailbox
    CONTACT = "contact"
    RECOMMENDATION = "recommendation"
    #: what somebody saw or heard themselves, which is no education record (W-36)
    OBSERVATION = "observation"
    DISPOSITION = "disposition"
    PROTECTIVE_ORDER = "protective_order"
    EDUCATION_RECORD = "education_record"
    CASE_FILE = "case_file"


class AnswerStatus(StrEnum):
    """How a source answered. The five (and a request not yet answered) stay distinct for ever."""

    ASKED = "asked"
    FOUND = "found"
    NOT_FOUND = "not_found"
    PENDING = "pending"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    WAIVED = "waived"


class Oddity(StrEnum):
    """What somebody should look into about a question to a source (P-03)."""

    NO_CASE = "no_case"
    CLOSED_CASE = "closed_case"
    REPEATED_PERSON = "repeated_person"
    OUTSIDE_DUTY = "outside_duty"
    NOT_ON_CASE = "requester_not_on_case"


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


class ReferralKind(StrEnum):
    """Where a case may be referred (W-22 to W-25, A-05)."""

    CONDUCT = "conduct"
    COUNSELLING = "counselling"
    PROSECUTION = "prosecution"
    SOCIAL_SERVICES = "social_services"
    #: a copy of a protective order, to the police of a site (W-42): sent when the order is put on file
    PROTECTIVE_ORDER = "protective_order"
    OTHER = "other"


class ReferralStatus(StrEnum):
    """How far a referral has come."""

    DRAFTED = "drafted"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    COMPLETED = "completed"
    #: the office stayed silent to the end
    EXPIRED = "expired"


class Attendance(StrEnum):
    """All that counseling tells of a referral: whether the person came (HIPAA, U-09)."""

    ATTENDED = "attended"
    NOT_ATTENDED = "not_attended"


class Finding(StrEnum):
    """What the team found of one danger when it wrote how the matter ended (W-26)."""

    DOES_NOT = "does_not"
    NO_LONGER = "no_longer"
    STILL = "still"


class ReleaseStatus(StrEnum):
    """How far a text has come that is to be told outside."""

    DRAFTED = "drafted"
    AGREED = "agreed"
    DECLINED = "declined"
    TOLD = "told"


class CallOutcome(StrEnum):
    """What came of phoning a reporter whom no message reaches (W-27)."""

    TOLD = "told"
    NOT_REACHED = "not_reached"
    DOES_NOT_WISH = "does_not_wish"
    NO_WAY_TO_REACH = "no_way_to_reach"


class MeetingKind(StrEnum):
    """Why the team meets (W-30 to W-33, U-06)."""

    EMERGENCY = "emergency"
    INITIAL = "initial"
    REVIEW = "review"
    DEBRIEF = "debrief"
    SEMESTER = "semester"


class EffectKind(StrEnum):
    """What a case may owe the world; each is done by one Prefect flow."""

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
    #: not sent, since whoever it was for is kept out of the case
    WITHDRAWN = "withdrawn"


class LinkStatus(StrEnum):
    """What is known about two cases that may concern one person (W-47)."""

    CANDIDATE = "candidate"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    #: somebody took back what was decided; nothing is, now
    WITHDRAWN = "withdrawn"


class MatchReason(StrEnum):
    """Why two people may be one (W-47), most telling first."""

    SAME_CAMPUS_ID = "same_campus_id"
    SAME_EMPLOYEE_ID = "same_employee_id"
    SAME_EMAIL = "same_email"
    SAME_LICENSE_PLATE = "same_license_plate"
    SAME_SOCIAL_HANDLE = "same_social_handle"
    SAME_NAME = "same_name"
    OTHER_ORDER = "same_name_in_another_order"
    NICKNAME = "nickname"
    CLOSE_SPELLING = "close_spelling"
    OTHER_SCRIPT = "another_script"
    INITIAL = "initial"
    PART_OF_NAME = "part_of_the_name"
    OTHER_SITE = "another_site"
    #: against it: campus or employee identifiers differ
    OTHER_IDENTIFIER = "another_campus_or_employee_id"
    BY_HAND = "linked_by_hand"


class PersonRole(StrEnum):
    """What somebody who is in the index is to the case that they are found in."""

    SUBJECT = "subject"
    #: as a report gives the subject, on which nobody has decided yet
    REPORTED = "reported"
    TARGET = "target"


class ConflictRole(StrEnum):
    """What a member may be in a case, so that they are kept out of it (W-39, W-40)."""

    SUBJECT = "subject"
    REPORTER = "reporter"
    #: somebody who may be in danger, or whom an order protects
    TARGET = "target"
    #: by their own word, or by the chair's
    DECLARED = "declared"


class ConflictMatch(StrEnum):
    """What a conflict of interest was found by; a name alone is not certain."""

    IDENTIFIER = "identifier"
    MAILBOX = "mailbox"
    NAME = "name"
    DECLARED = "declared"


class ConflictStatus(StrEnum):
    """What has been decided on a conflict of interest; until it is lifted, the member is kept out."""

    #: found by a name alone: kept out until somebody decides
    HELD = "held"
    KEPT_OUT = "kept_out"
    LIFTED = "lifted"


class Verdict(StrEnum):
    """What became of one row of an imported log."""

    CONCERN = "report_of_concern"
    NOT_OF_CONCERN = "not_of_concern"
    NEEDS_A_PERSON = "needs_a_person"


class Role(StrEnum):
    """What a person is to the team; a person may hold several."""

    CHAIR = "chair"
    MEMBER = "member"
    CUSTODIAN = "custodian"
    OPERATOR = "operator"
    #: stands in for the chair on a case that the chair is kept out of
    DEPUTY = "deputy"
    #: of the office outside the team; takes part only where too few of the team are left
    OUTSIDE = "outside"
    REPORTER = "reporter"
    #: clears what is to be released, and sees nothing else
    OFFICIAL = "official"
    SYSTEM = "system"


class Clock(StrEnum):
    """The clocks the process names; the policy pack says how long each one runs."""

    SCREENING = "screening"
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
    REOPENING = "reopening"
    DEBRIEF = "debrief"
    RETENTION = "retention"
    SEMESTER_MEETING = "semester_meeting"
    SEMESTER_REPORT = "semester_report"
    ANNUAL_REVIEW = "annual_review"
