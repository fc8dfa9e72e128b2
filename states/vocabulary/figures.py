"""The words for figures: what is counted, what it is counted by, and how long things took."""

from enum import StrEnum


class Chart(StrEnum):
    """What is counted for the team to learn from (W-48, M-05), in the order in which it is shown."""

    CHANNELS = "channels"
    REPEATS = "repeats"
    LEVELS = "levels"
    ALARMS = "alarms"
    TO_SCREEN = "to_screen"
    TO_MEET = "to_meet"
    TO_ASSESS = "to_assess"
    TO_CLOSE = "to_close"
    CLOCKS = "clocks"
    REFERRALS = "referrals"


class Grouping(StrEnum):
    """What figures are broken down by, one at a time."""

    NONE = "none"
    SITE = "site"
    AFFILIATION = "affiliation"


class Told(StrEnum):
    """Which report about a person one is."""

    FIRST = "first_report"
    AGAIN = "repeat_report"


class Kept(StrEnum):
    """Whether a clock was kept."""

    IN_TIME = "in_time"
    LATE = "late"


class Lapse(StrEnum):
    """How long something took."""

    A_DAY = "within_a_day"
    THREE_DAYS = "within_3_days"
    A_WEEK = "within_a_week"
    THIRTY_DAYS = "within_30_days"
    LONGER = "longer"


class Unshown(StrEnum):
    """Why a number is not shown."""

    #: it is about fewer than five people
    FEW = "fewer_than_5"
    #: it is, or a number under five could be worked out from it and others
    KEPT_BACK = "kept_back"
