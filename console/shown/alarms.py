"""Alarms as whoever may be called reads them: who has taken over, and each call, as codes and times."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from console.shown.phoning import dialled
from states.access import Actor
from states.casebook import Casebook
from states.casebook.alarms import answers, outcomes
from states.casebook.alarms.answers import AnswerLine, Board, CallLine
from states.casebook.alarms.outcomes import CallsOut, Reached, Tried
from states.errors import Refused
from states.policy.pack import Pack
from states.policy.terms import Phone
from states.vocabulary.danger import AnswerWay, Called, CallStatus, Via
from states.vocabulary.effects import NoticeStatus
from states.vocabulary.spelling import words

#: how each kind of channel is called
BY = {Via.MAIL: "by mail", Via.TEXT: "by text, push or chat"}

#: who is called, where it is no police; and everybody
CALLED = {Called.ON_CALL: "whoever is on call", Called.LEAD: "the case's lead", Called.CHAIR: "the chair"}
EVERYBODY = "the whole team"

#: how somebody said that they took over
WAYS: Mapping[str, str] = {
    AnswerWay.LINK: "over the link in the alert",
    AnswerWay.REPLY: "by reply to the alert",
    AnswerWay.TEAM: "by phone, as the team entered it",
}

#: how long the board itself names who took over; after it, the case does
NAMED_FOR = timedelta(days=1)

#: how far a call has come, where its code says otherwise
STANDING: Mapping[str, str] = {
    CallStatus.OWED: "coming",
    CallStatus.ENDED: "not needed",
    CallStatus.NO_ADDRESS: "no address",
}

#: how a call stands that was tried in vain, and is tried again
FAILING = "not getting through"

#: how far a call has come to one of those whom it goes to
COME: Mapping[NoticeStatus, str] = {
    NoticeStatus.GATHERED: "coming",
    NoticeStatus.PREPARED: "not out yet",
    NoticeStatus.LEAVING: "on its way",
    NoticeStatus.SENT: "sent",
    NoticeStatus.MAYBE_SENT: "sent; whether it arrived, nobody knows",
    NoticeStatus.WITHDRAWN: "not sent",
    NoticeStatus.NOT_DELIVERED: "not delivered",
}


@dataclass(frozen=True, slots=True)
class CallShown:
    """One call: whom, through what, and how far it has come.

    Args:
        whom: who is called.
        by: through what.
        standing: how far it has come: :data:`STANDING`, :data:`FAILING`, :data:`ANSWERED`, or ``sent``.
        at: when it went out, or is due.
        tried: how often it was tried in vain.
        number: whom to phone in its place; empty: the board does not know.
        to: who it went to, by name, and how far it has come to each, where that is shown.
    """

    whom: str
    by: str
    standing: str
    at: datetime
    tried: int = 0
    number: str = ""
    to: tuple[tuple[str, str], ...] = ()

    @property
    def reads(self) -> str:
        """How it stands, in words."""
        if not self.tried:
            return self.standing
        often = "once" if self.tried == 1 else f"{self.tried} times"
        return f"{self.standing} (tried {often}): phone them{self.number and ', '}{self.number}"


@dataclass(frozen=True, slots=True)
class AlarmShown:
    """One alarm.

    Args:
        number: the case's number.
        where: name of the site where the danger is.
        since: when it was sounded.
        taken_over_at: when somebody took over; None: nobody has.
        by: who has: agencies, or names of members; with name or badge, to whoever may read the case.
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


def board(
    found: Board,
    pack: Pack,
    names: Mapping[str, str],
    tried: Tried | None = None,
    said: Iterable[AnswerLine] = (),
) -> AlarmShown:
    """One alarm, in words.

    Args:
        found: the alarm.
        pack: the policy.
        names: names of the team's members, by id.
        tried: how often each call was tried in vain.
        said: what was answered, for whoever may read the case.
    """
    alarm, site = found.alarm, pack.site(found.alarm.site)
    took = tuple(taker(one, pack, names) for one in said if one.took_over)
    return AlarmShown(
        number=alarm.number,
        where=site.name,
        since=alarm.sounded_at,
        taken_over_at=alarm.taken_over_at,
        by=took or tuple(named(each, pack, names) for each in found.by),
        goes_on=alarm.followed_by is not None,
        calls=calls(found.calls, pack, tried),
        phones=site.police.emergency_phones,
        zone=ZoneInfo(site.timezone),
    )


def boards(book: Casebook, names: Mapping[str, str], *, by: Actor) -> list[AlarmShown]:
    """The newest alarms, for whoever may be called; who took over by name, if they may read the case.

    Args:
        book: the casebook.
        names: names of the team's members, by id.
        by: who looks.
    """
    found = answers.boards(book, by=by)
    tried = outcomes.failing(book, [one.alarm.alarm_id for one in found], by=by)
    lately = book.clock() - NAMED_FOR
    taken = {one.alarm.number for one in found if one.by and one.alarm.taken_over_at > lately}  # type: ignore[operator]
    said: dict[str, list[AnswerLine]] = {}
    for number in sorted(taken):
        # Whoever is called at night need not be on the case: they read which agency it was.
        with suppress(Refused):
            said |= {each.alarm.alarm_id: each.answers for each in answers.show(book, number, by=by)}
    return [
        board(one, book.pack, names, tried.get(one.alarm.alarm_id), said.get(one.alarm.alarm_id, ()))
        for one in found
    ]


def taker(said: AnswerLine, pack: Pack, names: Mapping[str, str]) -> str:
    """Who took over: name or badge, the agency, and how they said so."""
    agency = said.agency or (named(said.recipient, pack, names) if said.recipient else "")
    who = ", ".join(dict.fromkeys(one for one in (said.who, agency) if one))
    entered = f" ({names.get(said.by, said.by)})" if said.way == AnswerWay.TEAM else ""
    return f"{who}, {WAYS[said.way]}{entered}"


def calls(lines: Iterable[CallLine], pack: Pack, tried: Tried | None = None) -> tuple[CallShown, ...]:
    """The calls of an alarm, in words.

    Args:
        lines: the calls.
        pack: the policy.
        tried: how often each was tried in vain.
    """
    return tuple(
        _call(line, pack, (tried or {}).get((line.round, line.step, line.site), 0)) for line in lines
    )


def out(found: CallsOut, pack: Pack, whom: Callable[[str], str]) -> tuple[CallShown, ...]:
    """The calls of an alarm, in words, each with those whom it went to: for whoever may read the case.

    Args:
        found: the calls.
        pack: the policy.
        whom: what somebody is called whom a call goes to.
    """
    return tuple(
        replace(shown, to=_to(found.reached.get((line.round, line.step, line.site), ()), shown.whom, whom))
        for line, shown in zip(found.calls, calls(found.calls, pack, found.tried), strict=True)
    )


def _to(reached: Iterable[Reached], called: str, whom: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    """Who a call went to; of police, who are called by their name already, only what did not arrive."""
    told = dict.fromkeys((whom(one.recipient), COME[one.status]) for one in reached)
    return tuple(one for one in told if one != (called, COME[NoticeStatus.SENT]))


def _call(line: CallLine, pack: Pack, tried: int) -> CallShown:
    is_failing = tried > 0 and line.status == CallStatus.OWED
    return CallShown(
        whom=_called(line, pack),
        by=BY[Via(line.via)],
        standing=FAILING if is_failing else STANDING.get(line.status, line.status),
        at=line.sent_at or line.due_at,
        tried=tried if is_failing else 0,
        number=_number(line, pack) if is_failing else "",
    )


def _number(line: CallLine, pack: Pack) -> str:
    """The number of police who are called, first one that any phone dials; of a member, none."""
    if line.call not in (Called.UNIVERSITY_POLICE, Called.SITE_POLICE):
        return ""
    site = pack.own_police if line.call == Called.UNIVERSITY_POLICE else line.site
    phones = [one.number for one in pack.site(site).police.emergency_phones]
    return next(filter(dialled, phones), phones[0])


def _called(line: CallLine, pack: Pack) -> str:
    if line.call == Called.UNIVERSITY_POLICE:
        return pack.site(pack.own_police).police.name
    if line.call == Called.SITE_POLICE:
        return pack.site(line.site).police.name
    return CALLED.get(Called(line.call), EVERYBODY)


def named(recipient: str, pack: Pack, names: Mapping[str, str]) -> str:
    """Whom an alert went to, or who entered it: an agency, or a member by name."""
    kind, _, site = recipient.partition(":")
    if kind == "police" and site in pack.sites:
        return pack.site(site).police.name
    return words(recipient) if kind == "police" else names.get(recipient, recipient)
