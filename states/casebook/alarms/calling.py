"""Calls of an alarm as they go out: whom each one reaches, with what link, and what is said of the danger."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import ColumnElement, select

from states import outbox
from states.access import SYSTEM, Actor, roles_on
from states.casebook.alarms.duty import on_call
from states.casebook.alarms.raising import begin_chain, concerned, end_calls
from states.casebook.book import Casebook
from states.casebook.effects import links
from states.casebook.effects.work import Work, WorkOn, writing
from states.casebook.page import Page
from states.casebook.team.members import members
from states.contents.kept import NOTICES, REPORTS
from states.contents.payloads import REMIND, TELL_POLICE, CallDue, OfReport, Payload, RoundDue, Unanswered
from states.contents.team import MemberContent
from states.errors import ContentUnreadable, UnknownRecord, VaultLocked
from states.policy.places import addresses, by_mail
from states.tables import Alarm, AlarmCall, Effect, Notice, Report, table_of
from states.vocabulary.cases import Level, ReportStanding
from states.vocabulary.danger import Called, CallStatus, Danger, Via
from states.vocabulary.effects import NoticeStatus
from states.vocabulary.people import Role

_CALLS = table_of(AlarmCall)
_EFFECTS = table_of(Effect)
_NOTICES = table_of(Notice)

#: what the link in an alert lets its holder do
TAKE_OVER = "take_alarm_over"

#: what the link in a notice of a threat that is no emergency lets police do
READ_THREAT = "read_threat"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a call reaches.

    Args:
        code: ``police:`` and a site's code, or a member's id.
        address: where.
        secret: the secret of their link.
    """

    code: str
    address: str
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that goes out now, as far as it may be told.

    Args:
        call_id: the call.
        site: code of the site where the danger is.
        level: the level on record that sounded it; None: the danger is imminent.
        dangers: what makes it an emergency.
        threatened_for: the day that the threat is for.
        again: whether the case was alarmed before.
        new: which of the dangers, or ``level``, the alarm before it did not say.
        elsewhere: codes of the other sites where the person may be.
        recipients: whom it reaches.
        lead: name and phone of whoever leads the case; empty: nobody does yet.
    """

    call_id: str
    site: str
    level: Level | None
    dangers: tuple[Danger, ...]
    threatened_for: date | None
    again: bool
    new: tuple[str, ...]
    recipients: tuple[Recipient, ...]
    elsewhere: tuple[str, ...] = ()
    lead: tuple[str, str] = field(default=("", ""))


@dataclass(frozen=True, slots=True)
class Threat:
    """A threat or act of violence that is no emergency, as far as it may be told."""

    site: str
    elsewhere: tuple[str, ...]
    dangers: tuple[Danger, ...]
    threatened_for: date | None
    #: the secret of the link behind which police read it again
    secret: str = field(default="", repr=False)


def due_call(book: Casebook, work: Work, due: CallDue | RoundDue) -> Call | None:
    """The call that an effect stands for; None when nothing is to be sent: it is over, or begins anew.

    Args:
        book: the casebook.
        work: an effect that an alarm owes.
        due: what it is told.
    """
    # Before the case is locked: whoever writes must not wait for a second connection.
    team = {actor.id: (actor, content) for actor, content in members(book, by=SYSTEM)}
    with book.store.read() as connection:
        duty = on_call(connection, book.clock())
    with writing(book, work) as page:
        alarm = page.row(Alarm, due.alarm or page.rows(Alarm)[-1].id)
        if alarm.taken_over_at is not None or alarm.followed_by is not None:
            end_calls(page, alarm.id)
            return None
        if isinstance(due, RoundDue):
            _begin_again(page, alarm, due.round)
            return None
        call = page.row(AlarmCall, due.call)
        reached = _reached(page, call, team, duty)
        if not reached:
            page.set(AlarmCall, call.id, status=CallStatus.NO_ADDRESS)
            page.log("alarm_call_without_address", alarm=alarm.id, call=call.id, whom=call.call, via=call.via)
            beside = page.rows(AlarmCall, *_with(call), _CALLS.c.due_at == call.due_at)
            if all(row.status == CallStatus.NO_ADDRESS for row in beside):
                # Nobody is reached at this point of the chain: its minutes would be lost.
                _hasten_after(page, call)
            return None
        recipients = tuple(
            Recipient(code, address, links.give(book, page, about=f"{call.id}:{code}", purpose=TAKE_OVER))
            for code, address in reached
        )
        lead = team[page.case.lead][1] if page.case.lead in team else None
        return _told(page, alarm, call.id, recipients, lead)


def hasten_next(book: Casebook, work: WorkOn[Payload]) -> None:
    """Let the next call of an alarm go out now: this one does not get through, or takes too long (U-15)."""
    with writing(book, work) as page:
        if isinstance(work.payload, CallDue):
            _hasten_after(page, page.row(AlarmCall, work.payload.call))


def not_reached(page: Page, call_id: str) -> None:
    """Let the next call of an alarm go out now: a mail system says that this one did not arrive (U-15).

    Args:
        page: the case.
        call_id: the call, or another reason that an alert is owed for: then nothing happens.
    """
    for call in page.rows(AlarmCall, _CALLS.c.id == call_id):
        _hasten_after(page, call)


def _with(call: AlarmCall) -> tuple[ColumnElement[bool], ...]:
    """Of all calls, those of the same alarm and round."""
    return _CALLS.c.alarm_id == call.alarm_id, _CALLS.c.round == call.round


def _hasten_after(page: Page, call: AlarmCall) -> None:
    later = [
        row
        for row in page.rows(AlarmCall, *_with(call))
        if row.status == CallStatus.OWED and row.due_at > call.due_at
    ]
    if later:
        soonest = min(row.due_at for row in later)
        outbox.hasten(page.connection, [row.id for row in later if row.due_at == soonest])
        page.log("alarm_hastened", alarm=call.alarm_id, call=call.id)


def _begin_again(page: Page, alarm: Alarm, round_: int) -> None:
    if round_ == 1 and page.rows(AlarmCall, _CALLS.c.alarm_id == alarm.id):
        # What a release before this one owed twice has one chain.
        return
    begin_chain(page, alarm.id, alarm.site, round_=round_)
    if round_ > 1:
        page.owe(REMIND, Unanswered(unanswered=alarm.id, round=round_))
    page.log("alarm_calls_begun", alarm=alarm.id, round=round_)


def _reached(
    page: Page, call: AlarmCall, team: dict[str, tuple[Actor, MemberContent]], duty: list[str]
) -> list[tuple[str, str]]:
    """Codes and addresses of those whom a call is for, where they have an address of its kind."""
    pack, via = page.pack, Via(call.via)
    if call.call in (Called.UNIVERSITY_POLICE, Called.SITE_POLICE):
        site = pack.own_police if call.call == Called.UNIVERSITY_POLICE else call.site
        police = pack.site(site).police
        # Where the person may be as well, the chain of the danger's site may name a way that is not there.
        return [(f"police:{site}", one) for one in addresses(police, via) or (police.address, *police.also)]
    roles = {member: roles_on(actor, page.case) for member, (actor, _) in team.items()}
    chairs = [member for member, held in roles.items() if Role.CHAIR in held]
    lead = [page.case.lead] if page.case.lead else []
    whom = {
        # Too few on the roster is no reason to call too few.
        Called.ON_CALL: duty if len(duty) >= pack.on_call.minimum else [*duty, *chairs],
        Called.LEAD: lead,
        Called.CHAIR: chairs,
        Called.TEAM: [member for member, held in roles.items() if Role.MEMBER in held],
    }[Called(call.call)]
    pairs = [(member, _address(team[member][1], via)) for member in dict.fromkeys(whom) if roles.get(member)]
    return [(member, address) for member, address in pairs if address]


def _address(member: MemberContent, via: Via) -> str:
    return next(
        (one for one in (member.address, member.text) if one and by_mail(one) == (via is Via.MAIL)), ""
    )


def _told(
    page: Page, alarm: Alarm, call_id: str, recipients: tuple[Recipient, ...], lead: MemberContent | None
) -> Call:
    earlier = [row for row in page.rows(Alarm) if row.seq < alarm.seq and row.seq >= page.case.began_seq]
    known = {*earlier[-1].dangers, earlier[-1].level} if earlier else set()
    alert = page.pack.alert
    said = tuple(Danger(danger) for danger in alarm.dangers if danger in alert.tells)
    level = None if alarm.level is None else Level(alarm.level)
    return Call(
        call_id=call_id,
        site=alarm.site,
        level=level,
        dangers=said,
        threatened_for=alarm.threatened_for if alert.tells_when else None,
        again=bool(earlier),
        new=tuple(one for one in (*said, *([level] if level else [])) if earlier and one not in known),
        recipients=recipients,
        elsewhere=tuple(concerned(page, alarm.site)[1:]),
        lead=("", "") if lead is None else (lead.name, lead.phone),
    )


def went_out(book: Casebook, work: Work, call: Call) -> None:
    """Say that a call was handed over (W-13, W-14); saying it again changes nothing."""
    with writing(book, work) as page:
        row = page.row(AlarmCall, call.call_id)
        if row.status == CallStatus.SENT:
            return
        page.set(AlarmCall, row.id, status=CallStatus.SENT, sent_at=page.now)
        alarm = page.row(Alarm, row.alarm_id)
        if row.call in (Called.UNIVERSITY_POLICE, Called.SITE_POLICE) and alarm.police_alerted_at is None:
            page.set(Alarm, alarm.id, police_alerted_at=page.now)
            page.log("police_alerted", alarm=alarm.id, call=row.id, site=alarm.site)
        else:
            page.log("alarm_called", alarm=alarm.id, call=row.id, whom=row.call, via=row.via)


def threat(book: Casebook, work: WorkOn[OfReport]) -> Threat | None:
    """What University Police are told of a report of a threat or act of violence (W-51).

    None: the report was moved meanwhile, and the case that it is in now owes it; or it came from another case
    from which they were told already, and there is no site that they were not told of.
    """
    with writing(book, work) as page:
        row = page.row(Report, work.payload.report)
        if row.standing == ReportStanding.MOVED:
            return None
        found = _threat(page, row)
        if {found.site, *found.elsewhere} <= set(work.payload.known):
            return None
        return replace(found, secret=links.give(book, page, about=row.id, purpose=READ_THREAT))


def threat_by_link(book: Casebook, secret: str) -> tuple[str, Threat]:
    """The number of a case, and what University Police were told of in it, for the holder of their link.

    Looking changes nothing: it shows no more than the notice said.

    Raises:
        UnknownRecord: the link does not work, or not any more.
    """
    with book.store.write() as connection:
        link = links.find(book, connection, secret, READ_THREAT)
        page = book.turn_to(connection, link.case_id, SYSTEM)
        row = page.row(Report, link.about)
        if row.standing == ReportStanding.MOVED:
            raise UnknownRecord(links.DEAD_LINK)
        return page.case.number, _threat(page, row)


def _threat(page: Page, row: Report) -> Threat:
    alert, said = page.pack.alert, page.open(REPORTS, row)
    here, *elsewhere = concerned(page, said.subject.site)
    day = said.threatened_for if alert.tells_when else None
    return Threat(here, tuple(elsewhere), tuple(one for one in said.dangers if one in alert.tells), day)


def told_of(page: Page, report_id: str) -> tuple[str, ...]:
    """Codes of the sites that University Police were told of with a report, here or where it was before.

    Args:
        page: the case that it is in.
        report_id: the report.
    """
    mine = (_EFFECTS.c.case_id == page.case.id, _EFFECTS.c.kind == TELL_POLICE.kind)
    known, names = set[str](), set[str]()
    for effect in page.connection.execute(select(_EFFECTS.c.id, _EFFECTS.c.payload).where(*mine)):
        # What cannot be read was not told, and is worth telling twice.
        with suppress(ContentUnreadable, VaultLocked):
            due = TELL_POLICE.open(page.key, effect.id, effect.payload)
            if due.report == report_id:
                known |= set(due.known)
                names |= _named_in(page, effect.id)
    return tuple(code for code, site in page.pack.sites.items() if code in known or site.name in names)


def _named_in(page: Page, effect_id: str) -> set[str]:
    """Names of the sites that the notices of an effect told police of which have left."""
    left = _NOTICES.c.status.in_((NoticeStatus.SENT, NoticeStatus.MAYBE_SENT))
    rows = page.rows(Notice, _NOTICES.c.effect_id == effect_id, left)
    told = [page.open(NOTICES, row).context["detail"] for row in rows]
    return {name for one in told for name in (one["site"], *one["elsewhere"])}


def unanswered(book: Casebook, alarm_id: str, work: Work) -> str | None:
    """The site of the alarm that nobody has answered; None: somebody has meanwhile."""
    with writing(book, work) as page:
        alarm = page.row(Alarm, alarm_id)
        return None if alarm.taken_over_at or alarm.followed_by else str(alarm.site)
