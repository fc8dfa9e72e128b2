"""Notices: written down before they leave, each with its Message-ID, and ticked off once they left."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from states import outbox
from states.access import SYSTEM, Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.disclosing.disclosures import attempt, missing_for
from states.casebook.effects.owing import owe_without_case
from states.casebook.effects.work import Work, writing
from states.casebook.page import Page
from states.casebook.standing.conflicts import kept_out, reaches
from states.casebook.team_rows import add_row
from states.contents.kept import NOTICES
from states.contents.payloads import REMIND, TemplateBroken
from states.contents.verbatim import NoticeContent
from states.errors import MAYBE_SENT, StepFailed, Withheld
from states.gate import Outgoing, let_out
from states.ledger import chain, coverage
from states.tables import (
    Effect,
    Notice,
    new_id,
    stored,
    table_of,
)
from states.vault import TEAM_SCOPE
from states.vocabulary.effects import NoticeStatus

_NOTICES = table_of(Notice)
_EFFECTS = table_of(Effect)


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice to one recipient, before it has a row.

    Args:
        template: name of the message.
        recipient: a member's id, an office's code, or ``reporter``.
        address: a mail address, or an apprise URL.
        context: what the template is given, as JSON.
        invite: start of the event in a calendar invitation, ISO 8601; empty: none.
        key: tells notices of one effect to one recipient apart.
    """

    template: str
    recipient: str
    address: str
    context: dict[str, Any]
    invite: str = ""
    key: str = ""
    #: how often the entry was moved or called off
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A prepared notice, ready to be sent."""

    notice_id: str
    template: str
    recipient: str
    message_id: str
    address: str
    context: dict[str, Any]
    invite: str
    prepared_at: datetime
    #: of one that was written before invitations were counted: 0
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Leaving:
    """A notice that is about to leave.

    Args:
        draft: the notice.
        message_id: the same on every attempt.
        outgoing: what it discloses to whom; None: what it carries has passed the gate.
    """

    draft: Draft
    message_id: str
    outgoing: Outgoing | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """What became of notices that were to leave.

    Args:
        waiting: ids of those that are still to be sent.
        withheld: how many the gate did not let through.
    """

    waiting: list[str]
    withheld: int


def prepare(book: Casebook, work: Work, leaving: list[Leaving], *, gather: bool = False) -> Prepared:
    """Let notices through the gate, and write them down before they leave.

    Args:
        book: the casebook.
        work: the effect they belong to.
        leaving: the notices.
        gather: whether they wait to be told together with others (:mod:`states.casebook.team.news`).
    """
    if work.case_id is None:
        return _prepare_for_team(book, work, leaving)
    with writing(book, work) as page:
        # The last gate: whatever drafted it, nothing reaches whoever is kept out of the case (W-39).
        leaving = [each for each in leaving if not reaches(page, each.draft.recipient, each.draft.address)]
        known = {row.message_id: row for row in page.rows(Notice, Notice.effect_id == work.effect_id)}
        # One that is not wanted any more, such as the invitation to a meeting that has passed, stays unsent.
        wanted = {each.message_id for each in leaving}
        waiting = [row.id for row in known.values() if row.status in _TO_SEND and row.message_id in wanted]
        fresh = [each for each in leaving if each.message_id not in known]
        status = NoticeStatus.GATHERED if gather else NoticeStatus.PREPARED
        let_through = [each for each in fresh if _let_through(page, work, each, waiting, status)]
        if fresh:
            page.log(f"notices_{status}", effect=work.effect_id, count=len(let_through))
        return Prepared(waiting, len(fresh) - len(let_through))


def _let_through(page: Page, work: Work, each: Leaving, waiting: list[str], status: NoticeStatus) -> bool:
    notice = _notice(work, each.draft, each.message_id, page.now, status)
    if each.outgoing is not None:
        # Refused, it has no row of its own: the request is the effect's.
        refusing = missing_for(page, each.outgoing)
        if attempt(page, each.outgoing, about=work.effect_id if refusing else notice.id) is not None:
            return False
    page.add(notice, _sealed_part(each.draft))
    waiting.append(notice.id)
    return True


def _prepare_for_team(book: Casebook, work: Work, leaving: list[Leaving]) -> Prepared:
    with book.store.write() as connection:
        key = book.lock_team(connection)
        outbox.prove(connection, work)
        rows = connection.execute(select(_NOTICES).where(_NOTICES.c.effect_id == work.effect_id)).all()
        known = {row.message_id for row in rows}
        waiting = [row.id for row in rows if row.status in _TO_SEND]
        fresh = [each for each in leaving if each.message_id not in known]
        let_through = [each for each in fresh if _allowed(book, each)]
        now, told = book.clock(), dict[str, str]()
        for each in let_through:
            notice = _notice(work, each.draft, each.message_id, now, NoticeStatus.PREPARED)
            told |= add_row(connection, notice, key, _sealed_part(each.draft))
            waiting.append(notice.id)
        if told:
            what = {"what": "notices_prepared", "effect": work.effect_id}
            chain.append_of_team(connection, told, at=now, actor=SYSTEM.id, **what)
        return Prepared(waiting, len(fresh) - len(let_through))


def _allowed(book: Casebook, each: Leaving) -> bool:
    """Whether the gate lets a notice of no case through: nobody's record is in it, so there is no row."""
    if each.outgoing is None:
        return True
    try:
        let_out(book.pack, each.outgoing)
    except Withheld:
        return False
    return True


def _notice(work: Work, draft: Draft, message_id: str, now: datetime, status: NoticeStatus) -> Notice:
    return Notice(
        id=new_id(),
        case_id=work.case_id,
        effect_id=work.effect_id,
        template=draft.template,
        recipient=draft.recipient,
        message_id=message_id,
        status=status,
        at=now,
    )


def _sealed_part(draft: Draft) -> NoticeContent:
    return NoticeContent(
        address=draft.address, context=draft.context, invite=draft.invite, sequence=draft.sequence
    )


def notice(book: Casebook, work: Work, notice_id: str) -> NoticeLine | None:
    """A prepared notice, opened for sending; None: its recipient is kept out of the case by now (W-39).

    Raises:
        LeaseLost: another attempt has taken over, and sends it.
    """
    with book.store.read() as connection:
        held = outbox.held(work)
        found = connection.execute(select(_NOTICES, held).where(_NOTICES.c.id == notice_id)).one()
        if not found.held:
            raise outbox.overtaken(work)
        row = stored(Notice, found)
        # An alarm waits for no lock: police are told whoever is among them.
        free = row.case_id is None or row.recipient.startswith("police:")
        if free or row.case_id is None or not kept_out(connection, row.case_id):
            key = book.key(connection, work.case_id or TEAM_SCOPE)
            return _as_line(row, NOTICES.open(key, row))
    with writing(book, work) as page:
        row = page.row(Notice, notice_id)
        content = page.open(NOTICES, row)
        if not reaches(page, row.recipient, content.address):
            return _as_line(row, content)
        page.set(Notice, notice_id, status=NoticeStatus.WITHDRAWN)
        page.log("notice_withdrawn", notice=notice_id)
        return None


def _as_line(row: Notice, content: NoticeContent) -> NoticeLine:
    return NoticeLine(
        row.id,
        row.template,
        row.recipient,
        row.message_id,
        content.address,
        content.context,
        content.invite,
        prepared_at=row.at,
        sequence=content.sequence,
    )


def template_broken(book: Casebook, name: str, *, by: Actor) -> None:
    """Owe the chair and the operators the news that an own template broke, once for each state of the pack.

    Args:
        book: the casebook.
        by: who asks: the software itself, or whoever runs it.
        name: the message whose own words could not be used; the shipped ones go out.
    """
    permit(by, Act.RUN)
    dedupe = f"template:{name}:{book.pack.digest[:16]}"
    with book.store.write() as connection:
        book.lock_team(connection)
        if connection.scalar(select(_EFFECTS.c.id).where(_EFFECTS.c.dedupe == dedupe)) is None:
            owe_without_case(book, connection, REMIND, dedupe, TemplateBroken(template=name))


#: of the notices of an effect, those that an attempt takes up
_TO_SEND = (NoticeStatus.PREPARED, NoticeStatus.LEAVING)


def leave_once(book: Casebook, work: Work, notice_id: str) -> None:
    """Put on record that a notice is about to leave by a channel that cannot tell one that comes twice.

    Raises:
        StepFailed: ``maybe_sent``: it was about to leave before, and nobody said what became of it; it is
            not sent again.
        LeaseLost: another attempt has taken over.
    """
    with _at(book, work) as (connection, page):
        status = connection.scalar(select(_NOTICES.c.status).where(_NOTICES.c.id == notice_id))
        leaves = status == NoticeStatus.PREPARED
        new = NoticeStatus.LEAVING if leaves else NoticeStatus.MAYBE_SENT
        _set_status(connection, notice_id, new)
        if not leaves:
            _maybe_sent(book, connection, page, notice_id)
    if not leaves:
        raise StepFailed(MAYBE_SENT, permanent=True)


def did_not_leave(book: Casebook, work: Work, notice_id: str, *, surely: bool) -> None:
    """Say of a notice that was about to leave once how that failed.

    Args:
        book: the casebook.
        work: the effect it belongs to.
        notice_id: the notice.
        surely: whether it surely did not leave, and may be sent again; otherwise it was maybe sent.
    """
    with _at(book, work) as (connection, page):
        status = connection.scalar(select(_NOTICES.c.status).where(_NOTICES.c.id == notice_id))
        if status != NoticeStatus.LEAVING:
            return
        _set_status(connection, notice_id, NoticeStatus.PREPARED if surely else NoticeStatus.MAYBE_SENT)
        if not surely:
            _maybe_sent(book, connection, page, notice_id)


def _maybe_sent(book: Casebook, connection: Connection, page: Page | None, notice_id: str) -> None:
    if page is not None:
        page.tell("notices", notice_id, {"status": NoticeStatus.MAYBE_SENT})
        page.log("notice_maybe_sent", notice=notice_id)
        return
    _tell_of_team(connection, "notice_maybe_sent", notice_id, book.clock(), status=NoticeStatus.MAYBE_SENT)


def _tell_of_team(connection: Connection, what: str, notice_id: str, now: datetime, **values: object) -> None:
    told = coverage.of("notices").changed(notice_id, values)
    chain.append_of_team(connection, told, at=now, actor=SYSTEM.id, what=what, notice=notice_id)


@contextmanager
def _at(book: Casebook, work: Work) -> Iterator[tuple[Connection, Page | None]]:
    """A transaction under proof of the lease; with the case, if the effect belongs to one."""
    if work.case_id is not None:
        with writing(book, work) as page:
            yield page.connection, page
        return
    with book.store.write() as connection:
        book.lock_team(connection)
        outbox.prove(connection, work)
        yield connection, None


def _set_status(connection: Connection, notice_id: str, status: NoticeStatus) -> None:
    connection.execute(update(_NOTICES).where(_NOTICES.c.id == notice_id).values(status=status))


def notice_sent(book: Casebook, work: Work, notice_id: str) -> None:
    """Say that a notice was handed over to its channel."""
    if work.case_id is not None:
        with writing(book, work) as page:
            page.set(Notice, notice_id, status=NoticeStatus.SENT, sent_at=page.now)
            page.log("notice_sent", notice=notice_id)
        return
    with book.store.write() as connection:
        book.lock_team(connection)
        outbox.prove(connection, work)
        sent = {"status": NoticeStatus.SENT, "sent_at": book.clock()}
        connection.execute(update(_NOTICES).where(_NOTICES.c.id == notice_id).values(**sent))
        _tell_of_team(connection, "notice_sent", notice_id, book.clock(), **sent)
