"""What is sealed in a record comes back as what it was written from."""

from types import SimpleNamespace

import pytest
from sqlmodel import SQLModel

from states.access import Act
from states.contents.kept import KEPT, LOG_ENTRIES, REPORTS, SOURCE_QUERIES, SUBJECTS, Kept
from states.contents.reports import ReportContent, SubjectContent
from states.contents.verbatim import LogEntryContent
from states.errors import ContentUnreadable, VaultLocked
from states.tables import Report, Subject
from states.vault import DataKey, Vault
from states.vocabulary.effects import EffectKind
from tests.cases.walking import Walk
from tests.states.looking import case, owed

#: tables that have a content and no model of it, with why
LEFT_OUT: dict[str, str] = {
    "drafts": "sealed with what their reporter alone has",
    "kept_answers": "an answer as it was given, byte by byte",
}

#: tables whose fields are all kept to the letter, also bytes that are no text: nothing there can fail to fit
TO_THE_LETTER = frozenset({"attachments", "calls", "tips"})


@pytest.fixture
def key() -> DataKey:
    """A data key."""
    vault = Vault(b"invented-test-key-for-one-record")
    return vault.unwrap("one", vault.new_key("one"))


@pytest.mark.parametrize("kind", KEPT, ids=lambda kind: kind.table)
def test_each_content_belongs_to_a_table_that_seals_one(kind: Kept[ReportContent]) -> None:
    """A table that is gone, or that seals nothing, fails here."""
    assert "content" in SQLModel.metadata.tables[kind.table].c


def test_each_table_that_seals_a_content_says_which() -> None:
    """Once each; what is left out stands here with its reason."""
    sealing = {name for name, table in SQLModel.metadata.tables.items() if "content" in table.c}
    assert sorted(kind.table for kind in KEPT) == sorted(sealing - set(LEFT_OUT))


@pytest.mark.parametrize(
    "kind", [kind for kind in KEPT if kind.table not in TO_THE_LETTER], ids=lambda kind: kind.table
)
def test_a_content_that_does_not_fit_is_not_quoted(kind: Kept[ReportContent], key: DataKey) -> None:
    """What somebody wrote stands in no error, whatever is wrong with it."""
    wrong = {name: [["invented-words"]] for name in kind.content.model_fields}
    row = SimpleNamespace(id="1", content=key.seal(kind.table, "1", wrong))
    with pytest.raises(ContentUnreadable, match=f"record 1 of {kind.table}") as refused:
        kind.open(key, row)
    assert "invented" not in repr(refused.value)
    assert (refused.value.__cause__, refused.value.__context__) == (None, None)
    assert kind.content.model_config.get("hide_input_in_errors")


def test_what_an_older_version_wrote_besides_is_passed_over(key: DataKey) -> None:
    """A field that is no longer known keeps no record shut, nor does one within it."""
    said = {"facts": [{"name": "one", "value": "two", "gone": 3}], "gone": 4}
    row = SimpleNamespace(id="1", content=key.seal("source_queries", "1", said))
    (fact,) = SOURCE_QUERIES.open(key, row).facts
    assert (fact.name, fact.value) == ("one", "two")


def test_bytes_that_are_no_text_come_back_as_they_were(key: DataKey) -> None:
    """A row of a log that could not be read is kept byte for byte, also through its model."""
    raw = b"\xff\x80 no text".decode("utf-8", "surrogateescape")
    sealed = LOG_ENTRIES.seal(key, "1", LogEntryContent(raw=raw))
    assert LOG_ENTRIES.open(key, SimpleNamespace(id="1", content=sealed)).raw == raw


def test_a_report_comes_back_typed(walk: Walk) -> None:
    """And so does whom it is about."""
    number = walk.reported()
    with walk.book.page(number, walk.chair, Act.READ) as page:
        (report,) = page.reports()
        (subject,) = page.rows(Subject)
        said, about = page.open(REPORTS, report), page.open(SUBJECTS, subject)
    assert isinstance(said, ReportContent)
    assert isinstance(about, SubjectContent)
    assert said.subject.name == about.name


def test_no_other_key_opens_a_record(walk: Walk) -> None:
    """What one case says is not read with another case's key."""
    one, other = walk.reported(), walk.reported()
    with walk.book.page(one, walk.chair, Act.READ) as page:
        (report,) = page.rows(Report)
    with walk.book.page(other, walk.chair, Act.READ) as page, pytest.raises(VaultLocked):
        page.open(REPORTS, report)


@pytest.mark.clause("W-13")
def test_an_alarm_is_raised_beside_a_report_that_cannot_be_read(walk: Walk) -> None:
    """What the others say counts; nothing refuses an alarm."""
    number = walk.reported()
    with walk.book.store.write() as connection:
        page = walk.book.turn_to(connection, case(walk.book, number).id, walk.chair)
        (report,) = page.rows(Report)
        page.set(Report, report.id, content=page.seal("reports", report.id, {"invented": "of another time"}))
        page.log("noted")
        page.finish()
    with walk.book.page(number, walk.chair, Act.READ) as page, pytest.raises(ContentUnreadable):
        page.open(REPORTS, page.row(Report, report.id))
    walk.act(number, "raise_alarm", {"reason": "Seen near the library."})
    assert EffectKind.ALERT_POLICE in owed(walk.book, number)
