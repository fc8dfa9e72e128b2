"""The plan as a committee reads it, the next version beside it, and what that would change."""

import re
from collections.abc import Iterator

import httpx
import pytest

from console.shown.admin.policy import changes, sections
from states.casebook.reading import other_policy
from states.casebook.standing.decisions import recuse
from states.casebook.team import reviews
from states.policy.overview import pack_overview
from states.policy.pack import PACKS, Pack
from states.policy.reading import load_pack
from states.vocabulary.cases import Level
from tests.console.web.admin.conftest import read
from tests.console.web.conftest import Served

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


def test_a_committee_reads_it_without_a_code(alone: Served) -> None:
    """No word with an underscore, no office by its code; each member may, and nobody who is not signed in."""
    shown = alone.browser("officer").get("/admin/policy")
    said = read(shown)
    assert "Emergency meeting, Extreme" in said
    assert "Crisis Intervention Response Team" in said
    assert not re.findall(r"\b[a-z]+_[a-z_]+\b", re.sub(r"(?s).*Levels and conditions", "", said, count=1))
    assert alone.stranger().get("/admin/policy").status_code == httpx.codes.SEE_OTHER


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
    given = {"sections": revised[1], "holds": "2027-02-01", "approved": ""}
    assert browser.post("/reviews", data=given).status_code == httpx.codes.SEE_OTHER
    assert "waits for the approval of the Crisis Intervention Response Team" in read(
        browser.get("/admin/policy/next")
    )
    (line,) = reviews.listed(book, by=chair)
    reviews.approve(book, line.review_id, by=chair, approved_by="invented-approver")
    assert "Approved by invented-approver" in read(browser.get("/admin/policy/next"))


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
