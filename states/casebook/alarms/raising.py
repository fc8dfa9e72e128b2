"""Alarms: the one road from a danger to the police, whatever sounded it (W-13, W-14).

Whoever finds a danger calls :func:`sound` in the transaction that puts it on record. The same danger is not
alarmed twice in identical words: what sounds again by itself and says nothing new joins the alarm that is
open; somebody who raises the alarm always gets through.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import SQLModel

from states import outbox
from states.casebook.clocks import hasten
from states.casebook.loading import together
from states.casebook.page import Page
from states.casebook.persons.subjects import in_force
from states.contents.inquiry import RemarkContent
from states.contents.kept import REPORTS
from states.contents.payloads import ALERT_POLICE, CallDue, RoundDue
from states.errors import ContentUnreadable
from states.guards.levels import alarm_gravity
from states.tables import Alarm, AlarmCall, Report, Subject, stored, table_of
from states.vocabulary.cases import Level
from states.vocabulary.danger import AlarmCause, Called, CallStatus, Danger
from states.vocabulary.effects import Clock

_CALLS = table_of(AlarmCall)

_SEEN: dict[str, type[SQLModel]] = {
    "alarms": Alarm,
    "calls": AlarmCall,
    "reports": Report,
    "subjects": Subject,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What an alarm goes by: what its case has of each, oldest first."""

    alarms: Sequence[Alarm]
    calls: Sequence[AlarmCall]
    reports: Sequence[Report]
    subjects: Sequence[Subject]


def look(page: Page) -> Seen:
    """Read all that an alarm goes by, in one statement: best before anything is written that waits."""
    found = together(page.connection, page.case.id, _SEEN, sealed=True)
    return Seen(
        [stored(Alarm, row) for row in found["alarms"]],
        [stored(AlarmCall, row) for row in found["calls"]],
        [stored(Report, row) for row in found["reports"]],
        [stored(Subject, row) for row in found["subjects"]],
    )


def sound(
    page: Page,
    cause: AlarmCause,
    *,
    level: Level | None = None,
    site: str = "",
    dangers: Collection[Danger] = (),
    threatened_for: date | None = None,
    seen: Seen | None = None,
    reviewed: bool = False,
) -> str:
    """Sound an alarm: its row, what is owed to the police, its ledger event and the clock of its review.

    What the reports of the case say of the danger is told along.

    Args:
        page: the case.
        cause: what sounds it.
        level: the level on record that sounds it; None: the danger is imminent, whatever the level.
        site: code of the site where the danger is; empty: the case's.
        dangers: what makes it an emergency.
        threatened_for: the day that the threat is for.
        seen: what the case has, where somebody has looked already.
        reviewed: whether the clock of its review was started already.

    Returns:
        The alarm's id; that of the alarm it joined, when one is open and nothing is new.
    """
    seen = seen or look(page)
    reported, day = _on_reports(page, seen)
    alarm = Alarm(
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        cause=cause,
        level=level,
        site=site or page.case.site,
        dangers=[danger for danger in Danger if danger in reported.union(dangers)],
        threatened_for=threatened_for or day,
    )
    open_ = _open(seen.alarms)
    if open_ is not None and cause is not AlarmCause.RAISED and not _news(page, seen, alarm, open_):
        page.log("alarm_joined", alarm=open_.id, cause=cause, level=level)
        return str(open_.id)
    page.add(alarm, RemarkContent(text=cause))
    if open_ is not None:
        page.set(Alarm, open_.id, followed_by=alarm.id)
        _end(page, open_.id, [row for row in seen.calls if row.alarm_id == open_.id])
    _call_all(page, alarm.id, alarm.site, seen, trying=frozenset(), round_=1)
    if not reviewed:
        hasten(page, Clock.ALARM_REVIEW)
    page.log("alarm_sounded", alarm=alarm.id, cause=cause, level=level, site=alarm.site)
    return alarm.id


def say_what_is_new(page: Page, cause: AlarmCause, *, site: str = "") -> None:
    """Sound an alarm again only if the reports say more of the danger than the last one did."""
    seen = look(page)
    reported, day = _on_reports(page, seen)
    last = seen.alarms[-1]
    if (
        not reported <= set(last.dangers)
        or (day or last.threatened_for) != last.threatened_for
        or (site and site != last.site)
    ):
        sound(page, cause, site=site, seen=seen)


def say_where_else(page: Page) -> None:
    """Sound the open alarm again if its person is known to be where no police were called (W-14, W-57)."""
    seen = look(page)
    open_ = _open(seen.alarms)
    if open_ is not None and _uncalled(page, seen, open_):
        level = None if open_.level is None else Level(open_.level)
        sound(page, AlarmCause.FURTHER_SITE, level=level, site=open_.site, seen=seen)


def concerned(page: Page, site: str, seen: Seen | None = None) -> list[str]:
    """Codes of every site whose police hear of an alarm: where the danger is, and where the person may be.

    Args:
        page: the case.
        site: code of the site where the danger is, which comes first.
        seen: what the case has, where somebody has looked already.
    """
    known = in_force(page) if seen is None else in_force(page, seen.subjects, seen.reports)
    said = {code for identity in known.values() for code in identity.sites}
    return list(dict.fromkeys((site, *page.case.sites, *(code for code in page.pack.sites if code in said))))


def _local_police(page: Page, site: str, seen: Seen) -> list[str]:
    """Codes of the sites concerned whose police are not the institution's own, who hear of every alarm."""
    return [code for code in concerned(page, site, seen) if not page.pack.site(code).police.own]


def _uncalled(page: Page, seen: Seen, alarm: Alarm) -> bool:
    """Whether a site is concerned by now whose police an alarm does not call."""
    called = {row.site for row in seen.calls if row.alarm_id == alarm.id}
    return not set(_local_police(page, alarm.site, seen)) <= called


def begin_chain(page: Page, alarm_id: str, site: str, *, round_: int = 1) -> None:
    """Owe the calls of an alarm's chain, each when it is due, and the next round after them (U-12, U-15).

    Where the person may be at several sites, the police of each are called (W-14, W-57).
    A call of an earlier round that has not gone out yet is not owed twice: it is still tried.

    Args:
        page: the case.
        alarm_id: the alarm.
        site: code of the site where the danger is, whose chain it is.
        round_: how often the chain has begun.
    """
    seen = look(page)
    mine = [row for row in seen.calls if row.alarm_id == alarm_id]
    trying = frozenset((row.step, row.site) for row in mine if _is_owed(row))
    _call_all(page, alarm_id, site, seen, trying=trying, round_=round_)


def _call_all(
    page: Page, alarm_id: str, site: str, seen: Seen, *, trying: Collection[tuple[int, str]], round_: int
) -> None:
    chain, due_at = page.pack.chain(site), page.now
    local = _local_police(page, site, seen)
    for number, step in enumerate(chain.steps, 1):
        due_at += timedelta(minutes=step.after)
        for where in local if step.call is Called.SITE_POLICE else [site]:
            if (number, where) in trying:
                continue
            call = AlarmCall(
                case_id=page.case.id,
                at=page.now,
                by=page.by.id,
                alarm_id=alarm_id,
                round=round_,
                step=number,
                call=step.call,
                site=where,
                via=step.via,
                status=CallStatus.OWED,
                due_at=due_at,
            )
            page.add(call)
            told = CallDue(alarm=alarm_id, call=call.id, site=site)
            page.owe_at(due_at, ALERT_POLICE, told, once=call.id)
    due_at += timedelta(minutes=chain.again_after)
    again = RoundDue(alarm=alarm_id, round=round_ + 1, site=site)
    page.owe_at(due_at, ALERT_POLICE, again, once=f"{alarm_id}:{round_ + 1}")


def _is_owed(call: AlarmCall) -> bool:
    return bool(call.status == CallStatus.OWED)


def end_calls(page: Page, alarm_id: str) -> None:
    """Let the calls that have not gone out yet rest: somebody took over, or a newer alarm goes on."""
    _end(page, alarm_id, page.rows(AlarmCall, _CALLS.c.alarm_id == alarm_id))


def _end(page: Page, alarm_id: str, calls: Sequence[AlarmCall]) -> None:
    for row in calls:
        if _is_owed(row):
            page.set(AlarmCall, row.id, status=CallStatus.ENDED)
    rounds = {row.round + 1 for row in calls}
    once = [*(row.id for row in calls), *(f"{alarm_id}:{round_}" for round_ in rounds)]
    for effect in outbox.let_rest(page.connection, once, code="taken_over", now=page.now):
        page.tell("effects", effect, {"done_at": page.now, "code": "taken_over"})


def open_alarm(page: Page) -> Alarm | None:
    """The case's alarm that nobody has taken over yet; None when there is none."""
    return _open(page.rows(Alarm))


def _open(alarms: Sequence[Alarm]) -> Alarm | None:
    waiting = [row for row in alarms if row.taken_over_at is None and row.followed_by is None]
    return waiting[-1] if waiting else None


def _news(page: Page, seen: Seen, alarm: Alarm, open_: Alarm) -> bool:
    """Whether an alarm says what the open one does not."""
    return (
        alarm_gravity(alarm.level) > alarm_gravity(open_.level)
        or alarm.site != open_.site
        or not set(alarm.dangers) <= set(open_.dangers)
        or alarm.threatened_for != open_.threatened_for
        or _uncalled(page, seen, open_)
    )


def _on_reports(page: Page, seen: Seen) -> tuple[set[str], date | None]:
    """What the reports of the case's present course say: what makes it an emergency, and for which day."""
    reports = [row for row in seen.reports if row.seq >= page.case.began_seq]
    said = []
    for row in reports:
        # An alarm is refused for nothing, least of all for an entry that cannot be read.
        with suppress(ContentUnreadable):
            said.append(page.open(REPORTS, row))
    days = [one.threatened_for for one in said if one.threatened_for is not None]
    return {danger for one in said for danger in one.dangers}, days[-1] if days else None
