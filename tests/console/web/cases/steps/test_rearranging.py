"""Reports and cases put where they belong, on pages: shown on both, and taken back from where it stands."""

import html
import re

import httpx
import pytest

from states.casebook.reading import overview
from states.vocabulary.cases import CaseState
from states.vocabulary.people import IdentifierKind
from tests.console.web.cases.steps.forms import form_of, sent
from tests.console.web.cases.test_deciding import about
from tests.console.web.conftest import Served


def steps(browser: httpx.Client, number: str, sheet: str) -> set[str]:
    """The steps to which links of a sheet lead."""
    shown = html.unescape(browser.get(f"/cases/{number}/{sheet}").text)
    return set(re.findall(rf"/cases/{number}/steps/(\w+)\?about=", shown))


def led_to(browser: httpx.Client, number: str, sheet: str, step: str) -> str:
    """The address that a sheet's link to a step has: the first, where there are several."""
    shown = html.unescape(browser.get(f"/cases/{number}/{sheet}").text)
    found = re.search(rf'href="(/cases/{number}/steps/{step}\?about=[^"]+)"', shown)
    assert found, (step, sheet)
    return found[1]


def person(browser: httpx.Client, number: str) -> str:
    """The sheet that says who the person is, and which other cases there are."""
    return html.unescape(browser.get(f"/cases/{number}/people").text)


@pytest.mark.clause("W-41")
def test_a_report_is_withdrawn_from_its_sheet_and_counts_again_from_there(served: Served) -> None:
    """It stays readable; that it counts no more stands beside it, and so does the way back."""
    number, officer = served.walk.screened(), served.browser("officer")
    done = sent(officer, led_to(officer, number, "reports", "withdraw_report"), reason="Taken back.")
    shown = officer.get(done.headers["location"]).text
    for said in ("Done: Withdraw a report.", "no: withdrawn", "invented-report-behaviour"):
        assert said in shown, said
    assert "withdraw_report" not in steps(officer, number, "reports")
    sent(officer, led_to(officer, number, "reports", "reinstate_report"), reason="A mistake.")
    assert served.walk.records(number, "reports")[0]["standing"] == "stands"
    assert "no: withdrawn" not in officer.get(f"/cases/{number}/reports").text


@pytest.mark.clause("W-41")
def test_a_false_report_takes_two_members_and_refers_whoever_made_it_in_their_own_case(
    served: Served,
) -> None:
    """Nobody is offered to mark it alone; what is owed is seen first; both cases lead to each other."""
    walk, officer, chair = served.walk, served.browser("officer"), served.browser("chair")
    number = walk.screened()
    assert "mark_false" not in steps(officer, number, "reports")
    assert sent(chair, led_to(chair, number, "reports", "agree_false")).status_code == 303
    assert "mark_false" not in steps(chair, number, "reports"), "one member is not two"
    address = led_to(officer, number, "reports", "mark_false")
    said = {"reason": "Admitted it.", "recommendation": "A talk.", "kind": "conduct"}
    seen = html.unescape(
        officer.post(
            address.partition("?")[0], data=form_of(officer.get(address).text) | said | {"go": "look"}
        ).text
    )
    follows = seen[seen.index("What follows") :]
    assert "The clock “" in follows
    assert len(walk.records(number, "reports")) == 1
    assert walk.records(number, "reports")[0]["standing"] == "stands", "looking marks nothing"
    assert officer.post(address.partition("?")[0], data=form_of(seen) | {"go": "do"}).status_code == 303
    (relation,) = walk.records(number, "case_relations")
    theirs = relation["other_number"]
    assert f'href="/cases/{theirs}"' in person(officer, number)
    assert "that person made a false report on this one" in person(officer, number)
    assert [row["kind"] for row in walk.records(theirs, "referrals")] == ["conduct"]


@pytest.mark.clause("W-47")
def test_a_report_goes_to_the_case_it_belongs_to_and_is_found_from_where_it_was(served: Served) -> None:
    """The other case is given by its number, in any letters; one that is not there is told at its field."""
    walk, officer = served.walk, served.browser("officer")
    number, other = walk.screened(), walk.screened()
    address = led_to(officer, number, "reports", "move_report")
    for wrong in ("TAT-2026-9999", "nothing", ""):
        told = sent(officer, address, typed=wrong, reason="Invented.")
        assert told.status_code == 422, wrong
        assert 'href="#typed"' in told.text, wrong
        assert "Invented.</textarea>" in told.text, "what was typed is kept"
    assert sent(officer, address, typed=f" {other.lower()} ", reason="Invented.").status_code == 303
    assert f'href="/cases/{other}"' in officer.get(f"/cases/{number}/reports").text
    assert f'href="/cases/{number}"' in officer.get(f"/cases/{other}/reports").text
    assert len([r for r in walk.records(other, "reports") if r["standing"] == "stands"]) == 2


@pytest.mark.clause("W-39")
def test_a_case_that_one_is_kept_out_of_is_answered_as_one_that_there_is_not(served: Served) -> None:
    """By each step between two cases: nobody learns from a number that they type which cases there are."""
    walk, chair = served.walk, served.browser("chair")
    number, hidden = walk.screened(), walk.screened()
    assert sent(chair, f"/cases/{hidden}/steps/recuse", reason="Invented.").status_code == 303
    said = {"reason": "Invented.", "same": "yes", "kind": "other first"}
    for step in ("move_report", "same_person", "relate"):
        address = f"/cases/{number}/steps/{step}"
        shown = [
            re.sub(r'"[0-9a-f]{32}"|TAT-2026-\d{4}', "", sent(chair, address, typed=typed, **said).text)
            for typed in (hidden, "TAT-2026-9999")
        ]
        assert shown[0] == shown[1], step
        assert "there is no case under that number" in shown[0], step


@pytest.mark.clause("W-01", "W-47")
def test_a_wrong_person_is_replaced_and_put_back(served: Served) -> None:
    """With all that is known in the form; another name asks for a reason; the earlier one returns."""
    walk, officer = served.walk, served.browser("officer")
    number = walk.screened(subject=about("Wrongperson"))
    address = led_to(officer, number, "people", "person")
    told = sent(officer, address, name="Rightperson")
    assert told.status_code == 422
    assert "give the reason" in told.text
    assert sent(officer, address, name="Rightperson", reason="Confused.").status_code == 303
    *_, holds = walk.records(number, "subjects")
    assert holds["content"]["name"] == "Rightperson"
    kept = {IdentifierKind.LICENSE_PLATE: "WRONGPERSON"}
    assert holds["content"]["identifiers"] == kept, "what nobody touched stays"
    back = led_to(officer, number, "people", "restore_person")
    assert sent(officer, back, reason="It was them.").status_code == 303
    *_, holds = walk.records(number, "subjects")
    assert holds["content"]["name"] == "Wrongperson"
    assert "Rightperson" in person(officer, number), "the later decision stays readable"


@pytest.mark.clause("W-47")
def test_two_cases_are_linked_merged_parted_and_unlinked_from_their_pages(served: Served) -> None:
    """Each stands on both, with the way back beside it."""
    walk, officer = served.walk, served.browser("officer")
    one, two = walk.screened(subject=about("Kwlmn")), walk.screened(subject=about("Prqst"))
    said = {"typed": two, "same": "yes", "reason": "Two names of one person."}
    assert sent(officer, f"/cases/{one}/steps/same_person", **said).status_code == 303
    for here, there in ((one, two), (two, one)):
        shown = person(officer, here)
        assert f'href="/cases/{there}">{there}</a>' in shown
        assert "the same person" in shown
        assert {"unlink", "join"} <= steps(officer, here, "people")
    sent(officer, led_to(officer, one, "people", "join"), reason="One person.")
    assert overview.one(served.book, one, by=walk.chair).state == CaseState.CLOSED
    assert "Goes on in" in person(officer, one)
    assert "join" not in steps(officer, one, "people")
    assert officer.get(f"/cases/{one}").status_code == 200
    sent(officer, led_to(officer, one, "people", "part"), reason="Two people after all.")
    assert "Goes on in" not in person(officer, one)
    sent(officer, led_to(officer, two, "people", "unlink"), reason="Two people after all.")
    assert {row["status"] for row in walk.records(one, "case_links") if row["other_number"] == two} == {
        "withdrawn"
    }


@pytest.mark.clause("W-47")
def test_cases_are_related_either_way_round_and_shown_on_both(served: Served) -> None:
    """Who is in danger from whom is said from either side, and taken back from either."""
    walk, officer = served.walk, served.browser("officer")
    one, two = walk.screened(), walk.screened()
    said = {"typed": two, "kind": "target_of second", "reason": "Named them."}
    assert sent(officer, f"/cases/{one}/steps/relate", **said).status_code == 303
    assert "that person is in danger from this one" in person(officer, one)
    assert "this person is in danger from that one" in person(officer, two)
    assert sent(officer, led_to(officer, two, "people", "unrelate"), reason="Not so.").status_code == 303
    for number in (one, two):
        assert "in danger from" not in person(officer, number)


@pytest.mark.clause("W-47")
def test_a_report_about_somebody_else_gets_a_case_of_its_own(served: Served) -> None:
    """At least one report stays; what the new case owes is seen before there is one."""
    walk, officer = served.walk, served.browser("officer")
    one, two = walk.screened(), walk.screened()
    alone = officer.get(f"/cases/{one}/steps/split").text
    assert "There is nothing in this case now" in alone
    sent(officer, f"/cases/{two}/steps/move_report", typed=one, reason="Invented.")
    address = f"/cases/{one}/steps/split"
    asked = officer.get(address).text
    (_, came) = re.findall(r'name="reports" value="(\w+)"', asked)
    before = len(walk.cases())
    said = form_of(asked) | {"reports": came, "reason": "Somebody else."}
    seen = html.unescape(officer.post(address, data=said | {"go": "look"}).text)
    assert re.search(r"The clock “[^”]+” starts: due", seen[seen.index("What follows") :])
    assert len(walk.cases()) == before
    assert officer.post(address, data=form_of(seen) | {"go": "do"}).status_code == 303
    assert len(walk.cases()) == before + 1
    moved = walk.records(one, "reports")[-1]
    assert moved["moved_to"] not in ("", one, two)
    assert f'href="/cases/{moved["moved_to"]}"' in officer.get(f"/cases/{one}/reports").text
