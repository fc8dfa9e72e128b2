"""Files with a report, from somebody who is not signed in: few, small, of kinds that run nowhere."""

import re
from http import HTTPStatus as S

import httpx
import pytest

from states.casebook.intake import receipts
from states.casebook.reading import whole_case
from states.casebook.record import evidence
from states.casebook.team import members
from tests.console.web.conftest import Served
from tests.console.web.files.test_files import PNG, lying


@pytest.fixture
def told_of(served: Served) -> tuple[str, dict[str, str]]:
    """A case's number, and the number and secret of the report in it."""
    number = served.walk.reported()
    (report,) = served.walk.records(number, "reports")
    secret = receipts.secret_of(served.book.vault, report["id"])
    return number, {"receipt": receipts.number_of(report["id"]), "secret": secret}


def add(served: Served, known: dict[str, str], *files: tuple[str, bytes]) -> httpx.Response:
    """Add files, as a browser does in which nobody is signed in."""
    given = [("file", file) for file in files]
    return served.stranger().post("/report/files", files=given or {"file": ("", b"")}, data=known)


@pytest.mark.clause("W-16")
def test_a_reporter_adds_files_and_the_team_opens_them(
    served: Served, told_of: tuple[str, dict[str, str]]
) -> None:
    """With number and secret, at once or later; they belong to the report, and lie sealed."""
    number, known = told_of
    shown = served.stranger().post("/report/return", data=known).text
    assert 'action="/report/files" enctype="multipart/form-data"' in shown
    answer = add(served, known, ("a.png", PNG), ("b.png", PNG[:100]))
    assert (answer.status_code, "They are with the team now" in answer.text) == (S.OK, True)
    lines = evidence.listed(served.book, number, by=served.walk.chair)
    (report,) = served.walk.records(number, "reports")
    assert [(each.name, each.by, each.about) for each in lines] == [
        ("a.png", "reporter", report["id"]),
        ("b.png", "reporter", report["id"]),
    ]
    found = evidence.opened(served.book, number, lines[0].file_id, by=served.walk.chair)
    assert b"".join(found.part()) == PNG


@pytest.mark.clause("W-40")
def test_a_file_of_a_private_report_is_not_called_what_names_its_sender(served: Served) -> None:
    """To the chair and intake it is; to others, nowhere: in list, report, record and download."""
    number = served.walk.in_inquiry(private=True)
    (report,) = served.walk.records(number, "reports")
    secret = receipts.secret_of(served.book.vault, report["id"])
    add(
        served,
        {"receipt": receipts.number_of(report["id"]), "secret": secret},
        ("by-invented-reporter.png", PNG),
    )
    (line,) = evidence.listed(served.book, number, by=served.walk.chair)
    assert (line.name, line.withheld) == ("by-invented-reporter.png", "")
    dean, chair = served.browser("dean"), served.browser("chair")
    file = f"/cases/{number}/files/{line.file_id}"
    for path in (f"/cases/{number}/files", f"/cases/{number}/reports", f"{file}/preview"):
        assert "by-invented-reporter.png" in chair.get(path).text, path
        told = dean.get(path)
        assert (told.status_code, "by-invented-reporter" in told.text) == (S.OK, False), path
        assert "the chair and intake can tell" in told.text, path
    taken = dean.get(f"{file}/download")
    assert (taken.content, "invented" in taken.headers["content-disposition"]) == (PNG, False)
    kept = whole_case.dossier(served.book, number, by=members.actor(served.book, "dean"))
    assert "by-invented-reporter" not in str(kept)
    assert "by-invented-reporter" not in str(
        whole_case.dossier(served.book, number, by=served.walk.chair, leaving=True)
    )


def test_nothing_comes_without_number_and_secret_and_not_without_bounds(
    served: Served, told_of: tuple[str, dict[str, str]]
) -> None:
    """A guess stores nothing; nor does one file too many, one too long in all, or one of another kind."""
    _, known = told_of
    before = lying(served)
    for guess in ({}, known | {"secret": "aaaa-aaaa-aaaa-aaaa-aaaa"}):
        assert add(served, guess, ("a.png", PNG)).status_code == S.NOT_FOUND
    office = b"PK\x03\x04" + b"[Content_Types].xml" * 300
    settings = served.app.state.desk.settings
    for files, said in (
        ([("a.docx", office)], "print it to a PDF"),
        ([("a.png", PNG)] * 6, "At most 5 files"),
        ([], "No file was chosen"),
    ):
        answer = add(served, known, *files)
        assert (answer.status_code, said in answer.text) == (422, True), said
        assert re.search(r'name="secret" value="[\w-]+"', answer.text)
    settings.report_files_largest, usual = 1_000_000, settings.report_files_largest
    try:
        assert "larger than 1 MB together" in add(served, known, ("a.png", PNG), ("b.png", PNG)).text
        assert lying(served) == before
        assert add(served, known, ("a.png", PNG)).status_code == S.OK
        assert "more than 1 MB" in add(served, known, ("b.png", PNG)).text
    finally:
        settings.report_files_largest = usual
    assert len(lying(served) - before) == 1


def test_files_that_come_after_a_case_was_closed_are_a_report_of_their_own(served: Served) -> None:
    """So that somebody screens what came, as everything else that comes then."""
    number = served.walk.dismissed()
    (report,) = served.walk.records(number, "reports")
    secret = receipts.secret_of(served.book.vault, report["id"])
    known = {"receipt": receipts.number_of(report["id"]), "secret": secret}
    assert add(served, known, ("a.png", PNG)).status_code == S.OK
    _, later = served.walk.records(number, "reports")
    (line,) = evidence.listed(served.book, number, by=served.walk.chair)
    assert line.about == later["id"]


def test_why_a_file_is_not_taken_is_said_in_the_language_that_its_reader_reads(
    served: Served, told_of: tuple[str, dict[str, str]]
) -> None:
    """Of another kind, empty, too many, too large: each in Spanish, with its number and what is taken."""
    _, known = told_of
    client, settings = served.stranger(), served.app.state.desk.settings
    client.headers["Accept-Language"] = "es"

    def said(*files: tuple[str, bytes]) -> str:
        given = [("file", file) for file in files]
        return client.post("/report/files", files=given, data=known).text

    assert "Lo que se recibe: PDF, foto PNG" in said(("a.exe", b"MZ\x90\x00" * 999))
    assert "Un archivo ZIP contiene otros archivos" in said(("a.zip", b"PK\x03\x04" + b"x" * 99))
    assert "Se pueden enviar 5 archivos" in said(*[("a.png", PNG)] * 6)
    settings.report_files_largest, usual = 1_000_000, settings.report_files_largest
    try:
        assert "pasan de 1 MB" in said(("a.png", PNG), ("b.png", PNG))
    finally:
        settings.report_files_largest = usual
