"""Reports that are being written, step by step, by somebody who is not signed in (W-16).

What was written is kept for a few hours, so that nothing is lost when a connection is, and then thrown away.
The reporter's browser keeps a secret; we keep a keyed index of it, and what was written under a key that is
reckoned from the secret and from the vault's: neither a copy of the database nor we ourselves open a draft
without its reporter. A draft is nobody's record: no case has it, and no event tells of it.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from states.access import REPORTER, Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.intake.begun import written_down
from states.casebook.intake.belonging import of_tip
from states.casebook.intake.reports import take
from states.contents.reports import ReportContent
from states.errors import Refused, UnknownRecord
from states.store.engine import insert_missing
from states.tables import Draft as DraftRow
from states.tables import table_of
from states.vault import DataKey, Vault

_DRAFTS = table_of(DraftRow)

#: what a secret looks like
_SECRET = re.compile(r"[0-9a-f]{64}")

#: how long a draft waits for its next step; and how long the receipt can be shown again once it is sent
KEPT, SHOWN_AGAIN = timedelta(hours=6), timedelta(minutes=15)

#: what is said where there is no draft, whatever the reason
NO_SUCH_DRAFT = "There is no such report that is not sent yet: it was sent, thrown away, or waited too long."


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody has written so far.

    Args:
        site: code of the site that they chose.
        imminent: whether they said that somebody is in danger right now.
        report_id: the report whose alarm is out, or that was made of the draft; empty: there is none yet.
        sent: whether it was sent.
        unseen_field: whether a field was filled in that people do not see, as programs do.
        said: what was written, field by field.
    """

    site: str
    imminent: bool = False
    report_id: str = ""
    sent: bool = False
    unseen_field: bool = False
    said: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)


def new_secret() -> str:
    """A secret for a draft; nothing is written down until somebody has answered."""
    return secrets.token_hex(32)


def begin(book: Casebook, secret: str, draft: Draft) -> str:
    """Keep what somebody begins to write; gives the secret that opens it.

    Who answers the first questions twice goes on with the same draft; what they wrote since stays in it, and
    a danger that was alarmed does too. What is begun with a draft that was sent is a new one.

    Args:
        book: the casebook.
        secret: as :func:`new_secret` made it; anything else makes a new one.
        draft: the first answers.
    """
    now = book.clock()
    secret = secret if _SECRET.fullmatch(secret) else new_secret()
    with book.store.write() as connection:
        _throw_away(connection, now)
        known = _found(book, connection, secret)
        if known is not None and known.sent:
            secret, known = new_secret(), None
        if known is not None:
            danger = draft if draft.imminent else known
            draft = replace(draft, imminent=danger.imminent, report_id=danger.report_id, said=known.said)
        row_id = _id_of(book.vault, secret)
        insert_missing(connection, _DRAFTS, {"id": row_id, "expires_at": now + KEPT, "content": b""})
        _put(book, connection, secret, draft, until=now + KEPT)
    return secret


def read(book: Casebook, secret: str) -> Draft | None:
    """What was written so far; None: there is no such draft, or not any more."""
    with book.store.read() as connection:
        return _found(book, connection, secret)


def keep(book: Casebook, secret: str, said: Mapping[str, Sequence[str]]) -> Draft:
    """Keep what one more step says, instead of what it said before; gives all that was written.

    Args:
        book: the casebook.
        secret: opens the draft.
        said: all fields of the step; what nothing was written in is empty.

    Raises:
        UnknownRecord: there is no such draft.
        Refused: it was sent.
    """
    with book.store.write() as connection:
        draft = _locked(book, connection, secret)
        if draft.sent:
            raise Refused("That report was sent already. Nothing was written: come back to it and add to it.")
        draft = replace(draft, said={**draft.said, **said})
        _put(book, connection, secret, draft, until=book.clock() + KEPT)
    return draft


def send(book: Casebook, secret: str, content: ReportContent) -> str:
    """Take in the report that a draft has become, once however often it is sent; gives its id.

    Args:
        book: the casebook.
        secret: opens the draft.
        content: what the report says.

    Raises:
        UnknownRecord: there is no such draft.
        BadInput: it names a site that the policy does not know.
    """
    with book.store.write() as connection:
        draft = _locked(book, connection, secret)
        if not draft.sent:
            report_id = _sent(book, connection, draft, content)
            # What was written is in the case now, and nowhere else.
            draft = Draft(draft.site, draft.imminent, report_id, sent=True)
            _put(book, connection, secret, draft, until=book.clock() + SHOWN_AGAIN)
    return draft.report_id


def _sent(book: Casebook, connection: Connection, draft: Draft, content: ReportContent) -> str:
    if not draft.imminent:
        mark = draft.unseen_field
        return take(book, connection, content, by=REPORTER, unseen_field=mark).report_id
    try:
        written_down(book, connection, draft.report_id, content, by=REPORTER, finished=True)
    except Refused:
        # Two taps sound one alarm and may begin two drafts: what the second says is not lost.
        case_id = of_tip(connection, draft.report_id)
        take(book, connection, content, by=REPORTER, belongs_to=case_id)
    return draft.report_id


def discard(book: Casebook, secret: str) -> None:
    """Throw away what was written; an alarm that is out stays out."""
    with book.store.write() as connection:
        connection.execute(delete(_DRAFTS).where(_DRAFTS.c.id == _id_of(book.vault, secret)))


def sweep(book: Casebook, *, by: Actor) -> None:
    """Throw away all drafts that waited too long."""
    permit(by, Act.OPERATE)
    with book.store.read() as connection:
        late = connection.scalar(select(_DRAFTS.c.id).where(_DRAFTS.c.expires_at <= book.clock()).limit(1))
    if late is not None:
        with book.store.write() as connection:
            _throw_away(connection, book.clock())


def _throw_away(connection: Connection, now: datetime) -> None:
    connection.execute(delete(_DRAFTS).where(_DRAFTS.c.expires_at <= now))


def _locked(book: Casebook, connection: Connection, secret: str) -> Draft:
    this = select(_DRAFTS.c.id).where(_DRAFTS.c.id == _id_of(book.vault, secret))
    connection.execute(this.with_for_update())
    draft = _found(book, connection, secret)
    if draft is None:
        raise UnknownRecord(NO_SUCH_DRAFT)
    return draft


def _found(book: Casebook, connection: Connection, secret: str) -> Draft | None:
    row_id = _id_of(book.vault, secret)
    this = select(_DRAFTS.c.content).where(_DRAFTS.c.id == row_id, _DRAFTS.c.expires_at > book.clock())
    content = connection.scalar(this)
    return None if content is None else Draft(**_key(book.vault, secret).open(_DRAFTS.name, row_id, content))


def _put(book: Casebook, connection: Connection, secret: str, draft: Draft, *, until: datetime) -> None:
    row_id = _id_of(book.vault, secret)
    content = _key(book.vault, secret).seal(_DRAFTS.name, row_id, asdict(draft))
    this = update(_DRAFTS).where(_DRAFTS.c.id == row_id)
    connection.execute(this.values(expires_at=until, content=content))


def _id_of(vault: Vault, secret: str) -> str:
    return vault.blind("draft", secret)


def _key(vault: Vault, secret: str) -> DataKey:
    return DataKey("draft", bytes.fromhex(vault.blind("draft's key", secret)))
