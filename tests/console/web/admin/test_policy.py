"""The plan as a committee reads it, the next version beside it, and what that would change."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser

from console.shown.admin.policy import SECTIONS, changes, sections
from states.access import SYSTEM
from states.casebook.reading import other_policy
from states.casebook.rounds import sweeping
from states.casebook.standing.decisions import recuse
from states.casebook.team import reviews
from states.policy.overview import pack_overview
from states.policy.pack import PACKS, Pack
from states.policy.reading import load_pack
from states.vocabulary.cases import Level
from tasks.drafts.link_paths import POLICY
from tests.console.web.admin.conftest import read
from tests.console.web.conftest import Served
from tests.console.web.looking import looked_at
from tests.servers.chromium import opened

UNFIT, SEE_OTHER = httpx.codes.UNPROCESSABLE_ENTITY, httpx.codes.SEE_OTHER

#: a page that somebody reads on a phone is not longer
MOST_BYTES = 100_000

SHIPPED = (PACKS / "wnmu" / "pack.toml").read_text(encoding="utf-8")

#: what the next version says otherwise
REVISED = {
    'version = "2013-02-05"': 'version = "2027-01-10"',
    "[quorum]\noffices = 3": "[quorum]\noffices = 5",
    "reassess_days = 7": "reassess_days = 5",
}


@pytest.fixture
def following(alone: Served) -> Iterator[Pack]:
    """The next version, named in the settings for as long as the test lasts."""
    settings = alone.app.state.desk.settings
    text = SHIPPED
    for before, after in REVISED.items():
        assert before in text
        text = text.replace(before, after)
    folder = settings.home / "next"
    folder.mkdir(exist_ok=True)
    (folder / "pack.toml").write_text(text, encoding="utf-8")
    settings.next_pack = str(folder)
    yield load_pack(str(folder))
    settings.next_pack = ""


def test_every_entry_of_the_plan_is_told_with_its_source() -> None:
    """As many as cite a clause and say something; each level's criteria and each clock's length in words."""
    pack = load_pack("wnmu")
    told = [entry for section in sections(pack) for entry in section.entries]
    by_key = {entry.key: entry for entry in told}
    assert len(by_key) == len(told)
    silent = [row for row in pack_overview(pack) if not row.value and not row.chosen]
    assert len(told) == len(pack_overview(pack)) - len(silent)
    assert by_key["levels.Mild"].facts[0][1] == tuple(map(str, pack.levels[Level.MILD].criteria))
    assert ("Due after", ("2 hours",)) in by_key["clocks.screening"].facts
    assert {entry.clause for entry in told} <= {row.clause for row in pack_overview(pack)}


def test_a_committee_reads_it_part_by_part_without_a_code(alone: Served) -> None:
    """No word with an underscore, no page that is long; each member may, and nobody who is not signed in."""
    browser = alone.browser("officer")
    start = browser.get("/admin/policy")
    led = re.findall(r'href="(/admin/policy/\w+)"><strong>', start.text)
    assert led == [f"/admin/policy/{code}" for code, _, _ in SECTIONS]
    told = {part: browser.get(part) for part in led}
    for part, shown in told.items():
        assert not re.findall(r"\b[a-z]+_[a-z_]+\b", read(shown)), part
    sizes = {part: len(shown.content) for part, shown in {**told, "start": start}.items()}
    assert {part: size for part, size in sizes.items() if size > MOST_BYTES} == {}
    assert "Emergency meeting, Extreme" in read(told["/admin/policy/clocks"])
    assert "Crisis Intervention Response Team" in read(told["/admin/policy/year"])
    assert browser.get("/admin/policy/nothing").status_code == httpx.codes.NOT_FOUND
    for page in ("/admin/policy", "/admin/policy/clocks"):
        assert alone.stranger().get(page).status_code == httpx.codes.SEE_OTHER


def test_words_of_the_plan_are_found_and_each_link_leads_to_its_entry(alone: Served) -> None:
    """Whatever their case, together in one entry; by its clause, too; the address says what is looked for."""
    browser = alone.browser("officer")
    found = browser.post("/admin/policy", data={"find": "EMERGENCY extreme"})
    links = re.findall(r'href="(/admin/policy/\w+)#([\w.-]+)"', found.text)
    assert ("/admin/policy/clocks", "clocks.first_meeting.per_level.Extreme") in links
    for part, anchor in links:
        assert f'id="{anchor}"' in browser.get(part).text, (part, anchor)
    by_clause = browser.post("/admin/policy", data={"find": "w-46"}).text
    assert 'href="/admin/policy/year#annual_review"' in by_clause
    nothing = browser.post("/admin/policy", data={"find": "no<such>words"})
    assert "No entry holds these words together" in read(nothing)
    assert "<such>" not in nothing.text
    every = browser.post("/admin/policy", data={"find": "e"})
    assert "These are the first 100" in read(every)
    assert len(every.content) < MOST_BYTES


def test_the_plan_is_read_in_a_hand(alone: Served, following: Pack, browser: Browser) -> None:
    """360 px wide: its start, what was found, its longest parts, what differs, and what leads there."""
    sweeping.sweep(alone.book, by=SYSTEM)
    pages = ("/", "/admin/health", POLICY, f"{POLICY}/clocks", f"{POLICY}/levels")
    with opened(browser, 360, 780) as page:
        secret = alone.login("chair").sign_in(alone.book)
        page.context.add_cookies([{"name": "tat", "value": secret, "url": alone.url}])
        for path in (*pages, f"{POLICY}/next", f"{POLICY}/next/levels"):
            page.goto(f"{alone.url}{path}")
            looked_at(page)
    assert following.version == "2027-01-10"


@pytest.mark.clause("W-46")
def test_a_version_in_force_that_nobody_approved_is_said_until_its_approval_is_entered(alone: Served) -> None:
    """With what to do, and to whom: on its page, on health, in administration and in the chair's My work."""
    book, chair = alone.book, alone.browser("chair")
    sweeping.sweep(book, by=SYSTEM)
    page = chair.get("/admin/policy").text
    assert "Nothing on record says that the Crisis Intervention Response Team approved" in page
    assert 'action="/reviews"' not in alone.browser("officer").get("/admin/policy").text
    assert "Cases go on under it" in read(alone.browser("runner").get("/admin/health"))
    assert "the version in force is not approved" in read(chair.get("/admin"))
    assert 'href="/admin/policy"' in chair.get("/").text
    assert 'href="/admin/policy"' not in alone.browser("officer").get("/").text
    said = dict(re.findall(r'name="(version)" value="(\w+)"', page))
    said |= {"sections": "invented-whole", "holds": "2026-02-01", "approved": "invented-chair-name"}
    own = chair.post("/reviews", data=said)
    assert (own.status_code, "is not who approved it" in own.text) == (UNFIT, True)
    assert said["version"] in own.text
    changed = chair.post("/reviews", data=said | {"version": "0" * 64, "approved": "invented-body"})
    assert (changed.status_code, "was changed meanwhile" in changed.text) == (UNFIT, True)
    assert reviews.listed(book, by=alone.walk.chair) == []
    assert chair.post("/reviews", data=said | {"approved": "invented-body"}).status_code == SEE_OTHER
    assert "✓ Approved by invented-body" in read(chair.get("/admin/policy"))
    assert "✓ Approved : version" in read(alone.browser("runner").get("/admin/health"))
    assert "invented-body" not in alone.browser("runner").get("/admin/health").text
    assert "not approved" not in read(chair.get("/admin"))
    assert 'href="/admin/policy"' not in chair.get("/").text
    kept = read(chair.get("/reviews"))
    assert re.search(r"of version [\d-]+ \(\w{8}\).*put on record .* by invented-chair-name", kept)


def test_only_what_differs_is_shown_side_by_side(following: Pack) -> None:
    """Each entry that another version changes, with both wordings; one that only moved is the same."""
    found = changes(load_pack("wnmu"), following)
    assert [(change.title, change.parts) for change in found] == [
        ("Severe Risk Behavior", (("Looked at again after, in days", ("7",), ("5",)),)),
        ("Quorum", (("Offices", ("3",), ("5",)),)),
    ]
    pack = load_pack("wnmu")
    turned = pack.model_copy(update={"routes": pack.routes[::-1], "disclosures": pack.disclosures[::-1]})
    assert changes(pack, turned) == ()
    fewer = pack.model_copy(update={"routes": pack.routes[1:]})
    (gone,) = changes(pack, fewer)
    assert (gone.title, gone.after) == ("Conduct of student", None)


@pytest.mark.clause("W-46")
def test_the_next_version_is_compared_in_open_cases_and_approved_by_the_plans_body(
    alone: Served, following: Pack
) -> None:
    """The clock that would be due earlier, the step that more would hold up; put on record, then approved."""
    book, chair = alone.book, alone.walk.chair
    number = alone.walk.monitored(Level.SEVERE)
    browser = alone.browser("chair")
    said = read(browser.get("/admin/policy/next"))
    assert re.search(rf"{number} Reassessment .* {number} Reassess quorum", said)
    would = other_policy.under(book, following, by=chair)
    (moved,) = [each for each in would.clocks if each.number == number]
    assert moved.would_be is not None
    assert (moved.due_at - moved.would_be).days == 2
    revised = re.search(r"(?s)<textarea[^>]*>(.*?)</textarea>", browser.get("/admin/policy/next").text)
    assert revised is not None
    given = {"sections": revised[1], "holds": "2027-02-01", "approved": "", "version": following.digest}
    assert browser.post("/reviews", data=given).status_code == httpx.codes.SEE_OTHER
    assert "waits for the approval of the Crisis Intervention Response Team" in read(
        browser.get("/admin/policy/next")
    )
    line = reviews.listed(book, by=chair)[0]
    reviews.approve(book, line.review_id, by=chair, approved_by="invented-approver")
    assert "Approved by invented-approver" in read(browser.get("/admin/policy/next"))


def test_what_differs_has_a_page_for_each_part_without_what_is_the_same(
    alone: Served, following: Pack
) -> None:
    """Both wordings of what changed, and nothing else; where nothing differs there is no page."""
    browser = alone.browser("chair")
    start = browser.get("/admin/policy/next")
    links = re.findall(r'href="(/admin/policy/next/\w+)#([\w.-]+)"', start.text)
    assert links == [
        ("/admin/policy/next/levels", "levels.Severe"),
        ("/admin/policy/next/team", "quorum"),
    ]
    for part, anchor in links:
        shown = browser.get(part)
        assert shown.text.count('<section class="panel"') == 1
        assert f'id="{anchor}"' in shown.text
        assert re.search("<del>.*</del>.*<ins>.*</ins>", shown.text)
    assert "Severe Risk Behavior" in read(browser.get("/admin/policy/next/levels"))
    assert browser.get("/admin/policy/next/clocks").status_code == httpx.codes.NOT_FOUND
    assert alone.browser("officer").get("/admin/policy/next/levels").status_code == httpx.codes.NOT_FOUND
    assert following.version in read(start)


@pytest.mark.clause("W-39")
def test_of_a_case_that_is_hidden_nothing_is_compared(alone: Served, following: Pack) -> None:
    """A chair who is kept out of it neither sees its number nor has it counted."""
    number = alone.walk.monitored(Level.SEVERE)
    before = other_policy.under(alone.book, following, by=alone.walk.chair)
    recuse(alone.book, number, by=alone.walk.chair, because="invented")
    after = other_policy.under(alone.book, following, by=alone.walk.chair)
    assert after.cases == before.cases - 1
    assert number in {each.number for each in before.clocks}
    assert number not in {each.number for each in after.clocks} | {each.number for each in after.steps}


def test_a_version_that_is_wrong_is_told_by_key_and_one_that_is_not_named_is_not_there(
    alone: Served, following: Pack
) -> None:
    """As `tat policy check` does, without where it lies; for whoever does not run the team there is none."""
    settings, browser = alone.app.state.desk.settings, alone.browser("chair")
    file = settings.home / "next" / "pack.toml"
    file.write_text(SHIPPED.replace("[quorum]\noffices = 3", "[quorum]\noffices = 300"), encoding="utf-8")
    said = read(browser.get("/admin/policy/next"))
    assert "quorum.offices: it asks for more than" in said
    assert str(settings.home) not in said
    assert alone.browser("officer").get("/admin/policy/next").status_code == httpx.codes.NOT_FOUND
    settings.next_pack = ""
    assert browser.get("/admin/policy/next").status_code == httpx.codes.NOT_FOUND
    assert following.version == "2027-01-10"
