"""The auditor's page: who read where and by which way they came, and no content."""

import re
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from states.casebook.intake import logbook
from states.casebook.landing import kept
from states.casebook.protecting import targets
from states.casebook.reading import whole_case
from states.casebook.team import ending, members
from states.contents.plans import TargetContent
from states.contents.team import MemberContent
from states.vocabulary.people import Role
from tests.console.web.conftest import Served
from tests.console.web.table.people import program


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


@pytest.mark.clause("P-08")
def test_what_came_in_and_was_read_is_told_alike_on_the_page_and_by_the_api(served: Served) -> None:
    """By what it is and how much of it, beside the cases; nothing of what it says."""
    content = MemberContent(name="invented-receiver-name", address="receiver@wnmu.example")
    book, chair = served.book, served.walk.chair
    members.enrol(book, "receiver", content, by=chair, offices=["aa_eeo"], roles=[Role.INTAKE])
    for number in range(2):
        logbook.keep(book, f"invented-mail-{number}".encode(), "It could not be read.")
    (entry, *_) = kept.waiting(book, by=chair)
    assert served.browser("receiver").get(f"/intake/{entry.entry_id}").status_code == 200
    page = served.browser("chair").get("/audit?who=receiver").text
    assert "1 unreadable message" in page
    assert "invented-mail" not in page
    answer = program(served, "chair").get("/api/readings", params={"member_id": "receiver"})
    (line,) = answer.json()["items"]
    assert (line["numbers"], line["came_in"]) == ([], {"at_a_door": 1})
    assert "invented-mail" not in answer.text


@pytest.mark.clause("P-08")
def test_an_odd_reading_is_marked_and_kept_where_ordinary_ones_are_left_out(served: Served) -> None:
    """Of one's own case, and after leaving; who read as people do is on the page, and not among the odd."""
    book, chair = served.book, served.walk.chair
    for member in ("own-reader", "late-reader", "plain-reader"):
        content = MemberContent(name=f"invented-{member}-name", address=f"{member}@wnmu.example")
        members.enrol(book, member, content, by=chair, offices=["university_police"], roles=[Role.MEMBER])
    number, readers = served.walk.screened(), ("own-reader", "late-reader", "plain-reader")
    late = members.actor(book, "late-reader")
    for member in ("own-reader", "plain-reader"):
        assert served.browser(member).get(f"/cases/{number}").status_code == 200
    targets.add(book, number, TargetContent(name="invented-own-reader-name"), by=chair)
    ending.end(book, "late-reader", by=chair, on=book.clock(), hand_over_to="officer")
    # What would let them in by then is closed: it is read past the console.
    whole_case.dossier(book, number, by=late)
    browser = served.browser("chair")
    marks = {"own-reader": "own case", "late-reader": "after leaving", "plain-reader": ""}
    for odd in ("", "yes"):
        for member in readers:
            page = browser.get(f"/audit?who={member}&odd={odd}").text
            shown = re.sub(r"<[^>]+>", " ", re.sub(r"<(select|form).*?</\1>", "", page, flags=re.DOTALL))
            found = f"invented-{member}-name" in shown
            assert found == (bool(marks[member]) or not odd), (member, odd)
            said = {mark for mark in ("own case", "after leaving") if mark in shown}
            assert said == ({marks[member]} if marks[member] else set()), (member, odd)


def test_the_audit_reaches_as_far_back_as_is_chosen_and_no_other_number_of_days_is_taken(
    served: Served,
) -> None:
    """What was read before is left out; a day, or what is no number of days on the list, is 30 days."""
    content = MemberContent(name="invented-earlier-name", address="earlier@wnmu.example")
    roles = [Role.INTAKE]
    members.enrol(served.book, "earlier", content, by=served.walk.chair, offices=["aa_eeo"], roles=roles)
    number, chair = served.walk.reported(), served.browser("chair")
    assert served.browser("earlier").get(f"/cases/{number}").status_code == 200
    for gone, among in ((2, {7, 30, 90, 365}), (18, {30, 90, 365}), (40, {90, 365})):
        served.watch.forward(days=gone)
        chair, shown, chosen = served.browser("chair"), dict[str, bool](), dict[str, str]()
        for days in ("7", "30", "90", "365", "1", "0", "-7", "7 days", ""):
            page = chair.get("/audit", params={"who": "earlier", "days": days}).text
            shown[days] = f">{number}<" in page or number in page
            (chosen[days],) = re.findall(r'<option value="(\d+)" selected>', page)
        told = {days: int(days) in among for days in ("7", "30", "90", "365")}
        unlisted = ("1", "0", "-7", "7 days", "")
        assert shown == told | dict.fromkeys(unlisted, 30 in among), gone
        assert chosen == {days: days for days in told} | dict.fromkeys(unlisted, "30")


@pytest.mark.clause("P-08")
def test_whoever_turns_the_pages_of_the_audit_finds_every_day(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day stands on one page, also where more was read than is fetched at once; the newest is near."""
    monkeypatch.setattr("console.web.overviews.auditing.ON_A_PAGE", 1)
    monkeypatch.setattr("states.casebook.reading.reads.TOGETHER", 3)
    book, number, days = served.book, served.walk.reported(), set[str]()
    for _ in range(4):
        served.watch.forward(days=1)
        days.add(f"{book.clock().astimezone(ZoneInfo(book.pack.home.timezone)):%Y-%m-%d}")
        for _ in range(2):
            whole_case.dossier(book, number, by=served.walk.officer)
    browser, here, found = served.browser("chair"), "/audit?who=officer&days=7", list[str]()
    for _ in range(20):
        shown = browser.get(here).text
        found += re.findall(r"until=([\d-]+)", shown)
        older = re.search(r'href="([^"]+)" rel="next"', shown)
        if older is None:
            break
        here = unescape(older[1])
    assert older is None
    assert len(days - set(found)) <= 1, "all but the newest, which stands on the first page"
    assert ">Newest</a>" in shown
    assert browser.get("/audit?until=yesterday").status_code == 422
