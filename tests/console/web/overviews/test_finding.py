"""Search and the list of cases over HTTP: found by whatever one knows, by those alone who may see it."""

import re
from http import HTTPStatus as S

import httpx
import pytest

from states.casebook.inquiry import triage
from states.casebook.reading import timeline
from states.casebook.standing.decisions import decide
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.people import IdentifierKind
from tests.console.web.conftest import Served

#: how people write what they know of two invented people
SAM = ("Sample, Quentin", "Quentin Q. Sample", "Q. Sample", "quentin sampel", "QUENTÍN SAMPLE")
#: slips that make the name sound otherwise: a letter missing, too many, another one, two changed places
SLIPS = ("Quentni", "Qentin", "Quentrin", "Quentim", "Wuentin Sample", "Quenitn Sanple")
BRIEN = ("O\u2019Brien-Vega", "O'Brien Vega", "vega obrien", "Rosalía O`Brien-Vega")
CODES = ("900 000-777", "5755550177", "+1 (575) 555-0177", "quentin+news@people.example", "Zephyr Hall 12")


def reported(served: Served, name: str, **identifiers: str) -> str:
    """A case about somebody, with what they are known by."""
    known = {IdentifierKind(kind): value for kind, value in identifiers.items()}
    subject = {"name": name, "site": "silver_city", "identifiers": known}
    return served.walk.reported(subject=subject, reporter={"name": "invented-nurse-name"})


def found(client: httpx.Client, wanted: str, **more: str) -> list[str]:
    """The numbers of the cases that a search shows, in their order."""
    shown = client.post("/search", data={"wanted": wanted, **more})
    assert shown.status_code == S.OK, wanted
    assert str(shown.url).endswith("/search")
    return re.findall(r'href="/cases/(TAT-[\d-]+)"', shown.text)


@pytest.mark.clause("W-47", "W-39")
def test_a_case_is_found_by_whatever_one_knows_and_by_nobody_who_is_kept_out(served: Served) -> None:
    """However a name is written, by each identifier, by a place; it is said why; and it is on record."""
    sam = reported(
        served,
        "Quentin Sample",
        campus_id="900000777",
        phone="575-555-0177",
        email="quentin@people.example",
        place="Room 12, Zephyr Hall",
    )
    brien = reported(served, "Rosalia O'Brien Vega")
    triage.assign(served.book, sam, by=served.walk.chair, lead="officer", offices=["university_police"])
    chair, kept_out, not_on_it = map(served.browser, ("chair", "nurse", "dean"))
    for number, every in ((sam, (*SAM, *SLIPS, *CODES)), (brien, BRIEN)):
        for wanted in every:
            assert found(chair, wanted)[:1] == [number], wanted
            assert number not in found(kept_out, wanted), wanted
    for wanted in (*SAM, *CODES):
        assert sam not in found(not_on_it, wanted), wanted
    shown = chair.post("/search", data={"wanted": "5755550177"}).text
    assert "Found by: same phone" in shown
    assert "Quentin Sample" in shown
    happened = timeline.timeline(served.book, sam, by=served.walk.chair)
    assert {each.actor for each in happened if each.data.get("of") == "search"} == {"chair"}


def test_a_number_opens_its_case_for_whoever_may_see_it_alone(served: Served) -> None:
    """However it is shortened; to everybody else it is answered as a number that is none."""
    number = served.walk.reported(reporter={"name": "invented-nurse-name"})
    for typed in (number, number.removeprefix("TAT-"), number.lower().replace("-0", "-")):
        assert served.browser("chair").post("/search", data={"wanted": typed}).headers["location"] == (
            f"/cases/{number}"
        )
    nurse = served.browser("nurse")
    hidden, none = (nurse.post("/search", data={"wanted": each}) for each in (number, "TAT-1999-0001"))
    assert hidden.text.replace(number, "TAT-1999-0001") == none.text
    assert "Nothing like that" in none.text


def test_a_search_that_finds_nothing_by_what_it_is_given_says_what_would(served: Served) -> None:
    """What was typed stands in the field still, and in no address."""
    client = served.browser("chair")
    asked = client.post("/search", data={"wanted": "&&", "state": CaseState.CLOSED})
    assert asked.status_code == S.UNPROCESSABLE_ENTITY
    assert 'value="&amp;&amp;"' in asked.text
    assert re.search(r'value="Closed" selected', asked.text)
    assert 'method="post" action="/search"' in client.get("/search?site=gallup&wanted=x").text


def test_the_list_is_narrowed_in_its_address_and_goes_on_page_by_page(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By state, site, level and whose it is; each case comes once, none is left out."""
    numbers = [served.walk.reported(site="deming") for _ in range(5)]
    for number in numbers:
        lead = "dean" if number in numbers[:3] else "officer"
        triage.assign(served.book, number, by=served.walk.chair, lead=lead, offices=["academic_affairs"])
    monkeypatch.setattr("console.web.overviews.listing.ON_A_PAGE", 2)
    client = served.browser("dean")

    def walked(address: str) -> list[str]:
        seen: list[str] = []
        while address:
            shown = client.get(address.replace("&amp;", "&")).text
            seen += re.findall(r'href="/cases/(TAT-[\d-]+)"', shown)
            address = next(iter(re.findall(r'href="(/cases\?[^"]+)" rel="next"', shown)), "")
        return seen

    for query, expected in (
        ("site=deming", numbers),
        ("site=deming&mine=yes", numbers[:3]),
        ("site=deming&state=Closed", []),
        ("site=deming&level=Extreme", []),
        ("site=deming&state=nonsense&behind=nonsense", numbers),
    ):
        seen = walked(f"/cases?{query}")
        assert sorted(seen) == sorted(expected), query
    assert "None of yours is like that" in client.get("/cases?site=deming&state=Closed").text


def test_lists_and_alarms_call_people_by_name_and_say_no_command(served: Served) -> None:
    """Whose a case is, and who took an alarm over: nobody has to know an id or a shell."""
    number, chair = served.walk.screened(Level.SEVERE), served.browser("chair")
    triage.assign(served.book, number, by=served.walk.chair, lead="dean", offices=["academic_affairs"])
    listed = chair.get("/cases").text
    assert "led by <bdi>invented-dean-name</bdi>" in listed
    alarms = chair.get("/alarms").text
    assert "<code>" not in alarms
    assert f'href="/cases/{number}/steps/take_over"' in alarms


def test_a_case_is_found_by_how_its_number_ends_by_those_alone_who_may_open_it(served: Served) -> None:
    """With and without what fills it up; to others it is not there."""
    number = reported(served, "Invented Ending")
    decide(served.book, number, "nurse", by=served.walk.chair, keep_out=True, because="Invented.")
    ending = number.rpartition("-")[2]
    chair, kept_out = served.browser("chair"), served.browser("nurse")
    for wanted in (ending, f"#{ending}", ending.lstrip("0")):
        led = chair.post("/search", data={"wanted": wanted})
        assert led.headers.get("location") == f"/cases/{number}" or number in led.text, wanted
        assert number not in kept_out.post("/search", data={"wanted": wanted}).text, wanted
