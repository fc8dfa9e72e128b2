"""The meeting without a case: the plan's topics, and minutes that the team reads."""

import pytest

from tests.console.web.conftest import Served
from tests.states.looking import verified

SENT = {"present": ("chair", "nurse"), "statistics": "invented-fewer", "law": "invented-law", "ethics": " "}


@pytest.mark.clause("W-55")
@pytest.mark.clause("W-33")
def test_the_semesters_meeting_has_the_plans_topics_and_minutes_that_the_team_reads(served: Served) -> None:
    """Whoever runs the team enters them, topic by topic; the team reads them, and nobody else does."""
    chair = served.browser("chair")
    shown = chair.get("/meetings/semester").text
    topics = served.book.pack.discussion.topics
    assert set(topics) == {"statistics", "resources", "policy", "law", "ethics", "confidentiality"}
    for topic in topics.values():
        assert f">{topic.title}</h2>" in shown
    assert "The figures of" in shown
    nobody = chair.post("/meetings/semester", data=SENT | {"present": ()})
    assert (nobody.status_code, "invented-fewer" in nobody.text) == (422, True)
    held = chair.post("/meetings/semester", data=SENT)
    assert held.status_code == 303
    path = held.headers["location"]
    minutes = served.browser("nurse").get(path).text
    for said in ("Behavioral statistics\ninvented-fewer", "regulations\ninvented-law", "invented-nurse-name"):
        assert said in minutes
    assert "Ethical issues" not in minutes, "nothing was said of it"
    assert path in served.browser("nurse").get("/meetings").text
    assert served.browser("nurse").post("/meetings/semester", data=SENT).status_code == 404
    assert "The team has met this semester" in chair.get("/meetings/semester").text
    verified(served.book)


@pytest.mark.clause("W-33")
@pytest.mark.clause("U-04")
def test_the_chair_calls_it_and_sees_by_office_who_comes(served: Served) -> None:
    """A time is typed as people do; members answer on its page; moved, called off, and called anew."""
    chair, nurse = served.browser("chair"), served.browser("nurse")
    bad = chair.post("/meetings/semester/call", data={"at": "whenever"})
    assert (bad.status_code, "whenever" in bad.text) == (422, True)
    made = chair.post("/meetings/semester/call", data={"at": "tomorrow 5 pm"})
    assert made.status_code == 303
    path = made.headers["location"]
    assert path in nurse.get("/meetings").text
    assert "who comes" in nurse.get("/meetings/semester").text
    shown = nurse.get(path).text
    assert ("Do you come?" in shown, "Call it off" in shown, "no quorum yet" in shown) == (True, False, True)
    assert nurse.post(path, data={"comes": "no", "text": "invented-deputy"}).status_code == 303
    for member in ("chair", "officer", "dean"):
        assert served.browser(member).post(path, data={"comes": "yes"}).status_code == 303
    coming = " ".join(chair.get(path).text.split())
    for said in ("✓ quorum", "3 offices come", "invented-deputy", "✓ You said that you come"):
        assert said in coming
    early = chair.post("/meetings/semester", data=SENT)
    assert (early.status_code, "has not begun" in early.text, "invented-fewer" in early.text) == (
        422,
        True,
        True,
    )
    assert nurse.post(path, data={"go": "cancel"}).status_code == 404
    why = {"because": "invented-why"}
    assert chair.post(path, data={"go": "move", "at": "next", **why}).status_code == 422
    moved = {"go": "move", "at": served.book.clock().isoformat()}
    silent = chair.post(path, data=moved)
    assert (silent.status_code, "a moved meeting needs a reason" in silent.text) == (422, True)
    assert chair.post(path, data=moved | why).status_code == 303
    assert "invented-why" in nurse.get(path).text
    held = chair.post("/meetings/semester", data=SENT)
    assert held.headers["location"] == path, "the minutes are those of the meeting that was called"
    assert "invented-fewer" in nurse.get(path).text
    off = chair.post("/meetings/semester/call", data={"at": "tomorrow 5 pm"}).headers["location"]
    assert chair.post(off, data={"go": "cancel"}).status_code == 303
    assert "called off" in nurse.get(off).text
    verified(served.book)
