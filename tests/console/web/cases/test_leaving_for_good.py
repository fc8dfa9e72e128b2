"""A case file that is handed out, and a case that is erased, on pages: who may, what is said."""

import io
import json
from http import HTTPStatus as S
from zipfile import ZipFile

import pytest

from states.casebook.disclosing import disclosures
from states.casebook.intake import receipts
from states.casebook.record import evidence
from states.casebook.team import members
from states.contents.team import MemberContent
from states.vocabulary.people import Role
from tests.console.web.conftest import Served
from tests.console.web.files.test_files import PNG, add
from tests.console.web.report.test_files import add as by_reporter

#: what a form says that hands a case file out to a court
ORDERED = {
    "to": "court",
    "recipient": "district_court",
    "basis": "court_order",
    "asked_by": "invented-clerk",
    "reason": "Ordered.",
}


@pytest.mark.clause("P-05", "W-40")
def test_a_case_file_leaves_with_its_files_as_the_policy_lets_it(served: Served) -> None:
    """What was withdrawn stays, and what may tell who asked for privacy; that it left is on record."""
    number, chair, book = served.walk.in_inquiry(private=True), served.browser("chair"), served.book
    (report,) = served.walk.records(number, "reports")
    known = receipts.number_of(report["id"]), receipts.secret_of(book.vault, report["id"])
    by_reporter(served, dict(zip(("receipt", "secret"), known, strict=True)), ("by-reporter.png", PNG))
    for _ in range(2):
        add(chair, number, ("note.png", PNG))
    (theirs, kept, wrong) = (line.file_id for line in evidence.listed(book, number, by=served.walk.chair))
    evidence.withdraw(book, number, wrong, by=served.walk.chair, because="invented")
    for said, why in (
        ({}, "To whom: choose one."),
        (ORDERED | {"recipient": "Sam Sample"}, "A recipient is given as a code"),
        (ORDERED | {"to": "police", "basis": "ferpa_health_or_safety"}, "Withheld"),
    ):
        refused = chair.post(f"/cases/{number}/export", data=said)
        assert (refused.status_code, why in refused.text) == (S.UNPROCESSABLE_ENTITY, True), why
    left = chair.post(f"/cases/{number}/export", data=ORDERED)
    assert left.headers["content-disposition"] == f'attachment; filename="{number}.zip"'
    with ZipFile(io.BytesIO(left.content)) as archive:
        assert archive.testzip() is None
        record = json.loads(archive.read("case.json"))
        lies = {row["id"]: row["in_archive"] for row in record["attachments"]}
        assert archive.read(lies[kept]) == PNG
        assert set(archive.namelist()) == {"case.json", lies[kept]}
        handed_out = archive.read("case.json").decode()
    assert "withdrawn" in lies[wrong]
    assert "asked for privacy" in lies[theirs]
    assert report["content"]["reporter"]["name"] not in handed_out
    assert "by-reporter" not in handed_out
    by_what = [line.refused for line in disclosures.of_person(book, number, by=served.walk.chair)]
    assert [bool(refused) for refused in by_what] == [False, True]
    openings = [line.openings for line in evidence.listed(book, number, by=served.walk.chair)]
    assert [[one.by for one in each] for each in openings] == [[], ["chair"], []]


@pytest.mark.clause("P-04")
def test_a_case_is_erased_by_two_people_before_its_time(served: Served) -> None:
    """The chair allows it with a reason, the custodian erases it; neither does both."""
    number, book = served.walk.closed(), served.book
    content = MemberContent(name="invented-archivist-name", address="archivist@wnmu.example")
    by, office = served.walk.chair, book.pack.custodian_office
    members.enrol(book, "archivist", content, by=by, roles=[Role.CUSTODIAN], offices=[office])
    chair, keeper = served.browser("chair"), served.browser("archivist")
    assert f"/cases/{number}/erase" in keeper.get(f"/cases/{number}").text
    asked = keeper.get(f"/cases/{number}/erase").text
    assert "What goes, for good" in asked
    assert f"Erase {number} for good" not in asked
    early = keeper.post(f"/cases/{number}/erase")
    assert (early.status_code, "only the chair can allow it" in early.text) == (S.UNPROCESSABLE_ENTITY, True)
    assert chair.post(f"/cases/{number}/erase").status_code == S.NOT_FOUND
    assert keeper.post(f"/cases/{number}/allow-erasure").status_code == S.NOT_FOUND
    assert chair.post(f"/cases/{number}/allow-erasure").status_code == S.UNPROCESSABLE_ENTITY
    allowed = chair.post(f"/cases/{number}/allow-erasure", data={"reason": "invented-order"})
    assert allowed.status_code == S.SEE_OTHER
    asked = keeper.get(f"/cases/{number}/erase").text
    assert "invented-order" in asked
    assert f"Erase {number} for good" in asked
    served.watch.forward(minutes=10)
    stale = keeper.post(f"/cases/{number}/erase")
    assert (stale.status_code, "Show that it is you" in stale.text) == (S.FORBIDDEN, True)
    code = {"code-again": served.login("archivist").code(book.clock())}
    assert keeper.post(f"/cases/{number}/erase", data=code).status_code == S.SEE_OTHER
    assert keeper.get(f"/cases/{number}").status_code == S.GONE
