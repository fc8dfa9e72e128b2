"""The words for a case: its states, its levels, its reports, and how cases lie beside each other."""

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
    """The team's classification of the behavior (W-05), gravest first."""

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


class ReportStanding(StrEnum):
    """Whether a report counts in the case that it is in (W-41, W-47)."""

    STANDS = "stands"
    #: it is about somebody else, and counts in another case now
    MOVED = "moved"
    #: whoever made it took it back, or it was entered by mistake
    WITHDRAWN = "withdrawn"
    #: it was made in bad faith, as two members found
    FALSE = "deliberately_false"


class ReprisalWord(StrEnum):
    """What is put on record while the team watches for reprisal against whoever reported (W-41)."""

    #: they say that they are treated badly because of their report
    SAID = "said"
    #: somebody else saw or heard it
    SEEN = "seen"
    #: they were asked, and say that nobody treats them badly
    NOTHING = "nothing"
    #: they are not asked, for a reason
    NOT_ASKED = "not_asked"
    #: somebody did something about it
    ACTED = "acted"


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


class FactorKind(StrEnum):
    """What a factor tells of (A-02, A-03): risk over time, change, or what protects."""

    STATIC = "static"
    DYNAMIC = "dynamic"
    PROTECTIVE = "protective"
