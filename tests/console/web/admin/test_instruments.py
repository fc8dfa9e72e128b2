"""An instrument of the plan is entered and changed on a page, without its file (W-05)."""

import html
import re
from collections.abc import Iterator, Mapping

import httpx
import pytest

from console.shown.admin.instrument_form import asked, trimmed
from console.shown.admin.instrument_made import made
from console.shown.case.asked.fields import Field, Group, Said, unfolded
from states.casebook.team import reviews
from states.casebook.team.upkeep import versions
from states.contents.team import ReviewContent
from states.policy.instruments import Instrument
from states.policy.pack import Pack
from states.policy.reading import load_pack
from tests.console.web.admin.conftest import read
from tests.console.web.conftest import Served
from tests.states.conftest import MONDAY

pytestmark = [pytest.mark.clause("W-05"), pytest.mark.clause("W-46")]

NEXT, ADD, CHANGE = "/admin/policy/next", "/admin/policy/instruments/add", "/admin/policy/instruments/change"

SEE_OTHER, UNFIT = httpx.codes.SEE_OTHER, httpx.codes.UNPROCESSABLE_ENTITY

#: a decision tree as somebody types it
TYPED: Mapping[str, str] = {
    "title": "Invented tree",
    "says": "Whether a page is enough.",
    "source": "In our own words.",
    "scales.0.name": "Yes or no",
    "scales.0.answers": "Yes\n- whatever the way\n- and whoever asks\n\nNo",
    "scales.2.name": "How far",
    "scales.2.answers": "Near\nFar: out of sight",
    "questions.0.section": "The start",
    "questions.0.asks": "Is it a page?",
    "questions.0.scale": "0",
    "questions.1.asks": "Why?",
    "questions.3.section": "The rest",
    "questions.3.asks": "How far is it?",
    "questions.3.scale": "2",
    "questions.3.when": "Question 1: yes",
    "ends.0.title": "Enough",
    "ends.0.then": "It is used.",
    "ends.0.when": "4 = near",
    "ends.1.title": "Too far",
    "ends.1.then": "Another way is looked for.",
    "ends.1.when": "4 = Far: out of sight",
    "ends.2.title": "Not a page",
    "ends.2.then": "The file is changed.",
    "ends.2.when": "1 = No",
}


@pytest.fixture
def chair(alone: Served) -> Iterator[httpx.Client]:
    """The chair's browser; what was handed in or put in force is gone afterwards."""
    settings = alone.app.state.desk.settings
    yield alone.browser("chair")
    settings.next_policy_file.unlink(missing_ok=True)
    settings.policy_file.unlink(missing_ok=True)


def begun(instrument: Instrument | None) -> dict[str, list[str]]:
    """What a browser sends of the form as it is shown first."""
    found: dict[str, list[str]] = {}
    for each in unfolded(asked({}, instrument, "2027")):
        rows = each.rows({}) if isinstance(each, Group) else [(each,)]
        found |= {one.name: [*one.given] or [""] for row in rows for one in row}
    return found


def shown(page: httpx.Response) -> dict[str, str]:
    """What a browser would send of a page's form, of what is neither typed nor chosen."""
    return dict(re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)"', page.text))


def send(chair: httpx.Client, path: str, said: Mapping[str, str], go: str = "do") -> httpx.Response:
    """Fill the form of a page in and press a button."""
    version = re.search(r'name="version"[^>]* value="([^"]+)"', chair.get(path).text)
    assert version is not None
    return chair.post(path, data={**shown(chair.get(path)), "version": version[1], **said, "go": go})


def newest(served: Served) -> Pack:
    """The next version, or the one in force."""
    return versions.newest(served.app.state.desk.settings)


def filled(name: str, **other: str) -> Instrument:
    """An instrument of the shipped plan, filled in as its form begins, and with other answers."""
    before = load_pack("wnmu").instruments[name]
    said: Said = begun(before) | {key.replace("__", "."): [text] for key, text in other.items()}
    found, wrong = made(asked(said, before, "2027"), said, before)
    assert wrong == {}
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["cstag", "nabita"])
def test_whoever_only_presses_the_button_changes_nothing(name: str) -> None:
    """Each part of an instrument is in its form: ids, points, and after which answers something follows."""
    before = load_pack("wnmu").instruments[name]
    after = filled(name)
    assert after == before
    assert (after.scales.keys(), [*after.questions]) == (before.scales.keys(), [*before.questions])


def test_answers_on_record_stay_with_the_question_and_the_answer_that_they_were_given_to() -> None:
    """A question whose wording is corrected keeps its id; another answer has another one, and goes by it."""
    before = load_pack("wnmu").instruments["cstag"]
    after = filled(
        "cstag",
        questions__0__asks="Did they say so?",
        scales__0__answers="Yes\nNo\nNobody can tell",
        ends__0__when="1 = No\n1 = Nobody can tell",
    )
    assert [each.id for each in after.questions] == [each.id for each in before.questions]
    assert after.questions[0].asks == "Did they say so?"
    *kept, other = (each.id for each in after.scales["yes_no"])
    assert (kept, other.rpartition("_")[0]) == (["yes", "no"], "nobody_can_tell")
    assert after.ends[0].when == {"threat": ("no", other)}
    reworded = filled("cstag", questions__1__asks="", scales__0__name="Is it so")
    assert [each.id for each in reworded.questions] == ["threat", "settled", "harm"]
    assert reworded.questions[0].scale == "is_it_so"


def test_another_question_gets_no_answer_that_was_given_to_one_that_was_taken_out() -> None:
    """Though it begins alike, and however long ago the other went; worded as it was, it finds its own."""
    begins = "Does the person have access to "
    before = filled("cstag", questions__1__asks=f"{begins}weapons at home?", questions__1__was="")
    old = before.questions[1].id
    said: Said = begun(before) | {"questions.1.asks": [f"{begins}wealth?"], "questions.1.was": [""]}
    after, wrong = made(asked(said, before, "2027"), said, before)
    assert after is not None, wrong
    assert old not in {each.id for each in after.questions}
    again: Said = begun(after) | {"questions.1.asks": [f"{begins}firearms?"], "questions.1.was": [""]}
    later, wrong = made(asked(again, after, "2027"), again, after)
    assert later is not None, wrong
    assert old not in {each.id for each in later.questions}


def test_a_chair_brings_an_instrument_in_force_without_a_file(alone: Served, chair: httpx.Client) -> None:
    """Entered, compared, changed, put on record, approved and put in force; all of it on pages."""
    assert ADD in chair.get("/admin/policy").text
    assert ADD in chair.get("/admin/policy/instruments").text
    answer = send(chair, ADD, TYPED)
    assert (answer.status_code, answer.headers["location"]) == (SEE_OTHER, NEXT)
    assert "Invented tree (new)" in read(chair.get(NEXT))
    part = chair.get(f"{NEXT}/instruments")
    assert f'href="{CHANGE}/invented_tree"' in part.text
    entered = newest(alone).instruments["invented_tree"]
    assert [(each.title, len(each.questions)) for each in entered.sections] == [
        ("The start", 2),
        ("The rest", 1),
    ]
    asked_first, then = entered.questions[0], entered.questions[2]
    assert then.when == {asked_first.id: (entered.scales["yes_or_no"][0].id,)}
    assert entered.scales["yes_or_no"][0].points == ("whatever the way", "and whoever asks")
    again = chair.get(f"{CHANGE}/invented_tree")
    assert "1 = Yes" in again.text
    assert "2027" not in newest(alone).version
    changed = {**typed(again), "questions.1.asks": "Why not?", "version": "2027-01-10"}
    assert send(chair, f"{CHANGE}/invented_tree", changed).status_code == SEE_OTHER
    pack = newest(alone)
    assert (pack.version, pack.instruments["invented_tree"].questions[1].asks) == ("2027-01-10", "Why not?")
    assert pack.instruments["invented_tree"].ends == entered.ends
    said = ReviewContent(sections_revised="invented")
    reviews.record_review(
        alone.book, said, by=alone.walk.chair, effective_at=MONDAY, approved_by="invented-body", pack=pack
    )
    done = chair.post(f"{NEXT}/in-force", data={"version": pack.digest})
    assert done.status_code == SEE_OTHER
    assert newest(alone).instruments["invented_tree"].title == "Invented tree"


def typed(page: httpx.Response) -> dict[str, str]:
    """What stands in a form's fields, as a browser sends it."""
    found = dict(re.findall(r'<input dir="auto" id="[\w.]+" name="([\w.]+)"[^>]* value="([^"]*)"', page.text))
    found |= dict(
        re.findall(r'(?s)<textarea dir="auto" id="[\w.]+" name="([\w.]+)"[^>]*>(.*?)</textarea>', page.text)
    )
    found |= dict(re.findall(r'<input type="radio" name="([\w.]+)" value="([^"]*)" checked', page.text))
    return {name: html.unescape(text) for name, text in found.items()} | shown(page)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("title", "", "What it is called: say it in a few words."),
        ("scales.0.answers", "Yes", "Scale 1: it needs two answers at least"),
        ("scales.0.answers", "- so\nYes\nNo", "Scale 1: its first line has to be an answer"),
        ("scales.0.answers", "Yes\nNo\nyes", "it has the answer “Yes” twice"),
        ("scales.2.name", "yes OR no", "Scale 3: another scale is called like it"),
        ("scales.2.name", "", "Scale 3, what it is called: say it in a few words."),
        ("questions.0.section", "", "Question 1: say in which section it stands"),
        ("questions.0.scale", "7", "Question 1, how it is answered: choose of what is there"),
        ("questions.3.when", "yes", "Question 4: “yes” is no number of a question"),
        ("questions.3.when", "2 = Yes", "question 2 is none that comes before it and has"),
        ("questions.3.when", "4 = Near", "question 4 is none that comes before it"),
        ("questions.3.when", "1 = Perhaps", "no answer “Perhaps”. It has: Yes; No."),
        ("ends.0.when", "", "lead to “Enough” and “Too far” at once. “Is it a page?”: Yes; “How"),
        ("ends.2.when", "3 = No", "Outcome 3: question 3 is none that comes before it"),
        ("ends.2.title", "", "Outcome 3, what it is called: say it in a few words."),
        ("version", "2013-02-05", "give it another name than the version in force"),
    ],
)
def test_what_would_help_stands_beside_the_field_and_nothing_is_kept(
    alone: Served, chair: httpx.Client, name: str, text: str, says: str
) -> None:
    """In the words of the form, with what was typed still in it."""
    answer = send(chair, ADD, {**TYPED, name: text})
    assert answer.status_code == UNFIT
    plain = html.unescape(answer.text)
    assert f'<a href="#{name}">' in plain
    beside = re.search(rf'id="{re.escape(name)}-help">.*?</p>', plain)
    assert beside is not None
    assert says in beside[0]
    assert "Another way is looked for." in plain
    assert not alone.app.state.desk.settings.next_policy_file.exists()


def test_an_outcome_that_lacks_is_told_by_the_answers_that_lead_nowhere(chair: httpx.Client) -> None:
    """By the words of question and answer, not by their ids."""
    lacking = {name: text for name, text in TYPED.items() if not name.startswith("ends.2.")}
    answer = html.unescape(send(chair, ADD, lacking).text)
    assert "Outcomes: these answers lead to no outcome. “Is it a page?”: No. Add an outcome" in answer


def test_room_for_more_is_made_without_writing_anything(alone: Served, chair: httpx.Client) -> None:
    """A scale that was typed is to choose from then; empty rows do not pile up, and none is moved."""
    answer = send(chair, ADD, TYPED, go="more")
    assert answer.status_code == httpx.codes.OK
    assert "Question 7" in answer.text
    assert "Question 8" not in answer.text
    assert re.search(r'name="questions\.6\.scale" value="2"> <span>How far<', answer.text)
    assert "Question 8" not in send(chair, ADD, typed(answer), go="more").text
    assert not alone.app.state.desk.settings.next_policy_file.exists()


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(alone: Served, chair: httpx.Client) -> None:
    """Whoever comes second keeps what they typed, reads that it was changed, and presses again."""
    before = shown(chair.get(ADD))
    assert send(chair, ADD, TYPED).status_code == SEE_OTHER
    second = send(chair, ADD, {**TYPED, "title": "Second", **before})
    assert second.status_code == UNFIT
    assert "another one by now" in second.text
    assert "Another way is looked for." in second.text
    again = send(chair, ADD, {**TYPED, "title": "Second", **shown(second)})
    assert again.status_code == SEE_OTHER
    assert {"invented_tree", "second"} < newest(alone).instruments.keys()


def test_one_is_taken_out_of_the_next_version_on_its_page(alone: Served, chair: httpx.Client) -> None:
    """The plan in force keeps it until that version is in force."""
    assert send(chair, f"{CHANGE}/nabita", {}, go="out").status_code == SEE_OTHER
    assert [*newest(alone).instruments] == ["cstag"]
    assert "D scale and E scale (taken out)" in read(chair.get(NEXT))
    assert chair.get(f"{CHANGE}/nabita").status_code == httpx.codes.NOT_FOUND


def test_whoever_does_not_run_the_team_neither_enters_nor_changes_one(
    alone: Served, chair: httpx.Client
) -> None:
    """They read what the plan has, and no way to change it."""
    officer = alone.browser("officer")
    for path in (ADD, f"{CHANGE}/cstag"):
        assert chair.get(path).status_code == httpx.codes.OK
        assert officer.get(path).status_code == httpx.codes.NOT_FOUND
        assert officer.post(path, data=TYPED).status_code == httpx.codes.NOT_FOUND
    assert ADD not in officer.get("/admin/policy/instruments").text


def test_a_long_instrument_is_filled_in_at_once() -> None:
    """As many questions as the longest published ones have, in words and on a scale, with none lost."""
    said: dict[str, list[str]] = begun(None) | {
        name: [text] for name, text in TYPED.items() if "." not in name
    }
    for place in range(120):
        said[f"questions.{place}.section"] = [f"Section {place // 10}"] if place % 10 == 0 else [""]
        said[f"questions.{place}.asks"] = [f"Invented question {place}?"]
        said[f"questions.{place}.scale"] = ["0" if place % 2 else ""]
    fields = asked(trimmed(asked(said, None, "2027"), said), None, "2027")
    found, wrong = made(fields, said, None)
    assert wrong == {}
    assert found is not None
    assert (len(found.sections), len(found.questions)) == (12, 120)
    assert len({each.id for each in found.questions}) == len(found.questions)
    assert isinstance(fields[0], Field)
