"""The meeting without a case: called, held topic by topic, and minutes that the team reads."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from states.access import SYSTEM
from states.casebook.accounts import signing_in
from states.casebook.landing import semester_sitting
from states.casebook.rounds import team_clocks
from tests.cases.signing_in import PASSWORD
from tests.console.web.cases.test_in_a_browser import DESK, HAND, at
from tests.console.web.conftest import Served, console
from tests.console.web.looking import looked_at
from tests.console.web.meetings.test_sitting import ALL, given
from tests.servers.chromium import leads_on
from tests.states.looking import verified
from tests.waiting import until

SAID = {"statistics": "invented-fewer", "law": "invented-law", "ethics": " "}


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Served]:
    """A console of its own: of a team's meetings of a semester there is one at a time."""
    with console(tmp_path_factory.mktemp("semester"), migrated) as made:
        team_clocks.set_team_clocks(made.book, by=SYSTEM)
        yield made


def typed(page: str, said: dict[str, str], **more: object) -> dict[str, object]:
    """What somebody sends from a page of the meeting that they opened."""
    topics = {f"topic.{code}": text for code, text in said.items()}
    return {"seen": given(page, "seen"), "page": given(page, "page"), **topics, **more}


def begun(served: Served) -> str:
    """The page of a meeting that the chair begins, or that is on already."""
    made = served.browser("chair").post("/meetings/semester")
    assert made.status_code == 303
    return str(made.headers["location"])


def room(page: str) -> str:
    """What a page says of the quorum."""
    return " ".join(page.partition('id="quorum"')[2].partition("</div>")[0].split())


@pytest.mark.clause("W-55")
@pytest.mark.clause("W-33")
@pytest.mark.clause("U-05")
def test_the_semesters_meeting_is_held_by_the_plans_topics_and_the_team_reads_its_minutes(
    served: Served,
) -> None:
    """Anybody on the team keeps them, by topic, with the last figures beside; on record, all read them."""
    chair, nurse = served.browser("chair"), served.browser("nurse")
    assert served.browser("nurse").post("/meetings/semester").status_code == 404
    path = begun(served)
    assert path in chair.get("/meetings/semester").text
    shown = chair.get(path).text
    topics = served.book.pack.discussion.topics
    assert set(topics) == {"statistics", "resources", "policy", "law", "ethics", "confidentiality"}
    for topic in topics.values():
        assert f"<h3>{topic.title}</h3>" in shown
    for beside in ("The figures of", "Due for the team", "no quorum yet"):
        assert beside in shown
    # As a page does by itself: the part of it that says so, with who is in the room.
    alone = {"HX-Request": "true"}
    first = nurse.post(path, data=typed(nurse.get(path).text, SAID, present=ALL), headers=alone)
    assert (first.status_code, "Saved" in first.text, "<html" in first.text) == (200, True, False)
    assert "✓ quorum" in room(first.text)
    again = chair.get(path).text
    assert ("invented-fewer" in again, "✓ quorum" in room(again)) == (True, True)
    assert "Put the minutes on record" not in nurse.get(path).text
    refused = nurse.post(path, data=typed(again, SAID, present=ALL, go="hold"))
    assert refused.status_code == 404
    nobody = chair.post(path, data=typed(again, SAID, go="hold"))
    assert (nobody.status_code, "who was there" in nobody.text, "invented-fewer" in nobody.text) == (
        422,
        True,
        True,
    )
    whole = typed(nobody.text, SAID, present=ALL, suggestions="invented-idea", go="hold")
    held = chair.post(path, data=whole)
    assert (held.status_code, held.headers["location"]) == (303, path.removesuffix("/now"))
    late = nurse.post(path, data=typed(again, {"law": "invented-late"}, present=ALL))
    assert (late.status_code, "invented-late" in late.text) == (422, True)
    minutes = nurse.get(path.removesuffix("/now")).text
    for said in (
        *("Behavioral statistics\ninvented-fewer", "regulations\ninvented-law", "invented-nurse-name"),
        *("✓ quorum", "invented-idea"),
    ):
        assert said in minutes
    assert "Ethical issues" not in minutes, "nothing was said of it"
    assert path.removesuffix("/now") in nurse.get("/meetings").text
    assert "The team has met this semester" in chair.get("/meetings/semester").text
    verified(served.book)


def test_two_who_write_at_once_lose_nothing(served: Served) -> None:
    """Whoever is second sees what the first wrote, by topic, keeps their own, and saves both."""
    path = begun(served)
    one, two = served.browser("chair"), served.browser("officer")
    hers, his = one.get(path).text, two.get(path).text
    assert one.post(path, data=typed(hers, {"law": "invented-hers"}, present=ALL)).status_code == 303
    second = two.post(path, data=typed(his, {"law": "invented-his"}))
    assert second.status_code == 409
    theirs = "regulations</strong>: <bdi>invented-hers"
    for said in ("Somebody else wrote", theirs, "In the room", "invented-his"):
        assert said in second.text
    both = typed(second.text, {"law": "invented-both"}, over=given(second.text, "over"), present=ALL)
    assert two.post(path, data=both).status_code == 303
    assert "invented-both" in one.get(path).text


def test_it_is_among_what_is_on_now_and_who_is_there_is_said_once(served: Served) -> None:
    """With the cases, for whoever is on the team; for others there is none."""
    path = begun(served)
    chair = served.browser("chair")
    assert chair.post("/meetings/now", data={"present": ALL}).status_code == 303
    for shown in (chair.get("/meetings/now").text, served.browser("nurse").get("/meetings/now").text):
        assert path in shown
    assert "✓ quorum" in room(chair.get(path).text)


@pytest.mark.clause("W-33")
def test_a_semesters_minutes_open_to_nobody_who_showed_less_than_both_factors(served: Served) -> None:
    """No link opens them, so that no code is sent: without a session whoever has their address signs in.

    Neither does somebody get in who has typed their password, and not shown the second factor yet.
    """
    path = begun(served)
    chair = served.browser("chair")
    shown = chair.get(path).text
    assert chair.post(path, data=typed(shown, {"law": "invented-kept"})).status_code == 303
    half = signing_in.begin(served.book, served.login("nurse").member, PASSWORD)
    waits = served.stranger()
    waits.cookies.set("tat", half, domain="127.0.0.1")
    for client in (served.stranger(), waits):
        for page in ("/meetings/semester", path, path.removesuffix("/now")):
            answer = client.get(page)
            assert (answer.status_code, answer.headers["location"][:8]) == (303, "/sign-in")
            written = client.post(page, data=typed(shown, {"law": "invented-strangers"}))
            assert (written.status_code, "invented-kept" in written.text) == (401, False)
    assert "invented-strangers" not in served.browser("chair").get(path).text


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
    now = f"{path}/now"
    assert now not in coming, "it is not on yet"
    draft = typed(chair.get(now).text, SAID, present=ALL)
    early = chair.post(now, data=draft | {"go": "hold"})
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
    assert ("invented-why" in nurse.get(path).text, now in nurse.get(path).text) == (True, True)
    assert begun(served) == now, "what was called has begun"
    there = chair.get(now).text
    assert "invented-fewer" in there, "what was noted before it was moved"
    held = chair.post(now, data=typed(there, SAID, present=ALL, go="hold"))
    assert held.headers["location"] == path, "the minutes are those of the meeting that was called"
    assert "invented-fewer" in nurse.get(path).text
    off = chair.post("/meetings/semester/call", data={"at": "tomorrow 5 pm"}).headers["location"]
    later = chair.post("/meetings/semester")
    assert (later.status_code, "has not begun" in later.text) == (422, True)
    assert chair.post(off, data={"go": "cancel"}).status_code == 303
    assert "called off" in nurse.get(off).text
    verified(served.book)


@pytest.mark.clause("U-04")
def test_what_is_typed_outlives_the_browser_and_who_is_there_is_counted_as_one_ticks(
    browser: Browser, served: Served
) -> None:
    """On a desk the browser is gone; in a hand one goes on, and puts the minutes on record there."""
    with at(browser, served, "chair", DESK) as page:
        page.goto(f"{served.url}/meetings/semester")
        looked_at(page)
        leads_on(page, page.get_by_role("button", name="Begin the meeting"))
        looked_at(page)
        expect(page.locator("#quorum")).to_contain_text("no quorum yet")
        for member in ALL:
            page.get_by_role("checkbox", name=f"invented-{member}-name").check()
        expect(page.locator("#quorum")).to_contain_text("✓ quorum")
        page.get_by_label("What was said, and what was decided: Ethical issues").fill("invented-ethics")
        where = page.url
        meeting, by = where.split("/")[-2], served.walk.chair
        until(
            lambda: semester_sitting.seat(served.book, meeting, by=by).draft.topics,
            "what was typed was not saved",
        )
    with at(browser, served, "chair", HAND) as hand:
        hand.goto(where)
        field = hand.get_by_label("What was said, and what was decided: Ethical issues")
        expect(field).to_have_value("invented-ethics")
        looked_at(hand)
        leads_on(hand, hand.get_by_role("button", name="Put the minutes on record"))
        expect(hand.get_by_role("main")).to_contain_text("invented-ethics")
        expect(hand.get_by_role("main")).to_contain_text("✓ quorum")
        looked_at(hand)
