"""Corrections: an entry gets other words, with a reason; its former wording stays for whoever reads the case.

What was on record until then goes, sealed, into the correction, and the entry itself holds what is right now:
so everything that reads it follows by itself. What hangs on it besides (a clock, a count, an index) is set
right by the function that owns it, in :mod:`states.casebook.rearranging.following`.
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from states.access import Act, Actor, correct
from states.calendar.moments import Here
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.casebook.persons import subjects
from states.casebook.rearranging.following import ENTRIES, Entry
from states.casebook.standing.conflicts import look
from states.contents.inquiry import CorrectionContent, reason
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.tables import Correction, Report, table_of
from states.withholding import Withholding, on_case


def put_right(
    book: Casebook,
    number: str,
    record_id: str,
    given: Mapping[str, Any],
    *,
    by: Actor,
    because: str,
    expected: int | None = None,
) -> str:
    """Correct fields of an entry; its former wording stays readable. Returns the correction's id.

    Args:
        book: the casebook.
        number: the case's number.
        record_id: the entry.
        given: the fields to correct, with what is right.
        by: who corrects.
        because: why; kept, sealed.
        expected: the version they saw.

    Raises:
        BadInput: it does not fit, corrects nothing, or no reason is given.
        Refused: this entry, or one of the fields, is not corrected but told anew; says how.
        NotPermitted: they neither wrote it nor lead the case.
        UnknownRecord: the case has no such entry.
    """
    why = reason(because, "a correction").text
    with book.page(number, by, Act.RECORD, expected=expected) as page:
        entry, row = _found(page, record_id)
        correct(by, page.case, getattr(row, entry.author) or row.by)
        before = entry.opened(page, row)
        if not before:
            raise Refused("Nothing of this entry is on record yet. Nothing was written.")
        _only_known(entry, before, given)
        _only_seen(page, entry, row, given)
        here = Here(ZoneInfo(page.pack.site(page.case.site).timezone), page.now)
        after = entry.content.read({**before, **given}, here).model_dump(mode="json")
        # An entry from before a field was asked for has what nobody said then.
        before = entry.content.model_validate(before).model_dump(mode="json")
        fields = sorted(name for name in given if after[name] != before[name])
        if not fields:
            raise BadInput("This is on record just so already. Nothing was written.")
        entry.follow(book, page, row, before, after)
        former = {name: before.get(name) for name in fields}
        correction = Correction(
            case_id=page.case.id,
            at=page.now,
            by=by.id,
            table=entry.table,
            about=record_id,
            fields=fields,
        )
        page.add(correction, CorrectionContent(reason=why, former=former))
        page.log("corrected", record=record_id, table=entry.table, fields=fields, correction=correction.id)
        if entry.names_people:
            subjects.follow(page)
            look(page)
        return correction.id


def _found(page: Page, record_id: str) -> tuple[Entry, Any]:
    for entry in ENTRIES:
        rows = page.rows(entry.model, table_of(entry.model).c.id == record_id)
        if rows:
            return entry, rows[0]
    raise UnknownRecord(
        f"{page.case.number} has no entry under that id that could be corrected; what left the team stays as "
        f"it left. Nothing was written: `tat case show {page.case.number}` shows the ids."
    )


def _only_seen(page: Page, entry: Entry, row: Any, given: Mapping[str, Any]) -> None:
    """Refuse to correct what somebody may not read: whether it stands so already would tell them."""
    withholding = Withholding(
        on_case(page.by, page.case), [each.id for each in page.rows(Report) if each.private]
    )
    opened = {**vars(row), "content": page.key.open(entry.table, row.id, row.content)}
    _, withheld = withholding.shown(entry.table, opened)
    for name in given:
        who = withheld.get(entry.columns.get(name, name))
        if who:
            raise NotPermitted(f"{name} is withheld from you: {who} can correct it. Nothing was written.")


def _only_known(entry: Entry, before: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    named = entry.content.model_fields
    if not given or not set(given) <= set(named):
        raise BadInput(
            f"A correction of this entry takes one or more of these fields: {', '.join(named)}. "
            "Nothing was written."
        )
    for name in given:
        if name in entry.elsewhere and given[name] != before.get(name):
            raise Refused(f"{name} is not corrected here: {entry.elsewhere[name]} Nothing was written.")
