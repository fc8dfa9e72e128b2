"""The words for danger: what somebody may do, whom it threatens, and how alarms go."""

from enum import StrEnum


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
    """Behaviors a report may name (W-04, W-54, A-04)."""

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
