"""The auditor's page: who read where and by which way they came, and no content."""

import re

from states.casebook.team import members
from states.contents.team import MemberContent
from states.vocabulary.people import Role
from tests.console.web.conftest import Served


def test_an_auditor_sees_who_read_and_nothing_of_what(served: Served) -> None:
    """That somebody came by the console is there; the case itself is not, nor is any other page of cases."""
    number = served.walk.reported()
    reader = MemberContent(name="invented-reader-name", address="reader@wnmu.example")
    # Whoever opened many cases is shown with some of them alone.
    members.enrol(
        served.book, "reader", reader, by=served.walk.chair, offices=["aa_eeo"], roles=[Role.INTAKE]
    )
    served.browser("reader").get(f"/cases/{number}")
    seen = MemberContent(name="invented-auditor-name", address="auditor@wnmu.example")
    members.enrol(served.book, "auditor", seen, by=served.walk.chair, offices=[], roles=[Role.AUDITOR])
    client = served.browser("auditor")
    shown = client.get("/audit?who=reader").text
    assert number in shown
    assert "console" in shown
    assert "invented-reader-name" in re.sub(r"<select.*?</select>", "", shown, flags=re.DOTALL)
    assert "invented-subject-name" not in shown
    assert "Nobody read anything like that" in client.get("/audit?who=nobody-here&odd=yes&days=7").text
    for path in (f"/cases/{number}", "/cases", "/search"):
        assert client.get(path).status_code == 404, path
