"""The words for people: what they are to the institution and to the team, and who may be whom."""

from enum import StrEnum


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


class LinkStatus(StrEnum):
    """What is known about two cases that may concern one person (W-47)."""

    CANDIDATE = "candidate"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    #: somebody took back what was decided; nothing is, now
    WITHDRAWN = "withdrawn"


class MatchReason(StrEnum):
    """Why two people may be one (W-47), most telling first."""

    #: what was looked for is the case's number
    CASE_NUMBER = "case_number"
    SAME_CAMPUS_ID = "same_campus_id"
    SAME_EMPLOYEE_ID = "same_employee_id"
    SAME_EMAIL = "same_email"
    SAME_PHONE = "same_phone"
    SAME_LICENSE_PLATE = "same_license_plate"
    SAME_SOCIAL_HANDLE = "same_social_handle"
    SAME_NAME = "same_name"
    OTHER_ORDER = "same_name_in_another_order"
    NICKNAME = "nickname"
    CLOSE_SPELLING = "close_spelling"
    OTHER_SCRIPT = "another_script"
    INITIAL = "initial"
    PART_OF_NAME = "part_of_the_name"
    SAME_PLACE = "same_place"
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
    #: as a report names somebody in danger, whom nobody has confirmed yet
    NAMED_IN_DANGER = "named_in_danger"


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


class AccountChange(StrEnum):
    """What the owner of an account is told of it, as somebody else may have done it."""

    LINK_GIVEN = "link_given"
    RESET = "reset"
    SET_UP = "set_up"
    RESTS = "rests"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word of ours
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_COPIED = "passkey_copied"
    PROVIDER_LINKED = "provider_linked"


class SignInWay(StrEnum):
    """How somebody signed in."""

    PASSWORD = "password"  # noqa: S105 - a word of ours
    PASSKEY = "passkey"
    PROVIDER = "provider"


class GuestWay(StrEnum):
    """By which way somebody is let to one case for a time."""

    #: brought onto it by the chair (W-50)
    EXPERT = "expert"
    #: opened it in an emergency, with a reason
    BREAK_GLASS = "break_glass"


class Role(StrEnum):
    """What a person is to the team; a person may hold several."""

    CHAIR = "chair"
    MEMBER = "member"
    #: reads and screens what nobody leads yet, and sees no other case
    INTAKE = "intake"
    CUSTODIAN = "custodian"
    OPERATOR = "operator"
    #: stands in for the chair on a case that the chair is kept out of
    DEPUTY = "deputy"
    #: of the office outside the team; takes part only where too few of the team are left
    OUTSIDE = "outside"
    #: of no office, and sees nothing but the cases that the chair brings them onto, for a time (W-50)
    EXPERT = "expert"
    #: has opened one case in an emergency and reads it for a time; nobody is enrolled as one
    ONLOOKER = "onlooker"
    #: gives accounts of the console, and sees no content
    ADMINISTRATOR = "administrator"
    REPORTER = "reporter"
    #: sees who read what across cases, and no content
    AUDITOR = "auditor"
    #: clears what is to be released, and sees nothing else
    OFFICIAL = "official"
    SYSTEM = "system"
