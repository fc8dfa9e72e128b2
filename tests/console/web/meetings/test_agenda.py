"""A meeting's page asks what the plan asks, shows what is due, and opens to who may read it (U-04, U-05)."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from states.access import SYSTEM
from states.casebook.plan import meetings
from states.casebook.rounds import team_clocks
from states.casebook.standing.decisions import decide
from states.casebook.team import members
from states.contents.plans import MinutesContent
from states.contents.team import MemberContent
from states.vocabulary.people import Role
from states.vocabulary.plans import MeetingKind
from tests.console.web.conftest import Served, console
from tests.console.web.meetings.test_semester import begun
from tests.console.web.meetings.test_semester import typed as by_topic
from tests.console.web.meetings.test_sitting import ALL, called

#: how each question of the plan begins that a kind of meeting has
ASKED = {
    MeetingKind.EMERGENCY: (
        "Is anybody in danger now?",
        "Do University Police, and local law enforcement",
        "What did the person do or say",
        "Could the person carry it out?",
        "Which level do the criteria speak for",
        "Which office do we recommend what to?",
    ),
    MeetingKind.INITIAL: (
        "Is anybody in danger now?",
        "What did the person do or say",
        "Could the person carry it out?",
        "Which level do the criteria speak for",
        "Which office do we recommend what to?",
    ),
    MeetingKind.REVIEW: (
        "Is anybody in danger now?",
        "What has changed since we last met",
        "Does the plan work?",
        "Which level do the criteria speak for",
        "Which office do we recommend what to?",
        "Does the person still pose a threat of violence",
    ),
    MeetingKind.DEBRIEF: ("What went well, what did not",),
}

#: who is on no case: one of the team whose office is on none, and whoever watches the runs
OFF_THE_CASE, OPERATOR = "bursar", "operator"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Served]:
    """A console of its own, whose clock is put forward; with a member who is on no case, and an operator."""
    with console(tmp_path_factory.mktemp("agenda"), migrated) as made:
        team_clocks.set_team_clocks(made.book, by=SYSTEM)
        for member, office, role in (
            (OFF_THE_CASE, "business_affairs", Role.MEMBER),
            (OPERATOR, "student_affairs", Role.OPERATOR),
        ):
            content = MemberContent(name=f"invented-{member}-name", address=f"{member}@wnmu.example")
            members.enrol(made.book, member, content, by=made.walk.chair, offices=[office], roles=[role])
        yield made


def questions(page: str) -> list[str]:
    """What a page has to ask."""
    (asked,) = re.findall(r"<h3>To ask</h3>\s*<ul>(.*?)</ul>", page, re.DOTALL)
    return [unescape(each) for each in re.findall(r"<li>(.*?)</li>", asked)]


@pytest.mark.clause("U-04", "W-30", "W-31", "W-32", "W-33")
@pytest.mark.parametrize("kind", ASKED)
def test_each_kind_of_meeting_asks_what_the_plan_asks_in_it(served: Served, kind: MeetingKind) -> None:
    """All of its questions in the plan's order, and none of another kind's."""
    number = served.walk.closed() if kind is MeetingKind.DEBRIEF else ""
    _, path = called(served, number, kind)
    asked = questions(served.browser("chair").get(path).text)
    assert len(asked) == len(ASKED[kind])
    assert all(each.startswith(begins) for each, begins in zip(asked, ASKED[kind], strict=True))


@pytest.mark.clause("U-04", "W-33")
def test_what_is_due_is_on_the_agenda_though_it_is_not_new(served: Served) -> None:
    """Two actions of the plan, late since the team last met, beside the question that asks for them."""
    walk = served.walk
    number = walk.monitored()
    walk.met(number)
    served.watch.forward(days=4)
    _, path = called(served, number)
    page = served.browser("chair").get(path).text
    assert "2 actions of the plan open, 2 of them late." in page
    due = page.partition('<h2 id="clocks">Due</h2>')[2].partition("</section>")[0]
    late = re.findall(r'<li class="overdue"><strong>(.*?)</strong> · late', due)
    agreed = "An action that was agreed on: invented-action"
    assert sorted(late) == [f"{agreed}-nurse", f"{agreed}-officer"], "both are due at the same moment"
    new = page.partition("What is new since then")[2].partition("</details>")[0]
    assert "action" not in new, "nobody did anything since the team last met"
    assert "Does the plan work? What was done, what is late, and what should change?" in questions(page)


@pytest.mark.clause("U-05", "W-39")
def test_minutes_open_to_the_case_and_to_nobody_else(served: Served) -> None:
    """Whoever is on it reads them; who is kept out, not on it, or watches the runs finds no such page."""
    number, path = called(served)
    decide(served.book, number, "nurse", by=served.walk.chair, keep_out=True, because="Invented.")
    said = MinutesContent(present=ALL[:3], minutes="invented-what-was-said")
    meetings.hold(served.book, number, path.rpartition("/")[2], said, by=served.walk.chair)
    sheet = f"/cases/{number}/meetings"
    for member in ("chair", "officer", "dean"):
        assert "invented-what-was-said" in served.browser(member).get(sheet).text, member
    for member in ("nurse", OFF_THE_CASE, OPERATOR):
        browser = served.browser(member)
        for address in (sheet, path):
            answer = browser.get(address)
            assert (member, address, answer.status_code) == (member, address, 404)
            assert "invented-what-was-said" not in answer.text


@pytest.mark.clause("U-05", "W-33")
def test_minutes_of_the_semester_open_to_the_team_and_to_no_operator(served: Served) -> None:
    """It is of no case, so that whoever is kept out of one reads them as well."""
    number = served.walk.in_inquiry()
    decide(served.book, number, "nurse", by=served.walk.chair, keep_out=True, because="Invented.")
    path, chair = begun(served), served.browser("chair")
    said = by_topic(chair.get(path).text, {"law": "invented-of-the-law"}, present=ALL, go="hold")
    assert chair.post(path, data=said).status_code == 303
    minutes = path.removesuffix("/now")
    for member in ("chair", "nurse", OFF_THE_CASE):
        assert "invented-of-the-law" in served.browser(member).get(minutes).text, member
    operator = served.browser(OPERATOR)
    for address in (minutes, path):
        answer = operator.get(address)
        assert (answer.status_code, "invented-of-the-law" in answer.text) == (404, False)
