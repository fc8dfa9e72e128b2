"""An import of the wrong log is taken back: what nobody took up is withdrawn, with the reason on record."""

import pytest

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.intake import logbook, undoing
from states.casebook.standing import decisions
from states.contents.reports import SubjectContent
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.intakelog.headings import Column
from tests.cases.walking import Walk
from tests.states.casebook.test_logs import FIRST, OTHER, changed, listed, take_in, written
from tests.states.looking import verified

WRONG = "The log of another campus."


def test_an_import_is_taken_back_but_for_what_became_part_of_a_case(book: Casebook) -> None:
    """Withdrawn rows stay on record with the reason, count nowhere, and are not taken up any more."""
    walk = Walk(book)
    import_id = take_in(walk, written([FIRST, OTHER])).import_id
    assert import_id is not None
    theft, stalking = sorted(listed(walk), key=lambda line: line.said[Column.NUMBER])
    number = logbook.take_up(
        book, stalking.entry_id, SubjectContent(site="silver_city"), by=walk.chair
    ).number
    undone = undoing.undo(book, import_id[:8], by=walk.chair, because=WRONG)
    assert (undone.withdrawn, undone.left) == (1, [(stalking.line, number)])
    assert [line.entry_id for line in listed(walk)] == [stalking.entry_id]
    assert sum(logbook.counts(book, by=SYSTEM).values()) == 1
    (gone,) = [line for line in logbook.entries(book, by=walk.chair, withdrawn=True) if line.withdrawn]
    assert (gone.entry_id, gone.withdrawn, gone.raw) == (theft.entry_id, WRONG, theft.raw)
    with pytest.raises(Refused, match="taken back"):
        logbook.take_up(book, theft.entry_id, SubjectContent(site="silver_city"), by=walk.chair)
    (line,) = undoing.imports(book, by=walk.chair)
    assert (line.import_id, line.rows, line.taken_up, line.withdrawn) == (import_id, 2, 1, 1)
    decisions.recuse(book, number, by=walk.chair, because="A neighbor.")
    again = undoing.undo(book, import_id, by=walk.chair, because=WRONG)
    assert (again.withdrawn, again.left) == (0, [(stalking.line, "")]), "a case that they are kept out of"
    verified(book)


def test_what_was_taken_back_may_be_imported_again_and_again(book: Casebook) -> None:
    """In its order, each row once, whatever it was withdrawn as before."""
    walk = Walk(book)
    later = changed(FIRST, disposition="Closed")
    for _ in range(3):
        imported = take_in(walk, written([FIRST, later, OTHER]))
        assert (sum(imported.verdicts.values()), imported.versions, imported.known) == (2, 1, 0)
        assert take_in(walk, written([FIRST, later, OTHER])).known == 3
        assert {line.said[Column.DISPOSITION] for line in listed(walk)} == {"Closed", "Open"}
        assert imported.import_id is not None
        assert undoing.undo(book, imported.import_id, by=walk.chair, because=WRONG).withdrawn == 3
        assert listed(walk) == []
    verified(book)


def test_the_version_in_whose_place_a_withdrawn_one_stood_counts_again(book: Casebook) -> None:
    """Of the incident itself, where another one got its number by mistake."""
    walk = Walk(book)
    take_in(walk, written([FIRST, changed(OTHER, number="31-001")]))
    wrong = take_in(walk, written([changed(FIRST, disposition="Closed"), changed(OTHER, number="31-001")]))
    assert (wrong.versions, wrong.import_id is None) == (1, False)
    undone = undoing.undo(book, wrong.import_id or "", by=walk.chair, because=WRONG)
    assert (undone.withdrawn, undone.restored) == (1, 1)
    assert {(line.said[Column.NATURE], line.said[Column.DISPOSITION]) for line in listed(walk)} == {
        ("Theft", "Open"),
        ("Stalking", "Open"),
    }
    verified(book)


def test_who_takes_an_import_back_runs_the_team_says_why_and_names_one(book: Casebook) -> None:
    """Nothing is written otherwise."""
    walk = Walk(book)
    import_id = take_in(walk, written([FIRST])).import_id or ""
    with pytest.raises(BadInput, match="Say why"):
        undoing.undo(book, import_id, by=walk.chair, because=" ")
    with pytest.raises(UnknownRecord):
        undoing.undo(book, "", by=walk.chair, because=WRONG)
    with pytest.raises(NotPermitted):
        undoing.undo(book, import_id, by=walk.officer, because=WRONG)
    assert len(listed(walk)) == 1
