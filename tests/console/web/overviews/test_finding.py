"""Search and the list of cases over HTTP: found by whatever one knows, by those alone who may see it."""

import re
from http import HTTPStatus as S
from urllib.parse import quote_plus

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


def searched(client: httpx.Client, wanted: str, **more: str) -> httpx.Response:
    """What a search leads to; what was typed stands in no address on the way."""
    shown = client.post("/search", data={"wanted": wanted, **more}, follow_redirects=True)
    # A few digits stand in whatever is sealed, by chance.
    said = quote_plus(wanted).casefold()
    assert len(said) < 6 or not any(said in str(each.url).casefold() for each in shown.history), wanted
    return shown


def found(client: httpx.Client, wanted: str, **more: str) -> list[str]:
    """The numbers of the cases that a search shows, in their order."""
    shown = searched(client, wanted, **more)
    assert (shown.status_code, shown.url.path) == (S.OK, "/search"), wanted
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
    shown = searched(chair, "5755550177").text
    assert "Found by: same phone" in shown
    assert "Quentin Sample" in shown
    happened = timeline.timeline(served.book, sam, by=served.walk.chair)
    assert {each.actor for each in happened if each.data.get("of") == "search"} == {"chair"}


def test_what_was_found_has_an_address_for_whoever_looked_and_for_as_long_as_they_are_signed_in(
    served: Served,
) -> None:
    """Loaded anew, or gone back to, it sends no form; nobody else gets more than an empty page of it."""
    number = reported(served, "Ottokar Wexford-Lindqvist")
    chair = served.browser("chair")
    led = chair.post("/search", data={"wanted": "Wexford-Lindqvist", "site": "silver_city"})
    at = led.headers["location"]
    assert (led.status_code, at.startswith("/search?site=silver_city&of=")) == (S.SEE_OTHER, True)
    for _ in range(2):
        again = chair.get(at).text
        assert (number in again, 'value="Wexford-Lindqvist"' in again) == (True, True)
    short, long = (
        len(chair.post("/search", data={"wanted": each}).headers["location"]) for each in ("x", "y" * 200)
    )
    assert short == long
    served.watch.forward(minutes=1)
    for other in (served.browser("chair"), served.browser("dean"), served.browser("nurse")):
        shown = other.get(at)
        assert (shown.status_code, "Wexford" in shown.text, number in shown.text) == (S.OK, False, False)
    for changed in (f"{at[:-20]}{'A' * 20}", at[:-20], "/search?of=", "/search?of=%C3%A9", "/search?of=AAAA"):
        assert "Wexford" not in chair.get(changed).text
    chair.post("/sign-out")
    assert chair.get(at).status_code == S.SEE_OTHER


def test_a_number_opens_its_case_for_whoever_may_see_it_alone(served: Served) -> None:
    """However it is shortened; to everybody else it is answered as a number that is none."""
    number = served.walk.reported(reporter={"name": "invented-nurse-name"})
    for typed in (number, number.removeprefix("TAT-"), number.lower().replace("-0", "-")):
        assert searched(served.browser("chair"), typed).url.path == f"/cases/{number}"
    nurse = served.browser("nurse")
    hidden, none = (searched(nurse, each) for each in (number, "TAT-1999-0001"))
    assert hidden.text.replace(number, "TAT-1999-0001") == none.text
    assert "Nothing like that" in none.text


def test_a_search_that_finds_nothing_by_what_it_is_given_says_what_would(served: Served) -> None:
    """What was typed stands in the field still, and in no address."""
    client = served.browser("chair")
    asked = searched(client, "&&", state=CaseState.CLOSED)
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
        led = searched(chair, wanted)
        assert led.url.path == f"/cases/{number}" or number in led.text, wanted
        assert number not in searched(kept_out, wanted).text, wanted
