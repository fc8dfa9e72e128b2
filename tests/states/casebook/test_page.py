"""The page of a case: what it hands back is what it stored."""

from collections.abc import Callable

from states.access import Act
from states.contents.inquiry import NoteContent
from states.tables import Note, table_of
from tests.cases.walking import Walk


def test_a_new_record_is_handed_back_as_it_is_stored(at_stage: Callable[[str], tuple[Walk, str]]) -> None:
    """Its number and its sealed content, too, so that whoever goes on with it goes on with what is there."""
    walk, number = at_stage("reported")
    with walk.book.page(number, walk.chair, Act.RECORD) as page:
        note = Note(case_id=page.case.id, at=page.now, by=walk.chair.id, kind="interview")
        made = page.add(note, NoteContent(kind="interview", text="Sam Sample was heard."))
        page.log("noted", note=made.id)
        stored = page.row(Note, made.id)
        for column in table_of(Note).c:
            assert getattr(made, column.name) == getattr(stored, column.name)
    assert made.seq
    assert made.content
