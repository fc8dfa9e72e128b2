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
