"""What is written at the end of a case."""

from typing import Self

from pydantic import (
    Field,
    model_validator,
)

from states.contents.content import Content, Line, Prose, Statement
from states.vocabulary.leaving import CallOutcome
from states.vocabulary.plans import Finding


class FollowUpContent(Content):
    """Follow-up that passes to one named person when the case is closed (W-28)."""

    #: code of the office that the person is at
    office: Line
    name: Line = Field(min_length=1)
    #: a mail address of their own; empty: the office's
    address: Line = ""
    phone: Line = ""
    #: what they take over
    what: Statement


class DispositionContent(Content):
    """How the matter ended, what the reporter may be told, and who follows up (W-26 to W-28)."""

    text: Statement
    tell_reporter: bool = True
    #: what the reporter is told beyond that the matter is concluded, in words that tell of nobody's record
    to_reporter: Prose = ""
    #: whether the person poses a threat of violence (W-26)
    threat: Finding | None = None
    #: whether the person poses a risk of significant disruption (W-26)
    disruption: Finding | None = None
    follow_up: tuple[FollowUpContent, ...] = ()
    #: why nobody has to follow up
    no_follow_up_because: Prose = ""

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if self.follow_up and self.no_follow_up_because:
            message = "name who follows up, or say why nobody has to, but not both"
            raise ValueError(message)
        return self


class TakeOverContent(Content):
    """Who took an alarm over, for which agency, and what they said."""

    who: Line
    agency: Line = ""
    said: Prose = ""


class CallEntry(Content):
    """What came of phoning a reporter, as it is corrected (W-27); None: nobody has called."""

    outcome: CallOutcome | None = None
