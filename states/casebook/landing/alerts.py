"""More of an alarm, for police behind their link: what people saw, and whom they named (W-13, W-36)."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from states.access import SYSTEM, Actor
from states.casebook.alarms.calling import TAKE_OVER
from states.casebook.book import Casebook
from states.casebook.disclosing.disclosures import attempt
from states.casebook.effects import codes, links
from states.casebook.page import Page
from states.casebook.standing.conflicts import closed_offices, reaches
from states.contents.kept import REPORTS
from states.contents.reports import ReportContent
from states.errors import UnknownRecord
from states.gate import Outgoing
from states.policy.places import PoliceContact, addresses
from states.tables import Alarm, AlarmCall
from states.vocabulary.danger import Called, Via
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind
from states.vocabulary.people import Affiliation, Role
from states.vocabulary.sources import LegalBasis

#: how long more is shown once somebody has taken an alarm over; until then it is shown as long as it calls
MORE_FOR = timedelta(days=1)

#: what the page tells, at most
TELLS = frozenset({Disclosed.CASE_NUMBER, Disclosed.IDENTIFIERS, Disclosed.OBSERVATION})


@dataclass(frozen=True, slots=True)
class Seen:
    """What one person saw or heard themselves, without who they are (W-36, W-40).

    Args:
        reported_at: when they said so.
        on: the day of it, as far as they know.
        at: the time of it, in their words.
        name: of the person of concern.
        also: other names, and what else the person is known by.
        affiliations: what the person is to the institution.
        what: what happened.
        threat: the very threat, or what is planned.
    """

    reported_at: datetime
    on: date | None = field(repr=False)
    at: str = field(repr=False)
    name: str = field(repr=False)
    also: tuple[str, ...] = field(repr=False)
    affiliations: tuple[Affiliation, ...] = field(repr=False)
    what: str = field(repr=False)
    threat: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class More:
    """What police read of an alarm once they typed the code.

    Args:
        number: the case's number.
        site: code of the site where the danger is.
        seen: what people saw themselves, newest first.
        untold: how many reports are told by phone alone, as nobody says in them that they saw it themselves.
    """

    number: str
    site: str
    seen: tuple[Seen, ...]
    untold: int


def speaker(page: Page, about: str) -> tuple[Actor, str]:
    """Who the link in an alert to police speaks for, and where their code goes: never the way the alert came.

    Args:
        page: the case.
        about: what the link is about: the call, and whom it reached.

    Returns:
        The police, as the ledger calls them; and an address, empty: no other way is on file.

    Raises:
        UnknownRecord: the alert was not to police, its time is over, or somebody of them is kept out.
    """
    call_id, _, recipient = about.partition(":")
    kind, _, site = recipient.partition(":")
    if kind != "police" or site not in page.pack.sites:
        raise UnknownRecord(links.DEAD_LINK)
    call = page.row(AlarmCall, call_id)
    taken_over_at = page.row(Alarm, call.alarm_id).taken_over_at
    police = page.pack.site(site).police
    if (taken_over_at is not None and taken_over_at + MORE_FOR <= page.now) or _may_be_theirs(page, site):
        raise UnknownRecord(links.DEAD_LINK)
    return Actor(recipient, frozenset({Role.SYSTEM})), _other_way(police, Via(call.via))


def more_by_link(book: Casebook, secret: str, opener: str) -> More:
    """What people saw themselves, for police who typed the code; that they read it is on record.

    Args:
        book: the casebook.
        secret: what stands in the link; one by which the alarm was taken over still opens it.
        opener: what its code gave to the browser.

    Raises:
        UnknownRecord: the link does not work, or not any more.
        CodeFirst: no code was typed.
        Withheld: the policy does not let police know so much; that they asked is on record.
    """
    with book.store.write() as connection:
        link = links.find(book, connection, secret, TAKE_OVER, used_too=True)
        page = book.turn_to(connection, link.case_id, SYSTEM)
        page.by, _ = speaker(page, link.about)
        codes.require(book, connection, link.id, opener)
        call_id, _, recipient = link.about.partition(":")
        alarm = page.row(Alarm, page.row(AlarmCall, call_id).alarm_id)
        outgoing = Outgoing(RecipientKind.POLICE, recipient, Purpose.EMERGENCY, LegalBasis.NO_RECORD, TELLS)
        refusal = attempt(page, outgoing, about=alarm.id)
        seen = () if refusal else tuple(_seen(page))
        untold = len(page.reports()) - len(seen)
        if refusal is None:
            page.log("read", of="alarm", alarm=alarm.id)
        page.finish()
    if refusal is not None:
        raise refusal
    return More(page.case.number, alarm.site, seen, untold)


def _seen(page: Page) -> list[Seen]:
    """What first-hand reports say, newest first: nothing of it is from a record."""
    told = [(row.at, page.open(REPORTS, row)) for row in page.reports()]
    return [_of(at, content) for at, content in reversed(told) if content.own_observation]


def _of(at: datetime, said: ReportContent) -> Seen:
    subject = said.subject
    also = (*subject.also_known_as, subject.other_identification)
    return Seen(
        reported_at=at,
        on=said.occurred_on,
        at=said.occurred_at,
        name=subject.name,
        also=tuple(each for each in also if each),
        affiliations=tuple(each for each in subject.affiliations if each is not Affiliation.UNKNOWN),
        what=said.behaviour_of_concern,
        threat=said.specific_threat_or_event,
    )


def _may_be_theirs(page: Page, site: str) -> bool:
    """Whether one of these police is kept out, and would read it (W-39); they are alerted all the same."""
    police = page.pack.site(site).police
    own = police.own and Called.UNIVERSITY_POLICE in closed_offices(page)
    return own or any(reaches(page, "", each) for each in (police.address, *police.also))


def _other_way(police: PoliceContact, via: Via) -> str:
    if police.codes_to is not None:
        return police.codes_to
    every = (police.address, *police.also)
    sent_to = addresses(police, via) or every
    return next((each for each in every if each not in sent_to), "")
