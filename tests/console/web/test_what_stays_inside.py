"""No word of a case leaves by the console but on the page of who may see it (privacy)."""

import logging
import re

import pytest

from states.casebook.inquiry import triage
from states.casebook.team import members
from states.contents.team import MemberContent
from states.vocabulary.people import Role
from tests.cases.walking import Walk
from tests.console.web.conftest import Served
from tests.privacy.marking import CONTENT, Words


@pytest.mark.clause("U-09", "W-39", "W-42")
def test_what_people_wrote_stands_on_the_page_of_who_may_read_it_and_nowhere_else(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in lists, addresses, heads or logs, nor on any page of somebody else; the lead reads all of it."""
    book, chair = served.book, served.walk.chair
    marked = Walk(book, Words())
    number = marked.in_inquiry()
    triage.assign(book, number, by=chair, lead="officer", offices=["university_police"])
    for member, role in (("runs-it", Role.OPERATOR), ("accounts", Role.ADMINISTRATOR)):
        content = MemberContent(name=f"invented-{member}", address=f"{member}@wnmu.example")
        members.enrol(book, member, content, by=chair, roles=[role])
    pages = ("/", "/cases", f"/cases/{number}", "/account", f"/sign-in?to=/cases/{number}", "/nothing")
    with caplog.at_level(logging.DEBUG):
        for member in ("officer", "dean", "runs-it", "accounts"):
            browser = served.browser(member)
            for path in pages:
                answer = browser.get(path)
                theirs = member == "officer" and path == f"/cases/{number}"
                assert (member, path, CONTENT in answer.text) == (member, path, theirs)
                assert CONTENT not in str(answer.headers)
                addresses = re.findall(r'(?:href|action|src)="([^"]*)"', answer.text)
                assert [each for each in addresses if CONTENT in each] == []
    assert CONTENT not in caplog.text
