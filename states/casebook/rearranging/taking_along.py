"""What goes along with a report that moves to another case: nothing of it stays behind (W-47)."""

from typing import Any

from states.casebook.page import Page
from states.contents.kept import ATTACHMENTS, REPORT_MESSAGES, Kept
from states.tables import Attachment, ReportMessage, table_of
from states.tables.columns import new_id
from states.vocabulary.effects import Clock

#: what lies beside a report, and the columns that are emptied where it was: where a large file lies it stays,
#: and what moves is its key
_BESIDE: tuple[tuple[type[Attachment | ReportMessage], Kept[Any], dict[str, str]], ...] = (
    (Attachment, ATTACHMENTS, {"stored": ""}),
    (ReportMessage, REPORT_MESSAGES, {}),
)


def take_along(source: Page, target: Page, was: str, now: str) -> None:
    """Take along the files of a report, what was said about it with whoever reported, and the clock of that.

    Args:
        source: the case that it was in.
        target: the case that it is in.
        was: the report's id there.
        now: its id here.
    """
    for model, kind, emptied in _BESIDE:
        table = table_of(model)
        for row in source.rows(model, table.c.about == was):
            moved = {"id": new_id(), "case_id": target.case.id, "about": now}
            target.add(model(**{**row.model_dump(), **moved}), source.open(kind, row))
            source.set(model, row.id, content=source.seal(table.name, row.id, {}), **emptied)
    waits = source.running(Clock.REPORTER_ANSWER, about=was)
    if waits is not None:
        target.start(Clock.REPORTER_ANSWER, about=now, due_at=waits)
