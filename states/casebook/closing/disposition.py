"""Closing: the disposition, and the erasure of what may no longer be kept."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, or_, select, update

from states import outbox
from states.access import NO_SUCH_CASE, Act, Actor, is_there, permit
from states.casebook.book import CASES, Casebook
from states.casebook.closing.taking_over import confirm_on, start_hand_overs
from states.casebook.page import Page
from states.casebook.persons.joining import LINKS
from states.casebook.persons.two_cases import named
from states.contents.closing import DispositionContent
from states.contents.inquiry import RemarkContent, reason
from states.contents.kept import ERASURE_PERMITS
from states.contents.payloads import CLOSE_OUT, Ending
from states.errors import FilesAway, Refused, UnknownRecord
from states.tables import (
    Attachment,
    BlindIndex,
    Case,
    CaseLink,
    Disposition,
    ErasurePermit,
    HandOver,
    Remark,
    SourceQuery,
    WrappedKey,
    new_id,
    table_of,
)
from states.vault import TEAM_SCOPE
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import Clock

_PERMITS = table_of(ErasurePermit)
_KEYS = table_of(WrappedKey)
_BLIND = table_of(BlindIndex)


def write_disposition(book: Casebook, number: str, content: DispositionContent, *, by: Actor) -> str:
    """Write how the matter ended, what the reporter may be told, and who follows up (W-26 to W-28).

    Of a closed case, reporters who may be told hear of it now, unless they were told the same words before.

    Returns:
        Its id.
    """
    with book.page(number, by, Act.RECORD) as page:
        row = Disposition(
            case_id=page.case.id,
            at=page.now,
            by=by.id,
            tell_reporter=content.tell_reporter,
            threat=content.threat or "",
            disruption=content.disruption or "",
            followed_up_at=sorted({each.office for each in content.follow_up}),
            without_follow_up=bool(content.no_follow_up_because),
        )
        page.add(row, content)
        for each in content.follow_up:
            book.pack.office(each.office)
            over = HandOver(
                case_id=page.case.id, at=page.now, by=by.id, disposition_id=row.id, office=each.office
            )
            page.add(over, each)
        closed = page.case.state == CaseState.CLOSED
        if closed:
            page.owe(CLOSE_OUT, Ending(trigger="disposition"))
        page.log("disposition_written", disposition=row.id)
        if closed:
            start_hand_overs(page)
        return row.id


def confirm_hand_over(book: Casebook, number: str, hand_over_id: str, *, by: Actor, note: str = "") -> None:
    """Put on record that somebody told a member that they took follow-up over (W-28).

    Args:
        book: the casebook.
        number: the case's number.
        hand_over_id: the hand-over.
        by: who was told.
        note: how they said so; kept, sealed.
    """
    remark = RemarkContent.read({"text": note})
    with book.page(number, by, Act.RECORD) as page:
        row = page.row(HandOver, hand_over_id)
        if remark.text:
            page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=hand_over_id), remark)
        confirm_on(page, row, by=by.id)


@dataclass(frozen=True, slots=True)
class EarlyErasure:
    """Why a case may be, or was, erased before its retention ended."""

    at: datetime
    by: str
    reason: str


def allow_erasure(book: Casebook, number: str, *, by: Actor, because: str) -> str:
    """Allow the custodian to erase a closed case before its retention ends (P-04); returns the permit's id.

    The reason is sealed under the team's key, so that it is kept when the case's own key is gone.

    Raises:
        NotPermitted: the person is not the chair.
        Refused: the case is not closed. BadInput: no reason is given.
    """
    content = reason(because, "an early erasure")
    with book.page(number, by, Act.ALLOW_ERASURE) as page:
        _require_closed(page)
        permit_id = new_id()
        key = book.key(page.connection, TEAM_SCOPE)
        sealed = page.vouch("erasure_permits", permit_id, ERASURE_PERMITS.seal(key, permit_id, content))
        page.add(
            ErasurePermit(id=permit_id, case_id=page.case.id, at=page.now, by=by.id, content=sealed),
        )
        page.log("erasure_allowed", permit=permit_id)
        return permit_id


def early_erasures(book: Casebook, number: str, *, by: Actor) -> list[EarlyErasure]:
    """Why a case may be, or was, erased before its retention ended; also when it is erased.

    Raises:
        NotPermitted: the person neither keeps the records nor chairs in the case.
        UnknownRecord: there is no such case, or none that they may know of.
    """
    with book.store.read() as connection:
        mine = CASES.c.number == number
        row = connection.execute(select(CASES).where(mine, is_there(by, CASES.c.id))).one_or_none()
        if row is None:
            raise UnknownRecord(NO_SUCH_CASE)
        permit(by, Act.RUN_TEAM, Case(**row._mapping))  # noqa: SLF001 - SQLAlchemy's public name
        rows = connection.execute(
            select(_PERMITS).where(_PERMITS.c.case_id == row.id).order_by(_PERMITS.c.seq)
        ).all()
        key = book.key(connection, TEAM_SCOPE)
    return [EarlyErasure(row.at, row.by, ERASURE_PERMITS.open(key, row).text) for row in rows]


def erase(book: Casebook, number: str, *, by: Actor) -> None:
    """Erase a closed case for good by destroying its data key (P-04); the ledger stays and still verifies.

    Raises:
        Refused: the case is not closed, a report about it waits to be looked at, or its retention has not
            ended and the chair has not allowed it to be erased earlier.
    """
    with book.page(number, by, Act.ERASE) as page:
        _require_closed(page)
        _require_own_record(page)
        if page.running(Clock.REOPENING) is not None:
            raise Refused(
                f"A report has come in since {number} was closed: screen it or reopen the case first. "
                "Nothing was erased."
            )
        kept_until = page.running(Clock.RETENTION)
        early = kept_until is not None and kept_until > page.now
        if kept_until is not None and early:
            _require_permit(page, kept_until)
        page.stop(*Clock)
        page.case.erased_at = page.now
        # Nobody can read any more what they are about; left open, they would never come to an end.
        dropped = outbox.drop(page.connection, page.case.id, code="case_erased", now=page.now)
        for effect in dropped:
            page.tell("effects", effect, {"done_at": page.now, "code": "case_erased"})
        for query in page.rows(SourceQuery):
            # Its answer is gone with the key.
            page.set(SourceQuery, query.id, retain_until=None, poll_at=None)
        files = [file.stored for file in page.rows(Attachment) if file.stored]
        page.tell_of_index([])
        page.tell("wrapped_keys", page.case.id, {"destroyed_at": page.now})
        page.log("erased", effects_dropped=len(dropped), early=early)
        page.connection.execute(
            update(_KEYS).where(_KEYS.c.scope == page.case.id).values(wrapped=None, destroyed_at=page.now)
        )
        page.connection.execute(delete(_BLIND).where(_BLIND.c.case_id == page.case.id))
        mine = or_(LINKS.c.case_id == page.case.id, LINKS.c.other_id == page.case.id)
        for link in page.connection.execute(select(LINKS).where(mine)).mappings().all():
            page.set_shared(CaseLink, link, seen=[], reasons=[])
    book.store.forget()
    # Nothing opens them any more; where they cannot be removed now, the next round over all files does it.
    with suppress(FilesAway):
        for name in files:
            book.place.remove(name)


def _require_own_record(page: Page) -> None:
    """A case that goes on in another one is part of that one's record, and erased after it (W-47)."""
    into = page.case.merged_into
    if not into:
        return
    erased = select(CASES.c.erased_at).where(CASES.c.number == into)
    if page.connection.scalar(erased) is None:
        whose = named(page.connection, into, page.by)
        message = f"{page.case.number} is part of the record of {whose}: erase that one first."
        raise Refused(f"{message} Nothing was erased.")


def _require_closed(page: Page) -> None:
    if page.case.state != CaseState.CLOSED:
        message = (
            f"{page.case.number} is in {page.case.state}; only a closed case can be erased. "
            "Nothing was erased."
        )
        raise Refused(message)


def _require_permit(page: Page, kept_until: datetime) -> None:
    # One from before the case was last closed was given for another case than this one has become.
    if any(row.seq >= page.case.entered_seq for row in page.rows(ErasurePermit)):
        return
    day = kept_until.astimezone(ZoneInfo(page.pack.site(page.case.site).timezone)).date()
    message = (
        f"{page.case.number} is kept until {day:%Y-%m-%d}; only the chair can allow it to be erased before, "
        f"with a reason: `tat case allow-erasure {page.case.number}`. Nothing was erased."
    )
    raise Refused(message)
