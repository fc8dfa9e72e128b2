"""What reports say, and about whom."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import (
    AwareDatetime,
    Field,
    model_validator,
)

from states.calendar import moments
from states.contents.content import Content, Day, Identifier, Line, PastDay, Person, Prose, Statement, typed
from states.errors import BadInput
from states.vocabulary.cases import ReportChannel, ReprisalWord
from states.vocabulary.danger import (
    Ability,
    Behaviour,
    Danger,
    ThreatMeans,
    ThreatTiming,
)
from states.vocabulary.people import Affiliation, IdentifierKind

#: how many of those in danger a report names at most
MOST_NAMED = 20


class SubjectContent(Content):
    """The individual of concern (W-01, W-16, W-57)."""

    name: Line = ""
    #: other names that the person goes by
    also_known_as: tuple[Line, ...] = ()
    other_identification: Line = ""
    identifiers: dict[IdentifierKind, Line] = Field(default_factory=dict)
    further_identifiers: tuple[Identifier, ...] = ()
    affiliations: tuple[Affiliation, ...] = (Affiliation.UNKNOWN,)
    #: code of the administrative unit that they belong to (W-22)
    unit: Line = ""
    #: the site that counts first; and every other one where the person studies, works, lives or comes
    site: Line
    further_sites: tuple[Line, ...] = ()


class ReportContent(Content):
    """A report of concern: each field of the incident form (W-16), and how a threat was made (W-03, W-04)."""

    behaviour_of_concern: Statement
    subject: SubjectContent
    reporter: Person = Person()
    channel: ReportChannel = ReportChannel.WRITTEN
    #: the form's date and time of the behaviour, as precise as the reporter knows
    occurred_on: PastDay | None = None
    occurred_at: Line = ""
    behaviours: tuple[Behaviour, ...] = ()
    means: tuple[ThreatMeans, ...] = ()
    timing: tuple[ThreatTiming, ...] = ()
    #: whether it was only hinted at; None: nobody said
    implied: bool | None = None
    #: whether the person is able to carry the threat out; it is one either way (W-56)
    ability: Ability = Ability.UNKNOWN
    #: whether the reporter saw it themselves: an own observation is no education record (W-36); None: nobody
    #: said, so it is not taken for one
    own_observation: bool | None = None
    #: whether they would talk with the team; None: nobody said
    willing_to_talk: bool | None = None
    specific_threat_or_event: Prose = ""
    #: whether they know anybody else who may have information that would help, and whom; None: nobody said
    has_other_contact: bool | None = None
    other_contact: Person = Person()
    imminent: bool = False
    #: what makes it an emergency, where the reporter says (W-52), and the day that a threat is for
    dangers: tuple[Danger, ...] = ()
    threatened_for: Day | None = None
    #: the reporter asks that their name be kept private (W-40)
    private: bool = False
    #: of domestic violence: code of the office that took the report, and what whoever is in danger is (W-54)
    taken_by: Line = ""
    endangered: tuple[Affiliation, ...] = ()
    #: whether what was told by word was told by telephone, and not face to face (W-12)
    by_phone: bool = False
    #: whether a reporter who left an address is told by mail that the team has a question
    may_be_mailed: bool = True
    #: names of those who may be in danger, as whoever reported gives them: the team says who each is (W-53)
    endangered_names: tuple[Line, ...] = Field(default=(), max_length=MOST_NAMED)
    #: the verbal report (its id) that this written one follows up (W-12)
    follows_up: Line = ""

    @model_validator(mode="after")
    def _form_needs_a_reporter(self) -> Self:
        if self.channel is ReportChannel.FORM and not (self.reporter.name and self.reporter.phone):
            message = (
                "the incident form asks for reporter.name and reporter.phone, your name and phone number"
            )
            raise ValueError(message)
        return self


def aware(given: datetime, what: str) -> datetime:
    """A moment with its time zone.

    Args:
        given: the moment given.
        what: what it is, as a sentence's subject.

    Raises:
        BadInput: it has no time zone.
    """
    if given.tzinfo is None:
        message = f"Give {what} with its time zone, as in 2026-01-31T17:00-07:00. Nothing was written."
        raise BadInput(message)
    return given


class MessageContent(Content):
    """What the team asks a reporter, or a reporter answers."""

    text: Statement


class ReprisalContent(Content):
    """Whether a reporter is treated badly because of their report, or what was done about it (W-41)."""

    word: ReprisalWord
    #: who saw or heard it, or did something about it; empty: whoever enters it, or the reporter
    who: Line = ""
    noticed_on: PastDay | None = None
    #: what happens to them, what was done, or why they are not asked
    text: Prose = ""

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if self.word is not ReprisalWord.NOTHING and not self.text:
            raise ValueError("the field text says what happens to them, what was done, or why nobody asks")
        return self


class PrivacyTalkContent(Content):
    """What a reporter was told and said before their privacy is given up (W-40, W-58)."""

    talked_at: Annotated[AwareDatetime, typed(moments.moment)]
    #: why the privacy cannot hold, as it was told to the reporter
    told: Statement
    #: what the reporter said to it
    said: Statement
