"""The words for look-ups: kinds of sources, on what basis they are asked, what they answer."""

import re
from enum import StrEnum
from typing import Self

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class SourceKind(StrEnum):
    """What a data source answers about: one of these, or a kind of the institution's own.

    ``SourceKind("door_swipes")`` is such a kind; whether there is one, ``source_kinds`` of the policy pack
    says. What is on record of one stays readable when the pack names it no longer.
    """

    REGISTRAR = "registrar"
    HUMAN_RESOURCES = "human_resources"
    PAST_CONTACTS = "past_contacts"
    SOCIAL_MEDIA = "social_media"
    WEAPONS_REGISTRATION = "weapons_registration"
    COURT_REGISTRANTS = "court_registrants"
    PROTECTIVE_ORDERS = "protective_orders"
    DIRECTORY = "directory"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str) or not _NAME.fullmatch(value):
            return None
        own = str.__new__(cls, value)
        own._name_ = value.upper()
        own._value_ = value
        # One object for each name, as with those above: kinds are told apart by `is`, too.
        return cls._value2member_map_.setdefault(value, own)  # type: ignore[return-value]

    @property
    def is_own(self) -> bool:
        """Whether it is a kind of an institution's own."""
        return self.name not in type(self).__members__


#: the kinds whose records the institution keeps itself; all others are asked of law enforcement
RECORD_HOLDERS = frozenset({SourceKind.REGISTRAR, SourceKind.HUMAN_RESOURCES, SourceKind.DIRECTORY})


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


class LookingInto(StrEnum):
    """How far somebody has come who looks into a question to a source (P-09)."""

    BEGUN = "begun"
    FOUND = "found"
    CORRECTED = "corrected"
    TOLD = "told"
    ENDED = "ended"


class Finding(StrEnum):
    """What an inquiry into a question to a source found."""

    JUSTIFIED = "justified"
    MISTAKE = "mistake"
    MISUSE = "misuse"
    NOT_CLEARED_UP = "not_cleared_up"


class Correction(StrEnum):
    """What was done about a question to a source that should not have been put."""

    SPOKEN_WITH = "spoken_with"
    TRAINED_AGAIN = "trained_again"
    ACCESS_TAKEN = "access_taken"
    REFERRED = "referred"
    RULE_CHANGED = "rule_changed"


class Told(StrEnum):
    """Which authority was told of a question to a source that should not have been put."""

    SOURCE = "source"
    CJIS_AGENCY = "cjis_agency"
    PRIVACY_OFFICE = "privacy_office"
    NOBODY_CONCERNED = "nobody_concerned"
