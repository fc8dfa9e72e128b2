"""Entries of a policy pack on places and people: sites, offices, units, the team, who is called."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from states.policy.terms import (
    COUNTRY,
    Address,
    ClockTime,
    Code,
    Domain,
    Entry,
    Phone,
    Span,
    Strict,
    Text,
)
from states.vocabulary.danger import Behaviour, Called, Danger, Via


class PoliceContact(Entry):
    """Who answers an emergency at a site (W-14), and who takes a report that is none (W-15)."""

    name: Text
    emergency_phones: Annotated[tuple[Phone, ...], Field(min_length=1)]
    nonemergency_phones: Annotated[tuple[Phone, ...], Field(min_length=1)]
    address: Address
    #: further addresses for emergencies: at least one that does not go by mail
    also: tuple[Address, ...] = ()
    #: where codes go for what links to them show; None: the way of `also` by which a link did not come
    codes_to: Address | None = None
    #: the institution's own police
    own: bool


class MeetingTerms(Entry):
    """When and where people of a site meet: office hours on working days, HH:MM in the site's time."""

    opens: ClockTime
    closes: ClockTime
    #: how long ahead an ordinary meeting is called
    notice: Span
    place: Text
    #: the phone number by which people join from elsewhere
    dial_in: Text

    @model_validator(mode="after")
    def _open_for_a_while(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("opens must be earlier than closes")
        return self


def by_mail(address: str) -> bool:
    """Whether an address is a mailbox, or a channel's URL that ends in mail all the same."""
    scheme, colon, _ = address.partition("://")
    return not colon or scheme in ("mailto", "mailtos")


def addresses(police: PoliceContact, via: Via) -> tuple[str, ...]:
    """The addresses of police that are reached through a kind of channel, the first one first."""
    return tuple(one for one in (police.address, *police.also) if by_mail(one) == (via is Via.MAIL))


class Site(Entry):
    """A campus: its clock, its holidays, when people meet there, its police."""

    name: Text
    timezone: Text
    #: ISO 3166 code, and the code of its part, as the `holidays` library has them
    country: Annotated[str, StringConstraints(pattern=COUNTRY)]
    subdivision: Text | None = None
    meetings: MeetingTerms
    police: PoliceContact
    #: the office that leads the team's work at this site, and is on each of its cases; None: none does
    lead: Code | None = None


class Office(Entry):
    """An office: on the team, or one that the team deals with."""

    name: Text
    address: Address
    on_team: bool
    #: another way to the same people, by which codes are sent for what links to them open; None: they phone
    codes_to: Address | None = None
    vice_president: bool = False
    #: whether it is outside the institution: nobody there is a school official (34 CFR 99.31(a)(1))
    outside: bool = False


class Unit(Entry):
    """An administrative unit, and the vice president who hears of recommendations about its people (W-22)."""

    name: Text
    #: the vice president's office
    vice_president: Code


class HeldBy(Entry):
    """A duty that one office holds."""

    office: Code


class Chair(HeldBy):
    """The office that chairs the team, and the one whose members stand in for the chair (W-02)."""

    deputy: Code


class ConflictTerms(Entry):
    """The office outside the team that takes part where conflicts of interest leave too few of the team."""

    outside_office: Code


class BreakGlass(Entry):
    """For how long somebody reads a case that they opened in an emergency, without being on it."""

    lasts: Span


class DutyLine(Entry):
    """The phone that is answered day and night."""

    phone: Text


class OnCall(Entry):
    """How many people are on call for the team at any time, day or night (U-12)."""

    minimum: int = Field(gt=0, le=100)


class Anchors(Entry):
    """To whom the ledger's anchors are mailed, who keep them where nobody of the team can change them."""

    #: codes of offices
    to: Annotated[tuple[Code, ...], Field(min_length=1)]
    every_days: int = Field(gt=0, le=366)


class Supervision(Entry):
    """How often `tat up` starts a process again within a time before it gives up and ends."""

    restarts: int = Field(gt=0, le=10_000)
    within: Span


class AlertEntry(Entry):
    """What an alert says of the danger, besides campus, level and whom to call (W-13)."""

    tells: tuple[Danger, ...]
    #: whether it says for when a threat is
    tells_when: bool
    #: what the first line of a reply says that takes an alarm over, and nothing else in that line
    take_over: Annotated[tuple[Text, ...], Field(min_length=1)]


class Violence(Entry):
    """What counts as a threat or act of violence in a report that is no emergency (W-51)."""

    behaviours: Annotated[tuple[Behaviour, ...], Field(min_length=1)]


class CallStep(Strict):
    """One call of a chain: whom, through what, and how long after the one before."""

    call: Called
    via: Via
    #: minutes after the call before; 0: together with it
    after: int = Field(ge=0, le=24 * 60)


class CallChain(Entry):
    """Who is called one after the other until somebody takes over (U-12, U-15); then it starts again."""

    #: the sites it is for; none: every site that has no chain of its own
    sites: tuple[Code, ...] = ()
    steps: Annotated[tuple[CallStep, ...], Field(min_length=2)]
    #: minutes after the last call when it starts again
    again_after: int = Field(gt=0, le=24 * 60)


class OwnMail(Entry):
    """The mail domains inside which a message may say what it is about."""

    domains: Annotated[tuple[Domain, ...], Field(min_length=1)]


class AffiliationEntry(Entry):
    """What somebody is to the institution, in its own words (W-01, W-57)."""

    title: Text
