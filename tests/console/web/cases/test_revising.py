"""Plans that are drafted anew on pages: what changed, what goes on, what is left out, and who else wrote."""

import html
import re

import pytest

from tests.console.web.cases.drafting import PLAN, field, planning
from tests.console.web.cases.test_steps import hidden, takes
from tests.console.web.conftest import Served


def test_what_changed_since_the_last_version_stands_side_by_side(served: Served) -> None:
    """The draft begins with what the last one says; what stayed the same is not told again."""
    number, officer, chair = planning(served), served.browser("officer"), served.browser("chair")
    takes(officer, number, "draft_plan", PLAN)
    begun = officer.get(f"/cases/{number}/steps/draft_plan").text
    assert ">invented-summary</textarea>" in begun
    assert ">invented-talk</textarea>" in begun
    takes(officer, number, "draft_plan", PLAN | {"summary": "invented-second", "actions.0.owner": "dean"})
    shown = html.unescape(chair.get(f"/cases/{number}/steps/approve_plan").text)
    changed = dict(
        re.findall(
            r'<tr><th scope="row">(.*?)</th><td data-of="Before"><span>(.*?)</span>',
            shown[shown.index('id="changed"') :],
        )
    )
    assert set(changed) == {"In short", "Action: invented-talk"}
    assert changed["In short"] == "invented-summary"
    assert changed["Action: invented-talk"].startswith("invented-nurse-name, by ")


@pytest.mark.clause("W-22")
def test_a_plan_that_is_drafted_again_keeps_its_referrals_and_its_days(served: Served) -> None:
    """What is ahead stands typed as it was; a day that has passed is asked for anew, and says so."""
    number, officer = planning(served), served.browser("officer")
    later = {"actions.1.what": "invented-later", "actions.1.owner": "dean", "actions.1.initial": "yes"}
    takes(officer, number, "draft_plan", {**PLAN, **later, "actions.1.due_at": "Mon 1 Mar 2027 5 pm"})
    served.watch.forward(days=2)
    officer = served.browser("officer")
    begun = officer.get(f"/cases/{number}/steps/draft_plan").text
    assert field(begun, "referrals.0.kind") == "counselling"
    assert field(begun, "referrals.0.recommendation") == "invented-advice"
    texts = {place: field(begun, f"actions.{place}.what") for place in range(2)}
    days = {texts[place]: field(begun, f"actions.{place}.due_at") for place in texts}
    assert days["invented-talk"] == ""
    assert "2027" in days["invented-later"]
    assert begun.count("which has passed: say by when it is now.") == 1
    # What stands typed is taken as it stands.
    typed = {
        f"actions.{place}.{name}": field(begun, f"actions.{place}.{name}")
        for place in range(2)
        for name in ("what", "owner", "due_at", "initial")
    }
    for place, text in texts.items():
        typed[f"actions.{place}.due_at"] = days[text] or "tomorrow 5 pm"
        typed[f"actions.{place}.owner"] = "dean"
    again = {"kind": "active_monitoring", **typed}
    done = takes(officer, number, "draft_plan", again)
    assert done.headers.get("location") == f"/cases/{number}?done=draft_plan", html.unescape(done.text)
    due = {
        (row["content"]["what"], row["due_at"])
        for row in served.walk.records(number, "plan_actions")
        if row["content"]["what"] == "invented-later"
    }
    assert len(due) == 1


@pytest.mark.clause("W-20", "W-22")
def test_a_referral_that_a_newer_draft_leaves_out_is_not_told_as_coming(served: Served) -> None:
    """Its sheet says what it is, and whoever approves, and puts into action, is told what is left out."""
    number, officer, chair = planning(served), served.browser("officer"), served.browser("chair")
    takes(officer, number, "draft_plan", PLAN)
    sheet, told = f"/cases/{number}/referrals", "This plan leaves that out, and it was not sent."
    assert "drafted; leaves once the plan is in action" in chair.get(sheet).text
    assert told not in chair.get(f"/cases/{number}/steps/approve_plan").text
    without = {name: said for name, said in PLAN.items() if not name.startswith("referrals.")}
    takes(officer, number, "draft_plan", without)
    shown = chair.get(sheet).text
    assert "belongs to an earlier draft; not sent" in shown
    assert "leaves once the plan is in action" not in shown
    assert told in chair.get(f"/cases/{number}/steps/approve_plan").text
    *_, plan = served.walk.records(number, "plans")
    takes(chair, number, "approve_plan", {"about": plan["id"]})
    assert told in chair.get(f"/cases/{number}/steps/activate_plan").text
    # Nobody is asked what its office made of it.
    assert "belongs to an earlier draft" not in chair.get(f"/cases/{number}/steps/outcome").text
    # Once it is made after all, nothing is left out.
    takes(chair, number, "refer", {"kind": "counselling", "recommendation": "invented-at-once"})
    assert told not in chair.get(f"/cases/{number}/steps/activate_plan").text


@pytest.mark.clause("W-20", "W-22")
def test_whoever_approves_sees_what_leaves_with_the_plan(served: Served) -> None:
    """Which office is written to, what it is asked, what it is told; and how that changed."""
    number, officer, chair = planning(served), served.browser("officer"), served.browser("chair")
    takes(officer, number, "draft_plan", PLAN)
    (referral,) = served.walk.records(number, "referrals")
    office = served.book.pack.office(referral["office"]).name
    for page in (f"/cases/{number}/steps/approve_plan", f"/cases/{number}/plan"):
        shown = html.unescape(chair.get(page).text)
        for said in (office, "invented-advice", "The vice president of the person's unit is told the same"):
            assert said in shown, (page, said)
    takes(officer, number, "draft_plan", PLAN | {"referrals.0.recommendation": "invented-other"})
    changed = html.unescape(chair.get(f"/cases/{number}/steps/approve_plan").text)
    changed = changed[changed.index('id="changed"') :]
    assert f"<span>To {office}: invented-advice</span>" in changed
    assert f"<span>To {office}: invented-other</span>" in changed


@pytest.mark.clause("W-08", "W-45")
def test_a_plan_that_is_revised_does_no_action_twice(served: Served) -> None:
    """The form goes on from what is open; what it leaves out is refused until somebody says that it stays."""
    number, officer, chair = planning(served), served.browser("officer"), served.browser("chair")
    second = {"actions.1.what": "invented-walk", "actions.1.owner": "dean", "actions.1.initial": "yes"}
    takes(officer, number, "draft_plan", {**PLAN, **second, "actions.1.due_at": "tomorrow 5 pm"})
    (plan,) = served.walk.records(number, "plans")
    takes(chair, number, "approve_plan", {"about": plan["id"]})
    takes(chair, number, "activate_plan")
    takes(chair, number, "revise_plan", {"reason": "invented-revision"})
    ids = {row["content"]["what"]: row["id"] for row in served.walk.records(number, "plan_actions")}
    begun = officer.get(f"/cases/{number}/steps/draft_plan").text
    places = {field(begun, f"actions.{place}.what"): place for place in range(2)}
    for what, place in places.items():
        assert field(begun, f"actions.{place}.continues") == ids[what]
    # What has left is not asked to leave again.
    assert field(begun, "referrals.0.recommendation") == ""
    kept = {name: said for name, said in PLAN.items() if not name.startswith("referrals.")}
    kept["actions.0.continues"] = ids["invented-talk"]
    left = takes(officer, number, "draft_plan", kept)
    assert (left.status_code, len(served.walk.records(number, "plans"))) == (422, 1)
    (told,) = re.findall(r'<p class="help" id="stay_open-help">([^<]*)</p>', html.unescape(left.text))
    assert "or that it stays open beside this plan. Still open: invented-walk (invented-dean-name)." in told
    assert "invented-talk" not in told
    takes(officer, number, "draft_plan", {**kept, "stay_open": ids["invented-walk"]})
    shown = html.unescape(chair.get(f"/cases/{number}/steps/approve_plan").text)
    assert shown.count("Goes on from the earlier plan") > 1
    assert "invented-walk" in shown[: shown.index('id="changed"')]
    stays = "staying as they are beside this one: invented-walk (invented-dean-name)."
    assert stays in shown
    assert "<span>invented-walk</span>" in shown[shown.index("Stay open beside this plan") :]
    # Drafted again, it still goes on from what is in force.
    again = officer.get(f"/cases/{number}/steps/draft_plan").text
    assert field(again, "actions.0.continues") == ids["invented-talk"]
    assert field(again, "stay_open") == ids["invented-walk"]
    *_, newest = served.walk.records(number, "plans")
    takes(chair, number, "approve_plan", {"about": newest["id"]})
    assert stays in html.unescape(chair.get(f"/cases/{number}/steps/activate_plan").text)
    takes(chair, number, "activate_plan")
    form = html.unescape(chair.get(f"/cases/{number}/steps/action").text)
    assert (form.count("invented-talk ("), form.count("invented-walk (")) == (1, 1)
    assert "goes on in a newer plan" in chair.get(f"/cases/{number}/plan").text
    glance = html.unescape(chair.get(f"/cases/{number}").text)
    assert glance.count("An action that was agreed on: invented-talk") == 1
    assert "An action that was agreed on: invented-walk" in glance


@pytest.mark.clause("W-20")
def test_who_drafts_second_sees_what_the_other_wrote(served: Served) -> None:
    """Beside their own words, which stay; what they left alone follows what is on record."""
    number, officer, chair = planning(served), served.browser("officer"), served.browser("chair")
    address = f"/cases/{number}/steps/draft_plan"
    stood = chair.get(address).text
    takes(officer, number, "draft_plan", PLAN)
    mine = {"kind": "active_monitoring", "summary": "invented-mine", "actions.0.what": "invented-deed"}
    mine |= {"actions.0.owner": "dean", "actions.0.due_at": "tomorrow 5 pm", "actions.0.initial": "yes"}
    marks = dict(re.findall(r'name="(stood\.[^"]*)" value="([^"]*)"', stood))
    second = chair.post(address, data={**hidden(stood), **marks, **mine, "go": "do"})
    shown = html.unescape(second.text)
    assert (second.status_code, len(served.walk.records(number, "plans"))) == (409, 1)
    assert "Meanwhile somebody else wrote here, and it is on record:" in shown
    said = re.findall(r'<p class="said" dir="auto">([^<]*)</p>', shown)
    assert "invented-summary" in said
    assert any(each.startswith("invented-talk, ") for each in said)
    assert ">invented-mine</textarea>" in shown
    assert ">invented-deed</textarea>" in shown
    # The referral that the other drafted is not lost on the way.
    assert ">invented-advice</textarea>" in shown
