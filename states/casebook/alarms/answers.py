"""Taking an alarm over: by the link in it, or by the team's own entry; who was called, who answered (U-15).

The first who says so ends the alarm's calls; whoever says so after them is on record, too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from states.access import KEPT_OUT, SYSTEM, Act, Actor, is_there, permit
from states.casebook.alarms.calling import TAKE_OVER
from states.casebook.alarms.own_words import own_lines
from states.casebook.alarms.raising import end_calls, open_alarm
from states.casebook.book import CASES, Casebook
from states.casebook.effects import links
from states.casebook.page import Page
from states.contents.closing import TakeOverContent
from states.contents.kept import ALARM_ANSWERS
from states.contents.payloads import NOTIFY_TEAM, News
from states.contents.reports import aware
from states.errors import BadInput, Refused, UnknownRecord
from states.tables import Alarm, AlarmAnswer, AlarmCall, CaseViewer, Member, table_of
from states.vocabulary.cases import Level
from states.vocabulary.danger import AnswerWay, CallStatus

_ALARMS = table_of(Alarm)
_CALLS = table_of(AlarmCall)
_ANSWERS = table_of(AlarmAnswer)
_MEMBERS, _VIEWERS = table_of(Member), table_of(CaseViewer)


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """One alarm in a list: codes and times.

    Args:
        alarm_id: its id.
        number: its case's number.
        site: code of the site where the danger is.
        cause: what sounded it.
        level: the level it was sounded at; None: imminent.
        dangers: what makes it an emergency.
        threatened_for: the day that the threat is for.
        sounded_at: when.
        police_alerted_at: when the police were called first.
        taken_over_at: when somebody took over first.
        followed_by: whether a newer alarm goes on in its place.
    """

    alarm_id: str
    number: str
    site: str
    cause: str
    level: Level | None
    dangers: tuple[str, ...]
    threatened_for: date | None
    sounded_at: datetime
    police_alerted_at: datetime | None
    taken_over_at: datetime | None
    followed_by: str | None


#: how a call stands that somebody answered
ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call of an alarm, and who answered it."""

    round: int
    step: int
    call: str
    via: str
    status: str
    due_at: datetime
    sent_at: datetime | None
    answered_by: tuple[str, ...]
    #: code of the site whose police are called; of any other call, where the danger is
    site: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page behind an alert's link shows: no more than the alert said."""

    alarm: AlarmLine
    #: every site that the alert named, the one where the danger is first
    sites: tuple[str, ...]
    recipient: str
    calls: tuple[CallLine, ...]


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What somebody answered, and whether it took the alarm over."""

    at: datetime
    way: str
    recipient: str
    who: str
    agency: str
    by: str
    took_over: bool
    said: str


@dataclass(frozen=True, slots=True)
class AlarmShown:
    """One alarm in whole."""

    alarm: AlarmLine
    calls: list[CallLine]
    answers: list[AnswerLine]


def asked(book: Casebook, secret: str) -> Asked:
    """What the link in an alert is about; looking, as mail scanners do, changes nothing.

    Raises:
        UnknownRecord: the link does not work.
    """
    with book.store.read() as connection:
        link = links.find(book, connection, secret, TAKE_OVER, used_too=True)
        call_id, _, recipient = link.about.partition(":")
        _still_theirs(book, connection, link, recipient)
        alarm = _line(_of_call(connection, call_id))
        calls = _board(connection, _of_call(connection, call_id)).calls
        sites = tuple(dict.fromkeys((alarm.site, *sorted(each.site for each in calls))))
        return Asked(alarm, sites, recipient, calls)


def by_link(book: Casebook, secret: str, content: TakeOverContent) -> Asked:
    """Take an alarm over by the link in it; the link is used up, and pressing again changes nothing.

    Raises:
        UnknownRecord: the link does not work. BadInput: nobody is named.
    """
    _somebody(content)
    with book.store.write() as connection:
        link = links.find(book, connection, secret, TAKE_OVER, used_too=True)
        call_id, _, recipient = link.about.partition(":")
        _still_theirs(book, connection, link, recipient)
        if link.used_at is None:
            page = book.turn_to(connection, link.case_id, SYSTEM)
            links.use(page, link.id)
            alarm_id = page.row(AlarmCall, call_id).alarm_id
            answer(page, alarm_id, AnswerWay.LINK, content, call_id=call_id, recipient=recipient)
            page.finish()
    return asked(book, secret)


def takes_none_over(connection: Connection, case_id: str, recipient: str, now: datetime) -> bool:
    """Whether an alarm called a member who is on the team no more, or whom its case has come to be kept from.

    Whoever takes it over then is another: the calls go on (W-13, W-39).

    Args:
        connection: an open transaction.
        case_id: the alarm's case.
        recipient: whom it called: a member's id, or anything else, which is none.
        now: the moment.
    """
    is_over = ~_MEMBERS.c.active | (_MEMBERS.c.ends_at <= now)
    kept_out = select(_VIEWERS.c.case_id).where(
        _VIEWERS.c.case_id == case_id, _VIEWERS.c.who == f"{KEPT_OUT}{recipient}"
    )
    out = select(_MEMBERS.c.id).where(_MEMBERS.c.id == recipient, is_over | kept_out.exists())
    return connection.scalar(out) is not None


def _still_theirs(book: Casebook, connection: Connection, link: Any, recipient: str) -> None:
    if takes_none_over(connection, link.case_id, recipient, book.clock()):
        raise UnknownRecord(links.DEAD_LINK)


def by_team(
    book: Casebook, number: str, content: TakeOverContent, *, by: Actor, at: datetime | None = None
) -> str:
    """Enter that somebody took the case's newest open alarm over, as they said by phone; returns its id.

    Args:
        book: the casebook.
        number: the case's number.
        content: who took over.
        by: who enters it; anybody of the team may.
        at: when they said so (aware); None: now.

    Raises:
        Refused: no alarm of the case is open. BadInput: nobody is named, or the time lies ahead.
    """
    _somebody(content)
    permit(by, Act.ANSWER_ALARMS)
    with book.page(number, by, None) as page:
        when = aware(at or page.now, "the time of taking over")
        if when > page.now:
            raise BadInput("That time is still ahead. Nothing was written: check it.")
        alarm = open_alarm(page)
        if alarm is None:
            raise Refused(f"No alarm of {number} is open. Nothing was written: see `tat alarm list`.")
        answer(page, alarm.id, AnswerWay.TEAM, content, at=when)
        return str(alarm.id)


def _somebody(content: TakeOverContent) -> None:
    if not content.who:
        raise BadInput("Say who took over: a name, or a badge number. Nothing was written.")


def answer(
    page: Page,
    alarm_id: str,
    way: AnswerWay,
    content: TakeOverContent,
    *,
    at: datetime | None = None,
    call_id: str = "",
    recipient: str = "",
) -> None:
    """Put on record on an open page that somebody took an alarm over; the first time, its calls end."""
    row = AlarmAnswer(
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        alarm_id=alarm_id,
        call_id=call_id,
        recipient=recipient,
        way=way,
    )
    page.add(row, content)
    first = page.row(Alarm, alarm_id).taken_over_at is None
    if first:
        page.set(Alarm, alarm_id, taken_over_at=at or page.now)
        end_calls(page, alarm_id)
        page.owe(NOTIFY_TEAM, News(trigger="alarm_taken_over"))
    what = "alarm_taken_over" if first else "alarm_answered"
    page.log(what, alarm=alarm_id, way=way, recipient=recipient, call=call_id)


def alarms(book: Casebook, *, by: Actor, open_only: bool = False, limit: int = 1000) -> list[AlarmLine]:
    """List alarms, newest first, as codes and times: whoever may be called may see what is open."""
    permit(by, Act.ANSWER_ALARMS)
    query = select(_ALARMS, CASES.c.number).join(CASES, CASES.c.id == _ALARMS.c.case_id)
    query = query.order_by(_ALARMS.c.at.desc(), _ALARMS.c.seq.desc()).limit(limit)
    if open_only:
        query = query.where(_ALARMS.c.taken_over_at.is_(None), _ALARMS.c.followed_by.is_(None))
    with book.store.read() as connection:
        query = query.where(is_there(by, _ALARMS.c.case_id))
        return [_line(row) for row in connection.execute(query)]


@dataclass(frozen=True, slots=True)
class Board:
    """An alarm as whoever may be called sees it, whether they are on its case or not: codes and times alone.

    Args:
        alarm: the alarm.
        calls: those that went out, and those that are still to come.
        by: who has taken over: the recipient of an alert, or the member who entered it.
    """

    alarm: AlarmLine
    calls: tuple[CallLine, ...]
    by: tuple[str, ...]


def boards(book: Casebook, *, by: Actor, taken: int = 20) -> list[Board]:
    """Every alarm that nobody has taken over, and the newest others, each newest first, with its calls.

    Args:
        book: the casebook.
        by: who looks.
        taken: how many of those that somebody took over, or that another one followed.
    """
    permit(by, Act.ANSWER_ALARMS)
    query = select(_ALARMS, CASES.c.number).join(CASES, CASES.c.id == _ALARMS.c.case_id)
    query = query.where(is_there(by, _ALARMS.c.case_id), CASES.c.erased_at.is_(None))
    query = query.order_by(_ALARMS.c.at.desc(), _ALARMS.c.seq.desc())
    is_open = _ALARMS.c.taken_over_at.is_(None) & _ALARMS.c.followed_by.is_(None)
    with book.store.read() as connection:
        rows = [
            *connection.execute(query.where(is_open)),
            *connection.execute(query.where(~is_open).limit(taken)),
        ]
        return [_board(connection, row) for row in rows]


def _board(connection: Connection, alarm: Any) -> Board:
    mine = select(_ANSWERS).where(_ANSWERS.c.alarm_id == alarm.id, _ANSWERS.c.took_over)
    said = list(connection.execute(mine.order_by(_ANSWERS.c.seq)))
    calls = connection.execute(select(_CALLS).where(_CALLS.c.alarm_id == alarm.id)).all()
    return Board(_line(alarm), tuple(called(calls, said)), tuple(row.recipient or row.by for row in said))


def called(calls: Iterable[Any], said: list[Any]) -> Iterator[CallLine]:
    """The calls of an alarm in the order of its chain, and who took over by which.

    Args:
        calls: their rows.
        said: the rows of what was answered.
    """
    for row in sorted(calls, key=lambda row: (row.round, row.step)):
        answered = _by(said, row.id)
        status = ANSWERED if answered else CallStatus(row.status)
        yield CallLine(
            row.round, row.step, row.call, row.via, status, row.due_at, row.sent_at, answered, row.site
        )


def show(book: Casebook, number: str, *, by: Actor) -> list[AlarmShown]:
    """Every alarm of a case, newest first: each call, whether it was answered, and by whom (U-15)."""
    with book.page(number, by, Act.READ) as page:
        page.log("read", of="alarms")
        return [_shown(page, row) for row in reversed(page.rows(Alarm))]


def _shown(page: Page, alarm: Any) -> AlarmShown:
    answers = page.rows(AlarmAnswer, _ANSWERS.c.alarm_id == alarm.id)
    calls = page.rows(AlarmCall, _CALLS.c.alarm_id == alarm.id)
    return AlarmShown(
        _line(alarm, page.case.number),
        list(called(calls, answers)),
        [
            AnswerLine(
                row.at,
                row.way,
                row.recipient,
                said.who,
                said.agency,
                "" if row.call_id else row.by,
                took_over=row.took_over,
                said="\n".join(own_lines(said.said)),
            )
            for row in answers
            for said in (page.open(ALARM_ANSWERS, row),)
        ],
    )


def _by(answers: list[Any], call_id: str) -> tuple[str, ...]:
    return tuple(row.recipient for row in answers if row.call_id == call_id and row.took_over)


def _of_call(connection: Connection, call_id: str) -> Any:
    query = select(_ALARMS, CASES.c.number).join(CASES, CASES.c.id == _ALARMS.c.case_id)
    return connection.execute(
        query.join(_CALLS, _CALLS.c.alarm_id == _ALARMS.c.id).where(_CALLS.c.id == call_id)
    ).one()


def _line(row: Any, number: str = "") -> AlarmLine:
    return AlarmLine(
        alarm_id=row.id,
        number=number or row.number,
        site=row.site,
        cause=row.cause,
        level=None if row.level is None else Level(row.level),
        dangers=tuple(row.dangers),
        threatened_for=row.threatened_for,
        sounded_at=row.at,
        police_alerted_at=row.police_alerted_at,
        taken_over_at=row.taken_over_at,
        followed_by=row.followed_by,
    )
