"""Records set right on pages: the former wording stays, and of two people at once neither loses a word."""

import html
import re

import httpx
import pytest

from states.casebook.rearranging.following import ENTRIES
from states.vocabulary.cases import Level
from states.vocabulary.leaving import ReferralKind
from tests.console.web.cases.steps.forms import form_of, sent
from tests.console.web.cases.test_steps import takes
from tests.console.web.conftest import Served


def way(browser: httpx.Client, number: str, sheet: str, says: str = "Correct") -> list[str]:
    """The addresses that links of a case's sheet lead to, by what they say."""
    shown = html.unescape(browser.get(f"/cases/{number}/{sheet}").text)
    return re.findall(rf'href="([^"]+)">{says}<', shown)


def test_a_note_is_corrected_beside_itself_and_its_former_wording_is_struck_through(served: Served) -> None:
    """From a link beside it, back to the same sheet, with who corrected it, why, and what stood there."""
    number, officer = served.walk.in_inquiry(), served.browser("officer")
    takes(
        officer, number, "note", {"kind": "interview", "text": "Saw them on Mnday.", "with_whom": "A friend"}
    )
    (address,) = [each for each in way(officer, number, "sources") if "about=" in each]
    done = sent(officer, address, text="Saw them on Monday.", reason="A slip of the pen.")
    assert done.headers["location"] == f"/cases/{number}/sources?done=correct"
    shown = html.unescape(officer.get(done.headers["location"]).text)
    for said in ("Done: Correct a record.", "Saw them on Monday.", "<s>Saw them on Mnday.</s>"):
        assert said in shown, said
    assert "invented-officer-name: A slip of the pen." in shown
    (kept,) = served.walk.records(number, "corrections")
    assert kept["fields"] == ["text"], "what nobody touched is not corrected"
    assert kept["content"]["former"] == {"text": "Saw them on Mnday."}


def test_of_two_who_correct_one_text_at_once_neither_loses_a_word(served: Served) -> None:
    """Whoever comes second sees both wordings; what they left alone follows whoever was first."""
    number, officer, chair = served.walk.in_inquiry(), served.browser("officer"), served.browser("chair")
    takes(officer, number, "note", {"kind": "interview", "text": "First words.", "with_whom": "A friend"})
    (address,) = way(officer, number, "sources")
    before = form_of(officer.get(address).text)
    sent(chair, address, text="The chair's words.", with_whom="A roommate", reason="Heard anew.")
    said = before | {"text": ["The officer's words."], "reason": ["Heard better."]}
    for go in ("do", "look"):
        second = officer.post(address.partition("?")[0], data=said | {"go": go})
        told = html.unescape(second.text)
        assert (second.status_code == 409) == (go == "do"), go
        for kept in ("The officer's words.</textarea>", "The chair's words.", "somebody else wrote here"):
            assert kept in told, (go, kept)
    assert form_of(second.text)["with_whom"] == ["A roommate"], "what was left alone is what the first wrote"
    both = form_of(second.text) | {"text": "The chair's words. The officer's words.", "go": "do"}
    assert officer.post(address.partition("?")[0], data=both).status_code == 303
    (note,) = served.walk.records(number, "notes")
    assert note["content"]["text"] == "The chair's words. The officer's words."
    assert note["content"]["with_whom"] == "A roommate"
    former = [each["content"]["former"]["text"] for each in served.walk.records(number, "corrections")]
    assert former == ["First words.", "The chair's words."]


def test_every_record_opens_as_it_stands_and_an_untouched_form_changes_nothing(served: Served) -> None:
    """Of every kind that may be corrected at all: sent as it came, its form finds nothing to correct."""
    walk, chair = served.walk, served.browser("chair")
    opened, kinds = 0, set[str]()
    stages = (
        walk.monitored(Level.SEVERE, referrals=(ReferralKind.CONDUCT,)),
        walk.reintegrating(),
        walk.closed(),
    )
    walk.met(stages[0])
    for number in stages:
        known = {row["id"]: entry.table for entry in ENTRIES for row in walk.records(number, entry.table)}
        address = f"/cases/{number}/steps/correct"
        offered = re.findall(r'(?:option|"about") value="(\w{32})"', chair.get(address).text)
        assert offered, number
        for about in offered:
            told = sent(chair, f"{address}?about={about}", reason="Invented.")
            assert "This is what is on record already" in told.text, known[about]
            kinds.add(known[about])
            opened += 1
        assert walk.records(number, "corrections") == []
    assert opened > 15
    assert kinds >= {"reports", "screenings", "assessments", "plans", "plan_actions", "meetings", "referrals"}
    assert kinds >= {"check_ins", "reintegration_plans", "dispositions"}


def test_lists_and_times_of_a_record_are_corrected_as_people_write_them(served: Served) -> None:
    """A condition more for coming back, and a check-in by somebody else at another time."""
    walk, chair = served.walk, served.browser("chair")
    number = walk.reintegrating()
    (plan,) = walk.records(number, "reintegration_plans")
    address = f"/cases/{number}/steps/correct?about="
    conditions = plan["content"]["conditions"]
    more = {f"conditions.{len(conditions)}.text": "Invented condition."}
    assert sent(chair, address + plan["id"], reason="Forgotten.", **more).status_code == 303
    (plan,) = walk.records(number, "reintegration_plans")
    assert plan["content"]["conditions"] == [*conditions, "Invented condition."]
    check_in = walk.records(number, "check_ins")[0]
    looked = chair.get(address + check_in["id"])
    due = f"{check_in['due_at'].year + 1}-03-05 15:00"
    said = form_of(looked.text) | {"owner": "officer", "due_at": due, "reason": "Invented."}
    seen = html.unescape(chair.post(f"/cases/{number}/steps/correct", data=said | {"go": "look"}).text)
    assert "message" in seen[seen.index("What follows") :], "the one who is to see them is written to"
    assert chair.post(f"/cases/{number}/steps/correct", data=form_of(seen) | {"go": "do"}).status_code == 303
    assert walk.records(number, "check_ins")[0]["owner"] == "officer"
    shown = html.unescape(chair.get(f"/cases/{number}/plan").text)
    assert re.search(r"Formerly owner</dt><dd><s>invented-\w+-name</s>", shown)
    assert re.search(r"Formerly due at</dt><dd><s>\w{3} \d+ \w{3} 20\d\d, \d\d:\d\d M[SD]T</s>", shown)


def test_whoever_neither_wrote_it_nor_leads_is_offered_nothing_and_may_not(served: Served) -> None:
    """What others wrote is theirs, the lead's and the chair's to correct; what was reported is anybody's."""
    walk, nurse = served.walk, served.browser("nurse")
    number = walk.monitored()
    note = takes(served.browser("officer"), number, "note", {"kind": "inquiry", "text": "The officer's."})
    assert note.status_code == 303
    (row,) = walk.records(number, "notes")
    offered = nurse.get(f"/cases/{number}/steps/correct").text
    assert row["id"] not in offered
    # Made up by hand: nothing of it opens, and nothing is written.
    forged = nurse.post(
        f"/cases/{number}/steps/correct",
        data={**form_of(offered), "about": row["id"], "text": "Forged.", "reason": "Invented.", "go": "do"},
    )
    assert forged.status_code == 422
    assert "The officer's." not in forged.text
    assert walk.records(number, "corrections") == []


@pytest.mark.clause("W-40")
def test_a_name_that_is_kept_private_stands_in_no_form(served: Served) -> None:
    """A member who may correct a report sees nothing of the reporter in it, and sends nothing of theirs."""
    walk, dean = served.walk, served.browser("dean")
    number = walk.in_inquiry(private=True)
    (report,) = walk.records(number, "reports")
    shown = dean.get(f"/cases/{number}/steps/correct?about={report['id']}").text
    said = form_of(shown)
    assert "behaviour_of_concern" in said
    assert not {name for name in said if name.startswith(("reporter", "stood.reporter"))}
    assert report["content"]["reporter"]["name"] not in shown
    done = sent(
        dean,
        f"/cases/{number}/steps/correct?about={report['id']}",
        behaviour_of_concern="Invented, and set right.",
        reason="Invented.",
    )
    assert done.status_code == 303
    (after,) = walk.records(number, "reports")
    assert after["content"]["reporter"] == report["content"]["reporter"]


@pytest.mark.clause("U-15")
def test_who_took_an_alarm_over_is_corrected_where_it_stands(served: Served) -> None:
    """From a link beside it, on the sheet of the alarm; the case's head and the board follow."""
    number, chair = served.walk.screened(), served.browser("chair")
    takes(chair, number, "raise_alarm")
    takes(chair, number, "take_over", {"who": "Sgt. Invented-Wrnog", "agency": "Invented agency"})
    (answer,) = served.walk.records(number, "alarm_answers")
    (address,) = [each for each in way(chair, number, "reports") if answer["id"] in each]
    done = sent(chair, address, who="Sgt. Invented-Right", reason="A slip of the pen.")
    assert done.headers["location"] == f"/cases/{number}/reports?done=correct"
    sheet = html.unescape(chair.get(done.headers["location"]).text)
    for said in ("Sgt. Invented-Right", "<s>Sgt. Invented-Wrnog</s>", "A slip of the pen."):
        assert said in sheet, said
    for path in (f"/cases/{number}", "/alarms"):
        shown = chair.get(path).text
        assert ("Sgt. Invented-Right" in shown, "Wrnog" in shown) == (True, False), path
