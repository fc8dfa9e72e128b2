"""No word of a case leaves by the API but to the program of who may see it (privacy)."""

import logging

import pytest
from sqlalchemy import select

from states.casebook.inquiry import triage
from states.tables import KeptAnswer, Token, table_of
from tests.cases.walking import Walk
from tests.console.api.conftest import Programs
from tests.console.web.conftest import Served
from tests.privacy.marking import CONTENT, Words, shapes


@pytest.mark.clause("U-09", "W-39", "W-42")
def test_what_people_wrote_is_told_to_the_program_of_who_may_read_it_and_to_nobody_else(
    served: Served, program: Programs, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in lists, heads, logs, refusals, nor in what is kept of tokens and answers; the lead reads it."""
    book, chair = served.book, served.walk.chair
    number = Walk(book, Words()).in_inquiry()
    triage.assign(book, number, by=chair, lead="officer", offices=["university_police"])
    note = {"kind": "observation", "text": f"a{CONTENT}"}
    calls = (
        ("GET", "/cases", None),
        ("GET", "/deadlines", None),
        ("GET", "/effects", None),
        ("GET", "/alarms", None),
        ("GET", f"/cases/{number}", None),
        ("GET", f"/cases/{number}/timeline", None),
        ("GET", f"/cases/{number}/steps", None),
        ("POST", f"/cases/{number}/notes", note),
        ("POST", f"/cases/{number}/notes", note | {CONTENT: CONTENT}),
        ("POST", f"/cases/{number}/steps/{CONTENT}", {"given": {CONTENT: CONTENT}}),
        ("POST", "/persons/search", {"text": CONTENT, CONTENT: ""}),
    )
    with caplog.at_level(logging.DEBUG):
        for member in ("officer", "dean"):
            client = program(member)
            for method, path, sent in calls:
                head = {"If-Match": "*", "Idempotency-Key": f"key-{len(path)}{bool(sent)}"}
                answer = client.request(method, path, json=sent, headers=head)
                theirs = member == "officer" and path == f"/cases/{number}"
                assert (member, path, CONTENT in answer.text) == (member, path, theirs)
                assert CONTENT not in str(answer.headers)
    ours = [each.getMessage() for each in caplog.records if not each.name.startswith(("httpx", "httpcore"))]
    assert [each for each in ours if CONTENT in each] == []
    with book.store.read() as connection:
        for model in (KeptAnswer, Token):
            for row in connection.execute(select(table_of(model))):
                kept = b" ".join(each if isinstance(each, bytes) else str(each).encode() for each in row)
                assert not any(shape in kept.lower() for shape in shapes(CONTENT))
