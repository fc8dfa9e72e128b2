"""The words for what leaves a case: to whom, for what, by which way, and how far it has come."""

from enum import StrEnum


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
