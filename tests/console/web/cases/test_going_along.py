"""What the console shows, by pages and by the API, once reports went to another case."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from states.casebook.accounts import tokens
from states.casebook.team import members
from states.contents.content import Person
from states.contents.reports import SubjectContent
from states.vocabulary.programs import Scope
from tests.console.web.conftest import Served

Asking = Callable[[str], httpx.Client]

ANY = {"If-Match": "*"}


@pytest.fixture
def asking(served: Served) -> Asking:
    """Gives a program that asks for a member."""

    def made(which: str) -> httpx.Client:
        served.login(which)
        by = members.actor(served.book, which)
        scopes = [Scope.READ, Scope.WRITE, Scope.REPORT]
        token = tokens.make(served.book, "invented", by=by, scopes=scopes, lasts=timedelta(days=1))
        client = served.stranger()
        client.base_url = httpx.URL(f"{served.url}/api")
        client.headers["Authorization"] = f"Bearer {token.secret}"
        return client

    return made


def done(program: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Do something by the API that nothing stands before."""
    answer = program.post(path, json=body, headers=ANY)
    assert answer.is_success, answer.text
    told: dict[str, Any] = answer.json() if answer.content else {}
    return told


def other(name: str) -> SubjectContent:
    """Another person, by a name that nobody else has."""
    return SubjectContent(name=name, site="silver_city")


@pytest.mark.clause("W-39")
@pytest.mark.parametrize("way", ["split", "move", "merge"])
def test_who_recused_themselves_reads_a_report_nowhere(served: Served, asking: Asking, way: str) -> None:
    """Neither by the API nor on a page: where it is now, there is no such case for them."""
    nurse, chair = asking("nurse"), asking("chair")
    one = served.walk.screened(behaviour_of_concern="Told-by-their-sister.", subject=other(f"Ann {way}"))
    two = served.walk.screened(subject=other(f"Wilfrida {way}"))
    report = chair.get(f"/cases/{one}").json()["reports"][0]["id"]
    if way == "split":
        said = {"behaviour_of_concern": "Else.", "subject": {"name": "Zed", "site": "silver_city"}}
        done(chair, "/reports", {"report": said, "into": one})
    done(nurse, f"/cases/{one}/recusal", {"because": "My family."})
    if way == "split":
        two = done(chair, f"/cases/{one}/splitting", {"report_ids": [report], "because": "x"})["number"]
    elif way == "move":
        done(chair, f"/cases/{one}/reports/{report}/move", {"to": two, "because": "x"})
    else:
        done(chair, f"/cases/{one}/links", {"other": two, "same_person": True, "because": "x"})
        done(chair, f"/cases/{one}/merging", {"into": two, "because": "x"})
    assert "Told-by-their-sister." in chair.get(f"/cases/{two}").text
    web = served.browser("nurse")
    for answer in (nurse.get(f"/cases/{two}"), web.get(f"/cases/{two}"), web.get(f"/cases/{two}/reports")):
        assert answer.status_code == 404
        assert "Told-by-their-sister." not in answer.text
    out = {one["member"] for one in chair.get(f"/cases/{two}/conflicts").json()["items"]}
    assert out == {"nurse"}


@pytest.mark.clause("W-47")
def test_no_page_shows_an_earlier_wording_of_a_report_that_went_away(served: Served, asking: Asking) -> None:
    """It is shown where the report is; the pages of the case that it left open as before."""
    chair, web = asking("chair"), served.browser("chair")
    number = served.walk.screened(subject=other("Ann Wording"))
    said = {"behaviour_of_concern": "First-of-Zoe.", "subject": {"name": "Zoe", "site": "silver_city"}}
    report = done(chair, "/reports", {"report": said, "into": number})["report_id"]
    put = {"given": {"behaviour_of_concern": "Corrected."}, "because": "Zoe-misheard."}
    done(chair, f"/cases/{number}/records/{report}/correction", put)
    assert "First-of-Zoe." in web.get(f"/cases/{number}/reports").text
    split = done(chair, f"/cases/{number}/splitting", {"report_ids": [report], "because": "x"})["number"]
    for path in ("", "/reports", "/people", "/history", "/closing"):
        shown = web.get(f"/cases/{number}{path}")
        assert "Zoe" not in shown.text, path
        assert shown.status_code in (200, 404), path
    assert "Zoe" not in chair.get(f"/cases/{number}").text
    assert "First-of-Zoe." in web.get(f"/cases/{split}/reports").text


@pytest.mark.clause("W-40")
def test_marking_a_report_false_names_its_private_reporter_to_nobody_new(
    served: Served, asking: Asking
) -> None:
    """Who worked on the report gets no page of the case about them, and no number of it."""
    walk = served.walk
    rita = Person(name="Rita Private", email="rita@people.example")
    number = walk.screened(private=True, reporter=rita, subject=other("Ann Accused"))
    chair, nurse, officer = asking("chair"), asking("nurse"), asking("officer")
    (report,) = [row["id"] for row in nurse.get(f"/cases/{number}").json()["reports"]]
    done(officer, f"/cases/{number}/concurrences", {"about": report})
    theirs = done(chair, f"/cases/{number}/reports/{report}/falsity", {"because": "A lie."})["number"]
    web = served.browser("nurse")
    assert nurse.get(f"/cases/{theirs}").status_code == 404
    assert web.get(f"/cases/{theirs}").status_code == 404
    asked = (nurse.get(f"/cases/{number}"), nurse.get(f"/cases/{number}/timeline"))
    shown = (web.get(f"/cases/{number}/people"), web.get(f"/cases/{number}/history"))
    for answer in (*asked, *shown):
        assert answer.status_code == 200
        assert theirs not in answer.text
        assert "Rita" not in answer.text
    assert theirs in served.browser("chair").get(f"/cases/{number}/people").text


@pytest.mark.clause("W-39")
def test_a_merge_taken_back_lets_nobody_read_the_case_that_was_not_theirs(
    served: Served, asking: Asking
) -> None:
    """Each is on the case that they were on before."""
    chair, nurse, officer = asking("chair"), asking("nurse"), asking("officer")
    one = served.walk.screened(subject=other("Ann Apart"))
    two = served.walk.screened(subject=other("Wilfrida Beside"))
    for number, lead, office in ((one, "officer", "university_police"), (two, "nurse", "health_services")):
        team = {"lead": lead, "offices": [office], "members": []}
        done(chair, f"/cases/{number}/assignment", team)
    done(chair, f"/cases/{one}/links", {"other": two, "same_person": True, "because": "x"})
    done(chair, f"/cases/{one}/merging", {"into": two, "because": "x"})
    assert [nurse.get(f"/cases/{one}").status_code, officer.get(f"/cases/{two}").status_code] == [200, 200]
    done(chair, f"/cases/{one}/unmerging", {"because": "A twin."})
    for program, web, number in ((nurse, "nurse", one), (officer, "officer", two)):
        assert program.get(f"/cases/{number}").status_code == 404
        assert served.browser(web).get(f"/cases/{number}").status_code == 404
    assert [officer.get(f"/cases/{one}").status_code, nurse.get(f"/cases/{two}").status_code] == [200, 200]
