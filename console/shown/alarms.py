"""Alarms as whoever may be called reads them: who has taken over, and each call, as codes and times."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from states.casebook.alarms.answers import Board, CallLine
from states.policy.pack import Pack
from states.policy.terms import Phone
from states.vocabulary.danger import Called, CallStatus, Via
from states.vocabulary.spelling import words

#: how each kind of channel is called
BY = {Via.MAIL: "by mail", Via.TEXT: "by text, push or chat"}

#: who is called, where it is no police; and everybody
CALLED = {Called.ON_CALL: "whoever is on call", Called.LEAD: "the case's lead", Called.CHAIR: "the chair"}
EVERYBODY = "the whole team"

#: how far a call has come, where its code says otherwise
STANDING: Mapping[str, str] = {
    CallStatus.OWED: "coming",
    CallStatus.ENDED: "not needed",
    CallStatus.NO_ADDRESS: "no address",
}


@dataclass(frozen=True, slots=True)
class CallShown:
    """One call: whom, through what, and how far it has come.

    Args:
        whom: who is called.
        by: through what.
        standing: ``sent``, ``coming``, ``no address`` or ``not needed``.
        at: when it went out, or is due.
    """

    whom: str
    by: str
    standing: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AlarmShown:
    """One alarm.

    Args:
        number: the case's number.
        where: name of the site where the danger is.
        since: when it was sounded.
        taken_over_at: when somebody took over; None: nobody has.
        by: who has: agencies, or names of members.
        goes_on: whether a newer alarm goes on in its place.
        calls: each call, in the order of the chain.
        phones: whom to phone.
        zone: the time zone of the site.
    """

    number: str
    where: str
    since: datetime
    taken_over_at: datetime | None
    by: tuple[str, ...]
    goes_on: bool
    calls: tuple[CallShown, ...]
    phones: tuple[Phone, ...]
    zone: tzinfo


def board(found: Board, pack: Pack, names: Mapping[str, str]) -> AlarmShown:
    """One alarm, in words; ``names`` are those of the team's members, by id."""
    alarm, site = found.alarm, pack.site(found.alarm.site)
    return AlarmShown(
        number=alarm.number,
        where=site.name,
        since=alarm.sounded_at,
        taken_over_at=alarm.taken_over_at,
        by=tuple(_named(each, pack, names) for each in found.by),
        goes_on=alarm.followed_by is not None,
        calls=calls(found.calls, pack),
        phones=site.police.emergency_phones,
        zone=ZoneInfo(site.timezone),
    )


def calls(lines: Iterable[CallLine], pack: Pack) -> tuple[CallShown, ...]:
    """The calls of an alarm, in words."""
    return tuple(
        CallShown(
            whom=_called(line, pack),
            by=BY[Via(line.via)],
            standing=STANDING.get(line.status, line.status),
            at=line.sent_at or line.due_at,
        )
        for line in lines
    )


def _called(line: CallLine, pack: Pack) -> str:
    if line.call == Called.UNIVERSITY_POLICE:
        return pack.site(pack.own_police).police.name
    if line.call == Called.SITE_POLICE:
        return pack.site(line.site).police.name
    return CALLED.get(Called(line.call), EVERYBODY)


def _named(recipient: str, pack: Pack, names: Mapping[str, str]) -> str:
    kind, _, site = recipient.partition(":")
    if kind == "police" and site in pack.sites:
        return pack.site(site).police.name
    return words(recipient) if kind == "police" else names.get(recipient, recipient)
