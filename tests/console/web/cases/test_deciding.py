"""Deciding on pages: a report is screened beside what was told and the plan's words, and joined or not."""

import html
import re

import pytest

from states.casebook.inquiry import triage
from states.casebook.reading import overview
from states.casebook.rearranging import moving
from states.contents.reports import SubjectContent
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.people import Affiliation, IdentifierKind
from tests.console.web.cases.test_steps import events, hidden, takes
from tests.console.web.conftest import Served


def about(name: str) -> SubjectContent:
    """Somebody who is known by a car, which others may drive, too; nobody else here is called like them."""
    return SubjectContent(
        name=name,
        identifiers={IdentifierKind.LICENSE_PLATE: name.upper()},
        affiliations=(Affiliation.STUDENT,),
        unit="education",
        site="silver_city",
    )


@pytest.mark.clause("W-05")
def test_a_report_is_screened_beside_the_plans_own_words(served: Served) -> None:
    """What was reported, and each criterion of each of the six levels, on the page that asks for one."""
    number = served.walk.reported(subject=about("Hjalkr"))
    asked = html.unescape(served.browser("officer").get(f"/cases/{number}/steps/screen").text)
    for said in ("invented-report-behaviour", "invented-report-threat", "None is known that you may see."):
        assert said in asked, said
    for level in Level:
        assert f'value="{level}"' in asked
        for criterion in served.book.pack.levels[level].criteria:
            assert f"<li>{criterion.text}</li>" in asked, criterion.id


def test_what_lacks_is_said_beside_its_field_and_above_the_form(served: Served) -> None:
    """With what was typed still there; the sentence above leads to the field."""
    number, browser = served.walk.reported(), served.browser("officer")
    address = f"/cases/{number}/steps/screen"
    for go in ("look", "do"):
        said = {**hidden(browser.get(address).text), "level": "", "reason": "Invented reason.", "go": go}
        told = browser.post(address, data=said)
        assert told.status_code == 422
        assert re.search(r'<a href="#level">Provisional level: choose one.</a>', told.text)
        assert '<p class="help" id="level-help">Provisional level: choose one.</p>' in told.text
        assert "Invented reason." in told.text
    assert events(served, number, "screened") == 0


@pytest.mark.clause("W-47")
def test_whoever_screens_sees_earlier_cases_and_lets_the_report_go_on_in_one(served: Served) -> None:
    """It is said first that both are one person; a form that is sent twice counts once, in both cases."""
    walk, officer = served.walk, served.browser("officer")
    earlier = walk.reported(subject=about("Zyxwut"))
    triage.screen(served.book, earlier, by=walk.officer, level=Level.MILD, because="Invented.")
    number = walk.reported(subject=about("Zyxwut"))
    asked = html.unescape(officer.get(f"/cases/{number}/steps/screen").text)
    line = re.search(rf'<li><a href="/cases/{earlier}">.*?</li>', asked)
    assert line
    assert "may be the same person" in line[0]
    assert "Mild, Reported" in line[0]
    # Nothing goes on in a case of which nobody has said that it is about the same person.
    assert f"/cases/{number}/steps/join" not in asked
    address = f"/cases/{number}/steps/same_person"
    said = {**hidden(officer.get(address).text), "other": earlier, "same": "yes", "go": "do"}
    for where in ("same_person", "twice"):
        sent = officer.post(address, data=said)
        assert sent.headers.get("location") == f"/cases/{number}?done={where}", sent.text
    look = officer.post(
        f"/cases/{number}/steps/join", data={"other": earlier, "reason": "One.", "go": "look"}
    )
    assert "What follows" in look.text
    takes(officer, number, "join", {"other": earlier, "reason": "One person."})
    assert overview.one(served.book, number, by=walk.chair).state == CaseState.CLOSED
    assert len(walk.records(earlier, "reports")) == 2


def test_two_cases_are_not_joined_over_what_somebody_has_not_seen(served: Served) -> None:
    """Who comes second is told what changed, though the act writes in another case, too."""
    walk, officer = served.walk, served.browser("officer")
    earlier = walk.reported(subject=about("Quibbo"))
    number = walk.reported(subject=about("Quibbo"))
    address = f"/cases/{number}/steps/same_person"
    said = {**hidden(officer.get(address).text), "other": earlier, "same": "no", "go": "do"}
    triage.screen(served.book, number, by=walk.chair, level=Level.MILD, because="Invented.")
    told = officer.post(address, data=said)
    assert told.status_code == 409
    assert "screened by <bdi>invented-chair-name</bdi>" in told.text
    assert events(served, number, "link_decided") == 0


@pytest.mark.clause("W-05", "W-06", "W-19", "W-56", "A-02", "A-03")
def test_members_rate_alone_then_see_all_together_and_agree(served: Served) -> None:
    """What supports each criterion, factors with their source, ability and condition; dissent is kept."""
    walk, officer, nurse = served.walk, served.browser("officer"), served.browser("nurse")
    number = walk.in_inquiry()
    rated = {
        "level": "Elevated",
        "criteria": "elevated-2",
        "supports.elevated-2": "invented-support",
        "ability": "yes",
        "factors.0.text": "invented-factor",
        "factors.0.kind": "dynamic",
        "factors.0.source": "invented-source",
        "reason": "invented-alone",
    }
    done = takes(officer, number, "rate", rated)
    assert done.headers.get("location") == f"/cases/{number}?done=rate", html.unescape(done.text)
    for address in (f"/cases/{number}/steps/record_assessment", f"/cases/{number}/assessments"):
        shown = nurse.get(address).text
        assert "shown once you have rated, too" in shown, address
        assert "invented-alone" not in shown, address
    wrong = takes(nurse, number, "rate", rated | {"level": "Mild", "reason": "invented-other"})
    assert '<p class="help" id="criteria-help">Criteria of that level that are met: tick' in wrong.text
    small = {"level": "Mild", "criteria": "mild-1", "supports.elevated-2": "", "reason": "invented-other"}
    takes(nurse, number, "rate", rated | small)
    together = html.unescape(nurse.get(f"/cases/{number}/steps/record_assessment").text)
    assert "invented-alone" in together
    assert "(supported by: invented-support)" in together
    # Those who rated are chosen already as those who took part.
    assert re.search(r'name="participants" value="officer" checked', together)
    agreed = {name: said for name, said in rated.items() if name != "reason"} | {
        "conditions": "distress",
        "rationale": "invented-agreed",
        "threat_of_violence": "yes",
        "significant_disruption": "no",
        "participants": ["officer", "nurse", "dean"],
        "dissent": "invented-dissent",
    }
    takes(nurse, number, "record_assessment", agreed)
    (row,) = walk.records(number, "assessments")
    assert (row["conditions"], row["content"]["ability"]) == (["distress"], "yes")
    assert row["content"]["supports"] == {"elevated-2": "invented-support"}
    assert row["content"]["factors"] == [
        {"kind": "dynamic", "text": "invented-factor", "source": "invented-source"}
    ]
    sheet = html.unescape(officer.get(f"/cases/{number}/assessments").text)
    for said in ("invented-dissent", "invented-factor (from invented-source)", "invented-other"):
        assert said in sheet, said


@pytest.mark.clause("W-05")
def test_an_instrument_is_filled_in_beside_the_criteria_and_says_where_it_leads(served: Served) -> None:
    """Question by question as the pack has it; what is amiss is said at the question, and is kept."""
    walk, officer, nurse = served.walk, served.browser("officer"), served.browser("nurse")
    number = walk.in_inquiry()
    tree, d_and_e = "instruments.cstag", "instruments.nabita"
    begun = html.unescape(officer.get(f"/cases/{number}/steps/rate").text)
    assert '<details class="folded"><summary>Decision tree for a threat</summary>' in begun
    assert "Only if “Was it settled" in begun
    for end in served.book.pack.instruments["cstag"].ends:
        assert f"It leads to: {end.title}, if “" in begun, end.id
    rated = {"level": "Mild", "criteria": "mild-1", "reason": "invented-alone"}
    amiss = rated | {f"{tree}.threat": "yes", f"{tree}.settled": "", f"{tree}.words": "invented-words"}
    told = html.unescape(takes(officer, number, "rate", amiss).text)
    assert f'<a href="#{tree}.settled">Was it settled' in told
    assert '<details class="folded" open>' in told
    assert "invented-words" in told
    right = {f"{tree}.settled": "not_over", f"{tree}.harm": "very_serious", f"{d_and_e}.d": "distressed"}
    done = takes(officer, number, "rate", amiss | right | {f"{d_and_e}.e": "not_seen"})
    assert done.headers.get("location") == f"/cases/{number}?done=rate", html.unescape(done.text)
    address = f"/cases/{number}/steps/record_assessment"
    assert "Very serious substantive" not in nurse.get(f"/cases/{number}/assessments").text
    takes(nurse, number, "rate", rated)
    together = html.unescape(nurse.get(address).text)
    assert "Decision tree for a threat: Very serious substantive threat" in together
    assert "D scale and E scale: Distressed, Not seen, or not known" in together
    sheet = html.unescape(nurse.get(f"/cases/{number}/assessments").text)
    for said in (
        "heard or saw them invented-words",
        "Leads to: Very serious substantive threat. Safety first",
        "It comes after these answers: “",
    ):
        assert said in sheet, said
    agreed = {name: said for name, said in rated.items() if name != "reason"} | {
        "rationale": "Invented.",
        "threat_of_violence": "no",
        "significant_disruption": "no",
        "participants": ["officer", "nurse"],
        f"{tree}.threat": "no",
    }
    lowered = html.unescape(takes(nurse, number, "record_assessment", agreed).text)
    assert 'href="#reason_for_lowering">Why the level is lower than before: say why it goes down' in lowered
    agreed |= {"level": "Moderate", "criteria": "moderate-1"}
    recorded = takes(nurse, number, "record_assessment", agreed)
    assert recorded.headers.get("location"), re.findall("alert.*", recorded.text)
    (row,) = walk.records(number, "assessments")
    (filled,) = row["content"]["instruments"]
    assert filled == {"instrument": "cstag", "answers": {"threat": "no"}, "leads_to": "no_threat"}


@pytest.mark.clause("A-03")
def test_an_assessment_begins_with_the_factors_of_the_last_and_shows_how_they_went(served: Served) -> None:
    """One that is emptied is gone, though its kind is chosen still; picture and table say so alike."""
    walk, chair = served.walk, served.browser("chair")
    number = walk.monitored()
    address = f"/cases/{number}/steps/record_assessment"
    begun = html.unescape(chair.get(address).text)
    assert "<svg" not in begun, "of one assessment nothing is seen to change"
    for kind in ("static", "dynamic", "protective"):
        assert f'value="invented-factor-{kind}"' in begun
    said = {
        "level": "Moderate",
        "criteria": "moderate-1",
        "factors.0.text": "",
        "factors.0.kind": "static",
        "factors.1.text": "invented-factor-dynamic",
        "factors.1.kind": "dynamic",
        "rationale": "Invented.",
        "threat_of_violence": "no",
        "significant_disruption": "no",
        "participants": "chair",
    }
    takes(chair, number, "record_assessment", said)
    *_, row = walk.records(number, "assessments")
    assert [each["text"] for each in row["content"]["factors"]] == ["invented-factor-dynamic"]
    shown = html.unescape(chair.get(address).text)
    assert 'aria-label="Of 1 dynamic factor, which were seen in each of 2 assessments."' in shown
    assert shown.count('<circle class="seen"') == 2
    assert shown.count("<td ") >= 3


@pytest.mark.clause("W-05", "W-53")
@pytest.mark.parametrize("step", ["rate", "record_assessment"])
def test_whoever_assesses_reads_who_may_be_in_danger_and_what_makes_them_vulnerable(
    served: Served, step: str
) -> None:
    """Nobody yet: how somebody is put on record. The assessment is read afterwards with those of its time."""
    walk, officer = served.walk, served.browser("officer")
    number = walk.in_inquiry()
    address = f"/cases/{number}/steps/{step}"
    begun = html.unescape(officer.get(address).text)
    assert "Nobody is on record as in danger" in begun
    assert f'<a href="/cases/{number}/steps/in_danger">put them on record</a>' in begun
    target = {"name": "invented-target", "role": "victim", "vulnerability": "invented-alone-at-night"}
    takes(officer, number, "in_danger", target)
    shown = html.unescape(officer.get(address).text)
    shown = shown[shown.index('id="in-danger"') :]
    for said in ("Victim: invented-target", "invented-alone-at-night"):
        assert said in shown, said
    assert "Nobody is on record as in danger" not in shown
    walk.assess(number, Level.MILD)
    takes(officer, number, "in_danger", target | {"name": "invented-later"})
    sheet = html.unescape(officer.get(f"/cases/{number}/assessments").text)
    told = sheet[sheet.index("In danger, on record then") :]
    assert re.search(r"invented-target.{0,80}invented-alone-at-night", told, re.DOTALL)
    assert "invented-later" not in sheet


@pytest.mark.clause("W-11", "W-19")
def test_a_second_member_is_offered_what_still_waits_and_finds_the_newest_chosen(served: Served) -> None:
    """Not the screening beside a newer assessment, nor what asks for nobody's agreement, nor an older one."""
    walk, nurse = served.walk, served.browser("nurse")
    number = walk.in_inquiry(Level.MODERATE)
    step = f"/cases/{number}/steps/concur"
    assert 'name="about"' not in nurse.get(step).text
    first = walk.assess(number, Level.MILD)
    assert re.findall(r'name="about" value="(\w+)"( checked)?', nurse.get(step).text) == [(first, " checked")]
    second = walk.assess(number, Level.MILD)
    assert re.findall(r'name="about" value="(\w+)"( checked)?', nurse.get(step).text) == [
        (second, " checked")
    ]
    takes(nurse, number, "concur", {"about": second})
    assert 'name="about"' not in nurse.get(step).text
    assert 'name="about"' not in served.browser("chair").get(step).text


def test_who_screens_is_told_that_the_alarm_is_out_and_that_no_report_is_left(served: Served) -> None:
    """Why nobody is called again; and what stands in the way where the only report went to another case."""
    walk, officer = served.walk, served.browser("officer")
    alarmed = walk.reported(imminent=True)
    assert "The alarm of this case was raised already" in officer.get(f"/cases/{alarmed}/steps/screen").text
    number, to = walk.reported(), walk.reported()
    assert "was raised already" not in officer.get(f"/cases/{number}/steps/screen").text
    (report,) = walk.records(number, "reports")
    moving.move_report(served.book, number, report["id"], to=to, by=walk.chair, because="Invented.")
    shown = html.unescape(officer.get(f"/cases/{number}").text)
    assert "No report is left in the case" in shown
    assert "Nobody has screened the report" not in shown
