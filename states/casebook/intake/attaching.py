"""Files that a reporter adds with number and secret: bounded in number, size and kind, opened by no program.

They belong to the report while the team works on it. Once the case is closed, that they came is a report of
its own, so that somebody looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from states.access import REPORTER
from states.casebook.book import CASES, Casebook
from states.casebook.intake import receipts
from states.casebook.record import evidence
from states.errors import BadInput
from states.files.arriving import Arrived, said_size
from states.settings import Settings
from states.tables import Attachment, Report, table_of
from states.vocabulary.cases import CaseState

_ATTACHMENTS = table_of(Attachment)

#: what stands in the report that files of a closed case are
CAME_LATER = "The reporter added files after the case was closed. Look at them."


@dataclass(frozen=True, slots=True)
class Left:
    """What may still come with a report.

    Args:
        files: how many files.
        size: how many bytes in all.
    """

    files: int
    size: int


def left(book: Casebook, settings: Settings, receipt: str, secret: str) -> Left:
    """What may still come with a report; ask before a file is read.

    Raises:
        UnknownRecord: the number and the secret belong to no report.
        BadInput: nothing may.
    """
    with book.store.read() as connection:
        report, _ = receipts.in_case(book, connection, receipt, secret)
        return _left(connection, settings, report)


def _left(connection: Connection, settings: Settings, report: Report) -> Left:
    # Their own alone: what others tell of the same case is nobody's to learn, nor to use up.
    theirs = select(_ATTACHMENTS.c.size).where(
        _ATTACHMENTS.c.receipt == report.id, _ATTACHMENTS.c.stored != ""
    )
    sizes = list(connection.scalars(theirs))
    free = Left(settings.report_files - len(sizes), settings.report_files_largest - sum(sizes))
    if free.files <= 0 or free.size <= 0:
        raise BadInput(
            "{files} files, or {size}, came with this report already, which is the most. None was kept: tell "
            "the team in words that there is more.",
            files=settings.report_files,
            size=said_size(settings.report_files_largest),
        )
    return free


def attach(
    book: Casebook, settings: Settings, receipt: str, secret: str, files: Sequence[Arrived]
) -> list[str]:
    """Put files that have arrived with a report on record, all or none; returns their ids.

    Args:
        book: the casebook.
        settings: how many there may be, and how large.
        receipt: the report's number.
        secret: its secret.
        files: the files, which came under what :func:`left` said; what is not put on record is removed.

    Raises:
        UnknownRecord: the number and the secret belong to no report.
        BadInput: others came meanwhile, and no more may.
    """
    with evidence.removed_if_refused(book, files), book.store.write() as connection:
        report, case_id = receipts.in_case(book, connection, receipt, secret)
        about = report.id if report.case_id == case_id else ""
        state = connection.scalar(select(CASES.c.state).where(CASES.c.id == case_id))
        if state == CaseState.CLOSED:
            about, _ = receipts.take_more(book, connection, report, case_id, CAME_LATER)
        page = book.turn_to(connection, case_id, REPORTER)
        # Counted under the lock of the case: what two windows send at once is counted together.
        free = _left(connection, settings, report)
        if len(files) > free.files or sum(file.size for file in files) > free.size:
            raise BadInput(
                "With those that came before there are more than {files} files, or more than {size}. None "
                "was kept: choose those that matter.",
                files=settings.report_files,
                size=said_size(settings.report_files_largest),
            )
        added = [evidence.put(page, file, about=about, receipt=report.id) for file in files]
        page.finish()
        return added
