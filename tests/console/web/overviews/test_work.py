"""My work: what waits for somebody besides clocks, narrowed in the address, and nothing that is nobody's."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from console.shown.work.kinds import CLEARED_BY, GIVEN_BY, Matters
from console.shown.work.matters import Matter, matters
from console.web.cases.steps.every import STEPS
from console.web.overviews import work as overview
from states.access import Actor
from states.casebook.accounts import making
from states.casebook.inquiry import assessing, triage
from states.casebook.reading.needs import needs
from states.casebook.team import members
from states.contents.team import MemberContent
from states.vocabulary.cases import Level
from states.vocabulary.effects import Clock
from states.vocabulary.people import Role
from tests.cases.referring import referred, send
from tests.console.web.cases.test_steps import hidden
from tests.console.web.conftest import Served, console


@pytest.fixture
def served(tmp_path: Path, migrated: Path) -> Iterator[Served]:
    """A console that no other test uses: what is most urgent stands first, and there is room for so much."""
    with console(tmp_path, migrated) as made:
        yield made


def work(client: httpx.Client, query: str = "") -> dict[str, set[str]]:
    """What a page of my work says there is, each with the cases that it is of."""
    shown = client.get(f"/{query}").text
    found: dict[str, set[str]] = {}
    for what, line in re.findall(r'<p class="head"><strong>([^<]+)</strong>(.*)', shown):
        found.setdefault(what, set()).update(re.findall(r"/cases/(TAT-[\d-]+)", line))
    return found


def test_my_work_says_what_is_mine_and_why(served: Served) -> None:
    """What is late comes first; what is another's is not there; whoever has nothing to do is told so."""
    number = served.walk.screened()
    triage.assign(served.book, number, by=served.walk.chair, lead="dean", offices=["academic_affairs"])
    served.watch.forward(hours=80)
    shown = served.browser("dean").get("/").text
    assert re.search(rf"Late.*{number}.*You lead the case \(W-31\)", shown, re.DOTALL)
    assert number not in served.browser("nurse").get("/").text
    book, keeper = served.book, MemberContent(name="invented-press-name", address="press@wnmu.example")
    members.enrol(book, "press", keeper, by=served.walk.chair, offices=[], roles=[Role.AUDITOR])
    assert "Nothing needs you now" in served.browser("press").get("/").text
    number, referral = referred(served.walk)
    send(served.walk, number, referral)
    (record,) = served.walk.records(number, "referrals")
    asked = f"An office's answer to a referral: {book.pack.office(record['office']).name}"
    assert asked in html.unescape(served.browser("chair").get("/").text)


def test_what_waits_for_a_word_an_eye_or_a_presence_is_there_until_it_was_given(served: Served) -> None:
    """An assessment to confirm, and a report that came in since the case was opened."""
    walk, dean = served.walk, served.browser("dean")
    confirmed = walk.in_inquiry()
    walk.assess(confirmed, Level.MODERATE, confirm=False)
    led = walk.reported()
    triage.assign(served.book, led, by=walk.chair, lead="dean", offices=["academic_affairs"])
    said = work(dean)
    assert confirmed in said["An assessment names you"]
    assert led in said["A report that you have not read"]
    assert led not in work(served.browser("officer")).get("A report that you have not read", set())
    dean.get(f"/cases/{led}")
    assert led not in work(dean).get("A report that you have not read", set())
    narrowed = work(dean, "?kind=approvals+and+decisions")
    assert confirmed in narrowed["An assessment names you"]
    assert not [what for what in narrowed if what.startswith(("A report", "A meeting"))]


@pytest.mark.clause("W-11", "W-19")
def test_what_a_second_member_has_to_agree_with_waits_for_each_of_them_until_one_did(served: Served) -> None:
    """No risk seen in a report, and a level that falls: not for who wrote it, and gone once agreed with."""
    walk = served.walk
    dismissing, lowered, graver = walk.screened(Level.NONE), walk.in_inquiry(), walk.in_inquiry(Level.MILD)
    (screening,) = walk.records(dismissing, "screenings")
    assessment = walk.assess(lowered, Level.MILD)
    walk.assess(graver, Level.ELEVATED)
    for waiting, number, about in (
        ("Somebody sees no risk in a report", dismissing, screening["id"]),
        ("An assessment lowers the level", lowered, assessment),
    ):
        theirs = {member: served.browser(member) for member in ("chair", "nurse", "officer")}
        assert {m: number in work(b).get(waiting, set()) for m, b in theirs.items()} == {
            "chair": True,
            "nurse": True,
            "officer": False,
        }
        assert f'href="/cases/{number}/steps/concur"' in theirs["chair"].get("/").text
        assert graver not in work(theirs["chair"])[waiting]
        assessing.concur(served.book, number, by=walk.chair, about=about, comment="Invented.")
        assert number not in work(theirs["nurse"]).get(waiting, set())


@pytest.mark.clause("W-07", "W-19")
def test_what_lowers_a_grave_level_waits_for_the_chair_when_another_has_agreed(served: Served) -> None:
    """It is gone for the others; for the chair it stays, also on the page that asks, until they agreed."""
    walk = served.walk
    number = walk.in_inquiry(Level.SEVERE)
    about = walk.assess(number, Level.MILD)
    assessing.concur(served.book, number, by=members.actor(served.book, "nurse"), about=about)
    waiting, chair, dean = "An assessment lowers the level", served.browser("chair"), served.browser("dean")
    assert number in work(chair)[waiting]
    assert number not in work(dean).get(waiting, set())
    step = f"/cases/{number}/steps/concur"
    assert re.search(rf'name="about" value="{about}" checked', chair.get(step).text)
    assert f'value="{about}"' not in dean.get(step).text
    assessing.concur(served.book, number, by=walk.chair, about=about)
    assert number not in work(chair).get(waiting, set())
    assert f'value="{about}"' not in chair.get(step).text


def test_my_work_is_counted_and_narrowed_by_site_and_level(served: Served) -> None:
    """The counts are links to what they count; a word that nobody could choose narrows nothing."""
    walk = served.walk
    here, there = walk.reported(site="gallup"), walk.reported(site="deming")
    triage.screen(served.book, here, by=walk.officer, level=Level.ELEVATED, because="invented")
    served.watch.forward(days=3)
    chair = served.browser("chair")

    def shown(query: str) -> set[str]:
        return set[str]().union(*work(chair, query).values())

    assert {here, there} <= shown("")
    assert here in shown("?site=gallup&level=Elevated")
    assert there not in shown("?site=gallup")
    assert here not in shown("?level=Mild")
    assert {here, there} <= shown("?site=nowhere&level=High&kind=all")
    text = chair.get("/").text
    assert re.search(r'<a href="/\?site=gallup">Gallup <span class="count">\d+</span></a>', text)
    assert "None of your matters is like that" in chair.get("/?site=gallup&kind=stuck+effects").text


def test_whoever_has_much_to_do_reads_it_a_page_at_a_time_and_misses_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each matter stands on one page alone, most urgent first; what is said is how many there are in all."""
    monkeypatch.setattr(overview, "ON_A_PAGE", 3)
    numbers = {served.walk.reported() for _ in range(4)}
    dean = served.browser("chair")
    everything = matters(served.book, served.walk.chair)
    seen, asked, pages = list[str](), "/?kind=to+screen", 0
    while asked:
        shown = dean.get(asked).text
        assert f"{len(of_reports(everything))} matters" in shown
        seen += re.findall(r'<p class="head">.*?/cases/(TAT-[\d-]+)', shown)
        following = re.search(r'href="([^"]+)" rel="next"', shown)
        asked, pages = html.unescape(following[1]) if following else "", pages + 1
    assert seen == [each.number for each in of_reports(everything)]
    assert set(seen) == numbers
    assert pages == -(-len(seen) // 3)
    assert "There are no more behind these." in dean.get("/?behind=999").text
    assert dean.get("/?behind=-1").status_code == httpx.codes.UNPROCESSABLE_ENTITY


def of_reports(found: list[Matter]) -> list[Matter]:
    """Those of them that are to be screened."""
    return [each for each in found if each.about is Matters.SCREENING]


def test_a_closed_case_that_nobody_leads_is_nobodys_matter(served: Served) -> None:
    """What is left of it, such as the end of keeping its record, is the custodian's."""
    closed, book = served.walk.dismissed(), served.book
    later = book.at(book.clock() + timedelta(days=20 * 365))
    keeper = Actor("invented-keeper", frozenset({Role.CUSTODIAN}))

    def theirs(by: Actor) -> set[Clock]:
        return {need.clock for need in needs(later, by=by, limit=10_000) if need.number == closed}

    assert theirs(served.walk.chair) == set()
    assert theirs(keeper) == {Clock.RETENTION}


def test_whoever_keeps_it_running_and_whoever_gives_accounts_see_theirs_and_no_case(served: Served) -> None:
    """An account whose link ran out; that it is empty says what to do first."""
    book, chair = served.book, served.walk.chair
    keeper = MemberContent(name="invented-keeper-name", address="keeper@wnmu.example")
    members.enrol(book, "keeper", keeper, by=chair, offices=[], roles=[Role.ADMINISTRATOR])
    assert "Whoever is new needs a link" in served.browser("keeper").get("/").text
    new = MemberContent(name="invented-new-name", address="new@wnmu.example")
    members.enrol(book, "newcomer", new, by=chair, offices=["academic_affairs"])
    making.link(book, "newcomer", by=chair)
    served.watch.forward(days=30)
    said = served.browser("keeper").get("/").text
    assert "link ran out unused" in said
    assert "Give another one: see Accounts." in said
    assert 'href="/cases' not in said


def test_each_line_leads_to_the_page_that_clears_it(served: Served) -> None:
    """Of every clock and of all that waits: one press, no command; once it is done the line is gone."""
    walk, chair = served.walk, served.browser("chair")
    number = walk.reported()
    address = f"/cases/{number}/steps/screen"
    assert f'href="{address}"' in chair.get("/").text
    asked = chair.get(address).text
    assert "What was reported" in asked
    said = {**hidden(asked), "level": "Mild", "reason": "Invented.", "go": "do"}
    assert chair.post(address, data=said).status_code == 303
    assert f'href="{address}"' not in chair.get("/").text


def test_no_page_of_those_who_work_on_cases_says_what_is_typed_at_a_terminal(served: Served) -> None:
    """My work of each of them, whatever is late: what to do, and a way to it."""
    walk = served.walk
    walk.reported()
    walk.in_inquiry(Level.SEVERE)
    walk.monitored()
    walk.reintegrating()
    walk.closed()
    served.watch.forward(days=90)
    for member in ("chair", "officer", "nurse", "dean"):
        shown = served.browser(member).get("/").text
        body = re.sub(r"<[^>]+>", " ", shown[shown.index("<main") :])
        assert not re.search(r"`|\btat \w|--\w", body), member
        for address in set(re.findall(r'href="(/cases/[^"]+/steps/[^"]+)"', shown)):
            assert address.partition("?")[0].rpartition("/")[2] in STEPS, address


def test_every_way_from_my_work_is_a_step_of_a_case() -> None:
    """A clock whose page is called otherwise would lead nowhere."""
    ways = [name for names in (*CLEARED_BY.values(), *GIVEN_BY.values()) for name in names]
    assert set(ways) <= set(STEPS)
