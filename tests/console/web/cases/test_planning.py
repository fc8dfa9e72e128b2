"""Planning on pages: drafted, approved, carried out, and coming back; nothing by JSON."""

import html
import re

import pytest

from states.casebook.reading import overview
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.plans import MeasureArea
from tests.console.web.cases.drafting import PLAN, planning
from tests.console.web.cases.steps.forms import form_of
from tests.console.web.cases.test_steps import hidden, takes
from tests.console.web.conftest import Served


@pytest.mark.clause("W-08", "W-20")
def test_a_plan_is_drafted_approved_and_put_into_action_on_pages(served: Served) -> None:
    """By two people; what is written is what `tat plan draft` would have written."""
    number, officer, chair = planning(served), served.browser("officer"), served.browser("chair")
    done = takes(officer, number, "draft_plan", PLAN)
    assert done.headers.get("location") == f"/cases/{number}?done=draft_plan", html.unescape(done.text)
    (plan,) = served.walk.records(number, "plans")
    assert plan["content"]["referrals"] == [{"kind": "counselling", "recommendation": "invented-advice"}]
    (action,) = served.walk.records(number, "plan_actions")
    assert (action["content"]["what"], action["owner"], action["initial"]) == ("invented-talk", "nurse", True)
    # Whoever wrote it is not offered to approve it.
    assert f"/cases/{number}/steps/approve_plan" not in officer.get(f"/cases/{number}").text
    address = f"/cases/{number}/steps/approve_plan"
    assert f'href="{address}"' in chair.get(f"/cases/{number}").text
    shown = html.unescape(chair.get(address).text)
    for said in ("invented-summary", "invented-talk", "invented-nurse-name"):
        assert said in shown, said
    takes(chair, number, "approve_plan", {"about": plan["id"]})
    takes(chair, number, "activate_plan")
    assert overview.one(served.book, number, by=served.walk.chair).state == CaseState.MONITORING


def test_there_is_room_for_more_and_an_empty_row_is_left_out(served: Served) -> None:
    """Without JavaScript: what was typed stays, and what lacks something is told at its own field."""
    number, browser = planning(served), served.browser("officer")
    address = f"/cases/{number}/steps/draft_plan"
    more = browser.post(address, data=PLAN | {"go": "more"}).text
    assert 'name="actions.1.what"' in more
    assert ">invented-talk</textarea>" in more
    assert 'role="alert"' not in more
    second = {"actions.2.what": "invented-walk", "actions.2.owner": "dean", "actions.2.due_at": "tomorrow"}
    lacking = {**PLAN, **second, "actions.2.owner": "", "go": "do"}
    told = browser.post(address, data=lacking | hidden(browser.get(address).text))
    assert told.status_code == 422
    assert '<a href="#actions.1.owner">Action 2, who does it: choose one.</a>' in told.text
    past = takes(browser, number, "draft_plan", {**PLAN, "actions.0.due_at": "when it is quiet"})
    assert past.status_code == 422
    assert '<p class="help" id="actions.0.due_at-help">By when: it takes a day' in past.text
    takes(browser, number, "draft_plan", PLAN | second)
    assert len(served.walk.records(number, "plan_actions")) == 2


@pytest.mark.clause("W-10")
def test_measures_of_the_pack_are_chosen_and_stand_as_actions_to_be_changed(served: Served) -> None:
    """By area; what was typed stays where it is, and nothing that was ticked is lost unseen."""
    number, browser = planning(served), served.browser("officer")
    address = f"/cases/{number}/steps/draft_plan"
    shown = html.unescape(browser.get(address).text)
    for area, entry in served.book.pack.measures.items():
        for text in entry.what:
            assert f"<span>{text}</span>" in shown, area
    ticked = {"library": ["subject.0", "environment.1"]}
    kept = browser.post(address, data={**hidden(shown), **PLAN, **ticked, "go": "do"})
    assert (kept.status_code, 'id="library-help"' in kept.text) == (422, True)
    assert served.walk.records(number, "plans") == []
    more = html.unescape(browser.post(address, data={**PLAN, **ticked, "go": "more"}).text)
    rows = re.findall(r'<textarea[^>]* id="actions.(\d).what"[^>]*>([^<]*)</textarea>', more)
    measures = served.book.pack.measures
    assert rows == [
        ("0", "invented-talk"),
        ("1", measures[MeasureArea.SUBJECT].what[0]),
        ("2", measures[MeasureArea.ENVIRONMENT].what[1]),
        ("3", ""),
    ]
    assert 'value="subject.0" checked' not in more


@pytest.mark.clause("W-10")
def test_a_plan_shows_its_actions_under_what_each_is_aimed_at(served: Served) -> None:
    """As the library has it, and as it was changed; what is aimed at nothing in particular stands last."""
    number, browser = planning(served), served.browser("officer")
    address = f"/cases/{number}/steps/draft_plan"
    ticked = {"library": ["subject.0", "environment.1"]}
    form = form_of(browser.post(address, data={**PLAN, **ticked, "go": "more"}).text)
    assert form["actions.1.area"] == ["subject"]
    assert form["actions.2.area"] == ["environment"]
    due = {f"actions.{place}.due_at": form["actions.0.due_at"] for place in (1, 2)}
    owner = {f"actions.{place}.owner": form["actions.0.owner"] for place in (1, 2)}
    assert browser.post(address, data=form | due | owner | {"go": "do"}).status_code == 303
    actions = {row["content"]["area"]: row for row in served.walk.records(number, "plan_actions")}
    assert set(actions) == {None, "subject", "environment"}
    shown = html.unescape(browser.get(f"/cases/{number}/plan").text)
    places = [shown.index(f">{each}: action<") for each in ("Subject", "Environment", "In general")]
    assert places == sorted(places)
    right = f"/cases/{number}/steps/correct?about={actions['environment']['id']}"
    said = form_of(browser.get(right).text) | {"area": ["targets"], "reason": ["Misfiled."], "go": ["do"]}
    assert browser.post(right.partition("?")[0], data=said).status_code == 303
    shown = html.unescape(browser.get(f"/cases/{number}/plan").text)
    assert ">Targets: action<" in shown
    assert "Formerly area</dt><dd><s>environment</s>" in shown
    again = form_of(browser.get(address).text)
    assert sorted(again[f"actions.{place}.area"] for place in range(3)) == [[""], ["subject"], ["targets"]]


@pytest.mark.clause("W-10", "W-53")
def test_a_threat_management_plan_names_its_topics_and_whom_it_protects(served: Served) -> None:
    """Somebody in danger is put on record on a page; the plan's form has them chosen already."""
    number, officer = planning(served, Level.SEVERE), served.browser("officer")
    target = {"name": "invented-target", "role": "target", "vulnerability": "invented-alone"}
    takes(officer, number, "in_danger", target | {"done": "invented-warned"})
    (row,) = served.walk.records(number, "targets")
    form = officer.get(f"/cases/{number}/steps/draft_plan").text
    assert re.search(rf'name="targets" value="{row["id"]}" checked', form)
    topics = {f"topics.{each}": f"invented-{each}" for each in ("subject", "targets", "escalation")}
    plan = {**PLAN, **topics, "kind": "threat_management", "targets": row["id"]}
    takes(officer, number, "draft_plan", plan)
    waiting = html.unescape(officer.get(f"/cases/{number}/steps/activate_plan").text)
    assert "says nothing on precipitating events" in waiting
    takes(officer, number, "draft_plan", plan | {"topics.precipitating_events": "invented-hearing"})
    waiting = html.unescape(officer.get(f"/cases/{number}/steps/activate_plan").text)
    assert "says nothing on" not in waiting
    assert "leaves out" not in waiting
    takes(officer, number, "target", {"about": row["id"], "what": "spoken", "text": "invented-well"})
    assert served.walk.records(number, "targets")[0]["settled_at"] is not None


@pytest.mark.clause("W-45")
def test_a_person_comes_back_and_each_check_in_is_reported_on_pages(served: Served) -> None:
    """Actions done by whoever owns them, conditions and check-ins agreed, held or waived with a reason."""
    number = served.walk.monitored(Level.MILD)
    nurse, chair = served.browser("nurse"), served.browser("chair")
    for action in served.walk.records(number, "plan_actions"):
        by = nurse if action["owner"] == "nurse" else chair
        goes_on = takes(by, number, "action", {"about": action["id"], "done": "no", "report": ""})
        assert goes_on.status_code == 422
        takes(by, number, "action", {"about": action["id"], "done": "yes", "report": "invented-done"})
    back = {
        "conditions.0.text": "invented-condition",
        **{f"check_ins.{place}.what": f"invented-check-{place}" for place in range(2)},
        **{f"check_ins.{place}.owner": "nurse" for place in range(2)},
        "check_ins.0.due_at": "tomorrow 9 am",
        "check_ins.1.due_at": "tomorrow 10 am",
    }
    takes(chair, number, "draft_reintegration", back)
    takes(chair, number, "begin_reintegration")
    first, second = served.walk.records(number, "check_ins")
    takes(nurse, number, "check_in", {"about": first["id"], "done": "yes"})
    assert takes(nurse, number, "check_in", {"about": second["id"], "done": "no"}).status_code == 422
    takes(nurse, number, "check_in", {"about": second["id"], "done": "no", "reason": "invented-moved"})
    settled = served.walk.records(number, "check_ins")
    assert [bool(each["done_at"]) for each in settled] == [True, False]
    assert [each["waived"] for each in settled] == [False, True]


@pytest.mark.clause("U-05", "W-19")
def test_minutes_are_entered_on_a_page_and_stand_for_those_who_were_there(served: Served) -> None:
    """A meeting that has begun; one that was moved is where it was moved to."""
    number, chair = served.walk.in_inquiry(), served.browser("chair")
    takes(chair, number, "convene", {"kind": "review", "at": "tomorrow 5 pm"})
    *_, meeting = served.walk.records(number, "meetings")
    moved = takes(chair, number, "move", {"about": meeting["id"], "at": "tomorrow 6 pm", "reason": "Busy."})
    assert moved.headers.get("location") == f"/cases/{number}?done=move", html.unescape(moved.text)
    served.watch.forward(days=2)
    held = {"about": meeting["id"], "present": ["chair", "nurse", "dean"], "minutes": "invented-minutes"}
    chair = served.browser("chair")
    takes(chair, number, "hold", held | {"suggestions.0.text": "invented-idea"})
    (row,) = [each for each in served.walk.records(number, "meetings") if each["id"] == meeting["id"]]
    assert (row["quorate"], row["content"]["suggestions"]) == (True, ["invented-idea"])
    takes(chair, number, "convene", {"kind": "review", "at": "tomorrow 5 pm"})
    *_, other = served.walk.records(number, "meetings")
    takes(chair, number, "move", {"about": other["id"], "at": "", "reason": "Not needed."})
    assert served.walk.records(number, "meetings")[-1]["cancelled_at"] is not None


@pytest.mark.clause("W-22", "W-28")
def test_offices_answers_and_hand_overs_are_entered_on_pages(served: Served) -> None:
    """A referral at once, what the office said, and who took over once the case is closed."""
    number, chair = served.walk.assessed(Level.NONE), served.browser("chair")
    asked = {"kind": "social_services", "recommendation": "invented-support"}
    look = chair.post(f"/cases/{number}/steps/refer", data=asked | {"go": "look"})
    assert "What follows" in look.text
    takes(chair, number, "refer", asked)
    (referral,) = served.walk.records(number, "referrals")
    takes(chair, number, "outcome", {"about": referral["id"], "status": "accepted", "text": "invented-yes"})
    assert served.walk.records(number, "referrals")[0]["status"] == "accepted"
    served.walk.dispose(number)
    takes(chair, number, "close", {})
    over = served.walk.records(number, "hand_overs")[0]
    takes(chair, number, "hand_over", {"about": over["id"], "note": "invented-by-phone"})
    assert served.walk.records(number, "hand_overs")[0]["confirmed_at"] is not None


@pytest.mark.clause("W-07", "W-08")
def test_the_order_of_actions_is_typed_by_number_and_kept_over_a_new_version(served: Served) -> None:
    """An empty row between moves no number; a wrong one is told at its field, the right one on the sheet."""
    number, officer, chair = planning(served), served.browser("officer"), served.browser("chair")
    third = {
        "actions.2.what": "invented-walk",
        "actions.2.owner": "nurse",
        "actions.2.due_at": "tomorrow 5 pm",
        "actions.2.initial": "yes",
    }
    gone = takes(officer, number, "draft_plan", {**PLAN, **third, "actions.2.after": "2"})
    assert gone.status_code == 422
    assert (
        '<p class="help" id="actions.1.after-help">Comes after: action 2 comes after “2?”, which is'
        in gone.text
    )
    circle = takes(
        officer, number, "draft_plan", {**PLAN, **third, "actions.0.after": "3", "actions.2.after": "1"}
    )
    assert "action 1 comes after action 2, which comes after action 1" in html.unescape(circle.text)
    done = takes(officer, number, "draft_plan", {**PLAN, **third, "actions.0.after": "3"})
    assert done.headers.get("location") == f"/cases/{number}?done=draft_plan", html.unescape(done.text)
    begun = officer.get(f"/cases/{number}/steps/draft_plan").text
    texts = re.findall(r'<textarea[^>]* id="actions.\d.what"[^>]*>([^<]*)</textarea>', begun)
    place = texts.index("invented-talk")
    assert f'name="actions.{place}.after" maxlength="300" value="{2 - place}"' in begun
    (plan,) = served.walk.records(number, "plans")
    shown = html.unescape(chair.get(f"/cases/{number}/steps/approve_plan").text)
    assert "invented-walk: waits for it" in shown
    takes(chair, number, "approve_plan", {"about": plan["id"]})
    takes(chair, number, "activate_plan")
    ids = {row["content"]["what"]: row["id"] for row in served.walk.records(number, "plan_actions")}
    nurse, address = served.browser("nurse"), f"/actions/{ids['invented-talk']}"
    waiting = nurse.get(address).text
    assert "<dt>Waits for</dt>" in waiting
    assert "invented-walk" in waiting
    assert "Its day stays as it is." in waiting
    nurse.post(address, data={"done": "yes"})
    assert "before what it comes after: that is still open" in nurse.get(address).text
    nurse.post(f"/actions/{ids['invented-walk']}", data={"done": "yes"})
    assert "before what it comes after" not in nurse.get(address).text


def test_the_order_of_actions_is_corrected_by_choosing(served: Served) -> None:
    """Of the same plan's other actions; the former order stands in words."""
    number, officer = planning(served), served.browser("officer")
    second = {"actions.1.what": "invented-walk", "actions.1.owner": "dean", "actions.1.due_at": "tomorrow"}
    takes(officer, number, "draft_plan", {**PLAN, **second, "actions.1.after": "1"})
    ids = {row["content"]["what"]: row["id"] for row in served.walk.records(number, "plan_actions")}
    address = f"/cases/{number}/steps/correct?about={ids['invented-walk']}"
    form = html.unescape(officer.get(address).text)
    assert f'name="after" value="{ids["invented-talk"]}" checked' in form
    assert f'name="after" value="{ids["invented-walk"]}"' not in form
