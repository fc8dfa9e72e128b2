"""A sitting on pages: who is in the room, case by case, minutes while one talks (U-04, U-05)."""

import re
from datetime import timedelta

import httpx
import pytest

from console.shown.work.kinds import Matters
from states.casebook.plan import meetings
from states.casebook.standing.decisions import decide
from states.casebook.team import members
from states.contents.team import MemberContent
from states.vocabulary.people import Role
from states.vocabulary.plans import MeetingKind
from tests.console.web.conftest import Served
from tests.states.looking import verified

ALL = ("chair", "officer", "dean", "nurse")


def called(served: Served, number: str = "", kind: MeetingKind = MeetingKind.REVIEW) -> tuple[str, str]:
    """A case about which the team meets now: its number, and the meeting's page."""
    walk = served.walk
    number = number or walk.in_inquiry()
    now = served.book.clock()
    meeting = meetings.schedule(served.book, number, by=walk.chair, kind=kind, at=now)
    return number, f"/meetings/now/{meeting}"


def given(page: str, name: str) -> str:
    """What a page's form sends of itself."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def in_room(page: str, number: str) -> str:
    """What the page of the room says of one case; others leave meetings of theirs on it."""
    (said,) = (part for part in page.split('<div class="step">') if f"<h3>{number} " in part)
    return " ".join(said.partition("</section>")[0].split())


def typed(page: str, minutes: str, **more: object) -> dict[str, object]:
    """What somebody sends from a page that they opened."""
    return {"seen": given(page, "seen"), "page": given(page, "page"), "minutes": minutes, **more}


@pytest.mark.clause("U-04")
@pytest.mark.clause("U-05")
def test_a_chair_ticks_who_is_there_writes_and_puts_the_minutes_on_record(served: Served) -> None:
    """Once for all cases; what was saved by the way is a draft; the newest one goes on record."""
    number, path = called(served)
    chair = served.browser("chair")
    assert path in chair.get("/meetings").text.replace("/meetings/", "/meetings/now/")
    assert "✓ quorum" not in in_room(chair.get("/meetings/now").text, number), "nobody has said who is there"
    assert chair.post("/meetings/now", data={"present": ALL}).status_code == 303
    assert "✓ quorum" in in_room(chair.get("/meetings/now").text, number)
    shown = chair.get(path).text
    for said in (
        "What has changed since we last met",
        "The team has not met about it yet",
        "1 report so far",
        f"/cases/{number}/steps/note?back={path}",
    ):
        assert said in shown
    events = served.walk.events(number).count("minutes_noted")
    alone = {"HX-Request": "true"}
    first = chair.post(path, data=typed(shown, "invented-so", present=ALL), headers=alone)
    assert (first.status_code, "Saved" in first.text, "<html" in first.text) == (200, True, False)
    again = typed(shown, "invented-so", present=ALL) | {"seen": given(first.text, "seen")}
    assert chair.post(path, data=again, headers=alone).status_code == 200
    assert served.walk.events(number).count("minutes_noted") == events + 1, "the same is kept once"
    assert "invented-so" in chair.get(path).text
    sheet = chair.get(f"/cases/{number}/meetings").text
    assert "Minutes so far" in sheet
    held = chair.post(path, data=typed(shown, "invented-so-far-and-on", present=ALL, go="hold"))
    assert (held.status_code, held.headers["location"]) == (303, "/meetings/now?held=yes")
    (meeting,) = [row for row in served.walk.records(number, "meetings") if path.endswith(row["id"])]
    assert (meeting["quorate"], meeting["content"]["minutes"]) == (True, "invented-so-far-and-on")
    late = chair.post(path, data=typed(shown, "invented-late"))
    assert (late.status_code, "on record already" in late.text) == (422, True)
    verified(served.book)


def test_two_who_write_at_once_lose_nothing(served: Served) -> None:
    """Whoever is second sees what the first wrote, keeps their own, and saves both once they say so."""
    _, path = called(served)
    one, two = served.browser("chair"), served.browser("officer")
    hers, his = one.get(path).text, two.get(path).text
    assert one.post(path, data=typed(hers, "invented-hers")).status_code == 303
    second = two.post(path, data=typed(his, "invented-his"))
    assert second.status_code == 409
    for said in ("Somebody else wrote", "invented-hers", "invented-his"):
        assert said in second.text
    # A page that saves by itself goes on being told, until whoever sits there has put both together.
    alone = two.post(path, data=typed(second.text, "invented-his"), headers={"HX-Request": "true"})
    assert "invented-hers" in alone.text
    both = typed(second.text, "invented-both", over=given(second.text, "over"))
    assert two.post(path, data=both).status_code == 303
    # Nobody meets their own words: what a page saved by itself came after what it had before it.
    fresh = one.get(path).text
    assert one.post(path, data=typed(fresh, "invented-1")).status_code == 303
    assert one.post(path, data=typed(fresh, "invented-2")).status_code == 303
    assert "invented-2" in two.get(path).text


@pytest.mark.clause("W-39")
def test_whoever_is_kept_out_steps_outside_and_finds_no_such_meeting(served: Served) -> None:
    """The room is told so before the case is opened; the record says who was outside; they find nothing."""
    number, path = called(served)
    other, _ = called(served)
    decide(served.book, number, "nurse", by=served.walk.chair, keep_out=True, because="Invented.")
    chair, nurse = served.browser("chair"), served.browser("nurse")
    chair.post("/meetings/now", data={"present": ALL})
    room = chair.get("/meetings/now").text
    assert "invented-nurse-name</bdi> steps outside first" in in_room(room, number)
    assert "outside" not in in_room(room, other)
    assert 'value="nurse" checked' in room
    for page in ("/meetings", "/meetings/now"):
        assert (number in nurse.get(page).text, other in nurse.get(page).text) == (False, True)
    missing = nurse.get("/meetings/now/0" + path[-31:])
    for answer in (nurse.get(path), nurse.post(path, data={"minutes": "x"})):
        assert (answer.status_code, answer.text) == (404, missing.text)
    shown = chair.get(path).text
    assert given(shown, "outside") == "nurse"
    said = typed(shown, "invented-apart", present=ALL[:3], outside="nurse", go="hold")
    assert chair.post(path, data=said).status_code == 303
    row = next(row for row in served.walk.records(number, "meetings") if path.endswith(row["id"]))
    assert (row["content"]["outside"], row["content"]["present"]) == (["nurse"], list(ALL[:3]))
    assert "Stepped outside" in chair.get(f"/cases/{number}/meetings").text
    _, another = called(served)
    for stranger in ("nobody", "x" * 400):
        said = typed(chair.get(another).text, "invented", present=stranger)
        assert chair.post(another, data=said).status_code == 422


def test_what_is_decided_leads_back_to_the_meeting(served: Served) -> None:
    """A step that was opened from a meeting comes back to it, and to nowhere else but our own pages."""
    number, path = called(served)
    chair = served.browser("chair")
    on = typed(chair.get(path).text, "invented-before", to=f"/cases/{number}/steps/note?back={path}")
    assert chair.post(path, data=on).headers["location"] == on["to"]
    assert "invented-before" in chair.get(path).text, "it is saved first"
    for back, to in ((path, path), ("//elsewhere.example", f"/cases/{number}")):
        step: httpx.Response = chair.get(f"/cases/{number}/steps/note", params={"back": back})
        said = {"once": given(step.text, "once"), "seen": given(step.text, "seen"), "back": back}
        note = {"kind": "interview", "with_whom": "invented", "text": "invented", "go": "do"}
        done = chair.post(f"/cases/{number}/steps/note", data=said | note)
        assert (done.status_code, done.headers["location"]) == (303, f"{to}?done=note")
    assert "Done:" in chair.get(path, params={"done": "note"}).text


def test_whoever_may_be_let_to_a_case_finds_the_meeting_now(served: Served) -> None:
    """An expert, or a deputy in the chair's place: the list leads them there, as it leads members."""
    content = MemberContent(name="invented-guest-name", address="sitting-guest@wnmu.example")
    members.enrol(served.book, "sitting-guest", content, by=served.walk.chair, roles=[Role.EXPERT])
    guest = served.browser("sitting-guest")
    assert 'href="/meetings/now"' in guest.get("/meetings").text
    assert guest.get("/meetings/now").status_code == 200


def test_a_meeting_that_has_not_begun_has_no_minutes_yet(served: Served) -> None:
    """It is there within the hour, its draft is kept, and its page offers nothing that is refused."""
    walk, soon = served.walk, served.book.clock() + timedelta(minutes=30)
    number = walk.in_inquiry()
    meeting = meetings.schedule(served.book, number, by=walk.chair, kind=MeetingKind.REVIEW, at=soon)
    chair, path = served.browser("chair"), f"/meetings/now/{meeting}"
    shown = chair.get(path).text
    assert "Put the minutes on record" not in shown
    early = chair.post(path, data=typed(shown, "invented-early", present=ALL, go="hold"))
    assert (early.status_code, "invented-early" in early.text) == (422, True)
    assert "invented-early" in chair.get(path).text


@pytest.mark.clause("W-08")
def test_what_is_agreed_on_in_the_meeting_is_its_owners_once_the_minutes_are_on_record(
    served: Served,
) -> None:
    """With no plan; what lacks somebody is said, and nothing typed is lost; then it is on each page of it."""
    number, path = called(served)
    chair, book = served.browser("chair"), served.book
    deed = {"actions.0.what": "invented-deed", "actions.0.due_at": "tomorrow 5 pm"}
    shown = chair.get(path).text
    assert chair.post(path, data=typed(shown, "invented", present=ALL, **deed)).status_code == 303
    shown = chair.get(path).text
    for said in ("Actions agreed on (1)", "invented-deed", " 17:00", 'name="actions.1.what"'):
        assert said in shown
    half = chair.post(path, data=typed(shown, "invented", present=ALL, go="hold", **deed))
    assert (half.status_code, "action 1: who does it" in half.text) == (422, True)
    assert "invented-deed" in half.text
    assert "Action so far" in chair.get(f"/cases/{number}/meetings").text
    whole = deed | {"actions.0.owner": "nurse", "go": "hold"}
    held = chair.post(path, data=typed(half.text, "invented", present=ALL, **whole))
    assert held.status_code == 303
    (action,) = served.walk.records(number, "plan_actions")
    assert (action["owner"], action["plan_id"]) == ("nurse", None)
    for sheet in ("meetings", "plan"):
        assert "invented-deed" in chair.get(f"/cases/{number}/{sheet}").text
    nurse = served.browser("nurse")
    assert number in served.work("nurse", Matters.ACTION)
    own = f"/actions/{action['id']}"
    assert "invented-deed" in nurse.get(own).text
    assert nurse.post(own, data={"done": "yes", "text": ""}).status_code in (200, 303)
    (action,) = served.walk.records(number, "plan_actions")
    assert action["done_at"] is not None
    verified(book)


def test_minutes_that_are_entered_afterwards_may_agree_on_actions(served: Served) -> None:
    """By the case's own step, as by meeting mode."""
    number, path = called(served)
    chair = served.browser("chair")
    step = chair.get(f"/cases/{number}/steps/hold").text
    sent = {name: given(step, name) for name in ("once", "seen")}
    said = sent | {"about": path.rpartition("/")[2], "present": ALL, "go": "do"}
    deed = {
        "actions.0.what": "invented-deed",
        "actions.0.owner": "dean",
        "actions.0.due_at": "tomorrow",
        "minutes": "invented",
    }
    assert chair.post(f"/cases/{number}/steps/hold", data=said | deed).status_code == 303
    (action,) = served.walk.records(number, "plan_actions")
    assert action["owner"] == "dean"
